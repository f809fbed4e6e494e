//! Draws a table, one row a line.

use std::fmt;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    widgets::Widget,
};

use super::{Column, Inherited, Table, layout::Columns};
use crate::{
    model::Row,
    tui::widgets::{
        glyphs::{self, Pen},
        list::{ListStyle, ListView},
        text_field::{Segment, TextFieldStyle, TextFieldView},
    },
};

/// Finds the parts of a value that have a colour of their own, such as its variables.
pub type Colour<'a> = dyn Fn(&str) -> Vec<Segment> + 'a;

/// The styles of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableStyle {
    pub name: Style,
    pub value: Style,
    pub doc: Style,
    /// The box of a row that is sent.
    pub on: Style,
    /// Laid over a row that is not sent.
    pub off: Style,
    /// Laid over inherited rows.
    pub inherited: Style,
    /// Laid over rows that must not go unseen.
    pub alarming: Style,
    pub placeholder: Style,
    /// Laid over the cell under the cursor while the table has focus and the cell is closed.
    pub cursor: Style,
    /// The open cell.
    pub field: TextFieldStyle,
    pub list: ListStyle,
}

impl Default for TableStyle {
    fn default() -> Self {
        let dim = Style::new().add_modifier(Modifier::DIM);
        Self {
            name: Style::new(),
            value: Style::new(),
            doc: dim,
            on: Style::new(),
            off: dim.add_modifier(Modifier::CROSSED_OUT),
            inherited: dim,
            alarming: Style::new().add_modifier(Modifier::BOLD),
            placeholder: dim,
            cursor: Style::new().add_modifier(Modifier::REVERSED),
            field: TextFieldStyle::default(),
            list: ListStyle { selected: Style::new(), ..ListStyle::default() },
        }
    }
}

/// A table as it is drawn.
pub struct TableView<'a> {
    table: &'a Table,
    rows: &'a [Row],
    inherited: &'a [Inherited],
    style: TableStyle,
    focused: bool,
    labels: (&'a str, &'a str),
    colour: Option<&'a Colour<'a>>,
    masked: Option<&'a dyn Fn(&Row) -> bool>,
    alarming: Option<&'a dyn Fn(&Row) -> bool>,
}

impl fmt::Debug for TableView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableView").field("table", &self.table).finish_non_exhaustive()
    }
}

impl<'a> TableView<'a> {
    pub fn new(table: &'a Table, rows: &'a [Row], style: TableStyle) -> Self {
        Self {
            table,
            rows,
            inherited: &[],
            style,
            focused: false,
            labels: ("name", "value"),
            colour: None,
            masked: None,
            alarming: None,
        }
    }

    /// Rows that apply without standing here, drawn above.
    #[must_use]
    pub fn inherited(self, inherited: &'a [Inherited]) -> Self {
        Self { inherited, ..self }
    }

    #[must_use]
    pub fn focused(self, focused: bool) -> Self {
        Self { focused, ..self }
    }

    /// What the empty row asks for.
    #[must_use]
    pub fn labels(self, name: &'a str, value: &'a str) -> Self {
        Self { labels: (name, value), ..self }
    }

    /// Colours parts of the values.
    #[must_use]
    pub fn colour(self, colour: &'a Colour<'a>) -> Self {
        Self { colour: Some(colour), ..self }
    }

    /// Draws the values of some rows as dots, unless they are being edited.
    #[must_use]
    pub fn masked(self, masked: &'a dyn Fn(&Row) -> bool) -> Self {
        Self { masked: Some(masked), ..self }
    }

    /// Marks rows that must not go unseen, such as one that turns a protection off.
    #[must_use]
    pub fn alarming(self, alarming: &'a dyn Fn(&Row) -> bool) -> Self {
        Self { alarming: Some(alarming), ..self }
    }

    fn columns(&self, area: Rect) -> Columns {
        let edited = match (&self.table.edit, self.table.column) {
            (Some(field), Column::Name) => glyphs::width(field.text()),
            _ => 0,
        };
        Columns::new(area.x, area.width, self.inherited, self.rows, edited)
    }

    fn draw_row(&self, index: usize, columns: Columns, area: Rect, buffer: &mut Buffer) {
        let own = index.checked_sub(self.inherited.len());
        let above = self.inherited.get(index);
        let row = above.map(|above| &above.row).or_else(|| own.and_then(|index| self.rows.get(index)));
        match row {
            Some(row) => {
                let over = if above.is_some() { self.style.inherited } else { Style::new() };
                let is_alarming = row.enabled && self.alarming.is_some_and(|alarming| alarming(row));
                let over = if is_alarming { over.patch(self.style.alarming) } else { over };
                self.draw_box(row, over, area, buffer);
                let note = above.map_or(row.doc.as_str(), |above| above.origin.as_str());
                self.draw_cells(row, note, over, columns, area, buffer);
            }
            None => self.draw_labels(columns, area, buffer),
        }
        if self.focused && self.table.list.selected() == Some(index) {
            self.draw_cursor(columns, area, buffer);
        }
    }

    fn draw_box(&self, row: &Row, over: Style, area: Rect, buffer: &mut Buffer) {
        let (sign, style) = if row.enabled { ("[x]", self.style.on) } else { ("[ ]", self.style.value) };
        glyphs::put(buffer, area, sign, style.patch(over));
    }

    fn draw_cells(
        &self,
        row: &Row,
        note: &str,
        over: Style,
        columns: Columns,
        area: Rect,
        buffer: &mut Buffer,
    ) {
        let over = if row.enabled { over } else { over.patch(self.style.off) };
        let cell = |column| cell_area(columns, column, area);
        let name = cell(Column::Name);
        let shown = glyphs::shorten(&row.name, usize::from(name.width));
        glyphs::put(buffer, name, &shown, self.style.name.patch(over));

        let value = cell(Column::Value);
        if self.masked.is_some_and(|masked| masked(row)) && !row.value.is_empty() {
            glyphs::put(buffer, value, crate::model::MASK, self.style.value.patch(over));
        } else {
            let segments = self.colour.map(|colour| colour(&row.value)).unwrap_or_default();
            draw_coloured(buffer, value, &row.value, self.style.value.patch(over), &segments);
        }

        let doc = cell(Column::Doc);
        let shown = glyphs::shorten(note, usize::from(doc.width));
        glyphs::put(buffer, doc, &shown, self.style.doc);
    }

    fn draw_labels(&self, columns: Columns, area: Rect, buffer: &mut Buffer) {
        for (column, label) in [(Column::Name, self.labels.0), (Column::Value, self.labels.1)] {
            let area = cell_area(columns, column, area);
            glyphs::put(
                buffer,
                area,
                &glyphs::shorten(label, usize::from(area.width)),
                self.style.placeholder,
            );
        }
    }

    fn draw_cursor(&self, columns: Columns, area: Rect, buffer: &mut Buffer) {
        let cell = cell_area(columns, self.table.column, area);
        let Some(field) = &self.table.edit else {
            buffer.set_style(cell, self.style.cursor);
            return;
        };
        for position in cell.intersection(buffer.area).positions() {
            if let Some(cell) = buffer.cell_mut(position) {
                cell.reset();
            }
        }
        let segments = match (self.table.column, self.colour) {
            (Column::Value, Some(colour)) => colour(field.text()),
            _ => Vec::new(),
        };
        TextFieldView::new(field, self.style.field).focused(true).segments(&segments).render(cell, buffer);
    }
}

impl Widget for TableView<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        // The state may not know yet that rows came or went; what is drawn is what there is.
        let count = self.inherited.len() + self.rows.len() + 1;
        let mut list = self.table.list.clone();
        list.set_len(count);
        let crowded = count > usize::from(area.height);
        let columns = self.columns(Rect { width: area.width.saturating_sub(u16::from(crowded)), ..area });
        self.table.columns.set(columns);
        ListView::new(&list, self.style.list, |index, row, buffer: &mut Buffer| {
            self.draw_row(index, columns, row, buffer);
        })
        .render(area, buffer);
        self.table.list.viewport().adopt(list.viewport());
    }
}

fn cell_area(columns: Columns, column: Column, row: Rect) -> Rect {
    let (x, width) = columns.place(column);
    Rect { x, width, ..row }.intersection(row)
}

/// A text cut to an area, with `…` where it goes on, in the colours of its parts.
fn draw_coloured(buffer: &mut Buffer, area: Rect, text: &str, style: Style, segments: &[Segment]) {
    let room = usize::from(area.width);
    let limit = if glyphs::width(text) > room { room.saturating_sub(1) } else { room };
    let mut pen = Pen::new(buffer, area, 0);
    for glyph in glyphs::glyphs(text) {
        if pen.column() + glyph.width > limit {
            pen.write("…", style);
            return;
        }
        let part = segments.iter().find(|(range, _)| range.contains(&glyph.bytes.start));
        pen.glyph(&glyph.shown, glyph.width, style.patch(part.map(|(_, style)| *style).unwrap_or_default()));
    }
}
