//! A row of the pretty form as a line of classed spans.

use std::ops::Range;

use super::{
    layout::{Piece, Row},
    scanner::{Shape, Token},
};
use crate::document::{
    line::{Class, Line, LineBuilder},
    source::Source,
};

/// Columns of a level of indentation.
const INDENT: usize = 2;

pub(crate) fn line(row: &Row, source: &Source, columns: Range<usize>) -> Line {
    let range = row.range();
    let mut line = LineBuilder::new(row.number as usize, range.clone(), columns);
    indent(&mut line, row.depth, range.start);
    let (joined, folded) = (row.is_joined(), row.folded());
    let mut shape = Shape::Array;
    let mut previous = None;
    for (piece, range) in &row.pieces {
        if line.is_full() {
            line.cut();
            break;
        }
        match piece {
            Piece::Folded(_) => line.stand_in(Class::Placeholder, "…", range.clone()),
            // The count takes its place.
            Piece::Token(Token::Comma) if folded.is_some() => {}
            Piece::Token(token) => {
                if is_spaced(previous, *token, joined) {
                    line.insert(Class::Text, " ", range.start);
                }
                if let Token::Open(opened) = token {
                    shape = *opened;
                }
                let (start, column) = source.reach(range, line.column(), line.first());
                line.pass(column);
                let wanted = start..range.end.min(start.saturating_add(line.room()));
                line.push(class(*token), start, &source.read(wanted));
                previous = Some(*token);
            }
        }
    }
    if let Some(children) = folded {
        line.insert(Class::Placeholder, &count(shape, children), range.end);
    }
    line.finish()
}

fn indent(line: &mut LineBuilder, depth: usize, at: u64) {
    const SPACES: &str = "                                ";
    let mut left = depth * INDENT;
    while left > 0 {
        let step = left.min(SPACES.len());
        line.insert(Class::Text, &SPACES[..step], at);
        left -= step;
    }
}

/// Whether a space stands between two tokens of a line.
fn is_spaced(previous: Option<Token>, token: Token, joined: bool) -> bool {
    match (previous, token) {
        (Some(Token::Colon), _) => true,
        (Some(Token::Comma), _) => joined,
        (Some(Token::Open(Shape::Object)), token) => joined && !matches!(token, Token::Close(_)),
        (Some(previous), Token::Close(Shape::Object)) => joined && !matches!(previous, Token::Open(_)),
        _ => false,
    }
}

fn class(token: Token) -> Class {
    match token {
        Token::Open(_) | Token::Close(_) | Token::Comma | Token::Colon => Class::Punctuation,
        Token::Key => Class::Key,
        Token::String => Class::String,
        Token::Number => Class::Number,
        Token::Boolean => Class::Boolean,
        Token::Null => Class::Null,
    }
}

fn count(shape: Shape, children: u64) -> String {
    let noun = match (shape, children) {
        (Shape::Object, 1) => "key",
        (Shape::Object, _) => "keys",
        (Shape::Array, 1) => "item",
        (Shape::Array, _) => "items",
    };
    format!(" {children} {noun}")
}
