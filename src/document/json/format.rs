//! The pretty form as text, for a body that is being written.

use std::ops::{ControlFlow, Range};

use super::{
    JsonError,
    breaks::{Breaks, Step},
    check::{place, scan},
    scanner::{Frame, Sink, Token},
    template::mask,
};

/// The text laid out over lines, two spaces a level. Numbers, escapes, templates and the order of keys stay as they
/// are written. Ends with a line break if the text did.
pub fn format_json(text: &str) -> Result<String, JsonError> {
    // What is JSON as it stands needs no guess at where its templates end.
    let mut out = write(text, text.as_bytes()).or_else(|_| write(text, &mask(text)))?;
    if text.ends_with('\n') {
        out.push('\n');
    }
    Ok(out)
}

/// `tokens` is the text with its templates replaced.
fn write(text: &str, tokens: &[u8]) -> Result<String, JsonError> {
    let out = String::with_capacity(text.len() * 2);
    let mut writer = Writer { text, out, breaks: Breaks::new(0, 0), previous: None };
    scan(tokens, &mut writer).map_err(|fault| place(text, fault))?;
    Ok(writer.out)
}

struct Writer<'a> {
    text: &'a str,
    out: String,
    breaks: Breaks,
    previous: Option<Token>,
}

impl Sink for Writer<'_> {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if self.breaks.step(token, range.end - range.start) == Step::Break {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", stack.len()));
        } else if self.previous == Some(Token::Colon) {
            self.out.push(' ');
        }
        // Templates have the same length as what stands for them, so the ranges hold for the text as written.
        self.out.push_str(self.text.get(range.start as usize..range.end as usize).unwrap_or_default());
        self.previous = Some(token);
        ControlFlow::Continue(())
    }
}
