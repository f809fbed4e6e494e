//! Bars on a common scale of time: where the time of an exchange went.

use std::time::Duration;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    widgets::Widget,
};

use super::glyphs::{self, Pen};

/// Parts of a cell, from an eighth to seven.
const EIGHTHS: [&str; 7] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const GAP: usize = 2;

/// One row: a name, a bar and the words for its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar<'a> {
    pub label: &'a str,
    /// From the scale's begin.
    pub start: Duration,
    /// `None`: it did not happen; no bar is drawn.
    pub length: Option<Duration>,
    /// Such as `12.3 ms`, or why it did not happen.
    pub value: String,
    pub style: Style,
}

/// The styles of a waterfall beside the bars' own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaterfallStyle {
    pub label: Style,
    pub value: Style,
    /// Laid over the rows of what did not happen.
    pub absent: Style,
}

impl Default for WaterfallStyle {
    fn default() -> Self {
        Self { label: Style::new(), value: Style::new(), absent: Style::new().add_modifier(Modifier::DIM) }
    }
}

/// Bars as they are drawn, one a row.
#[derive(Debug, Clone, Copy)]
pub struct Waterfall<'a> {
    bars: &'a [Bar<'a>],
    style: WaterfallStyle,
}

impl<'a> Waterfall<'a> {
    pub fn new(bars: &'a [Bar<'a>], style: WaterfallStyle) -> Self {
        Self { bars, style }
    }

    /// The end of the last bar.
    fn end(&self) -> Duration {
        self.bars.iter().filter_map(|bar| bar.start.checked_add(bar.length?)).max().unwrap_or_default()
    }
}

impl Widget for Waterfall<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let widest =
            |texts: &mut dyn Iterator<Item = &str>| texts.map(glyphs::width).max().unwrap_or_default();
        let label = widest(&mut self.bars.iter().map(|bar| bar.label));
        let value = widest(&mut self.bars.iter().map(|bar| bar.value.as_str()));
        let width = usize::from(area.width);
        let room = width.saturating_sub(label + value + 2 * GAP);
        let end = self.end();
        for (row, bar) in area.rows().zip(self.bars) {
            let over = if bar.length.is_none() { self.style.absent } else { Style::new() };
            let mut pen = Pen::new(buffer, row, 0);
            pen.write(bar.label, self.style.label.patch(over));
            pen.blanks(label + GAP, Style::new());
            if let Some(length) = bar.length {
                draw_bar(&mut pen, bar, length, end, room);
            }
            let right = (label + GAP + room + GAP + value).saturating_sub(glyphs::width(&bar.value));
            pen.blanks(right, Style::new());
            pen.write(&bar.value, self.style.value.patch(over));
        }
    }
}

fn draw_bar(pen: &mut Pen<'_>, bar: &Bar<'_>, length: Duration, end: Duration, room: usize) {
    let scale = |time: Duration| {
        let part = if end.is_zero() { 0.0 } else { time.as_secs_f64() / end.as_secs_f64() };
        (part * (room * 8) as f64).round() as usize
    };
    // A bar begins with a whole cell, for there are no signs for the right part of one.
    let start = (scale(bar.start) / 8).min(room.saturating_sub(1));
    let eighths = scale(length).max(1).min((room - start.min(room)) * 8);
    let base = pen.column();
    pen.blanks(base + start, Style::new());
    for _ in 0..eighths / 8 {
        pen.glyph("█", 1, bar.style);
    }
    if let Some(part) = (eighths % 8).checked_sub(1).and_then(|index| EIGHTHS.get(index)) {
        pen.glyph(part, 1, bar.style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::picture::{drawn, picture};

    fn bar(label: &'static str, start: u64, length: Option<u64>, value: &str) -> Bar<'static> {
        let millis = Duration::from_millis;
        Bar {
            label,
            start: millis(start),
            length: length.map(millis),
            value: value.to_owned(),
            style: Style::new(),
        }
    }

    #[test]
    fn phases_follow_each_other() {
        let bars = [
            bar("DNS", 0, Some(10), "10.0 ms"),
            bar("TLS", 10, None, "reused"),
            bar("wait", 10, Some(65), "65.0 ms"),
            bar("receive", 75, Some(0), "0.04 ms"),
            bar("rest", 75, Some(25), "25.0 ms"),
        ];
        let view = Waterfall::new(&bars, WaterfallStyle::default());
        insta::assert_snapshot!(picture(&drawn(view, 38, 5)), @r"
        DNS      ██                    10.0 ms
        TLS                             reused
        wait       █████████████       65.0 ms
        receive                 ▏      0.04 ms
        rest                    █████  25.0 ms
        ");
    }

    #[test]
    fn no_width_and_no_time_break_it() {
        for width in 0..30 {
            for bars in [vec![], vec![bar("a", 0, Some(0), "0")], vec![bar("a", 9, Some(u64::MAX), "x")]] {
                drawn(Waterfall::new(&bars, WaterfallStyle::default()), width, 2);
            }
        }
    }
}
