//! JSON that was changed here and there: right and wrong as `serde_json` has it, wrong at the same place.

use proptest::prelude::*;

use super::{check_json, json_text};
use crate::document::json::check::scan;

/// A change to a text.
#[derive(Debug, Clone)]
enum Change {
    Insert(u8),
    Replace(u8),
    Remove(usize),
    Repeat(usize),
    Cut,
}

fn change() -> impl Strategy<Value = Change> {
    let byte = || {
        prop_oneof![prop::sample::select(b"[]{},:\"\\0-1.eEtfnu /\n\x00\x1f\xc3\xff".to_vec()), any::<u8>()]
    };
    prop_oneof![
        4 => byte().prop_map(Change::Insert),
        4 => byte().prop_map(Change::Replace),
        3 => (1usize..4).prop_map(Change::Remove),
        2 => (1usize..9).prop_map(Change::Repeat),
        1 => Just(Change::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, at: prop::sample::Index, change: &Change) {
    let at = at.index(bytes.len() + 1);
    let end = |length: usize| (at + length).min(bytes.len());
    match change {
        Change::Insert(byte) => bytes.insert(at, *byte),
        Change::Replace(byte) => {
            if let Some(old) = bytes.get_mut(at) {
                *old = *byte;
            }
        }
        Change::Remove(length) => drop(bytes.drain(at..end(*length))),
        Change::Repeat(length) => {
            let part = bytes[at..end(*length)].to_vec();
            bytes.splice(at..at, part);
        }
        Change::Cut => bytes.truncate(at),
    }
}

/// The offset that an error of `serde_json` names: that of the last byte it took, of the next one at the end.
fn theirs(bytes: &[u8]) -> Option<(usize, bool)> {
    let error = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).err()?;
    let mut starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
    Some((starts.nth(error.line() - 1).unwrap_or(0) + error.column(), error.is_eof()))
}

fn context(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_changed_text_is_right_or_wrong_at_the_same_place(
        text in json_text(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..4),
    ) {
        let mut bytes = text.into_bytes();
        for (at, change) in &changes {
            apply(&mut bytes, *at, change);
        }
        let ours = scan(&bytes, &mut super::cases::Tokens::default()).err().map(|fault| fault.offset as usize);
        match (ours, theirs(&bytes)) {
            (None, None) => {}
            (Some(at), Some((_, true))) => {
                // Theirs takes the four digits of an escape at once: where fewer bytes are left, it is at the end.
                let in_escape = bytes[at.saturating_sub(5)..at].windows(2).any(|pair| pair == b"\\u");
                prop_assert!(at == bytes.len() || in_escape, "{at} in {}", context(&bytes));
            }
            (Some(at), Some((near, false))) => {
                // Theirs takes a number that is cut short for a wrong one.
                let cut = bytes.last().is_some_and(|last| b"-+.eE".contains(last));
                prop_assert!(at < bytes.len() || cut, "{at} is the end of {}", context(&bytes));
                // A word that is none begins where it begins, though it is wrong at its end.
                prop_assert!((at..=at + 5).contains(&near), "{at} and {near} in {}", context(&bytes));
            }
            (ours, theirs) => prop_assert!(false, "{ours:?} and {theirs:?} in {}", context(&bytes)),
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            prop_assert_eq!(check_json(text).err().map(|error| error.offset), ours);
        }
    }
}
