//! The white space of JSON anew, piece by piece: none, or lines with two spaces a level. Everything else stays as it
//! is, byte by byte.

/// Takes JSON that is known to be right, in pieces of any size.
#[derive(Debug)]
pub struct Rewriter {
    pretty: bool,
    depth: usize,
    inside: Inside,
    /// The last token opened a container.
    opened: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    String,
    Escape,
}

impl Rewriter {
    /// Leaves out all white space between tokens.
    pub fn compact() -> Self {
        Self { pretty: false, depth: 0, inside: Inside::Nothing, opened: false }
    }

    /// Lays the value out over lines.
    pub fn pretty() -> Self {
        Self { pretty: true, ..Self::compact() }
    }

    /// Appends what becomes of the next bytes.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first() {
            match self.inside {
                Inside::String => {
                    let plain = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                    let (text, from) = rest.split_at(plain);
                    out.extend_from_slice(text);
                    rest = from;
                    if let Some((end, after)) = from.split_first() {
                        out.push(*end);
                        self.inside = if *end == b'"' { Inside::Nothing } else { Inside::Escape };
                        rest = after;
                    }
                }
                Inside::Escape => {
                    out.push(*first);
                    self.inside = Inside::String;
                    rest = after;
                }
                Inside::Nothing => {
                    self.token(*first, out);
                    rest = after;
                }
            }
        }
    }

    /// A byte outside of strings.
    fn token(&mut self, byte: u8, out: &mut Vec<u8>) {
        if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            return;
        }
        let opened = std::mem::take(&mut self.opened);
        match byte {
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if !opened {
                    self.line(out);
                }
            }
            _ if opened => self.line(out),
            _ => {}
        }
        out.push(byte);
        match byte {
            b'{' | b'[' => {
                self.depth += 1;
                self.opened = true;
            }
            b',' => self.line(out),
            b':' if self.pretty => out.push(b' '),
            b'"' => self.inside = Inside::String,
            _ => {}
        }
    }

    fn line(&self, out: &mut Vec<u8>) {
        if self.pretty {
            out.push(b'\n');
            out.extend(std::iter::repeat_n(b' ', self.depth * 2));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{format_json, tests::json_text},
        *,
    };

    fn rewritten(mut rewriter: Rewriter, text: &str, size: usize) -> String {
        let mut out = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            rewriter.take(piece, &mut out);
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_white_space_between_tokens_changes() {
        let text = "{ \"a b\" : [ 1.50 , { } , [ ] , \"\\\" [\\\\\" ] ,\r\n\t\"a b\":-0E+1 }";
        let compact = r#"{"a b":[1.50,{},[],"\" [\\"],"a b":-0E+1}"#;
        assert_eq!(rewritten(Rewriter::compact(), text, 3), compact);
    }

    proptest! {
        #[test]
        fn the_pretty_form_is_that_of_the_workbench(text in json_text(), size in 1usize..20) {
            let pretty = format_json(&text).unwrap();
            prop_assert_eq!(rewritten(Rewriter::pretty(), &text, size), pretty.clone());
            let compact = rewritten(Rewriter::compact(), &text, size);
            prop_assert_eq!(format_json(&compact).unwrap(), pretty);
            prop_assert_eq!(rewritten(Rewriter::compact(), &compact, size), compact);
        }
    }
}
