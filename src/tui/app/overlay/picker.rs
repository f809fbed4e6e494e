//! A list to choose from, filtered as one types.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

use super::{super::super::widgets::text_field::TextField, Pick};

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub label: String,
    /// Said beside the label: a key, an origin.
    pub detail: String,
    pub pick: Pick,
}

impl Item {
    pub fn new(label: impl Into<String>, detail: impl Into<String>, pick: Pick) -> Self {
        Self { label: label.into(), detail: detail.into(), pick }
    }
}

/// An item that the filter leaves, and where it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Its index in [`Picker::items`].
    pub item: usize,
    /// The characters of its label that matched, by position.
    pub positions: Vec<u32>,
}

/// A picker's state. `matches` follows `field`: see [`Picker::refilter`].
#[derive(Debug)]
pub struct Picker {
    pub title: String,
    pub field: TextField,
    pub items: Vec<Item>,
    /// Best first; in the order of the items while nothing is typed.
    pub matches: Vec<Match>,
    /// Index of `matches`.
    pub cursor: usize,
    /// First match on screen.
    pub top: usize,
    /// What a text stands for that no item has.
    own: Option<fn(&str) -> Option<Pick>>,
}

impl Picker {
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        let mut picker = Self {
            title: title.into(),
            field: TextField::new(String::new()),
            items,
            matches: Vec::new(),
            cursor: 0,
            top: 0,
            own: None,
        };
        picker.refilter();
        picker
    }

    /// The kinds of a thing, each by its word in files and its label, with the cursor on the one that is in use.
    pub fn of_kinds(
        title: &str,
        kinds: &[(Option<&'static str>, &str)],
        current: Option<&'static str>,
        pick: fn(Option<&'static str>) -> Pick,
    ) -> Self {
        let items =
            kinds.iter().map(|(kind, label)| Item::new(*label, kind.unwrap_or_default(), pick(*kind)));
        Self::new(title, items.collect()).at(|picked| *picked == pick(current))
    }

    /// Takes a text that matches nothing for a choice of its own.
    #[must_use]
    pub fn taking_own(mut self, own: fn(&str) -> Option<Pick>) -> Self {
        self.own = Some(own);
        self
    }

    /// With the cursor on the item that is in use.
    #[must_use]
    pub fn at(mut self, is_current: impl Fn(&Pick) -> bool) -> Self {
        self.cursor = self.items.iter().position(|item| is_current(&item.pick)).unwrap_or(0);
        self
    }

    /// The filter changed: works out what it leaves, best first.
    pub fn refilter(&mut self) {
        self.cursor = 0;
        self.top = 0;
        let text = self.field.text();
        if text.trim().is_empty() {
            self.matches = (0..self.items.len()).map(|item| Match { item, positions: Vec::new() }).collect();
            return;
        }
        let pattern = Pattern::parse(text, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut scored: Vec<(u32, Match)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(item, candidate)| {
                let (mut buffer, mut positions) = (Vec::new(), Vec::new());
                let score = pattern.indices(
                    Utf32Str::new(&candidate.label, &mut buffer),
                    &mut matcher,
                    &mut positions,
                )?;
                positions.sort_unstable();
                positions.dedup();
                Some((score, Match { item, positions }))
            })
            .collect();
        scored.sort_by(|(one, _), (other, _)| other.cmp(one));
        self.matches = scored.into_iter().map(|(_, found)| found).collect();
    }

    pub fn chosen(&self) -> Option<Pick> {
        match self.matches.get(self.cursor) {
            Some(found) => self.items.get(found.item).map(|item| item.pick.clone()),
            None => self.own.and_then(|own| own(self.field.text())),
        }
    }

    /// Moves the cursor, stopping at the ends, and keeps it among the `shown` rows.
    pub fn step(&mut self, by: isize, shown: usize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.matches.len().saturating_sub(1));
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(shown.max(1)), self.cursor);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::super::action::Action, *};

    #[test]
    fn the_best_match_comes_first_and_says_where() {
        let items = ["Save all", "Send the open request", "Quit"];
        let items = items.map(|label| Item::new(label, "", Pick::Action(Action::Quit))).into();
        let mut picker = Picker::new("x", items);
        assert_eq!(picker.matches.len(), 3);
        picker.field.paste("send");
        picker.refilter();
        assert_eq!(picker.matches[0], Match { item: 1, positions: vec![0, 1, 2, 3] });
    }
}
