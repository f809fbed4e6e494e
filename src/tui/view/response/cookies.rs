//! The cookies of an exchange, hop by hop: what was sent, what was set, and what became of that.

use ratatui::text::{Line, Span};

use crate::{
    config::Theme,
    model::{CookieVerdict, Exchange, Hop, ReceivedCookie, SentCookie},
};

use super::super::super::widgets::glyphs::sanitize;

/// Nothing where no hop had a cookie and no jar was in trouble.
pub(super) fn cookies(theme: &Theme, exchange: &Exchange, is_revealed: bool) -> Vec<Line<'static>> {
    let hops: Vec<&Hop> = exchange.attempts.iter().flat_map(|attempt| &attempt.hops).collect();
    let mut lines = Vec::new();
    for (index, hop) in hops.iter().enumerate() {
        let of_hop = [
            problems(theme, hop),
            sent(theme, hop, is_revealed),
            received(theme, exchange, hop, is_revealed),
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

fn problems(theme: &Theme, hop: &Hop) -> Vec<Line<'static>> {
    let problems = hop.cookies.problems.iter();
    problems.map(|problem| Line::styled(sanitize(problem).into_owned(), theme.notice_warning)).collect()
}

/// The pairs of `Cookie`: the request's own, then what the jar added.
fn sent(theme: &Theme, hop: &Hop, is_revealed: bool) -> Vec<Line<'static>> {
    let field = hop.request.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let Some((_, value)) = field else { return Vec::new() };
    let value = if is_revealed { value.reveal().to_owned() } else { value.masked() };
    let pairs: Vec<&str> = value.split("; ").collect();
    let own = pairs.len().saturating_sub(hop.cookies.sent.len());
    let mut lines = vec![heading(theme, "Sent", hop.cookies.jar.as_deref().filter(|_| own < pairs.len()))];
    for (index, pair) in pairs.iter().enumerate() {
        let from = index.checked_sub(own).and_then(|index| hop.cookies.sent.get(index));
        let mut line = pair_line(theme, pair);
        let origin = match from {
            Some(SentCookie { domain, path, .. }) => format!("   {}{}", sanitize(domain), sanitize(path)),
            None => "   the request's own".to_owned(),
        };
        line.spans.push(Span::styled(origin, theme.dim));
        lines.push(line);
    }
    lines
}

/// Each `Set-Cookie` taken apart, with its verdict where there is one: histories of earlier versions have none.
fn received(theme: &Theme, exchange: &Exchange, hop: &Hop, is_revealed: bool) -> Vec<Line<'static>> {
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
        let mut line = pair_line(theme, parts.next().unwrap_or_default());
        let found = hop.cookies.received.get(index);
        line.spans.extend(found.map(|found| verdict(theme, found)));
        lines.push(line);
        if let Some(ReceivedCookie { verdict: CookieVerdict::Refused(reason), .. }) = found {
            lines.push(remark(&sanitize(reason), theme.notice_warning));
        }
        let attributes: Vec<String> =
            parts.filter(|part| !part.is_empty()).map(|part| sanitize(part).into_owned()).collect();
        if !attributes.is_empty() {
            lines.push(remark(&attributes.join("  "), theme.dim));
        }
        let notes = found.iter().flat_map(|found| &found.notes);
        lines.extend(notes.map(|note| remark(&sanitize(note), theme.accent)));
    }
    lines
}

fn heading(theme: &Theme, what: &str, jar: Option<&str>) -> Line<'static> {
    let mut spans = vec![Span::styled(what.to_owned(), theme.title)];
    spans.extend(jar.map(|jar| Span::styled(format!("  jar of {}", sanitize(jar)), theme.dim)));
    Line::from(spans)
}

fn pair_line(theme: &Theme, pair: &str) -> Line<'static> {
    let (name, value) = pair.split_once('=').unwrap_or(("", pair));
    Line::from(vec![
        Span::styled(format!("  {}", sanitize(name.trim())), theme.syntax_key),
        Span::styled(" = ", theme.dim),
        Span::styled(sanitize(value.trim()).into_owned(), theme.syntax_string),
    ])
}

fn verdict(theme: &Theme, found: &ReceivedCookie) -> Span<'static> {
    let style = match found.verdict {
        CookieVerdict::Refused(_) => theme.notice_warning,
        CookieVerdict::Kept | CookieVerdict::Replaced => theme.notice_info,
        CookieVerdict::Deleted | CookieVerdict::Expired | CookieVerdict::Off => theme.dim,
    };
    Span::styled(format!("   {}", found.verdict.name()), style)
}

fn remark(text: &str, style: ratatui::style::Style) -> Line<'static> {
    Line::styled(format!("      {text}"), style)
}
