//! What is held of a body that still arrives: the lines of a stream of events or of a log, to be read as they come.

use std::collections::VecDeque;

use super::super::widgets::{document_view::DocumentState, viewport::Step};

/// Bytes that are held: what arrived before them is in the whole body.
const HELD: usize = 1 << 20;
/// Bytes of one line. A longer one goes on in the next.
const LONGEST: usize = 16 << 10;

/// The lines that arrived, and where somebody is who reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// Bytes that arrived in all.
    received: u64,
    pieces: VecDeque<Piece>,
    /// Bytes of the lines.
    held: usize,
    /// The last line is still being written.
    is_open: bool,
    /// Lines that were let go again, to hold no more than [`HELD`].
    gone: usize,
    place: DocumentState,
    /// The reader is at the end, and goes on with it.
    is_following: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Line(Vec<u8>),
    /// So many bytes came too fast to be told.
    Gap(u64),
}

/// A line as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Text(String),
    /// So many bytes are missing here.
    Gap(u64),
}

impl Default for Tail {
    fn default() -> Self {
        Self {
            received: 0,
            pieces: VecDeque::new(),
            held: 0,
            is_open: false,
            gone: 0,
            place: DocumentState::default(),
            is_following: true,
        }
    }
}

impl Tail {
    pub fn received(&self) -> u64 {
        self.received
    }

    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Lines that were let go again.
    pub fn gone(&self) -> usize {
        self.gone
    }

    pub fn is_following(&self) -> bool {
        self.is_following
    }

    /// The line at an index among those that are held.
    pub fn line(&self, index: usize) -> Option<Shown> {
        Some(match self.pieces.get(index)? {
            Piece::Gap(bytes) => Shown::Gap(*bytes),
            Piece::Line(line) => {
                let text = String::from_utf8_lossy(line);
                Shown::Text(text.trim_end_matches(['\r', '\n']).to_owned())
            }
        })
    }

    /// Takes up more: `bytes` arrived by now, and these are the last of them.
    pub fn push(&mut self, bytes: u64, last: &[u8]) {
        let missing = bytes.saturating_sub(self.received + last.len() as u64);
        self.received = bytes;
        if missing > 0 {
            self.is_open = false;
            match self.pieces.back_mut() {
                Some(Piece::Gap(before)) => *before += missing,
                _ => self.pieces.push_back(Piece::Gap(missing)),
            }
        }
        for part in last.split_inclusive(|byte| *byte == b'\n') {
            self.append(part);
        }
        self.let_go();
        self.place.set_len(self.pieces.len());
        if self.is_following {
            self.place.go(Step::Last);
        }
    }

    fn append(&mut self, part: &[u8]) {
        match self.pieces.back_mut() {
            Some(Piece::Line(line)) if self.is_open && line.len() < LONGEST => line.extend_from_slice(part),
            _ => self.pieces.push_back(Piece::Line(part.to_vec())),
        }
        self.held += part.len();
        self.is_open = !part.ends_with(b"\n");
    }

    fn let_go(&mut self) {
        let before = self.pieces.len();
        while self.held > HELD
            && let Some(piece) = self.pieces.pop_front()
        {
            if let Piece::Line(line) = piece {
                self.held -= line.len();
            }
        }
        let gone = before - self.pieces.len();
        self.gone += gone;
        self.place.forget_first(gone);
    }

    /// Where the reader is.
    pub fn place(&self) -> &DocumentState {
        &self.place
    }

    /// Moves the reader, who goes on with the end again once there.
    pub fn read(&mut self, step: impl FnOnce(&mut DocumentState)) {
        let before = self.place.window(self.height()).start;
        let cursor = self.place.cursor();
        step(&mut self.place);
        let window = self.place.window(self.height());
        self.is_following = if self.place.cursor() == cursor {
            // The wheel or the scroll bar: they leave the cursor behind.
            window.end >= self.len() && (window.start > before || self.is_following)
        } else {
            self.place.cursor() + 1 >= self.len()
        };
        if self.is_following {
            self.place.go(Step::Last);
        }
    }

    fn height(&self) -> u16 {
        u16::try_from(self.place.viewport().page()).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests;
