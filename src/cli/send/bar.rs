//! One line on standard error about a transfer that takes its time: how much of how much, how fast, how long still.
//!
//! It is there only on a terminal, comes after half a second, and leaves nothing behind.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use crate::{
    format::size,
    http::Progress,
    model::{Phase, ResponseHead},
};

use super::super::output::Output;

/// A transfer that is done sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);
const BETWEEN: Duration = Duration::from_millis(100);

/// What is known of the transfer in progress.
#[derive(Debug)]
pub(super) struct Bar {
    began: Instant,
    drawn: Option<Instant>,
    verb: &'static str,
    /// Bytes that were there before: those of a download that is gone on with.
    before: u64,
    total: Option<u64>,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), drawn: None, verb: "sending", before: 0, total: None }
    }

    /// Takes in what happened, and draws the line where it is time to.
    pub(super) fn update(&mut self, progress: &Progress, output: &Output) {
        match progress {
            Progress::Phase(Phase::Send) => self.begin("sending"),
            Progress::Phase(Phase::Receive) => self.began = Instant::now(),
            Progress::Head(head) => {
                self.begin("receiving");
                (self.before, self.total) = lengths(head);
            }
            Progress::Uploaded { sent, total } => {
                self.total = *total;
                self.draw(*sent, output);
            }
            Progress::Received { wire, .. } => self.draw(*wire, output),
            _ => {}
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&mut self, output: &Output) {
        if self.drawn.take().is_some() {
            output.tell("\r\u{1b}[K");
        }
    }

    fn begin(&mut self, verb: &'static str) {
        (self.began, self.verb, self.before, self.total) = (Instant::now(), verb, 0, None);
    }

    fn draw(&mut self, moved: u64, output: &Output) {
        let is_soon = self.drawn.is_some_and(|drawn| drawn.elapsed() < BETWEEN);
        if self.began.elapsed() < PATIENCE || is_soon {
            return;
        }
        self.drawn = Some(Instant::now());
        // Some terminals, over a serial line or in a container, say that they have no columns.
        let columns = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
        let width = if columns == 0 { 80 } else { columns };
        let line = line(self.verb, self.before, moved, self.total, self.began.elapsed(), width);
        output.tell(&format!("\r{line}\u{1b}[K"));
    }
}

/// Bytes that were there before, and those of the whole: of a body as it is on the wire.
fn lengths(head: &ResponseHead) -> (u64, Option<u64>) {
    let length = head.field("content-length").and_then(|length| length.parse::<u64>().ok());
    let range = head.field("content-range").filter(|_| head.status == 206);
    let first = range.and_then(|range| range.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok());
    let before = first.unwrap_or(0);
    (before, length.map(|length| before.saturating_add(length)))
}

/// No wider than the terminal: a line that wraps could not be drawn over.
fn line(verb: &str, before: u64, moved: u64, total: Option<u64>, elapsed: Duration, width: usize) -> String {
    let rate = moved as f64 / elapsed.as_secs_f64().max(0.001);
    let done = before.saturating_add(moved);
    let mut facts = size::human(done);
    if let Some(total) = total.filter(|total| *total > 0) {
        let _ = write!(facts, " of {} · {}%", size::human(total), done.min(total) * 100 / total);
    }
    let _ = write!(facts, " · {}/s", size::human(rate as u64));
    if let Some(left) = total.map(|total| total.saturating_sub(done)).filter(|_| rate >= 1.0) {
        let _ = write!(facts, " · {} left", clock((left as f64 / rate).ceil() as u64));
    }
    let room = width.saturating_sub(verb.len() + facts.chars().count() + 5).min(40);
    let bar = match total.filter(|total| *total > 0 && room >= 10) {
        Some(total) => {
            let filled = (done.min(total) as f64 / total as f64 * room as f64) as usize;
            format!(" {}{}", "━".repeat(filled), "─".repeat(room - filled))
        }
        None => String::new(),
    };
    let line = format!("{verb}{bar}  {facts}");
    line.chars().take(width.saturating_sub(1)).collect()
}

/// `1:05`, or `2:00:00` for what takes hours.
fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_much_how_fast_and_how_long() {
        let second = Duration::from_secs(1);
        let text = line("receiving", 0, 1 << 20, Some(4 << 20), second, 80);
        assert!(text.ends_with("1.0 MiB of 4.0 MiB · 25% · 1.0 MiB/s · 0:03 left"), "{text}");
        assert!(text.starts_with("receiving ━"), "{text}");
        assert!(text.chars().count() < 80);
        let text = line("receiving", 3 << 20, 1 << 20, Some(4 << 20), second, 80);
        assert!(text.contains("100%") && text.contains("1.0 MiB/s · 0:00 left"), "{text}");
        assert_eq!(line("sending", 0, 512, None, second, 80), "sending  512 B · 512 B/s");
        for width in 0..60 {
            assert!(line("receiving", 0, 1 << 20, Some(4 << 20), second, width).chars().count() <= width);
        }
        assert_eq!((clock(65), clock(7200)), ("1:05".to_owned(), "2:00:00".to_owned()));
    }

    #[test]
    fn a_range_goes_on_where_it_begins() {
        let field = |name: &str, value: &str| crate::model::Field { name: name.into(), value: value.into() };
        let fields = vec![field("Content-Length", "6"), field("Content-Range", "bytes 4-9/10")];
        let head = ResponseHead { version: String::new(), status: 206, reason: String::new(), fields };
        assert_eq!(lengths(&head), (4, Some(10)));
    }
}
