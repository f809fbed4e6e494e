//! The request pane's state: which part has the focus, and the widgets that show the request.
//!
//! The request itself is not here: it is the workspace's, or an unsaved edit of it. What a widget changes goes there
//! at once, so that a request can be sent and saved without a screen.

use crate::{
    model::{Auth, Body, Request, Rows},
    template::Scope,
    tui::widgets::{
        table::{Inherited, Table},
        text_area::TextArea,
        text_field::{Paste, TextField},
    },
};

use super::super::settings_rows;

pub mod auth;

use auth::AuthLine;

/// What of the request is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Params,
    Headers,
    Auth,
    Body,
    Vars,
    Settings,
    Docs,
}

impl Tab {
    pub const ALL: [Self; 7] =
        [Self::Params, Self::Headers, Self::Auth, Self::Body, Self::Vars, Self::Settings, Self::Docs];

    pub fn title(self) -> &'static str {
        match self {
            Self::Params => "Params",
            Self::Headers => "Headers",
            Self::Auth => "Auth",
            Self::Body => "Body",
            Self::Vars => "Vars",
            Self::Settings => "Settings",
            Self::Docs => "Docs",
        }
    }
}

/// What has the focus in the pane, from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spot {
    Method,
    #[default]
    Url,
    Tabs,
    /// A part of the tab, by its index in [`Editor::parts`].
    Part(usize),
}

/// A part of a tab that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The kind of authentication or body.
    Kind,
    /// A choice of the authentication, by its index in [`Editor::auth`].
    Choice(usize),
    Table(RowsKind),
    Field(FieldKind),
    Area(AreaKind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsKind {
    Path,
    Query,
    Headers,
    /// Fields of a form, or parts of a multipart body.
    Form,
    /// Further parameters of OAuth 2.
    AuthParams,
    Vars,
    Settings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// By its index in [`Editor::auth`].
    Auth(usize),
    File,
    Operation,
    Tags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AreaKind {
    Body,
    Variables,
    Doc,
}

/// State of the pane.
#[derive(Debug, Default)]
pub struct Editor {
    pub tab: Tab,
    pub spot: Spot,
    pub url: TextField,
    tables: [Table; 7],
    areas: [TextArea; 3],
    /// The lines of the authentication's form.
    pub auth: Vec<AuthLine>,
    pub file: TextField,
    pub operation: TextField,
    pub tags: TextField,
    /// `[http]` and `[retry]` as rows; kept while they are wrong.
    pub settings: Rows,
    pub settings_error: Option<String>,
    /// Headers that the folders above give, and settings from there and from the defaults.
    pub inherited_headers: Vec<Inherited>,
    pub inherited_settings: Vec<Inherited>,
    /// What the shown request's templates see.
    pub scope: Scope,
    /// Where the JSON of the body is wrong: line and column, from 0, and what.
    pub body_error: Option<(usize, usize, String)>,
    /// The request that the widgets show.
    pub seen: Option<Request>,
}

impl Editor {
    pub fn table(&self, kind: RowsKind) -> &Table {
        &self.tables[kind as usize]
    }

    pub fn table_mut(&mut self, kind: RowsKind) -> &mut Table {
        &mut self.tables[kind as usize]
    }

    pub fn area(&self, kind: AreaKind) -> &TextArea {
        &self.areas[kind as usize]
    }

    pub fn area_mut(&mut self, kind: AreaKind) -> &mut TextArea {
        &mut self.areas[kind as usize]
    }

    pub fn field(&self, kind: FieldKind) -> Option<&TextField> {
        match kind {
            FieldKind::Auth(index) => match self.auth.get(index)? {
                AuthLine::Text { field, .. } => Some(field),
                AuthLine::Choice(_) => None,
            },
            FieldKind::File => Some(&self.file),
            FieldKind::Operation => Some(&self.operation),
            FieldKind::Tags => Some(&self.tags),
        }
    }

    pub fn field_mut(&mut self, kind: FieldKind) -> Option<&mut TextField> {
        match kind {
            FieldKind::Auth(index) => match self.auth.get_mut(index)? {
                AuthLine::Text { field, .. } => Some(field),
                AuthLine::Choice(_) => None,
            },
            FieldKind::File => Some(&mut self.file),
            FieldKind::Operation => Some(&mut self.operation),
            FieldKind::Tags => Some(&mut self.tags),
        }
    }

    pub fn focus_url(&mut self) {
        self.spot = Spot::Url;
        self.url.select_all();
    }

    /// The part that has the focus.
    pub fn part(&self) -> Option<Part> {
        match self.spot {
            Spot::Part(index) => self.parts().get(index).copied(),
            _ => None,
        }
    }

    /// The parts of the tab that is shown, from the top.
    pub fn parts(&self) -> Vec<Part> {
        let request = self.seen.as_ref();
        match self.tab {
            Tab::Params if request.is_some_and(|request| !request.path.is_empty()) => {
                vec![Part::Table(RowsKind::Path), Part::Table(RowsKind::Query)]
            }
            Tab::Params => vec![Part::Table(RowsKind::Query)],
            Tab::Headers => vec![Part::Table(RowsKind::Headers)],
            Tab::Auth => {
                let lines = self.auth.iter().enumerate().map(|(index, line)| match line {
                    AuthLine::Choice(_) => Part::Choice(index),
                    AuthLine::Text { .. } => Part::Field(FieldKind::Auth(index)),
                });
                let is_oauth2 =
                    matches!(request.and_then(|request| request.auth.as_ref()), Some(Auth::Oauth2(_)));
                let params = is_oauth2.then_some(Part::Table(RowsKind::AuthParams));
                [Part::Kind].into_iter().chain(lines).chain(params).collect()
            }
            Tab::Body => match request.and_then(|request| request.body.as_ref()) {
                None => vec![Part::Kind],
                Some(Body::Json(_) | Body::Text(_) | Body::Xml(_) | Body::Base64(_)) => {
                    vec![Part::Kind, Part::Area(AreaKind::Body)]
                }
                Some(Body::Form(_) | Body::Multipart(_)) => vec![Part::Kind, Part::Table(RowsKind::Form)],
                Some(Body::File(_)) => vec![Part::Kind, Part::Field(FieldKind::File)],
                Some(Body::Graphql { .. }) => vec![
                    Part::Kind,
                    Part::Field(FieldKind::Operation),
                    Part::Area(AreaKind::Body),
                    Part::Area(AreaKind::Variables),
                ],
            },
            Tab::Vars => vec![Part::Table(RowsKind::Vars)],
            Tab::Settings => vec![Part::Table(RowsKind::Settings)],
            Tab::Docs => vec![Part::Field(FieldKind::Tags), Part::Area(AreaKind::Doc)],
        }
    }

    /// Shows a request in every widget. What they showed before is forgotten.
    pub fn show(&mut self, request: Option<&Request>) {
        let empty = Request::default();
        let shown = request.unwrap_or(&empty);
        self.url = TextField::new(shown.url.as_str()).with_paste(Paste::Joined);
        self.tables = std::array::from_fn(|_| Table::default());
        self.auth = auth::form(shown.auth.as_ref());
        self.tags = TextField::new(shown.tags.join(" "));
        let (main, second) = body_texts(shown.body.as_ref());
        self.areas = [TextArea::new(main), TextArea::new(second), TextArea::new(&shown.doc)];
        self.file = TextField::new(match &shown.body {
            Some(Body::File(path)) => path.as_str(),
            _ => "",
        });
        self.operation = TextField::new(match &shown.body {
            Some(Body::Graphql { operation, .. }) => operation.as_str(),
            _ => "",
        });
        self.settings = settings_rows::of(&shown.http, &shown.retry);
        self.settings_error = None;
        self.seen = request.cloned();
        self.check_body();
        if let Spot::Part(index) = self.spot
            && index >= self.parts().len()
        {
            self.spot = Spot::Tabs;
        }
    }

    /// Looks whether the body, or the variables of GraphQL, are the JSON that they are meant to be.
    pub fn check_body(&mut self) {
        let (kind, text) = match self.seen.as_ref().and_then(|request| request.body.as_ref()) {
            Some(Body::Json(text)) => (AreaKind::Body, text.as_str()),
            Some(Body::Graphql { variables, .. }) => (AreaKind::Variables, variables.as_str()),
            _ => (AreaKind::Body, ""),
        };
        let error = Some(text).filter(|text| !text.trim().is_empty());
        let error = error.and_then(|text| crate::document::check_json_template(text).err());
        self.body_error =
            error.map(|error| (error.line.saturating_sub(1), error.column.saturating_sub(1), error.message));
        let place = self.body_error.as_ref().map(|(line, column, _)| (*line, *column));
        for area in [AreaKind::Body, AreaKind::Variables] {
            self.area_mut(area).set_error(place.filter(|_| area == kind));
        }
    }
}

/// What stands in the body's text areas.
fn body_texts(body: Option<&Body>) -> (&str, &str) {
    match body {
        Some(Body::Json(text) | Body::Text(text) | Body::Xml(text) | Body::Base64(text)) => (text, ""),
        Some(Body::Graphql { query, variables, .. }) => (query, variables),
        _ => ("", ""),
    }
}
