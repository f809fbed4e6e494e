//! How wide the columns are, and which one a click is in.

use super::{Column, Inherited};
use crate::{model::Row, tui::widgets::glyphs};

/// `[x] ` before each row.
pub(super) const BOX: u16 = 4;
const GAP: u16 = 2;
const NARROWEST: u16 = 6;
/// Below this width the notes have no room.
const WIDTH_FOR_DOC: u16 = 48;

/// Where each column begins and how wide it is, in cells of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Columns {
    pub(super) name: (u16, u16),
    pub(super) value: (u16, u16),
    /// As wide as nothing when it is not shown.
    pub(super) doc: (u16, u16),
}

impl Columns {
    /// Names take what they need up to two fifths; notes, if there is one, up to a third; values get the rest.
    pub(super) fn new(x: u16, width: u16, inherited: &[Inherited], rows: &[Row], edited: usize) -> Self {
        let room = width.saturating_sub(BOX);
        let all = || inherited.iter().map(|above| &above.row).chain(rows);
        let longest = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(glyphs::width).max().map_or(0, |width| u16::try_from(width).unwrap_or(u16::MAX))
        };
        // One cell more, for the cursor after the text.
        let names = longest(&mut all().map(|row| row.name.as_str()));
        let names = names.max(u16::try_from(edited).unwrap_or(u16::MAX)).saturating_add(1);
        let name = names.clamp(NARROWEST, (room * 2 / 5).max(NARROWEST)).min(room);
        let notes = longest(
            &mut rows
                .iter()
                .map(|row| row.doc.as_str())
                .chain(inherited.iter().map(|above| above.origin.as_str())),
        );
        let doc = if notes == 0 || width < WIDTH_FOR_DOC { 0 } else { notes.max(NARROWEST).min(room / 3) };
        let gap_before_doc = if doc == 0 { 0 } else { GAP };
        let value = room.saturating_sub(name + GAP + doc + gap_before_doc);
        let name_x = x.saturating_add(BOX.min(width));
        let value_x = name_x.saturating_add(name + GAP);
        let doc_x = value_x.saturating_add(value + gap_before_doc);
        Self { name: (name_x, name), value: (value_x, value), doc: (doc_x, doc) }
    }

    pub(super) fn shows_doc(&self) -> bool {
        self.doc.1 > 0
    }

    /// The column at a cell of the screen; none on the boxes.
    pub(super) fn at(&self, x: u16) -> Option<Column> {
        if x < self.name.0 {
            None
        } else if x < self.value.0 {
            Some(Column::Name)
        } else if self.shows_doc() && x >= self.doc.0 {
            Some(Column::Doc)
        } else {
            Some(Column::Value)
        }
    }

    pub(super) fn place(&self, column: Column) -> (u16, u16) {
        match column {
            Column::Name => self.name,
            Column::Value => self.value,
            Column::Doc => self.doc,
        }
    }
}
