//! What the editor can take. Its engine counts lines and columns in 16 bits, and an edit costs time that grows
//! with the text: beyond this, the document view shows a body and the user's own editor changes it.

use std::fmt;

use tui_textarea::TextArea as Editor;

const BYTES: usize = 1 << 20;
const LINES: usize = 60_000;
const LINE: usize = 60_000;

/// The limit that a text passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// It is too large, in bytes.
    Bytes,
    /// It has too many lines.
    Lines,
    /// A line has too many characters.
    Line,
}

impl Limit {
    pub(super) fn passed_by(text: &str) -> Option<Self> {
        if text.len() > BYTES {
            Some(Self::Bytes)
        } else if text.split('\n').count() > LINES {
            Some(Self::Lines)
        } else if text.split('\n').any(|line| line.len() > LINE && line.chars().count() > LINE) {
            Some(Self::Line)
        } else {
            None
        }
    }

    /// The limit that would be passed with more text at the cursor.
    pub(super) fn passed_with(editor: &Editor<'_>, more: &str) -> Option<Self> {
        let lines = editor.lines();
        let here = lines.get(editor.cursor().0).map_or(0, |line| line.chars().count());
        let longest = more.split('\n').map(|line| line.chars().count()).max().unwrap_or_default();
        let size: usize = lines.iter().map(|line| line.len() + 1).sum();
        if size + more.len() > BYTES {
            Some(Self::Bytes)
        } else if lines.len() + more.matches('\n').count() > LINES {
            Some(Self::Lines)
        } else if here + longest > LINE {
            Some(Self::Line)
        } else {
            None
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes => write!(f, "more than {} MiB is not edited here", BYTES >> 20),
            Self::Lines => write!(f, "more than {LINES} lines are not edited here"),
            Self::Line => write!(f, "a line of more than {LINE} characters is not edited here"),
        }
    }
}
