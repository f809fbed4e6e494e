//! The picture in the README: the workbench on the sample collection, drawn by the program itself.
//!
//! `UPDATE_DOCS=1 cargo test picture` writes it anew.

use ratatui::{buffer::Cell, style::Modifier};

use super::*;

const FILE: &str = "docs/workbench.svg";
/// A cell, in pixels.
const CELL: (f64, f64) = (8.43, 18.0);

const ANSWER: &str = r#"{"data":[{"id":"prd_060","sku":"BO-6L","name":"Café Müller, large","category":"books","price":16.75,"stock":23,"tags":["books","large"],"updated_at":null},{"id":"prd_058","sku":"BO-5L","name":"Slow Mornings, large","category":"books","price":16.25,"stock":12,"tags":["books","large"],"updated_at":"2026-01-02T15:39:00Z"}],"page":1,"per_page":10,"total":60}"#;

#[test]
fn the_picture_in_the_readme_is_this_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut bench = Bench::new(132, 36);
    let loaded = workspace::load(&root.join("collections/shop")).unwrap();
    bench.app.subject = None;
    bench.app.workspace = super::super::app::Loading::Reading;
    bench.event(Event::WorkspaceLoaded { workspace: Box::new(loaded) });
    bench.answer(ANSWER);
    let query = bench.app.history.query;
    bench.event(Event::HistoryListed { query, entries: entries() });
    bench.press("alt+a j j j j j j j");
    let svg = svg(&bench);
    let file = root.join(FILE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &svg).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept == svg, "{FILE} shows another screen: UPDATE_DOCS=1 cargo test picture writes it anew");
}

fn svg(bench: &Bench) -> String {
    let terminal = bench.draw();
    let buffer = terminal.backend().buffer();
    let (width, height) = (f64::from(buffer.area.width) * CELL.0, f64::from(buffer.area.height) * CELL.1);
    let ground = hex(bench.app.theme().text.bg.unwrap_or_default(), "#16181d");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\" \
         xml:space=\"preserve\">\n<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{ground}\"/>\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let first = &buffer[(x, y)];
            let end = (x..buffer.area.width)
                .find(|at| !is_alike(&buffer[(*at, y)], first))
                .unwrap_or(buffer.area.width);
            let text: String = (x..end).map(|at| buffer[(at, y)].symbol()).collect();
            run(&mut out, first, &text, (x, y), end - x, &ground);
            x = end;
        }
    }
    out + "</svg>\n"
}

fn is_alike(one: &Cell, other: &Cell) -> bool {
    (one.fg, one.bg, one.modifier) == (other.fg, other.bg, other.modifier)
}

/// Cells of one style: their ground, where it is not the picture's, and their text.
fn run(out: &mut String, cell: &Cell, text: &str, (x, y): (u16, u16), cells: u16, ground: &str) {
    let (left, top) = (f64::from(x) * CELL.0, f64::from(y) * CELL.1);
    let own = hex(cell.bg, ground);
    if own != ground {
        let (width, height) = (f64::from(cells) * CELL.0, CELL.1);
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{own}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line =
        if cell.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    // Every character has its own place, so that the picture is right in any font.
    let places: Vec<String> =
        text.chars().enumerate().map(|(at, _)| format!("{:.1}", left + at as f64 * CELL.0)).collect();
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{:.0}\" fill=\"{}\"{weight}{line}>{text}</text>",
        places.join(" "),
        top + 13.5,
        hex(cell.fg, "#d9dce3"),
    );
}

fn hex(color: ratatui::style::Color, otherwise: &str) -> String {
    match color {
        ratatui::style::Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        _ => otherwise.to_owned(),
    }
}
