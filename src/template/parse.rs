//! Template text to pieces. Nothing here knows a value: a text is parsed the same in every scope.
//!
//! ```text
//! text       = *( literal / "{{" pipeline "}}" )
//! pipeline   = primary *( "|" name [ arguments ] )
//! primary    = string / number / name / name arguments
//! arguments  = "(" [ pipeline *( "," pipeline ) ] ")"
//! name       = ( letter / "_" ) *( letter / digit / "_" / "-" / "." )
//! string     = DQUOTE *( char / "\" escape ) DQUOTE, or the same with single quotes
//! ```
//!
//! Of three or more braces in a row the last two open an expression, so that `{{{ id }}: 1}` and any literal
//! brace before an expression mean what they look like.

use std::ops::Range;

use super::TemplateError;

/// Calls and pipes within each other; more is no template that anyone wrote, and would outgrow a thread's stack.
const MAX_DEPTH: usize = 96;
const LITERAL_BRACES: &str = r#"for literal braces write {{ "{{" }}"#;

/// A part of a template; the pieces of a text cover it without gaps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub span: Range<usize>,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Text,
    Expression(Result<Expr, TemplateError>),
}

/// What stands between braces; spans are bytes of the whole text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr {
    pub span: Range<usize>,
    pub kind: ExprKind,
    /// Levels of calls in it.
    depth: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ExprKind {
    Literal(String),
    Variable(String),
    /// A pipe is a call whose first argument stands before it.
    Call {
        function: String,
        name: Range<usize>,
        arguments: Vec<Expr>,
    },
}

/// The pieces of `text`. An expression that cannot be read is a piece too, up to its end as far as that can be told.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(open) = opening(text, at) {
        if open > at {
            pieces.push(Piece { span: at..open, content: Content::Text });
        }
        let mut parser = Parser { text, at: open + 2, nesting: 0 };
        let parsed = parser.expression(open);
        at = if parsed.is_ok() { parser.at } else { end_of_broken(text, open + 2) };
        pieces.push(Piece { span: open..at, content: Content::Expression(parsed) });
    }
    if at < text.len() {
        pieces.push(Piece { span: at..text.len(), content: Content::Text });
    }
    pieces
}

/// Where the next expression's braces are, at or after `from`.
fn opening(text: &str, from: usize) -> Option<usize> {
    let first = from + memchr::memmem::find(text.as_bytes().get(from..)?, b"{{")?;
    let run = text.as_bytes().get(first..)?.iter().take_while(|byte| **byte == b'{').count();
    Some(first + run - 2)
}

/// The end of an expression that cannot be read: its closing braces, or else what comes before the next expression
/// or the line's end, so that an expression being typed does not colour the rest of the text.
fn end_of_broken(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let line = rest.find('\n').unwrap_or(rest.len());
    let next = rest.find("{{").unwrap_or(rest.len());
    let limit = line.min(next);
    rest[..limit].find("}}").map_or(from + limit, |close| from + close + 2)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    nesting: usize,
}

impl<'a> Parser<'a> {
    /// From after the opening braces to after the closing ones.
    fn expression(&mut self, open: usize) -> Result<Expr, TemplateError> {
        self.skip_space();
        if self.rest().starts_with("}}") {
            return Err(TemplateError::syntax(open..self.at + 2, "an expression without a name")
                .hint("write a variable's name between the braces"));
        }
        let expr = self.pipeline()?;
        if self.rest().starts_with("}}") {
            self.at += 2;
            return Ok(expr);
        }
        match self.peek() {
            None => Err(TemplateError::syntax(open..self.at, "an expression without its closing `}}`")
                .hint(LITERAL_BRACES)),
            Some(other) => {
                Err(self.unexpected(&format!("expected `|` or `}}}}`, not `{}`", other.escape_debug())))
            }
        }
    }

    fn pipeline(&mut self) -> Result<Expr, TemplateError> {
        let mut expr = self.primary()?;
        self.skip_space();
        while self.eat('|') {
            self.skip_space();
            let (function, name) = self.name("a function's name after `|`")?;
            let mut arguments = vec![];
            let start = expr.span.start;
            arguments.push(expr);
            self.arguments(&mut arguments)?;
            let kind = ExprKind::Call { function, name, arguments };
            expr = self.made(start, kind)?;
            self.skip_space();
        }
        Ok(expr)
    }

    fn primary(&mut self) -> Result<Expr, TemplateError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(quote @ ('"' | '\'')) => ExprKind::Literal(self.string(quote)?),
            Some(char) if char.is_ascii_digit() || char == '-' => ExprKind::Literal(self.number()?),
            _ => {
                let (function, name) = self.name("a variable, a call or a quoted text")?;
                let mut arguments = vec![];
                if self.arguments(&mut arguments)? {
                    ExprKind::Call { function, name, arguments }
                } else {
                    ExprKind::Variable(function)
                }
            }
        };
        self.made(start, kind)
    }

    /// The expression from `start` up to here, unless it is too deep to be evaluated.
    fn made(&self, start: usize, kind: ExprKind) -> Result<Expr, TemplateError> {
        let depth = match &kind {
            ExprKind::Call { arguments, .. } => {
                arguments.iter().map(|argument| argument.depth).max().unwrap_or(0) + 1
            }
            _ => 0,
        };
        if depth > MAX_DEPTH {
            return Err(self.unexpected("calls are nested too deep"));
        }
        Ok(Expr { span: start..self.at, kind, depth })
    }

    /// Adds what stands in parentheses, if they follow at once; says whether they did.
    fn arguments(&mut self, into: &mut Vec<Expr>) -> Result<bool, TemplateError> {
        if !self.eat('(') {
            return Ok(false);
        }
        self.nesting += 1;
        if self.nesting > MAX_DEPTH {
            return Err(self.unexpected("calls are nested too deep"));
        }
        self.skip_space();
        while !self.eat(')') {
            into.push(self.pipeline()?);
            self.skip_space();
            if self.eat(',') {
                self.skip_space();
            } else if self.peek() != Some(')') {
                return Err(self.unexpected("expected `,` or `)` after an argument"));
            }
        }
        self.nesting -= 1;
        Ok(true)
    }

    fn name(&mut self, wanted: &str) -> Result<(String, Range<usize>), TemplateError> {
        let begins = |char: char| char.is_alphabetic() || char == '_';
        let goes_on = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.');
        let rest = self.rest();
        if !rest.starts_with(begins) {
            return Err(self.unexpected(&format!("expected {wanted}")));
        }
        let length = rest.find(|char| !goes_on(char)).unwrap_or(rest.len());
        let span = self.at..self.at + length;
        self.at = span.end;
        Ok((rest[..length].to_owned(), span))
    }

    fn number(&mut self) -> Result<String, TemplateError> {
        let rest = self.rest();
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        let length = digits.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(digits.len());
        let number = &rest[..rest.len() - digits.len() + length];
        if !number.ends_with(|char: char| char.is_ascii_digit()) || number.parse::<f64>().is_err() {
            return Err(self.unexpected("expected a number"));
        }
        self.at += number.len();
        Ok(number.to_owned())
    }

    fn string(&mut self, quote: char) -> Result<String, TemplateError> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        while let Some(char) = self.peek() {
            self.at += char.len_utf8();
            if char == quote {
                return Ok(out);
            }
            out.push(if char == '\\' { self.escaped()? } else { char });
        }
        Err(TemplateError::syntax(start..self.at, "a quoted text without its closing quote"))
    }

    /// The character that the escape after a backslash stands for.
    fn escaped(&mut self) -> Result<char, TemplateError> {
        let Some(char) = self.peek() else { return Err(self.unexpected("expected a character after `\\`")) };
        let meant = match char {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' | '"' | '\'' => char,
            _ => {
                return Err(self
                    .unexpected(&format!("`\\{}` is no escape", char.escape_debug()))
                    .hint(r#"the escapes are \n \r \t \\ \" and \'"#));
            }
        };
        self.at += char.len_utf8();
        Ok(meant)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn unexpected(&self, message: &str) -> TemplateError {
        let length = self.peek().map_or(0, char::len_utf8);
        TemplateError::syntax(self.at..self.at + length, message).hint(LITERAL_BRACES)
    }
}

/// `text` as a quoted text of an expression.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', char]),
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}
