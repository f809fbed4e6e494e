//! File names that every platform takes.

use crate::model::NodeId;

/// Of a name's characters, at most so many stay.
const LONGEST: usize = 80;

/// Names that Windows keeps for devices, and those that mean something else in a collection.
const TAKEN: [&str; 7] = ["con", "prn", "aux", "nul", "folder", "collection", super::ENVIRONMENTS];

/// A name for a file or folder made of what a user typed: `"List Products!"` gives `list-products`.
///
/// Letters and digits of any script stay, in lower case; everything else becomes a hyphen. Never empty.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '_' {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(LONGEST).collect();
    let slug = slug.trim_end_matches('-');
    let device =
        |prefix| slug.strip_prefix(prefix).is_some_and(|port| matches!(port.as_bytes(), [b'0'..=b'9']));
    if slug.is_empty() {
        "unnamed".to_owned()
    } else if TAKEN.contains(&slug) || device("com") || device("lpt") {
        format!("{slug}-1")
    } else {
        slug.to_owned()
    }
}

/// Why `leaf` cannot name a file of a collection, if so.
pub(super) fn refused(leaf: &str) -> Option<&'static str> {
    if leaf.is_empty() {
        Some("a name is needed")
    } else if leaf.starts_with('.') {
        Some("files whose names start with a dot are not part of a collection")
    } else if leaf.contains(['/', '\\', '\0', ':']) || leaf.contains(char::is_control) {
        Some("it holds a character that file names cannot have")
    } else if leaf.len() > 240 {
        Some("it is too long")
    } else {
        None
    }
}

/// The same for every name on the way to a node, so that no id leads out of its collection.
pub(super) fn refused_within(id: &NodeId) -> Option<&'static str> {
    id.within().split('/').find_map(refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_plain() {
        for (name, expected) in [
            ("List Products!", "list-products"),
            ("  a / b  ", "a-b"),
            ("Über_uns", "über_uns"),
            ("注文", "注文"),
            ("../../etc", "etc"),
            ("CON", "con-1"),
            ("com1", "com1-1"),
            ("Folder", "folder-1"),
            ("!!!", "unnamed"),
            ("", "unnamed"),
        ] {
            assert_eq!(slug(name), expected);
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_always_allowed_and_stays(name in "\\PC{0,120}") {
            let first = slug(&name);
            prop_assert!(refused(&first).is_none());
            prop_assert!(!first.ends_with('-') && !first.contains('.'));
        }
    }
}
