//! A theme as a file: each line one role, and a palette that names its colours.

use std::path::{Path, PathBuf};

use ratatui::style::{Color, Modifier, Style};
use toml_edit::{Item, Table};

use super::Theme;
use crate::{config::reading::Reading, model::Problem};

/// The themes that come with the program: name and text of each.
pub(super) const EMBEDDED: [(&str, &str); 3] = [
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("terminal", include_str!("../../../themes/terminal.toml")),
];

const COLOR_HINT: &str = "write \"#rrggbb\", a name of [palette], one of the terminal's colours (\"red\", \"bright-red\", …), its number (\"208\"), or \"default\"";

type Palette = Vec<(String, Color)>;

impl Theme {
    /// The themes that come with the program.
    pub fn embedded() -> Vec<Self> {
        EMBEDDED.iter().map(|(name, text)| Self::read(name, text, Path::new(name), None).0).collect()
    }

    /// The themes that come with the program, and a user's own: each file with its text. Its name is the theme's;
    /// one of the same name takes the other's place.
    pub fn available(own: &[(PathBuf, String)]) -> (Vec<Self>, Vec<Problem>) {
        let mut themes = Self::embedded();
        let mut problems = Vec::new();
        for (file, text) in own {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            let (theme, found) = Self::parse(&name, text, file);
            problems.extend(found);
            match themes.iter_mut().find(|known| known.name == theme.name) {
                Some(known) => *known = theme,
                None => themes.push(theme),
            }
        }
        (themes, problems)
    }

    /// Reads a user's theme. What it leaves out is as in its `base`, `"dark"` unless it names another: a palette
    /// alone recolours that one. What is wrong is told, and every other line holds.
    pub fn parse(name: &str, text: &str, file: &Path) -> (Self, Vec<Problem>) {
        Self::read(name, text, file, EMBEDDED.first().copied())
    }

    fn read(name: &str, text: &str, file: &Path, base: Option<(&str, &str)>) -> (Self, Vec<Problem>) {
        let mut theme = Self { name: name.to_owned(), ..Self::default() };
        let mut reading = Reading::new(text, file);
        let root = reading.root().unwrap_or_default();
        let mut palette = palette(&mut reading, &root);
        if let Some(default) = base {
            let (name, text) = named_base(&mut reading, &root).unwrap_or(default);
            let mut base = Reading::new(text, Path::new(name));
            let root = base.root().unwrap_or_default();
            // The first of a name counts, so that the file's own colours win in the base's roles too.
            palette.extend(self::palette(&mut base, &root));
            theme.read_roles(&mut base, &root, &palette);
        }
        theme.read_roles(&mut reading, &root, &palette);
        reading.problems.sort_by_key(|problem| problem.place);
        (theme, reading.problems)
    }

    fn read_roles(&mut self, reading: &mut Reading<'_>, root: &Table, palette: &Palette) {
        for (key, item) in root.iter().filter(|(key, _)| !matches!(*key, "palette" | "base" | "doc")) {
            let Some(role) = self.role_mut(key) else {
                reading.unknown(Reading::key_span(root, key), "role", key, Self::ROLES);
                continue;
            };
            match style(item, palette) {
                Ok(read) => *role = read,
                Err(message) => {
                    let span = item.span().or_else(|| Reading::key_span(root, key));
                    reading.problem(span, message, Some(COLOR_HINT.into()));
                }
            }
        }
    }
}

/// `base = "light"`: the theme of that name and its text.
fn named_base(reading: &mut Reading<'_>, root: &Table) -> Option<(&'static str, &'static str)> {
    let item = root.get("base")?;
    let name = reading.string("base", item)?;
    let base = EMBEDDED.into_iter().find(|(known, _)| *known == name);
    if base.is_none() {
        reading.unknown(item.span(), "theme", &name, &EMBEDDED.map(|(known, _)| known));
    }
    base
}

/// `[palette]`: names for colours.
fn palette(reading: &mut Reading<'_>, root: &Table) -> Palette {
    let Some(table) = reading.table(root, "palette") else { return Palette::new() };
    let mut palette = Palette::new();
    for (name, value, span) in reading.strings(&table) {
        match color(&value, &[]) {
            Some(color) => palette.push((name, color)),
            None => {
                reading.problem(span, format!("`{value}` is not a colour"), Some(COLOR_HINT.into()));
            }
        }
    }
    palette
}

/// `"accent"`, or `{ fg = "accent", bg = "#101010", bold = true }`.
fn style(item: &Item, palette: &[(String, Color)]) -> Result<Style, String> {
    let named = |text: &str| color(text, palette).ok_or_else(|| format!("`{text}` is not a colour"));
    if let Some(text) = item.as_str() {
        return Ok(Style::new().fg(named(text)?));
    }
    let table =
        item.as_table_like().ok_or("expected a colour or a table such as { fg = \"red\", bold = true }")?;
    let mut style = Style::new();
    for (key, value) in table.iter() {
        let modifier = match key {
            "fg" | "bg" => {
                let color = named(value.as_str().ok_or_else(|| format!("`{key}` is not a colour"))?)?;
                style = if key == "fg" { style.fg(color) } else { style.bg(color) };
                continue;
            }
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            _ => {
                return Err(format!(
                    "unknown key `{key}`; a style has fg, bg, bold, dim, italic, underline, reverse"
                ));
            }
        };
        match value.as_bool() {
            Some(true) => style = style.add_modifier(modifier),
            Some(false) => {}
            None => return Err(format!("`{key}` is true or false")),
        }
    }
    Ok(style)
}

fn color(text: &str, palette: &[(String, Color)]) -> Option<Color> {
    if let Some((_, color)) = palette.iter().find(|(name, _)| name == text) {
        return Some(*color);
    }
    if let Some(hex) = text.strip_prefix('#') {
        let is_hex = hex.len() == 6 && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
        let value = u32::from_str_radix(hex, 16).ok().filter(|_| is_hex)?;
        let [_, red, green, blue] = value.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
    }
    if let Ok(index) = text.parse() {
        return Some(Color::Indexed(index));
    }
    Some(match text {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => return None,
    })
}
