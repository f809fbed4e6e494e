//! For tests: what a buffer looks like, as lines of text.

use ratatui::{
    buffer::{Buffer, CellWidth},
    layout::Rect,
    widgets::Widget,
};

/// The rows of a buffer, without the blanks after a wide grapheme and at the end of a row.
pub(super) fn picture(buffer: &Buffer) -> String {
    let rows = buffer.area.rows().map(|row| {
        let mut line = String::new();
        let mut covered = 0;
        for position in row.columns() {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let symbol = buffer[position.as_position()].symbol();
            covered = usize::from(symbol.cell_width()).saturating_sub(1);
            line.push_str(symbol);
        }
        line.trim_end().to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// Draws a widget alone.
pub(super) fn drawn(widget: impl Widget, width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    widget.render(area, &mut buffer);
    buffer
}
