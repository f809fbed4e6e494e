//! The cookies of an exchange, hop by hop: what was sent, what was set, and what became of that.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    config::Theme,
    model::{CookieVerdict, Exchange, Hop, ReceivedCookie, SentCookie},
};

use super::super::super::widgets::{
    glyphs::{sanitize, shorten, width},
    wrap::fitted,
};

/// Columns before a pair: the longest verdict with a margin; and before what is said of it.
const VERDICT: usize = 12;
/// The most lines of what is said of a cookie.
const LONGEST: usize = 6;
/// The narrowest that a name or a value becomes.
const NARROWEST: usize = 12;

/// In so many columns; nothing where no hop had a cookie and no jar was in trouble. What became of a cookie stands
/// before it, so that no value is long enough to hide it.
pub(super) fn cookies(
    theme: &Theme,
    exchange: &Exchange,
    is_revealed: bool,
    columns: usize,
) -> Vec<Line<'static>> {
    let hops: Vec<&Hop> = exchange.attempts.iter().flat_map(|attempt| &attempt.hops).collect();
    let mut lines = Vec::new();
    for (index, hop) in hops.iter().enumerate() {
        let of_hop = [
            problems(theme, hop, columns),
            sent(theme, hop, is_revealed, columns),
            received(theme, exchange, hop, is_revealed, columns),
        ]
        .concat();
        if of_hop.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::raw(""));
        }
        if hops.len() > 1 {
            lines.push(Line::from(vec![
                Span::styled(format!("{}. ", index + 1), theme.dim),
                Span::styled(hop.request.method.clone(), theme.method(&hop.request.method)),
                Span::styled(format!(" {}", sanitize(&hop.request.url.masked())), theme.text),
            ]));
        }
        lines.extend(of_hop);
    }
    lines
}

fn problems(theme: &Theme, hop: &Hop, columns: usize) -> Vec<Line<'static>> {
    let problems = hop.cookies.problems.iter();
    problems.flat_map(|problem| said(problem, 0, theme.notice_warning, columns)).collect()
}

/// The pairs of `Cookie`: the request's own, then what the jar added.
fn sent(theme: &Theme, hop: &Hop, is_revealed: bool, columns: usize) -> Vec<Line<'static>> {
    let field = hop.request.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let Some((_, value)) = field else { return Vec::new() };
    let value = if is_revealed { value.reveal().to_owned() } else { value.masked() };
    let pairs: Vec<&str> = value.split("; ").collect();
    let own = pairs.len().saturating_sub(hop.cookies.sent.len());
    let mut lines = vec![heading(theme, "Sent", hop.cookies.jar.as_deref().filter(|_| own < pairs.len()))];
    for (index, pair) in pairs.iter().enumerate() {
        let from = index.checked_sub(own).and_then(|index| hop.cookies.sent.get(index));
        let origin = match from {
            Some(SentCookie { domain, path, .. }) => format!("{domain}{path}"),
            None => "the request's own".to_owned(),
        };
        let origin = format!("   {}", shorten(&origin, columns / 3));
        let mut line = vec![Span::raw("  ")];
        line.extend(self::pair(theme, pair, columns.saturating_sub(2 + width(&origin))));
        line.push(Span::styled(origin, theme.dim));
        lines.push(Line::from(line));
    }
    lines
}

/// Each `Set-Cookie` taken apart, with its verdict where there is one: histories of earlier versions have none.
fn received(
    theme: &Theme,
    exchange: &Exchange,
    hop: &Hop,
    is_revealed: bool,
    columns: usize,
) -> Vec<Line<'static>> {
    let masked = (!is_revealed && exchange.has_secrets())
        .then(|| hop.response.as_ref().map(|head| head.redacted(&exchange.secrets)))
        .flatten();
    let mut fields = masked
        .as_ref()
        .or(hop.response.as_ref())
        .into_iter()
        .flat_map(|head| head.fields("set-cookie"))
        .enumerate()
        .peekable();
    if fields.peek().is_none() {
        return Vec::new();
    }
    let mut lines = vec![heading(theme, "Set", hop.cookies.jar.as_deref())];
    for (index, field) in fields {
        let mut parts = field.split(';').map(str::trim);
        let found = hop.cookies.received.get(index);
        let mut line = vec![verdict(theme, found)];
        line.extend(pair(theme, parts.next().unwrap_or_default(), columns.saturating_sub(VERDICT)));
        lines.push(Line::from(line));
        if let Some(ReceivedCookie { verdict: CookieVerdict::Refused(reason), .. }) = found {
            lines.extend(said(reason, VERDICT, theme.notice_warning, columns));
        }
        let attributes: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        if !attributes.is_empty() {
            lines.extend(said(&attributes.join("  "), VERDICT, theme.dim, columns));
        }
        let notes = found.iter().flat_map(|found| &found.notes);
        lines.extend(notes.flat_map(|note| said(note, VERDICT, theme.accent, columns)));
    }
    lines
}

fn heading(theme: &Theme, what: &str, jar: Option<&str>) -> Line<'static> {
    let mut spans = vec![Span::styled(what.to_owned(), theme.title)];
    spans.extend(jar.map(|jar| Span::styled(format!("  jar of {}", sanitize(jar)), theme.dim)));
    Line::from(spans)
}

/// Name and value; a value that is too long for the columns says how long it is.
fn pair(theme: &Theme, pair: &str, columns: usize) -> Vec<Span<'static>> {
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    let name = shorten(name.trim(), (columns / 2).max(NARROWEST)).into_owned();
    let value = sanitize(value.trim());
    let room = columns.saturating_sub(width(&name) + 3).max(NARROWEST);
    let length =
        if width(&value) > room { format!(" ({} characters)", value.chars().count()) } else { String::new() };
    let value = shorten(&value, room.saturating_sub(length.len()).max(NARROWEST)).into_owned();
    vec![
        Span::styled(name, theme.syntax_key),
        Span::styled(" = ", theme.dim),
        Span::styled(value, theme.syntax_string),
        Span::styled(length, theme.dim),
    ]
}

fn verdict(theme: &Theme, found: Option<&ReceivedCookie>) -> Span<'static> {
    let Some(found) = found else { return Span::raw(" ".repeat(VERDICT)) };
    let style = match found.verdict {
        CookieVerdict::Refused(_) => theme.notice_warning,
        CookieVerdict::Kept | CookieVerdict::Replaced => theme.notice_info,
        CookieVerdict::Deleted | CookieVerdict::Expired | CookieVerdict::Off => theme.dim,
    };
    Span::styled(format!("  {:<width$}", found.verdict.name(), width = VERDICT - 2), style)
}

/// A sentence in as many lines as it takes; what is no sentence is cut.
fn said(text: &str, indent: usize, style: Style, columns: usize) -> Vec<Line<'static>> {
    let text = sanitize(text);
    let rows = fitted(&text, columns.saturating_sub(indent).max(NARROWEST), LONGEST);
    rows.into_iter().map(|row| Line::styled(format!("{:indent$}{row}", ""), style)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_says_how_long_it_is() {
        let theme = Theme::monochrome();
        let shown = |text: &str, columns| Line::from(pair(&theme, text, columns)).to_string();
        assert_eq!(shown("a=b", 40), "a = b");
        assert_eq!(shown(&format!("a={}", "x".repeat(36)), 40), format!("a = {}", "x".repeat(36)));
        assert_eq!(shown(&format!("a={}", "x".repeat(37)), 40), "a = xxxxxxxxxxxxxxxxxxx… (37 characters)");
        assert_eq!(shown("=\u{1b}[2J", 40), " = ␛[2J");
        let named = shown(&format!("{}=v", "n".repeat(99)), 40);
        assert_eq!(named, format!("{}… = v", "n".repeat(19)));
    }
}
