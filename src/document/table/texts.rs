//! Sorting texts that are not kept: by their next few bytes, and those that begin alike by the ones behind.

use std::ops::Range;

/// Bytes of a text in a key.
const STEP: usize = 7;
/// So few texts are read at once and compared whole.
const FEW: usize = 16;

/// A row and a part of what it is sorted by. Equal keys are in the order of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Keyed {
    pub(super) key: u64,
    pub(super) start: u64,
}

/// Reads the value of the row that begins at an offset; `None` to stop.
pub(super) struct Texts<'a>(pub(super) &'a mut dyn FnMut(u64) -> Option<String>);

impl Texts<'_> {
    pub(super) fn read(&mut self, start: u64) -> Option<String> {
        (self.0)(start)
    }
}

/// The next bytes, and how many follow, so that what ends here comes first. Texts that go on have [`STEP`] + 1.
pub(super) fn prefix(bytes: &[u8]) -> u64 {
    let mut key = [0; 8];
    for (to, from) in key.iter_mut().zip(bytes.iter().take(STEP)) {
        *to = *from;
    }
    if let Some(last) = key.last_mut() {
        *last = bytes.len().min(STEP + 1) as u8;
    }
    u64::from_be_bytes(key)
}

/// Sorts by whole texts what has their prefixes as keys, turned round if `descending`. Those that begin alike are
/// read once for each seven bytes in which some of them differ. `None` when it was told to stop.
pub(super) fn sort_texts(all: &mut [Keyed], descending: bool, texts: &mut Texts<'_>) -> Option<()> {
    all.sort_unstable();
    // Not by recursion: texts may be alike for as long as they like.
    let mut alike = groups(all, 0..all.len(), descending, STEP);
    while let Some((range, at)) = alike.pop() {
        let Some(group) = all.get_mut(range.clone()) else { continue };
        if group.len() <= FEW {
            sort_few(group, descending, texts)?;
            continue;
        }
        let same = rekey(group, at, descending, texts)?;
        group.sort_unstable();
        alike.extend(groups(all, range, descending, at + same.max(STEP)));
    }
    Some(())
}

/// Gives rows the keys of what follows behind that many bytes; says how many of those are the same in all.
fn rekey(group: &mut [Keyed], at: usize, descending: bool, texts: &mut Texts<'_>) -> Option<usize> {
    let mut common: Option<Vec<u8>> = None;
    for keyed in group {
        let text = texts.read(keyed.start)?;
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let key = prefix(rest);
        keyed.key = if descending { !key } else { key };
        match &mut common {
            Some(common) => {
                let same = common.iter().zip(rest).take_while(|(a, b)| a == b).count();
                common.truncate(same);
            }
            None => common = Some(rest.to_vec()),
        }
    }
    Some(common.map_or(0, |common| common.len()))
}

/// The rows in that range whose keys are equal and whose texts go on, and from where they do.
fn groups(all: &[Keyed], range: Range<usize>, descending: bool, at: usize) -> Vec<(Range<usize>, usize)> {
    let mut found = Vec::new();
    let mut start = range.start;
    for group in all.get(range).unwrap_or_default().chunk_by(|a, b| a.key == b.key) {
        let key = group.first().map_or(0, |first| if descending { !first.key } else { first.key });
        if group.len() > 1 && key & 0xff > STEP as u64 {
            found.push((start..start + group.len(), at));
        }
        start += group.len();
    }
    found
}

fn sort_few(group: &mut [Keyed], descending: bool, texts: &mut Texts<'_>) -> Option<()> {
    let mut read = Vec::with_capacity(group.len());
    for keyed in group.iter() {
        read.push((texts.read(keyed.start)?, keyed.start));
    }
    read.sort_by(|(a, _), (b, _)| if descending { b.cmp(a) } else { a.cmp(b) });
    for (keyed, (_, start)) in group.iter_mut().zip(read) {
        keyed.start = start;
    }
    Some(())
}
