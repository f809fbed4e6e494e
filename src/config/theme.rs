//! Colours by role: what there is to draw, and in which style. [`file`] reads them.

use ratatui::style::{Modifier, Style};

mod file;

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident)*) => {
        /// A style for everything that the workbench draws. A role without a style is drawn as text.
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
    /// The cell of the cursor in a field.
    cursor
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

impl Theme {
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
            cursor: reversed,
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

    /// The style of a request's method, in any case.
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

    /// The style of a response's status, by its class.
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

#[cfg(test)]
mod tests;
