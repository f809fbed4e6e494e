//! The request as it went out, hop by hop, and the token requests before it.

use ratatui::text::{Line, Span};

use crate::{
    config::Theme,
    format::size,
    model::{Exchange, Hop, Marked, TokenRequest},
};

use super::{
    super::super::widgets::glyphs::sanitize,
    facts::{field_line, status_line},
};

/// Draws lines with secrets masked, or as they were sent.
struct Sent<'a> {
    theme: &'a Theme,
    is_revealed: bool,
    lines: Vec<Line<'static>>,
}

/// Every request of every attempt.
pub(super) fn lines(theme: &Theme, exchange: &Exchange, is_revealed: bool) -> Vec<Line<'static>> {
    let mut sent = Sent { theme, is_revealed, lines: Vec::new() };
    for attempt in &exchange.attempts {
        attempt.token_requests.iter().for_each(|asked| sent.token_request(asked));
        attempt.hops.iter().for_each(|hop| sent.hop(hop));
    }
    sent.lines
}

impl Sent<'_> {
    fn text(&self, marked: &Marked) -> String {
        let text = if self.is_revealed { marked.reveal().to_owned() } else { marked.masked() };
        sanitize(&text).into_owned()
    }

    fn hop(&mut self, hop: &Hop) {
        self.head(hop);
        if hop.request.body_size > 0 {
            let told = format!("({} of body)", size::human(hop.request.body_size));
            self.lines.push(Line::styled(told, self.theme.dim));
        }
        self.answer(hop);
        self.lines.push(Line::raw(""));
    }

    /// With its form, and what came of it: the answer's body is kept nowhere.
    fn token_request(&mut self, asked: &TokenRequest) {
        let theme = self.theme;
        let times = if asked.times > 1 { format!(", {} times", asked.times) } else { String::new() };
        let heading = format!("Token request: {}{times}", sanitize(&asked.purpose));
        self.lines.push(Line::styled(heading, theme.title));
        self.head(&asked.hop);
        for (name, value) in &asked.form {
            let style = if value.has_secret() { theme.variable_secret } else { theme.text };
            let name = Span::styled(format!("  {} = ", sanitize(name)), theme.dim);
            self.lines.push(Line::from(vec![name, Span::styled(self.text(value), style)]));
        }
        self.answer(&asked.hop);
        self.lines.push(Line::styled(sanitize(&asked.outcome).into_owned(), theme.dim));
        self.lines.push(Line::raw(""));
    }

    /// The request line and its fields.
    fn head(&mut self, hop: &Hop) {
        let (theme, request) = (self.theme, &hop.request);
        self.lines.push(Line::from(vec![
            Span::styled(request.method.clone(), theme.method(&request.method)),
            Span::styled(format!(" {} ", self.text(&request.url)), theme.text),
            Span::styled(request.version.clone(), theme.dim),
        ]));
        for (name, value) in &request.fields {
            let mut line = field_line(theme, name, &self.text(value));
            if value.has_secret()
                && let Some(span) = line.spans.last_mut()
            {
                span.style = theme.variable_secret;
            }
            self.lines.push(line);
        }
    }

    fn answer(&mut self, hop: &Hop) {
        let theme = self.theme;
        let none = || Line::styled("→ no answer", theme.notice_error);
        self.lines.push(hop.response.as_ref().map_or_else(none, |head| status_line(theme, head)));
    }
}
