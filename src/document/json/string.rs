//! Strings of JSON without their quotes and escapes.

/// What a string says that stands in quotes; what is not right in it stays as it is.
pub(crate) fn unquoted(text: &[u8]) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    if memchr::memchr(b'\\', inner).is_some()
        && let Ok(text) = serde_json::from_slice(text)
    {
        return text;
    }
    String::from_utf8_lossy(inner).into_owned()
}

/// What the start of a string says; it begins with a quote and may be cut anywhere.
pub(crate) fn beginning(text: &[u8]) -> String {
    // An escape, or a pair of them, may be cut: it takes twelve bytes at most.
    let whole = |less: usize| {
        let kept = text.get(..text.len().saturating_sub(less))?;
        let closed =
            [kept.strip_suffix(b"\"").filter(|kept| !kept.is_empty()).unwrap_or(kept), b"\""].concat();
        serde_json::from_slice(&closed).ok()
    };
    (0..12)
        .find_map(whole)
        .unwrap_or_else(|| String::from_utf8_lossy(text.get(1..).unwrap_or_default()).into_owned())
}
