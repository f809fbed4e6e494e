//! The grammar of RFC 9535, by recursive descent.

use super::{Comparison, Expr, Literal, Operand, Path, Pattern, Query, Segment, Selector};
use crate::document::query::QueryError;

/// Integers that a JSON number keeps exactly (section 2.1).
const LARGEST: i64 = (1 << 53) - 1;
/// Parentheses and filters in each other.
const DEEPEST: usize = 64;
/// Segments that are followed at once.
pub(super) const MOST_SEGMENTS: usize = 63;

pub(in crate::document::query) fn parse(text: &str) -> Result<Path, QueryError> {
    let mut parser = Parser { text, at: 0, absolutes: 0, depth: 0 };
    if !parser.eat('$') {
        return Err(parser.error("a JSONPath starts with `$`"));
    }
    let segments = parser.segments()?;
    if parser.at < text.len() {
        return Err(parser.error("expected `.`, `..`, `[` or the end"));
    }
    Ok(Path { segments, absolutes: parser.absolutes })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    absolutes: usize,
    depth: usize,
}

/// What stands in a comparison or for a test.
enum Term {
    Operand(Operand),
    /// A query that may find more than one node.
    Nodes(Query),
    Test(Pattern),
}

type Parsed<T> = Result<T, QueryError>;

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.at += if found { expected.len_utf8() } else { 0 };
        found
    }

    fn eat_text(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        self.at += if found { expected.len() } else { 0 };
        found
    }

    fn expect(&mut self, expected: char, message: &'static str) -> Parsed<()> {
        if self.eat(expected) { Ok(()) } else { Err(self.error(message)) }
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn error(&self, message: impl Into<String>) -> QueryError {
        let column = self.text.get(..self.at).unwrap_or_default().chars().count() + 1;
        QueryError { column, message: message.into() }
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("too many parentheses and filters in each other"));
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn segments(&mut self) -> Parsed<Vec<Segment>> {
        let mut segments = Vec::new();
        loop {
            let before = self.at;
            self.space();
            let Some(segment) = self.segment()? else {
                self.at = before;
                return Ok(segments);
            };
            segments.push(segment);
            if segments.len() > MOST_SEGMENTS {
                return Err(self.error(format!("more than {MOST_SEGMENTS} segments")));
            }
        }
    }

    fn segment(&mut self) -> Parsed<Option<Segment>> {
        let descendant = self.eat_text("..");
        let selectors = if self.peek() == Some('[') {
            self.nested(Self::bracket)?
        } else if descendant || self.eat('.') {
            vec![self.shorthand()?]
        } else {
            return Ok(None);
        };
        Ok(Some(Segment { descendant, selectors }))
    }

    /// What stands behind a dot.
    fn shorthand(&mut self) -> Parsed<Selector> {
        if self.eat('*') {
            return Ok(Selector::Wildcard);
        }
        let starts = |letter: char| letter.is_ascii_alphabetic() || letter == '_' || !letter.is_ascii();
        let rest = self.rest();
        let end = rest.find(|letter| !starts(letter) && !letter.is_ascii_digit()).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().to_owned();
        if !name.starts_with(starts) {
            return Err(self.error("expected a name or `*`: other keys stand in `['…']`"));
        }
        self.at += end;
        Ok(Selector::Name(name))
    }

    fn bracket(&mut self) -> Parsed<Vec<Selector>> {
        self.expect('[', "expected `[`")?;
        let mut selectors = Vec::new();
        loop {
            self.space();
            selectors.push(self.selector()?);
            self.space();
            if !self.eat(',') {
                self.expect(']', "expected `,` or `]`")?;
                return Ok(selectors);
            }
        }
    }

    fn selector(&mut self) -> Parsed<Selector> {
        match self.peek() {
            Some('*') => {
                self.at += 1;
                Ok(Selector::Wildcard)
            }
            Some('?') => {
                self.at += 1;
                self.space();
                Ok(Selector::Filter(self.or()?))
            }
            Some('\'' | '"') => Ok(Selector::Name(self.string()?)),
            Some(':' | '-' | '0'..='9') => self.index_or_slice(),
            _ => Err(self.error("expected a name in quotes, an index, a slice, `*` or `?`")),
        }
    }

    fn index_or_slice(&mut self) -> Parsed<Selector> {
        let start = self.integer()?;
        let before = self.at;
        self.space();
        if !self.eat(':') {
            self.at = before;
            return start.map(Selector::Index).ok_or_else(|| self.error("expected an index"));
        }
        self.space();
        let end = self.integer()?;
        self.space();
        let mut step = None;
        if self.eat(':') {
            self.space();
            step = self.integer()?;
        }
        Ok(Selector::Slice { start, end, step: step.unwrap_or(1) })
    }

    fn integer(&mut self) -> Parsed<Option<i64>> {
        let rest = self.rest();
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        let length = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
        let sign = rest.len() - digits.len();
        if sign + length == 0 {
            return Ok(None);
        }
        let written = rest.get(..sign + length).unwrap_or_default();
        let plain = written == "0" || !digits.starts_with('0');
        let number = written.parse::<i64>().ok().filter(|number| plain && number.abs() <= LARGEST);
        match number {
            Some(number) => {
                self.at += sign + length;
                Ok(Some(number))
            }
            None => Err(self.error("no index is written like this")),
        }
    }

    fn string(&mut self) -> Parsed<String> {
        let Some(quote @ ('\'' | '"')) = self.peek() else { return Err(self.error("expected a string")) };
        self.at += 1;
        let mut out = String::new();
        loop {
            let Some(letter) = self.peek() else { return Err(self.error("the string has no end")) };
            match letter {
                '\\' => {
                    self.at += 1;
                    out.push(self.escape(quote)?);
                }
                _ if letter == quote => {
                    self.at += 1;
                    return Ok(out);
                }
                control if u32::from(control) < 0x20 => {
                    return Err(self.error("a control character in a string is written `\\uXXXX`"));
                }
                _ => {
                    self.at += letter.len_utf8();
                    out.push(letter);
                }
            }
        }
    }

    fn escape(&mut self, quote: char) -> Parsed<char> {
        let letter = self.peek();
        self.at += letter.map_or(0, char::len_utf8);
        Ok(match letter {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(same @ ('/' | '\\')) => same,
            Some(same) if same == quote => same,
            Some('u') => return self.unicode(),
            _ => return Err(self.error("no such escape")),
        })
    }

    fn unicode(&mut self) -> Parsed<char> {
        let first = self.hex4()?;
        let code = match first {
            0xd800..0xdc00 if self.eat_text("\\u") => {
                let second = self.hex4()?;
                let low = second.wrapping_sub(0xdc00);
                if low >= 0x400 {
                    return Err(self.error("expected the second half of a surrogate pair"));
                }
                0x10000 + ((first - 0xd800) << 10) + low
            }
            _ => first,
        };
        char::from_u32(code).ok_or_else(|| self.error("half of a surrogate pair"))
    }

    fn hex4(&mut self) -> Parsed<u32> {
        let digits =
            self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += if code.is_some() { 4 } else { 0 };
        code.ok_or_else(|| self.error("expected four hexadecimal digits"))
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut all = vec![self.and()?];
        loop {
            self.space();
            if !self.eat_text("||") {
                break;
            }
            self.space();
            all.push(self.and()?);
        }
        Ok(if all.len() > 1 { Expr::Or(all) } else { all.remove(0) })
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut all = vec![self.basic()?];
        loop {
            self.space();
            if !self.eat_text("&&") {
                break;
            }
            self.space();
            all.push(self.basic()?);
        }
        Ok(if all.len() > 1 { Expr::And(all) } else { all.remove(0) })
    }

    fn basic(&mut self) -> Parsed<Expr> {
        if self.eat('!') {
            self.space();
            let inner = if self.peek() == Some('(') { self.parenthesis()? } else { self.test_only()? };
            return Ok(Expr::Not(Box::new(inner)));
        }
        if self.peek() == Some('(') {
            return self.parenthesis();
        }
        let left = self.term()?;
        let before = self.at;
        self.space();
        match (self.comparison(), left) {
            (Some(comparison), left) => {
                let left = self.comparable(left)?;
                self.space();
                let right = self.term()?;
                let right = self.comparable(right)?;
                Ok(Expr::Compare(left, comparison, right))
            }
            (None, left) => {
                self.at = before;
                self.test(left)
            }
        }
    }

    fn parenthesis(&mut self) -> Parsed<Expr> {
        self.at += 1;
        self.nested(|parser| {
            parser.space();
            let inner = parser.or()?;
            parser.space();
            parser.expect(')', "expected `)`, `&&` or `||`")?;
            Ok(inner)
        })
    }

    fn test_only(&mut self) -> Parsed<Expr> {
        let term = self.term()?;
        self.test(term)
    }

    /// A term that stands alone.
    fn test(&self, term: Term) -> Parsed<Expr> {
        match term {
            Term::Nodes(query) | Term::Operand(Operand::Singular(query)) => Ok(Expr::Exists(query)),
            Term::Test(pattern) => Ok(Expr::Test(pattern)),
            Term::Operand(_) => Err(self.error("a value alone is no condition: compare it")),
        }
    }

    fn comparable(&self, term: Term) -> Parsed<Operand> {
        match term {
            Term::Operand(operand) => Ok(operand),
            Term::Nodes(_) => Err(self.error("a query that may find several nodes cannot be compared")),
            Term::Test(_) => Err(self.error("`match` and `search` are conditions: they cannot be compared")),
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let table = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        table.into_iter().find(|(sign, _)| self.eat_text(sign)).map(|(_, comparison)| comparison)
    }

    fn term(&mut self) -> Parsed<Term> {
        match self.peek() {
            Some('@' | '$') => {
                let query = self.query()?;
                Ok(if query.is_singular() {
                    Term::Operand(Operand::Singular(query))
                } else {
                    Term::Nodes(query)
                })
            }
            Some('\'' | '"') => Ok(Term::Operand(Operand::Literal(Literal::String(self.string()?)))),
            Some('-' | '0'..='9') => Ok(Term::Operand(Operand::Literal(Literal::Number(self.number()?)))),
            Some('a'..='z') => self.word(),
            _ => Err(self.error("expected `@`, `$`, a literal or a function")),
        }
    }

    fn query(&mut self) -> Parsed<Query> {
        let absolute = self.eat('$').then(|| {
            self.absolutes += 1;
            self.absolutes - 1
        });
        if absolute.is_none() {
            self.expect('@', "expected a query: `@` or `$`")?;
        }
        Ok(Query { absolute, segments: self.nested(Self::segments)? })
    }

    fn number(&mut self) -> Parsed<f64> {
        let rest = self.rest();
        let end = rest
            .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let written = rest.get(..end).unwrap_or_default();
        // The grammar of JSON's numbers; serde_json knows it.
        let number = serde_json::from_str::<serde_json::Number>(written).ok();
        let number = number.and_then(|number| number.as_f64()).or_else(|| written.parse().ok());
        let is_json = crate::document::check_json(written).is_ok();
        self.at += if is_json { end } else { 0 };
        number.filter(|_| is_json).ok_or_else(|| self.error("no number is written like this"))
    }

    fn word(&mut self) -> Parsed<Term> {
        let rest = self.rest();
        let end = rest
            .find(|letter: char| !letter.is_ascii_lowercase() && !letter.is_ascii_digit() && letter != '_')
            .unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default().to_owned();
        let literal = match word.as_str() {
            "true" => Some(Literal::Boolean(true)),
            "false" => Some(Literal::Boolean(false)),
            "null" => Some(Literal::Null),
            _ => None,
        };
        if let Some(literal) = literal {
            self.at += end;
            return Ok(Term::Operand(Operand::Literal(literal)));
        }
        if !matches!(word.as_str(), "length" | "count" | "value" | "match" | "search") {
            return Err(self.error("no such function: length, count, value, match and search are there"));
        }
        self.at += end;
        self.expect('(', "expected `(`")?;
        self.nested(|parser| parser.call(&word))
    }

    fn call(&mut self, function: &str) -> Parsed<Term> {
        self.space();
        let term = match function {
            "count" => Term::Operand(Operand::Count(self.query()?)),
            "value" => Term::Operand(Operand::Value(self.query()?)),
            "length" => Term::Operand(Operand::Length(Box::new(self.argument()?))),
            _ => {
                let text = self.argument()?;
                self.space();
                self.expect(',', "expected `,` and a pattern")?;
                self.space();
                Term::Test(Pattern { text, regex: self.argument()?, whole: function == "match" })
            }
        };
        self.space();
        self.expect(')', "expected `)`")?;
        Ok(term)
    }

    fn argument(&mut self) -> Parsed<Operand> {
        let term = self.term()?;
        self.comparable(term)
    }
}

impl Query {
    /// Whether it finds one node at most, by its form (section 2.3.5.1).
    fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| {
            !segment.descendant
                && matches!(segment.selectors.as_slice(), [Selector::Name(_) | Selector::Index(_)])
        })
    }
}
