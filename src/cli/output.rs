//! The two streams: whether there is a terminal behind one, and whether it wants colours.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, IsTerminal, Write},
};

use ratatui::style::{Color, Modifier, Style};

use crate::config::Theme;

/// Where a command writes to.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) is_terminal: bool,
    is_error: bool,
    has_colours: bool,
    theme: Theme,
}

impl Output {
    pub(super) fn stdout() -> Self {
        Self::new(io::stdout().is_terminal(), false)
    }

    pub(super) fn stderr() -> Self {
        Self::new(io::stderr().is_terminal(), true)
    }

    /// No terminal, whatever there is.
    #[cfg(test)]
    pub(super) fn plain() -> Self {
        Self::new(false, false)
    }

    /// Colours are the terminal's own sixteen, which suit whatever ground it has.
    fn new(is_terminal: bool, is_error: bool) -> Self {
        let has_colours = is_terminal && !is_plain();
        let theme = has_colours
            .then(|| Theme::embedded().into_iter().find(|theme| theme.name == "terminal"))
            .flatten()
            .unwrap_or_default();
        Self { is_terminal, is_error, has_colours, theme }
    }

    /// Styles by role; all of them plain where there are no colours.
    pub(super) fn theme(&self) -> &Theme {
        &self.theme
    }

    /// `text` in that style.
    pub(super) fn paint<'a>(&self, style: Style, text: &'a str) -> Cow<'a, str> {
        let codes = if self.has_colours { codes(style) } else { String::new() };
        if codes.is_empty() || text.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(format!("\u{1b}[{codes}m{text}\u{1b}[0m"))
    }

    /// Writes to the stream.
    pub(super) fn write(&self, text: &str) -> io::Result<()> {
        if self.is_error {
            return io::stderr().lock().write_all(text.as_bytes());
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Writes what nobody has to read: that it could not be written is no failure.
    pub(super) fn tell(&self, text: &str) {
        let _ = self.write(text);
    }
}

/// Whether the user wants no colours (<https://no-color.org>), or the terminal has none.
pub(super) fn is_plain() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the reader went away (`| head`), which is no error.
pub(super) fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// The text without characters that would command a terminal: what a server sends never does.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let is_command = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(is_command) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(is_command, "\u{fffd}"))
}

/// The parameters of SGR (ECMA-48, 8.3.117), separated by `;`.
fn codes(style: Style) -> String {
    let mut codes = String::new();
    let mut add = |code: String| {
        let separator = if codes.is_empty() { "" } else { ";" };
        let _ = write!(codes, "{separator}{code}");
    };
    for (modifier, code) in [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ] {
        if style.add_modifier.contains(modifier) {
            add(code.to_string());
        }
    }
    if let Some(code) = style.fg.and_then(|color| color_code(color, 30)) {
        add(code);
    }
    if let Some(code) = style.bg.and_then(|color| color_code(color, 40)) {
        add(code);
    }
    codes
}

/// `base` is 30 for the text and 40 for its ground; the terminal's own colour needs no code.
fn color_code(color: Color, base: u8) -> Option<String> {
    let dark = |index: u8| Some((base + index).to_string());
    let bright = |index: u8| Some((base + 60 + index).to_string());
    match color {
        Color::Reset => None,
        Color::Black => dark(0),
        Color::Red => dark(1),
        Color::Green => dark(2),
        Color::Yellow => dark(3),
        Color::Blue => dark(4),
        Color::Magenta => dark(5),
        Color::Cyan => dark(6),
        Color::Gray => dark(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Rgb(red, green, blue) => Some(format!("{};2;{red};{green};{blue}", base + 8)),
        Color::Indexed(index) => Some(format!("{};5;{index}", base + 8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_as_codes() {
        assert_eq!(codes(Style::new()), "");
        assert_eq!(codes(Style::new().fg(Color::Red).add_modifier(Modifier::BOLD)), "1;31");
        assert_eq!(codes(Style::new().fg(Color::White).bg(Color::DarkGray)), "97;100");
        assert_eq!(codes(Style::new().fg(Color::Rgb(1, 2, 3))), "38;2;1;2;3");
    }

    #[test]
    fn what_a_server_says_commands_no_terminal() {
        assert_eq!(visible("a\u{1b}]0;x\u{7}b"), "a\u{fffd}]0;x\u{fffd}b");
        assert_eq!(visible("grüße\n"), "grüße\n");
    }
}
