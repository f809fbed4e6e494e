//! The last of a body that still arrives: what a stream of events or lines has said lately.

/// Bytes that are kept: more than fit on a screen.
const KEPT: usize = 32 << 10;

/// The end of what arrived so far, without a gap in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tail {
    /// Bytes that arrived in all.
    received: u64,
    bytes: Vec<u8>,
}

impl Tail {
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Takes up more: `bytes` arrived by now, and these are the last of them.
    pub fn push(&mut self, bytes: u64, last: &[u8]) {
        if self.received + last.len() as u64 != bytes {
            self.bytes.clear();
        }
        self.received = bytes;
        self.bytes.extend_from_slice(last);
        if self.bytes.len() > KEPT {
            self.bytes.drain(..self.bytes.len() - KEPT / 2);
        }
    }

    /// The last lines, at most so many; a line that is still being written is the last of them.
    pub fn lines(&self, most: usize) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let mut lines: Vec<String> = text.rsplit('\n').take(most).map(str::to_owned).collect();
        lines.reverse();
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_there_as_they_come() {
        let mut tail = Tail::default();
        assert_eq!(tail.lines(3), [""]);
        tail.push(8, b"one\ntwo\n");
        tail.push(11, b"thr");
        assert_eq!(tail.lines(9), ["one", "two", "thr"]);
        tail.push(14, b"ee\n");
        assert_eq!(tail.lines(2), ["two", "three"]);
        assert_eq!(tail.received(), 14);
    }

    #[test]
    fn what_does_not_follow_begins_anew() {
        let mut tail = Tail::default();
        tail.push(4, b"one\n");
        tail.push(1000, b"last\n");
        assert_eq!(tail.lines(9), ["last"]);
    }

    #[test]
    fn it_grows_no_further_than_a_screen_needs() {
        let mut tail = Tail::default();
        for count in 1..=10_000_u64 {
            tail.push(count * 10, b"123456789\n");
        }
        assert!(tail.bytes.len() <= KEPT);
        assert_eq!(tail.lines(1), ["123456789"]);
    }
}
