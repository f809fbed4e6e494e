//! The children of a container, each as a hash of what is in it: all that a comparison keeps of a document.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher as _,
    ops::{ControlFlow, Range},
};

use bytes::Bytes;

use crate::document::{
    json::{
        scanner::{Frame, Scanner, Shape, Sink, Token},
        string::unquote_json,
    },
    query::{Followed, Places, Step},
    source::Source,
};

/// Items of a container that are compared; of more, only lines are.
pub(super) const MOST: usize = 1 << 20;
/// Bytes that are read between two words of progress.
const STEP: usize = 1 << 20;

/// A value, in some 80 bytes.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) start: u64,
    /// What it is, where it has something in it.
    pub(super) shape: Option<Shape>,
    /// The line of the pretty form that it begins on, and how many it has.
    pub(super) line: u64,
    pub(super) lines: u64,
    /// Of the member's key; 0 for items.
    pub(super) key: u64,
    /// Of what it says: the order of keys, escapes and what is ignored do not matter.
    pub(super) said: u64,
    /// Of how it is written, but for white space.
    pub(super) written: u64,
    /// The first of the keys that are like an id, by its place among them, and a hash of its value.
    pub(super) id: Option<(u8, u64)>,
    pub(super) followed: Followed,
    pub(super) ignored: bool,
}

/// Why a container could not be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unlisted {
    Cancelled,
    Invalid,
    TooMany,
}

/// How values are looked at.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub(super) places: &'a Places,
    pub(super) ids: &'a [String],
    /// Seeded anew each time, so that no document can be made to have the same hashes as another.
    pub(super) hasher: RandomState,
}

/// Lists the children of the container that begins at `parent`; without one, the values at the top of a document,
/// as items of one array where there may be many.
pub(super) fn children(
    look: &Look<'_>,
    source: &Source,
    many: bool,
    parent: Option<&Node>,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Vec<Node>, Unlisted> {
    let start = parent.map_or(0, |parent| parent.start);
    let followed = parent.map_or_else(|| look.places.start(), |parent| parent.followed);
    let mut listing = Listing {
        look,
        source,
        base: usize::from(parent.is_some()),
        many: many && parent.is_none(),
        followed,
        line: parent.map_or(0, |parent| parent.line + 1),
        found: Vec::new(),
        open: Vec::new(),
        next: Position { key: 0, followed, id: None },
        block: (0, Bytes::new()),
        too_many: false,
    };
    let mut scanner = Scanner::resume(start, Vec::new(), many && parent.is_none());
    loop {
        let block = source.block(scanner.offset());
        if block.is_empty() {
            let _ = scanner.finish(&mut listing);
            break;
        }
        let block = block.slice(..block.len().min(STEP));
        listing.block = (scanner.offset(), block.clone());
        let before = scanner.offset();
        let flow = scanner.feed(&block, &mut listing);
        if !go_on(scanner.offset() - before) {
            return Err(Unlisted::Cancelled);
        }
        if flow.is_break() {
            break;
        }
    }
    match scanner.fault() {
        Some(_) => Err(Unlisted::Invalid),
        None if listing.too_many => Err(Unlisted::TooMany),
        None => Ok(listing.found),
    }
}

fn is_escaped(token: &[u8]) -> bool {
    token.first() == Some(&b'"') && memchr::memchr(b'\\', token).is_some()
}

/// Joins hashes, in order. What is joined cannot be foreseen, as its hashes are seeded: so this need not be slow.
fn mix(a: u64, b: u64) -> u64 {
    let product =
        u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b.rotate_left(32) ^ 0xd1b5_4a32_d192_ed03);
    (product >> 64) as u64 ^ product as u64
}

/// The sink.
struct Listing<'a> {
    look: &'a Look<'a>,
    source: &'a Source,
    /// How many containers lie around the children.
    base: usize,
    /// Whether what is at the top are the items of an array.
    many: bool,
    /// To the container that is listed.
    followed: Followed,
    /// Of the next child.
    line: u64,
    found: Vec<Node>,
    open: Vec<Level>,
    next: Position,
    /// The block that is being read, so that a token is seldom looked up.
    block: (u64, Bytes),
    too_many: bool,
}

/// Where in its container the value is that comes next.
#[derive(Debug, Clone, Copy)]
struct Position {
    key: u64,
    followed: Followed,
    /// Where its key is one like an id.
    id: Option<u8>,
}

/// A container that is open.
struct Level {
    shape: Shape,
    start: u64,
    position: Position,
    lines: u64,
    /// Children, without those that are ignored, and with them.
    counts: (u64, u64),
    said: u64,
    written: u64,
    id: Option<(u8, u64)>,
}

impl Listing<'_> {
    fn hash(&self, what: impl std::hash::Hash) -> u64 {
        self.look.hasher.hash_one(what)
    }

    fn read(&self, range: Range<u64>) -> Bytes {
        let (start, block) = &self.block;
        if range.start >= *start && range.end <= start + block.len() as u64 {
            return block.slice((range.start - start) as usize..(range.end - start) as usize);
        }
        self.source.read(range)
    }

    /// The container that the next value lies in.
    fn around(&self) -> Followed {
        self.open.last().map_or(self.followed, |level| level.position.followed)
    }

    /// What a token says, as a hash and perhaps without its escapes.
    fn said(&self, bytes: &Bytes) -> u64 {
        if is_escaped(bytes) {
            let text = unquote_json(bytes);
            // What is no text is told apart by how it is written.
            if !text.contains(char::REPLACEMENT_CHARACTER) {
                return self.hash([b"\"", text.as_bytes(), b"\""].concat().as_slice());
            }
        }
        self.hash(&bytes[..])
    }

    fn key(&mut self, range: Range<u64>) {
        let bytes = self.read(range);
        let around = self.around();
        let is_listed = self.open.len() == 1 && !self.look.ids.is_empty();
        let text = (around != 0 || is_listed).then(|| unquote_json(&bytes));
        let text = text.as_deref().unwrap_or_default();
        self.next = Position {
            key: self.said(&bytes),
            followed: self.look.places.step(around, Step::Key(text)),
            id: if is_listed {
                (0..u8::MAX).zip(self.look.ids).find(|(_, id)| *id == text).map(|(id, _)| id)
            } else {
                None
            },
        };
    }

    /// A value begins, or is there whole.
    fn begin(&mut self, stack: &[Frame]) -> Position {
        let index = match stack.last() {
            Some(Frame { shape: Shape::Object, .. }) => return self.next,
            Some(frame) => frame.index,
            None if self.many => self.found.len() as u64,
            None => return self.next,
        };
        let followed = self.look.places.step(self.around(), Step::Index(index));
        Position { key: 0, followed, id: None }
    }

    fn scalar(&mut self, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        let position = self.begin(stack);
        let bytes = self.read(range.clone());
        let written = self.hash(&bytes[..]);
        let said = if is_escaped(&bytes) { self.said(&bytes) } else { written };
        if let (Some(id), Some(level)) = (position.id, self.open.last_mut())
            && level.id.is_none_or(|(best, _)| id < best)
        {
            level.id = Some((id, said));
        }
        self.add(self.node(range.start, None, position, 1, (said, written), None))
    }

    fn node(
        &self,
        start: u64,
        shape: Option<Shape>,
        position: Position,
        lines: u64,
        (said, written): (u64, u64),
        id: Option<(u8, u64)>,
    ) -> Node {
        let Position { key, followed, .. } = position;
        let ignored = self.look.places.is_reached(followed);
        Node { start, shape, line: 0, lines, key, said, written, id, followed, ignored }
    }

    fn close(&mut self) -> ControlFlow<()> {
        let Some(level) = self.open.pop() else { return ControlFlow::Break(()) };
        let shape = level.shape == Shape::Object;
        let said = mix(mix(level.said, level.counts.0), shape.into());
        let written = mix(mix(level.written, level.counts.1), shape.into());
        let lines = if level.counts.1 == 0 { 1 } else { level.lines + 2 };
        let filled = (level.counts.1 > 0).then_some(level.shape);
        self.add(self.node(level.start, filled, level.position, lines, (said, written), level.id))
    }

    /// Takes a value that has ended up in the container around it, or lists it.
    fn add(&mut self, mut node: Node) -> ControlFlow<()> {
        let Some(level) = self.open.last_mut() else {
            self.too_many = self.found.len() >= MOST;
            node.line = self.line;
            self.line += node.lines;
            self.found.push(node);
            return if self.too_many { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        };
        level.lines += node.lines;
        level.counts.1 += 1;
        level.written = mix(level.written, mix(node.key, node.written));
        if !node.ignored {
            level.counts.0 += 1;
            level.said = match level.shape {
                Shape::Object => level.said.wrapping_add(mix(node.key, node.said)),
                Shape::Array => mix(level.said, node.said),
            };
        }
        ControlFlow::Continue(())
    }
}

impl Sink for Listing<'_> {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        match token {
            Token::Comma | Token::Colon => {}
            Token::Key => self.key(range),
            Token::Open(_) if stack.len() < self.base => {}
            Token::Open(shape) => {
                let position = self.begin(stack);
                self.open.push(Level {
                    shape,
                    start: range.start,
                    position,
                    lines: 0,
                    counts: (0, 0),
                    said: 0,
                    written: 0,
                    id: None,
                });
            }
            Token::Close(_) => return self.close(),
            _ => return self.scalar(range, stack),
        }
        ControlFlow::Continue(())
    }
}
