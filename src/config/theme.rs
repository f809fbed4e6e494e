//! Colours by role. A theme is a file of `themes/`, and each of its lines one role.

use ratatui::style::{Color, Modifier, Style};

use super::reading::Reading;
use crate::model::Problem;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident)*) => {
        /// A style for everything that the workbench draws. A role that a file leaves out is drawn as text.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Theme {
            pub name: String,
            $($(#[$doc])* pub $role: Style,)*
        }

        impl Theme {
            /// The names of all roles, as they stand in a file.
            pub const ROLES: &[&str] = &[$(stringify!($role)),*];

            fn role_mut(&mut self, name: &str) -> Option<&mut Style> {
                match name { $(stringify!($role) => Some(&mut self.$role),)* _ => None }
            }

            /// Every role with its style.
            pub fn roles(&self) -> impl Iterator<Item = (&'static str, Style)> {
                [$((stringify!($role), self.$role)),*].into_iter()
            }
        }
    };
}

roles! {
    /// Foreground and background of everything.
    text
    dim
    title
    accent
    border
    border_focused
    header
    brand
    footer
    hint
    hint_key
    badge
    badge_dim
    popup
    popup_border
    selection
    cursor_line
    /// Selected text.
    marked
    tab
    tab_active
    folder
    unsaved
    disabled
    placeholder
    /// A cell or field that is being edited.
    editing
    scrollbar
    scrollbar_thumb
    spinner
    notice_info
    notice_warning
    notice_error
    /// Verification is off.
    insecure
    method_get
    method_post
    method_put
    method_patch
    method_delete
    method_other
    status_1xx
    status_2xx
    status_3xx
    status_4xx
    status_5xx
    variable
    variable_undefined
    variable_secret
    timing_dns
    timing_connect
    timing_tls
    timing_send
    timing_wait
    timing_receive
    search_match
    search_current
    line_number
    syntax_key
    syntax_string
    syntax_number
    syntax_boolean
    syntax_null
    syntax_punctuation
    syntax_tag
    syntax_attribute
    syntax_comment
    syntax_keyword
    syntax_offset
    syntax_error
}

/// The themes that come with the program: name and text of each.
const EMBEDDED: [(&str, &str); 3] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("terminal", include_str!("../../themes/terminal.toml")),
];

impl Theme {
    /// The themes that come with the program.
    pub fn embedded() -> Vec<Self> {
        EMBEDDED.iter().map(|(name, text)| Self::parse(name, text, std::path::Path::new(name)).0).collect()
    }

    /// Reads a theme. What is wrong is told, and every other line holds.
    pub fn parse(name: &str, text: &str, file: &std::path::Path) -> (Self, Vec<Problem>) {
        let mut theme = Self { name: name.to_owned(), ..Self::default() };
        let mut reading = Reading::new(text, file);
        let Some(root) = reading.root() else { return (theme, reading.problems) };
        let mut palette: Vec<(String, Color)> = Vec::new();
        if let Some(table) = reading.table(&root, "palette") {
            for (key, value, span) in reading.strings(&table) {
                match color(&value, &[]) {
                    Some(color) => palette.push((key, color)),
                    None => {
                        reading.problem(span, format!("`{value}` is not a colour"), Some(COLOR_HINT.into()));
                    }
                }
            }
        }
        for (key, item) in &root {
            if matches!(key, "palette" | "doc") {
                continue;
            }
            let span = Reading::key_span(&root, key);
            let Some(role) = theme.role_mut(key) else {
                reading.unknown(span, "role", key, Self::ROLES);
                continue;
            };
            match style(item, &palette) {
                Ok(read) => *role = read,
                Err(message) => {
                    reading.problem(item.span().or(span), message, Some(COLOR_HINT.into()));
                }
            }
        }
        (theme, reading.problems)
    }

    /// No colours, for `NO_COLOR`: weight, underline and inversion alone.
    pub fn monochrome() -> Self {
        let with = |modifier| Style::new().add_modifier(modifier);
        let (bold, dim, reversed) = (with(Modifier::BOLD), with(Modifier::DIM), with(Modifier::REVERSED));
        let (italic, underlined) = (with(Modifier::ITALIC), with(Modifier::UNDERLINED));
        Self {
            name: "monochrome".into(),
            dim,
            title: bold,
            accent: bold,
            border: dim,
            border_focused: bold,
            brand: reversed,
            hint_key: bold,
            badge: reversed,
            selection: reversed,
            cursor_line: underlined,
            marked: reversed,
            tab: dim,
            tab_active: bold.patch(underlined),
            folder: bold,
            unsaved: bold,
            disabled: dim,
            placeholder: dim.patch(italic),
            editing: underlined,
            scrollbar: dim,
            notice_warning: bold,
            notice_error: bold.patch(underlined),
            insecure: bold.patch(reversed),
            method_get: bold,
            method_post: bold,
            method_put: bold,
            method_patch: bold,
            method_delete: bold,
            method_other: bold,
            status_4xx: bold,
            status_5xx: bold.patch(underlined),
            variable: italic,
            variable_undefined: underlined.patch(bold),
            variable_secret: italic.patch(dim),
            search_match: underlined,
            search_current: reversed,
            line_number: dim,
            syntax_key: bold,
            syntax_punctuation: dim,
            syntax_comment: dim,
            syntax_offset: dim,
            syntax_error: bold.patch(underlined),
            ..Self::default()
        }
    }

    pub fn method(&self, method: &str) -> Style {
        match method.to_ascii_uppercase().as_str() {
            "GET" => self.method_get,
            "POST" => self.method_post,
            "PUT" => self.method_put,
            "PATCH" => self.method_patch,
            "DELETE" => self.method_delete,
            _ => self.method_other,
        }
    }

    pub fn status(&self, status: u16) -> Style {
        match status / 100 {
            1 => self.status_1xx,
            2 => self.status_2xx,
            3 => self.status_3xx,
            4 => self.status_4xx,
            _ => self.status_5xx,
        }
    }
}

const COLOR_HINT: &str = "write \"#rrggbb\", a name of [palette], one of the terminal's colours (\"red\", \"bright-red\", …), or \"default\"";

/// `"accent"`, or `{ fg = "accent", bg = "#101010", bold = true }`.
fn style(item: &toml_edit::Item, palette: &[(String, Color)]) -> Result<Style, String> {
    if let Some(text) = item.as_str() {
        let color = color(text, palette).ok_or_else(|| format!("`{text}` is not a colour"))?;
        return Ok(Style::new().fg(color));
    }
    let table =
        item.as_table_like().ok_or("expected a colour or a table such as { fg = \"red\", bold = true }")?;
    let mut style = Style::new();
    for (key, value) in table.iter() {
        let named = value.as_str().and_then(|text| color(text, palette));
        let modifier = match key {
            "fg" | "bg" => {
                let color = named.ok_or_else(|| format!("`{key}` is not a colour"))?;
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
        let value = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?;
        let [_, red, green, blue] = value.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
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

#[cfg(test)]
mod tests;
