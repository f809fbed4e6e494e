//! The parts that panes are made of: each is a state with operations, and a view that only reads it.
//!
//! They know no HTTP and no `App`: rows, lines and styles come in as arguments. A state remembers what drawing
//! found out (where it was drawn, how far it was scrolled) in a [`viewport::Viewport`], so that a later key can
//! move by a page and a click can find what is under it; nothing else changes while drawing.
//!
//! Everything that reaches the screen goes through [`glyphs`], so no name or response can corrupt the terminal.

pub mod document_view;
pub mod glyphs;
pub mod hints;
pub mod list;
pub mod notice;
pub mod popup;
pub mod scrollbar;
pub mod spinner;
pub mod table;
pub mod tabs;
pub mod text_area;
pub mod text_field;
pub mod viewport;
pub mod wrap;

mod edit;
mod words;

#[cfg(test)]
mod picture;
#[cfg(test)]
pub(super) mod typing;

/// What a widget did with a key or a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// The content is another.
    Changed,
    /// It was for the widget; the content is the same (the cursor moved, or there was nothing to do).
    Moved,
    /// It was not for the widget: the caller's own bindings may take it.
    Ignored,
}

impl Handled {
    pub fn is_ignored(self) -> bool {
        self == Self::Ignored
    }

    pub fn is_changed(self) -> bool {
        self == Self::Changed
    }
}
