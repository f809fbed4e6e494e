//! What is known of an exchange besides its body: fields, cookies, times, the request as it went out.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    config::Theme,
    format::duration,
    model::{Exchange, FailureKind, Field, Hop, Phase, Redactor, ResponseHead},
};

use super::{super::super::widgets::glyphs::sanitize, security};

/// Columns of a bar of times.
const BAR: usize = 30;

/// Field lines of each response, the last one first: its head, what came after its body, and the heads before it. What
/// they repeat of secrets is shown only where these were asked for.
pub(super) fn headers(theme: &Theme, exchange: &Exchange, is_revealed: bool) -> Vec<Line<'static>> {
    let nothing = Redactor::default();
    let secrets = if is_revealed { &nothing } else { &exchange.secrets };
    let field =
        |field: &Field| field_line(theme, &secrets.redact(&field.name), &secrets.redact(&field.value));
    let head = |head: &ResponseHead| {
        let head = head.redacted(secrets);
        let fields = head.fields.iter().map(field);
        std::iter::once(status_line(theme, &head)).chain(fields).collect::<Vec<_>>()
    };
    let mut groups: Vec<Vec<Line<'static>>> = Vec::new();
    for hop in hops(exchange).collect::<Vec<_>>().into_iter().rev() {
        groups.extend(hop.response.as_ref().map(head));
        if !hop.trailers.is_empty() {
            let heading = Line::styled("Trailers, after the body", theme.title);
            groups.push(std::iter::once(heading).chain(hop.trailers.iter().map(field)).collect());
        }
        groups.extend(hop.interim.iter().rev().map(head));
    }
    groups.join(&Line::raw(""))
}

pub(super) fn status_line(theme: &Theme, head: &ResponseHead) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{} ", head.version), theme.dim),
        Span::styled(format!("{} {}", head.status, sanitize(&head.reason)), theme.status(head.status)),
    ])
}

pub(super) fn field_line(theme: &Theme, name: &str, value: &str) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{}: ", sanitize(name)), theme.syntax_key),
        Span::styled(sanitize(value).into_owned(), theme.text),
    ])
}

/// Each hop's phases as bars over its time, and what carried it.
pub(super) fn timing(theme: &Theme, exchange: &Exchange) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let longest = hops(exchange).map(|hop| hop.timing.total()).max().unwrap_or_default();
    let count = hops(exchange).count();
    for (index, hop) in hops(exchange).enumerate() {
        if count > 1 {
            let status = hop.response.as_ref().map_or_else(|| "—".to_owned(), |head| head.status.to_string());
            lines.push(Line::from(vec![
                Span::styled(format!("{}. ", index + 1), theme.dim),
                Span::styled(hop.request.method.clone(), theme.method(&hop.request.method)),
                Span::styled(format!(" {} → {status}", sanitize(&hop.request.url.masked())), theme.text),
            ]));
        }
        lines.extend(bars(theme, hop, longest));
        lines.extend(connection(theme, hop, exchange.started));
        lines.extend(hop.note().map(|note| fact(theme, "note", &note)));
        lines.push(Line::raw(""));
    }
    lines.push(Line::from(vec![
        Span::styled(format!("{:<10}", "total"), theme.title),
        Span::styled(format!("{:>9}", duration::human(exchange.duration)), theme.title),
    ]));
    lines
}

fn bars(theme: &Theme, hop: &Hop, longest: Duration) -> Vec<Line<'static>> {
    let mut start = Duration::ZERO;
    let column = |at: Duration| {
        let share = if longest.is_zero() { 0.0 } else { at.as_secs_f64() / longest.as_secs_f64() };
        ((share * BAR as f64).round() as usize).min(BAR)
    };
    Phase::ALL
        .into_iter()
        .map(|phase| {
            let style = phase_style(theme, phase);
            let Some(length) = hop.timing.phase(phase) else {
                return Line::styled(format!("{:<10}{:>9}", phase.name(), "—"), theme.dim);
            };
            let (from, to) = (column(start), column(start + length));
            start += length;
            // What took any time at all is seen.
            let width = (to - from).max(1);
            let from = from.min(BAR - 1);
            Line::from(vec![
                Span::styled(format!("{:<10}", phase.name()), style),
                Span::styled(format!("{:>9}  ", duration::human(length)), theme.text),
                Span::raw(" ".repeat(from)),
                Span::styled("█".repeat(width), style),
            ])
        })
        .collect()
}

fn phase_style(theme: &Theme, phase: Phase) -> Style {
    match phase {
        Phase::Dns => theme.timing_dns,
        Phase::Connect => theme.timing_connect,
        Phase::Tls => theme.timing_tls,
        Phase::Send => theme.timing_send,
        Phase::Wait => theme.timing_wait,
        Phase::Receive => theme.timing_receive,
    }
}

fn connection(theme: &Theme, hop: &Hop, now: Timestamp) -> Vec<Line<'static>> {
    let Some(connection) = &hop.connection else { return Vec::new() };
    let reuse = if connection.reused { ", reused" } else { ", new" };
    let mut lines = vec![
        fact(theme, "connection", &format!("{}{reuse}", connection.id)),
        fact(theme, "remote", &connection.remote),
    ];
    if !connection.local.is_empty() {
        lines.push(fact(theme, "local", &connection.local));
    }
    lines.extend(connection.proxy.iter().map(|proxy| fact(theme, "proxy", proxy)));
    if let Some(tls) = &connection.tls {
        lines.extend(security::lines(theme, tls, now));
    }
    lines
}

fn fact(theme: &Theme, name: &str, value: &str) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{name:<11}"), theme.dim),
        Span::styled(sanitize(value).into_owned(), theme.text),
    ])
}

fn hops(exchange: &Exchange) -> impl Iterator<Item = &Hop> {
    exchange.attempts.iter().flat_map(|attempt| &attempt.hops)
}

pub(super) fn is_unverified(exchange: &Exchange) -> bool {
    hops(exchange).any(|hop| {
        hop.connection
            .as_ref()
            .and_then(|connection| connection.tls.as_ref())
            .is_some_and(|tls| !tls.verified)
    })
}

/// The registered reason of a status, where the protocol sends none.
pub(super) fn reason(status: u16) -> &'static str {
    ::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}

pub(super) fn kind_name(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Invalid => "invalid request",
        FailureKind::Untrusted => "not agreed to",
        FailureKind::Dns => "host not found",
        FailureKind::Refused => "connection refused",
        FailureKind::Unreachable => "unreachable",
        FailureKind::ConnectTimeout => "connect timeout",
        FailureKind::Tls => "TLS failed",
        FailureKind::Proxy => "proxy failed",
        FailureKind::Authorization => "no token",
        FailureKind::Reset => "connection reset",
        FailureKind::ReadTimeout => "read timeout",
        FailureKind::TotalTimeout => "total timeout",
        FailureKind::TooManyRedirects => "too many redirects",
        FailureKind::RedirectLoop => "redirect loop",
        FailureKind::BadRedirect => "bad redirect",
        FailureKind::Protocol => "not HTTP",
        FailureKind::Truncated => "cut short",
        FailureKind::Decode => "undecodable",
        FailureKind::TooLarge => "too large",
        FailureKind::Cancelled => "cancelled",
        FailureKind::Io => "local error",
    }
}
