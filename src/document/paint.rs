//! The role that each class has in a theme: one table, so that a body looks the same in the workbench, in its editor
//! and on the command line.

use ratatui::style::Style;

use crate::config::Theme;

use super::Class;

impl Class {
    /// Plain text has no style: it is as the text around it, or as the terminal has it.
    pub fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Text | Self::Byte => Style::new(),
            Self::Key => theme.syntax_key,
            Self::String | Self::Escape => theme.syntax_string,
            Self::Number => theme.syntax_number,
            Self::Boolean => theme.syntax_boolean,
            Self::Null => theme.syntax_null,
            Self::Punctuation | Self::Operator => theme.syntax_punctuation,
            Self::Tag | Self::Name => theme.syntax_tag,
            Self::Attribute => theme.syntax_attribute,
            Self::Keyword => theme.syntax_keyword,
            Self::Comment => theme.syntax_comment,
            Self::Template => theme.variable,
            Self::Heading => theme.title,
            Self::Offset => theme.syntax_offset,
            // It stands for characters of the text, which a slant would hide.
            Self::Placeholder => theme.dim,
            Self::Error => theme.syntax_error,
        }
    }
}
