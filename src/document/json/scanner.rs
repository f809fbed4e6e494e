//! A JSON tokenizer and validator (RFC 8259) that can stop after any byte and go on with the next.
//!
//! It keeps the row of open containers, with the position in each, and nothing else: it can be put down at the
//! start of any value or key and go on from there.

use std::ops::{ControlFlow, Range};

/// Containers open at once that are followed; deeper is an error, as in every parser, though far later.
pub(crate) const MAX_DEPTH: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Object,
    Array,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Open(Shape),
    Close(Shape),
    Comma,
    Colon,
    Key,
    String,
    Number,
    Boolean,
    Null,
}

impl Token {
    /// Whether a value begins with it.
    pub(crate) fn starts_value(self) -> bool {
        !matches!(self, Self::Close(_) | Self::Comma | Self::Colon | Self::Key)
    }
}

/// An open container and the position in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) shape: Shape,
    /// The offset of its bracket.
    pub(crate) open: u64,
    /// The number of the child that is being read, from 0.
    pub(crate) index: u64,
    /// The offset of that child's key, in an object.
    pub(crate) key: u64,
}

/// Where a document stops being JSON, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) offset: u64,
    pub(crate) message: &'static str,
}

/// What is told of each token. The stack is the token's path: without the container that it opens or closes, and
/// with the position of the child that it is, or belongs to.
pub(crate) trait Sink {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()>;
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value: after a colon, after a comma in an array, at the start.
    Value,
    FirstValueOrEnd,
    Key,
    FirstKeyOrEnd,
    Colon,
    CommaOrEnd,
    /// The value is whole.
    Nothing,
}

/// The part of a token that has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Partial {
    None,
    String,
    Escape,
    /// Digits of `\uXXXX` that are still to come.
    Unicode(u8),
    Number(Digits),
    /// The rest of `true`, `false` or `null`.
    Literal(&'static [u8], Token),
}

/// Where in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Digits {
    Minus,
    Zero,
    Integer,
    Point,
    Fraction,
    E,
    Sign,
    Exponent,
}

#[derive(Debug, Clone)]
pub(crate) struct Scanner {
    /// Of the next byte.
    offset: u64,
    start: u64,
    partial: Partial,
    expect: Expect,
    stack: Vec<Frame>,
    /// Whether values may follow each other, as in NDJSON.
    many: bool,
    fault: Option<Fault>,
}

impl Scanner {
    /// At the start of a document; `many` when values may follow each other.
    pub(crate) fn new(many: bool) -> Self {
        Self::resume(0, Vec::new(), many)
    }

    /// At the start of a key, or of a value that has none, which lies in `stack`.
    pub(crate) fn resume(offset: u64, stack: Vec<Frame>, many: bool) -> Self {
        let expect = match stack.last() {
            Some(Frame { shape: Shape::Object, .. }) => Expect::Key,
            _ => Expect::Value,
        };
        Self { offset, start: offset, partial: Partial::None, expect, stack, many, fault: None }
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Where the token begins that has been read in part; the next byte where there is none.
    pub(crate) fn token_start(&self) -> u64 {
        if self.partial == Partial::None { self.offset } else { self.start }
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Whether the next byte belongs to a string that is no key, and is not part of an escape.
    pub(crate) fn is_in_value(&self) -> bool {
        self.partial == Partial::String && !matches!(self.expect, Expect::Key | Expect::FirstKeyOrEnd)
    }

    /// Goes on at a later place of the string that the next byte belongs to.
    pub(crate) fn skip_in_string(&mut self, offset: u64) {
        if self.is_in_value() {
            self.offset = offset.max(self.offset);
        }
    }

    /// Reads on. Breaks when the sink does, or at a fault, after which nothing more is read.
    pub(crate) fn feed(&mut self, bytes: &[u8], sink: &mut impl Sink) -> ControlFlow<()> {
        let base = self.offset;
        let mut at = 0;
        let flow = self.run(bytes, base, &mut at, sink);
        self.offset = base + at as u64;
        flow
    }

    /// The end of the document: the last number ends with it, and anything else that is open is a fault.
    pub(crate) fn finish(&mut self, sink: &mut impl Sink) -> ControlFlow<()> {
        if self.fault.is_some() {
            return ControlFlow::Break(());
        }
        if let Partial::Number(Digits::Zero | Digits::Integer | Digits::Fraction | Digits::Exponent) =
            self.partial
        {
            self.value(Token::Number, self.offset, sink)?;
        }
        let message = match (self.partial, self.expect) {
            (Partial::String | Partial::Escape | Partial::Unicode(_), _) => {
                "the text ends in a string: expected `\"`"
            }
            (Partial::Number(_), _) => "the text ends in a number: expected a digit",
            (Partial::Literal(..), _) => "the text ends in a word: expected `true`, `false` or `null`",
            (Partial::None, Expect::Nothing) => return ControlFlow::Continue(()),
            (Partial::None, Expect::Value) if self.many && self.stack.is_empty() => {
                return ControlFlow::Continue(());
            }
            (Partial::None, Expect::Value) => "the text ends here: expected a value",
            (Partial::None, Expect::FirstValueOrEnd) => "the text ends here: expected a value or `]`",
            (Partial::None, Expect::Key) => "the text ends here: expected a key in double quotes",
            (Partial::None, Expect::FirstKeyOrEnd) => {
                "the text ends here: expected a key in double quotes or `}`"
            }
            (Partial::None, Expect::Colon) => "the text ends here: expected `:`",
            (Partial::None, Expect::CommaOrEnd) if self.in_object() => {
                "the text ends here: expected `,` or `}`"
            }
            (Partial::None, Expect::CommaOrEnd) => "the text ends here: expected `,` or `]`",
        };
        self.fail(self.offset, message)
    }

    fn run(&mut self, bytes: &[u8], base: u64, at: &mut usize, sink: &mut impl Sink) -> ControlFlow<()> {
        if self.fault.is_some() {
            return ControlFlow::Break(());
        }
        loop {
            match self.partial {
                Partial::None => {
                    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(*at) {
                        *at += 1;
                    }
                    let Some(&byte) = bytes.get(*at) else { return ControlFlow::Continue(()) };
                    self.start = base + *at as u64;
                    *at += 1;
                    if let broken @ ControlFlow::Break(()) = self.begin(byte, sink) {
                        if self.fault.is_some() {
                            *at -= 1;
                        }
                        return broken;
                    }
                }
                Partial::String => {
                    *at += plain_length(bytes.get(*at..).unwrap_or_default());
                    let Some(&byte) = bytes.get(*at) else { return ControlFlow::Continue(()) };
                    match byte {
                        b'"' => {
                            *at += 1;
                            self.string(base + *at as u64, sink)?;
                        }
                        b'\\' => {
                            *at += 1;
                            self.partial = Partial::Escape;
                        }
                        _ => return self.fail(base + *at as u64, control_message(byte)),
                    }
                }
                _ => {
                    let Some(&byte) = bytes.get(*at) else { return ControlFlow::Continue(()) };
                    if self.inner(byte, base + *at as u64, sink)? {
                        *at += 1;
                    }
                }
            }
        }
    }

    /// A byte of an escape, number or word; false when it does not belong to the number that it ends.
    fn inner(&mut self, byte: u8, at: u64, sink: &mut impl Sink) -> ControlFlow<(), bool> {
        match self.partial {
            Partial::Escape => {
                self.partial = match byte {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Partial::String,
                    b'u' => Partial::Unicode(4),
                    _ => {
                        return self.fail_in(
                            at,
                            "no such escape: one of `\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX`",
                        );
                    }
                };
            }
            Partial::Unicode(left) => {
                if !byte.is_ascii_hexdigit() {
                    return self.fail_in(at, "expected four hexadecimal digits after `\\u`");
                }
                self.partial = if left == 1 { Partial::String } else { Partial::Unicode(left - 1) };
            }
            Partial::Literal(rest, token) => match rest.split_first() {
                Some((expected, rest)) if *expected == byte => {
                    self.partial = Partial::Literal(rest, token);
                    if rest.is_empty() {
                        self.value(token, at + 1, sink)?;
                    }
                }
                _ => {
                    return self
                        .fail_in(self.start, "expected a value: `true`, `false` and `null` are its words");
                }
            },
            Partial::Number(digits) => match digits.next(byte) {
                Step::Inside(next) => self.partial = Partial::Number(next),
                Step::End => {
                    self.value(Token::Number, at, sink)?;
                    return ControlFlow::Continue(false);
                }
                Step::Wrong(message) => return self.fail_in(at, message),
            },
            Partial::None | Partial::String => {}
        }
        ControlFlow::Continue(true)
    }

    /// The first byte of a token.
    #[inline]
    fn begin(&mut self, byte: u8, sink: &mut impl Sink) -> ControlFlow<()> {
        let end = self.start + 1;
        match (byte, self.expect) {
            (b'"', Expect::Value | Expect::FirstValueOrEnd | Expect::Key | Expect::FirstKeyOrEnd) => {
                self.partial = Partial::String;
            }
            (b',', Expect::CommaOrEnd) => {
                self.expect = if self.in_object() { Expect::Key } else { Expect::Value };
                sink.token(Token::Comma, self.start..end, &self.stack)?;
                if let Some(frame) = self.stack.last_mut() {
                    frame.index += 1;
                }
            }
            (b':', Expect::Colon) => {
                self.expect = Expect::Value;
                sink.token(Token::Colon, self.start..end, &self.stack)?;
            }
            (b'{' | b'[', Expect::Value | Expect::FirstValueOrEnd) => return self.open(byte, sink),
            (b'{' | b'[', Expect::Nothing) if self.many => return self.open(byte, sink),
            (b'}', Expect::CommaOrEnd | Expect::FirstKeyOrEnd) if self.in_object() => {
                return self.close(Shape::Object, sink);
            }
            (b']', Expect::CommaOrEnd | Expect::FirstValueOrEnd) if !self.in_object() => {
                return self.close(Shape::Array, sink);
            }
            (_, Expect::Value | Expect::FirstValueOrEnd) => return self.scalar(byte),
            (_, Expect::Nothing) if self.many => {
                if byte == b'"' {
                    self.partial = Partial::String;
                } else {
                    return self.scalar(byte);
                }
            }
            _ => return self.unexpected(byte),
        }
        ControlFlow::Continue(())
    }

    fn scalar(&mut self, byte: u8) -> ControlFlow<()> {
        self.partial = match byte {
            b'-' => Partial::Number(Digits::Minus),
            b'0' => Partial::Number(Digits::Zero),
            b'1'..=b'9' => Partial::Number(Digits::Integer),
            b't' => Partial::Literal(b"rue", Token::Boolean),
            b'f' => Partial::Literal(b"alse", Token::Boolean),
            b'n' => Partial::Literal(b"ull", Token::Null),
            _ => return self.unexpected(byte),
        };
        ControlFlow::Continue(())
    }

    fn open(&mut self, byte: u8, sink: &mut impl Sink) -> ControlFlow<()> {
        if self.stack.len() >= MAX_DEPTH {
            return self.fail(self.start, "more than 10,000 containers are open here");
        }
        let shape = if byte == b'{' { Shape::Object } else { Shape::Array };
        let told = sink.token(Token::Open(shape), self.start..self.start + 1, &self.stack);
        self.expect = match shape {
            Shape::Object => Expect::FirstKeyOrEnd,
            Shape::Array => Expect::FirstValueOrEnd,
        };
        self.stack.push(Frame { shape, open: self.start, index: 0, key: 0 });
        told
    }

    fn close(&mut self, shape: Shape, sink: &mut impl Sink) -> ControlFlow<()> {
        self.stack.pop();
        self.value_ended();
        sink.token(Token::Close(shape), self.start..self.start + 1, &self.stack)
    }

    /// The string that ends before `end`: a key or a value.
    fn string(&mut self, end: u64, sink: &mut impl Sink) -> ControlFlow<()> {
        if matches!(self.expect, Expect::Key | Expect::FirstKeyOrEnd) {
            self.partial = Partial::None;
            self.expect = Expect::Colon;
            if let Some(frame) = self.stack.last_mut() {
                frame.key = self.start;
            }
            return sink.token(Token::Key, self.start..end, &self.stack);
        }
        self.value(Token::String, end, sink)
    }

    /// A value that is no container ends before `end`.
    fn value(&mut self, token: Token, end: u64, sink: &mut impl Sink) -> ControlFlow<()> {
        self.partial = Partial::None;
        self.value_ended();
        sink.token(token, self.start..end, &self.stack)
    }

    fn value_ended(&mut self) {
        self.expect = if self.stack.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
    }

    fn in_object(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { shape: Shape::Object, .. }))
    }

    fn fail(&mut self, offset: u64, message: &'static str) -> ControlFlow<()> {
        self.fault = Some(Fault { offset, message });
        ControlFlow::Break(())
    }

    fn fail_in(&mut self, offset: u64, message: &'static str) -> ControlFlow<(), bool> {
        self.fault = Some(Fault { offset, message });
        ControlFlow::Break(())
    }

    #[cold]
    fn unexpected(&mut self, byte: u8) -> ControlFlow<()> {
        let message = match (self.expect, byte) {
            (Expect::Nothing, _) => "the value is whole here: nothing may follow it",
            (_, b'\'') => "strings and keys stand in double quotes",
            (_, b'/' | b'#') => "JSON has no comments",
            (Expect::Colon, _) => "expected `:`",
            (Expect::CommaOrEnd, _) if self.in_object() => "expected `,` or `}`",
            (Expect::CommaOrEnd, _) => "expected `,` or `]`",
            (Expect::Key, b'}') => "expected a key in double quotes: no comma stands before `}`",
            (Expect::Key, _) => "expected a key in double quotes",
            (Expect::FirstKeyOrEnd, _) => "expected a key in double quotes or `}`",
            (Expect::Value, b']') => "expected a value: no comma stands before `]`",
            (Expect::Value, b'+' | b'.') => "expected a value: a number starts with a digit or `-`",
            (Expect::Value, _) => "expected a value",
            (Expect::FirstValueOrEnd, _) => "expected a value or `]`",
        };
        self.fail(self.start, message)
    }
}

/// What a byte is to a number.
enum Step {
    Inside(Digits),
    End,
    Wrong(&'static str),
}

impl Digits {
    fn next(self, byte: u8) -> Step {
        match (self, byte) {
            (Self::Minus, b'0') => Step::Inside(Self::Zero),
            (Self::Minus, b'1'..=b'9') | (Self::Integer, b'0'..=b'9') => Step::Inside(Self::Integer),
            (Self::Zero, b'0'..=b'9') => Step::Wrong("no digit follows a leading zero"),
            (Self::Zero | Self::Integer, b'.') => Step::Inside(Self::Point),
            (Self::Point | Self::Fraction, b'0'..=b'9') => Step::Inside(Self::Fraction),
            (Self::Zero | Self::Integer | Self::Fraction, b'e' | b'E') => Step::Inside(Self::E),
            (Self::E, b'+' | b'-') => Step::Inside(Self::Sign),
            (Self::E | Self::Sign | Self::Exponent, b'0'..=b'9') => Step::Inside(Self::Exponent),
            (Self::Minus | Self::Point | Self::E | Self::Sign, _) => Step::Wrong("expected a digit"),
            _ => Step::End,
        }
    }
}

fn control_message(byte: u8) -> &'static str {
    match byte {
        b'\n' | b'\r' => "a line break in a string is written `\\n`",
        b'\t' => "a tab in a string is written `\\t`",
        _ => "a control character in a string is written `\\uXXXX`",
    }
}

/// How many bytes at the start are plain text of a string: no quote, backslash or control character.
///
/// Eight at a time: strings are most of a document's bytes.
#[inline]
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = control | zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\')));
        if found != 0 {
            // A borrow may raise false marks, though only above the first true one.
            return index * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    words.len() * 8 + rest.iter().position(special).unwrap_or(rest.len())
}
