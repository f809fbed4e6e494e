//! Which keys ask for which action, by context.

use std::collections::BTreeMap;

use super::Key;

/// One line of `[keys.CONTEXT]`: a sequence of keys, usually of one, and the action's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub keys: Vec<Key>,
    pub action: String,
}

impl Binding {
    /// Whether it says that the keys ask for nothing.
    fn is_free(&self) -> bool {
        self.action.is_empty()
    }
}

/// All bindings, by context, in the order of the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    contexts: BTreeMap<String, Vec<Binding>>,
}

/// What the keys pressed so far ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    Action(String),
    /// The beginning of a longer sequence.
    Pending,
    None,
}

impl Keymap {
    /// Binds keys in a context; what was bound to them there before no longer is. An empty action keeps the keys
    /// from asking for anything there, by a more general context too.
    pub(super) fn bind(&mut self, context: &str, keys: Vec<Key>, action: String) {
        let bindings = self.contexts.entry(context.to_owned()).or_default();
        bindings.retain(|binding| binding.keys != keys);
        bindings.push(Binding { keys, action });
    }

    /// What `pressed` asks for in the first of `contexts` that knows it. While one is `typing`, a printable key is
    /// text and asks for nothing.
    pub fn lookup(&self, contexts: &[&str], pressed: &[Key], typing: bool) -> Lookup {
        if typing && pressed.iter().all(|key| key.is_printable()) {
            return Lookup::None;
        }
        for bindings in contexts.iter().filter_map(|context| self.contexts.get(*context)) {
            if let Some(binding) = bindings.iter().find(|binding| binding.keys == pressed) {
                return if binding.is_free() { Lookup::None } else { Lookup::Action(binding.action.clone()) };
            }
            if bindings.iter().any(|binding| !binding.is_free() && binding.keys.starts_with(pressed)) {
                return Lookup::Pending;
            }
        }
        Lookup::None
    }

    /// The keys of an action, as a user writes them, in all contexts.
    pub fn keys_for(&self, action: &str) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for binding in self.contexts.values().flatten().filter(|binding| binding.action == action) {
            let written = written(&binding.keys);
            if !keys.contains(&written) {
                keys.push(written);
            }
        }
        keys
    }

    /// The first key of an action that works in these contexts.
    pub fn key_in(&self, contexts: &[&str], action: &str, typing: bool) -> Option<String> {
        let bindings = contexts.iter().filter_map(|context| self.contexts.get(*context)).flatten();
        let mut bindings = bindings.filter(|binding| binding.action == action);
        let works = |binding: &&Binding| {
            self.lookup(contexts, &binding.keys, typing) == Lookup::Action(action.to_owned())
        };
        bindings.find(works).map(|binding| written(&binding.keys))
    }

    /// Every binding with its context.
    pub fn bindings(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.contexts
            .iter()
            .flat_map(|(context, bindings)| bindings.iter().map(move |binding| (context.as_str(), binding)))
            .filter(|(_, binding)| !binding.is_free())
    }
}

/// A sequence as it stands in a file.
pub fn written(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        text.split(' ').map(|key| key.parse().unwrap()).collect()
    }

    fn keymap() -> Keymap {
        let mut keymap = Keymap::default();
        keymap.bind("global", keys("?"), "show-help".into());
        keymap.bind("global", keys("ctrl+s"), "save".into());
        keymap.bind("list", keys("g g"), "top".into());
        keymap.bind("list", keys("ctrl+s"), "search".into());
        keymap
    }

    #[test]
    fn the_nearest_context_wins() {
        let action = |contexts: &[&str], pressed: &str| keymap().lookup(contexts, &keys(pressed), false);
        assert_eq!(action(&["list", "global"], "ctrl+s"), Lookup::Action("search".into()));
        assert_eq!(action(&["global"], "ctrl+s"), Lookup::Action("save".into()));
        assert_eq!(action(&["list", "global"], "g"), Lookup::Pending);
        assert_eq!(action(&["list", "global"], "g g"), Lookup::Action("top".into()));
        assert_eq!(action(&["list", "global"], "g x"), Lookup::None);
    }

    #[test]
    fn a_letter_is_text_where_one_types() {
        assert_eq!(keymap().lookup(&["global"], &keys("?"), true), Lookup::None);
        assert_eq!(keymap().lookup(&["global"], &keys("ctrl+s"), true), Lookup::Action("save".into()));
        assert_eq!(keymap().key_in(&["global"], "show-help", true), None);
    }

    #[test]
    fn a_freed_key_asks_for_nothing_in_general_either() {
        let mut keymap = keymap();
        keymap.bind("list", keys("ctrl+s"), String::new());
        keymap.bind("list", keys("g g"), String::new());
        let both = &["list", "global"];
        assert_eq!(keymap.lookup(both, &keys("ctrl+s"), false), Lookup::None);
        assert_eq!(keymap.lookup(both, &keys("g"), false), Lookup::None);
        assert_eq!(keymap.lookup(&["global"], &keys("ctrl+s"), false), Lookup::Action("save".into()));
        assert_eq!(keymap.key_in(both, "save", false), None);
        assert!(keymap.bindings().all(|(context, _)| context == "global"));
    }
}
