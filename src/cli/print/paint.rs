//! A document's classes in the roles of a theme.

use ratatui::style::Style;

use crate::{config::Theme, document::Class};

pub(super) fn class(class: Class, theme: &Theme) -> Style {
    match class {
        Class::Text | Class::Name | Class::Byte => Style::new(),
        Class::Key => theme.syntax_key,
        Class::String | Class::Escape => theme.syntax_string,
        Class::Number => theme.syntax_number,
        Class::Boolean => theme.syntax_boolean,
        Class::Null => theme.syntax_null,
        Class::Punctuation | Class::Operator => theme.syntax_punctuation,
        Class::Tag => theme.syntax_tag,
        Class::Attribute => theme.syntax_attribute,
        Class::Keyword => theme.syntax_keyword,
        Class::Comment => theme.syntax_comment,
        Class::Template => theme.variable,
        Class::Heading => theme.title,
        Class::Offset => theme.syntax_offset,
        Class::Placeholder => theme.placeholder,
        Class::Error => theme.syntax_error,
    }
}
