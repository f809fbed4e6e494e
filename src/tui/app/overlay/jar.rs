//! The cookies of a jar: looked through by typing, and changed one by one.

use jiff::Timestamp;

use crate::{
    http::jars::{Cookie, CookieKey, JarName},
    tui::widgets::text_field::TextField,
};

/// The state of the editor. Each change is made on disk at once; what is here is what was last read.
#[derive(Debug)]
pub struct JarEditor {
    pub jar: JarName,
    /// Those that can be chosen.
    pub others: Vec<JarName>,
    /// By domain and path; `None` until they are read.
    pub cookies: Option<Vec<Cookie>>,
    /// When they were read.
    pub now: Timestamp,
    /// What is typed to look for.
    pub field: TextField,
    /// Index in [`Self::shown`].
    pub cursor: usize,
    /// The first row on screen.
    pub top: usize,
    pub is_revealed: bool,
}

impl JarEditor {
    pub fn new(jar: JarName, others: Vec<JarName>) -> Self {
        Self {
            jar,
            others,
            cookies: None,
            now: Timestamp::UNIX_EPOCH,
            field: TextField::new(String::new()),
            cursor: 0,
            top: 0,
            is_revealed: false,
        }
    }

    /// The jar was read; the cursor stays on its cookie, or near where that was.
    pub fn take(&mut self, mut cookies: Vec<Cookie>, now: Timestamp) {
        let current = self.current().map(Cookie::key);
        cookies.sort_by(|one, other| {
            (&one.domain, &one.path, &one.name).cmp(&(&other.domain, &other.path, &other.name))
        });
        self.cookies = Some(cookies);
        self.now = now;
        let shown = self.shown();
        let same = shown.iter().position(|cookie| Some(cookie.key()) == current);
        self.cursor = same.unwrap_or(self.cursor.min(shown.len().saturating_sub(1)));
    }

    /// The cookies that have what is typed in their name, domain or path.
    pub fn shown(&self) -> Vec<&Cookie> {
        let wanted = self.field.text().trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        let all = self.cookies.iter().flatten();
        all.filter(|cookie| has(&cookie.name) || has(&format!("{}{}", cookie.domain, cookie.path))).collect()
    }

    pub fn current(&self) -> Option<&Cookie> {
        self.shown().get(self.cursor).copied()
    }

    pub fn refilter(&mut self) {
        (self.cursor, self.top) = (0, 0);
    }

    /// Moves the cursor, stopping at the ends, and keeps it among the `rows` on screen.
    pub fn step(&mut self, by: isize, rows: usize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.shown().len().saturating_sub(1));
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(rows.max(1)), self.cursor);
    }
}

/// What a prompt of the editor is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JarPurpose {
    /// A cookie on a line; `instead_of` the one that it was made from.
    Set {
        instead_of: Option<CookieKey>,
        now: Timestamp,
    },
    Import,
    Export,
}
