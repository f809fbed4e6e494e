//! Finds the heads in a stream of requests (RFC 9112): enough of the framing to know where each body ends.
//!
//! Not a validator: what hyper refuses ends the connection, and what is found here is then never asked for.

use bytes::Bytes;

/// No head grows beyond this; hyper refuses it long before.
const LONGEST_HEAD: usize = 512 * 1024;

/// Where in the stream the next byte stands.
#[derive(Debug)]
pub(super) enum Framing {
    /// In a head, of which this much has been read.
    Head(Vec<u8>),
    /// In a body, with this many bytes to come.
    Body(u64),
    /// In the line that says how long the next chunk is.
    ChunkSize(Vec<u8>),
    /// In a chunk with this many bytes to come, its line end included.
    Chunk(u64),
    /// In the lines after the last chunk; the current one so far.
    Trailer(Vec<u8>),
    /// Not HTTP any more.
    Lost,
}

impl Default for Framing {
    fn default() -> Self {
        Self::Head(Vec::new())
    }
}

impl Framing {
    /// Takes the next bytes of the stream, and gives each head that they complete.
    pub(super) fn read(&mut self, mut bytes: &[u8], mut head_read: impl FnMut(Bytes)) {
        while !bytes.is_empty() {
            let used = match self {
                Self::Body(left) | Self::Chunk(left) => {
                    let used = bytes.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= used as u64;
                    used
                }
                Self::Head(line) | Self::ChunkSize(line) | Self::Trailer(line) => {
                    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
                    line.extend_from_slice(bytes.get(..end).unwrap_or_default());
                    end
                }
                Self::Lost => return,
            };
            bytes = bytes.get(used..).unwrap_or_default();
            self.advance(&mut head_read);
        }
    }

    /// Moves on where a part is complete.
    fn advance(&mut self, head_read: &mut impl FnMut(Bytes)) {
        match self {
            // An empty line before a request line is skipped (RFC 9112, section 2.2).
            Self::Head(head) if head == b"\r\n" || head == b"\n" => head.clear(),
            Self::Head(head) if head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n") => {
                let head = Bytes::from(std::mem::take(head));
                *self = Self::after_head(&head);
                head_read(head);
            }
            Self::Head(head) if head.len() > LONGEST_HEAD => *self = Self::Lost,
            Self::Body(0) => *self = Self::default(),
            Self::Chunk(0) => *self = Self::ChunkSize(Vec::new()),
            Self::ChunkSize(line) if line.ends_with(b"\n") => *self = Self::after_size(line),
            Self::Trailer(line) if line == b"\r\n" || line == b"\n" => *self = Self::default(),
            Self::Trailer(line) if line.ends_with(b"\n") => line.clear(),
            Self::ChunkSize(line) | Self::Trailer(line) if line.len() > LONGEST_HEAD => *self = Self::Lost,
            _ => {}
        }
    }

    fn after_head(head: &[u8]) -> Self {
        let mut length = 0;
        for (name, value) in fields(head) {
            if name.eq_ignore_ascii_case(b"transfer-encoding") {
                return Self::ChunkSize(Vec::new());
            }
            if name.eq_ignore_ascii_case(b"content-length") {
                length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
            }
        }
        if length == 0 { Self::default() } else { Self::Body(length) }
    }

    fn after_size(line: &[u8]) -> Self {
        let digits: Vec<u8> = line.iter().copied().take_while(u8::is_ascii_hexdigit).collect();
        match std::str::from_utf8(&digits).ok().and_then(|text| u64::from_str_radix(text, 16).ok()) {
            Some(0) => Self::Trailer(Vec::new()),
            Some(size) => Self::Chunk(size.saturating_add(2)),
            None => Self::Lost,
        }
    }
}

/// The lines of a head, without their ends and without the empty one; the first is the request line.
pub(in crate::demo) fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .take_while(|line| !line.is_empty())
}

/// Each field line: its name as written, and its value without the space around it.
pub(in crate::demo) fn fields(head: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    lines(head).skip(1).map(|line| {
        let colon = memchr::memchr(b':', line).unwrap_or(line.len());
        let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
        (name, value.strip_prefix(b":").unwrap_or_default().trim_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = b"POST /a HTTP/1.1\r\nhost: x\r\nContent-Length: 5\r\n\r\nh\n\r\n\r\
        \r\nPUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nGET \r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n\
        GET /c HTTP/1.1\r\nX-Odd: 1\r\nx-odd:  2 \r\n\r\n";

    #[test]
    fn heads_are_found_however_the_bytes_arrive() {
        for size in 1..STREAM.len() {
            let mut framing = Framing::default();
            let mut heads = Vec::new();
            for piece in STREAM.chunks(size) {
                framing.read(piece, |head| heads.push(head));
            }
            let targets: Vec<_> = heads.iter().map(|head| &head[..head.len().min(6)]).collect();
            assert_eq!(targets, [b"POST /", b"PUT /b", b"GET /c"], "in pieces of {size}");
        }
    }

    #[test]
    fn fields_keep_case_order_and_repeats() {
        let head = b"GET /c HTTP/1.1\r\nX-Odd: 1\r\nx-odd:  2 \r\nEmpty:\r\n\r\n";
        let all: Vec<_> = fields(head).collect();
        assert_eq!(all, [(&b"X-Odd"[..], &b"1"[..]), (b"x-odd", b"2"), (b"Empty", b"")]);
    }

    #[test]
    fn nonsense_is_given_up_on() {
        let mut framing = Framing::default();
        framing.read(
            b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nGET / HTTP/1.1\r\n\r\n",
            |_| {},
        );
        assert!(matches!(framing, Framing::Lost));
    }
}
