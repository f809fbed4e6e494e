//! `Content-Range` (RFC 9110, section 14.4) and the lengths that an answer declares.

use crate::model::ResponseHead;

/// Which bytes an answer has, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContentRange {
    /// First and last; `None` in a 416.
    pub span: Option<(u64, u64)>,
    /// `None` where the server does not know.
    pub total: Option<u64>,
}

impl ContentRange {
    pub(super) fn of(head: &ResponseHead) -> Option<Self> {
        Self::parse(head.field("content-range")?)
    }

    fn parse(value: &str) -> Option<Self> {
        let (unit, rest) = value.trim().split_once(' ')?;
        let (span, total) = rest.trim().split_once('/')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        if span == "*" {
            return total.map(|total| Self { span: None, total: Some(total) });
        }
        let (first, last) = span.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        let fits = first <= last && total.is_none_or(|total| last < total);
        fits.then_some(Self { span: Some((first, last)), total })
    }
}

/// Bytes of a body that is sent as it is.
pub(super) fn content_length(head: &ResponseHead) -> Option<u64> {
    head.field("content-length")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let range = |span, total| Some(ContentRange { span, total });
        assert_eq!(ContentRange::parse("bytes 5-9/10"), range(Some((5, 9)), Some(10)));
        assert_eq!(ContentRange::parse("bytes 5-9/*"), range(Some((5, 9)), None));
        assert_eq!(ContentRange::parse("bytes */10"), range(None, Some(10)));
        for wrong in ["bytes 9-5/10", "bytes 5-10/10", "bytes */*", "items 1-2/3", "bytes 5-/10", "bytes", ""]
        {
            assert_eq!(ContentRange::parse(wrong), None, "{wrong}");
        }
    }
}
