//! Which edits belong together as one step of undo.

/// A kind of edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Typed,
    /// A space: it begins a step, so that undo goes word by word.
    Space,
    Deleted,
    /// A step by itself.
    Other,
}

impl Edit {
    pub(super) fn typed(c: char) -> Self {
        if c.is_whitespace() { Self::Space } else { Self::Typed }
    }

    /// It is part of the step that an edit of kind `last` was part of, if nothing came between.
    pub(super) fn continues(self, last: Self) -> bool {
        matches!(
            (last, self),
            (Self::Typed | Self::Space, Self::Typed)
                | (Self::Space, Self::Space)
                | (Self::Deleted, Self::Deleted)
        )
    }
}
