//! The whole state of the workbench, and the questions that more than one pane asks of it.
//!
//! [`App::update`](super::update) changes it, synchronously and without I/O, a clock or randomness; [`super::view`]
//! draws it and changes nothing. A pane's own state is in a file of its own below.

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use ratatui::layout::Rect;

use crate::{
    config::{Config, Key, Theme},
    document::Document,
    model::{Collection, Effective, Environment, NodeId, Problem, Request, RequestNode, Vars, Workspace},
    store::workspace::NodeKind,
    template::Scope,
};

use super::{
    effect::Effect,
    event::{QueryId, SendId},
    layout::{Regions, regions},
};

pub mod answers;
pub mod editor;
pub mod edits;
pub mod history;
pub mod notices;
pub mod opened;
pub mod overlay;
pub mod panes;
pub mod remembered;
pub mod response;
pub mod tokens;
pub mod tree;
pub mod viewer;

use answers::{Answer, Answers, State, Subject};
use edits::Edits;
use notices::{Notice, Notices};
use panes::{Pane, Panes};
use remembered::Remembered;

/// What the workbench is opened with.
#[derive(Debug, Default)]
pub struct Start {
    pub config: Config,
    /// Every theme. An empty list stands for the monochrome one.
    pub themes: Vec<Theme>,
    /// Variables from the command line.
    pub overrides: Vars,
    /// An environment from the command line, for every collection.
    pub environment: Option<String>,
    pub remembered: Remembered,
    /// What is wrong with the configuration, to be reported.
    pub problems: Vec<Problem>,
    /// The time of day at the start, and the zone to show times in.
    pub began: Timestamp,
    pub zone: Option<TimeZone>,
}

/// Everything that the workbench knows.
#[derive(Debug)]
pub struct App {
    pub config: Config,
    pub themes: Vec<Theme>,
    /// The theme in use: an index of `themes`.
    pub theme: usize,
    /// The name of a theme that the user chose here, which the next run comes back to.
    pub chosen_theme: Option<String>,
    pub workspace: Loading,
    pub overrides: Vars,
    /// The environment chosen in each collection, by the collection's folder name.
    pub environments: BTreeMap<String, String>,
    pub edits: Edits,
    pub answers: Answers,
    /// The document that is looked at by itself, without a workspace.
    pub opened: Option<opened::Opened>,
    /// What the request and response panes show.
    pub subject: Option<Subject>,
    /// The exchange of the history that is shown while `subject` is a past one.
    pub past: Option<Box<Answer>>,

    pub screen: Rect,
    pub panes: Panes,
    pub focus: Pane,
    /// The last one has the focus; without any, a pane has.
    pub overlays: Vec<overlay::Overlay>,
    pub tree: tree::Tree,
    pub editor: editor::Editor,
    pub response: response::Response,
    pub history: history::History,
    /// What was asked of the answers of each request, the last first.
    pub queries: BTreeMap<String, Vec<String>>,
    pub notices: Notices,
    /// Those of OAuth 2 that are kept.
    pub tokens: Vec<tokens::KeptToken>,
    /// Keys of a sequence that has begun.
    pub pending: Vec<Key>,
    /// The border that the mouse is dragging.
    pub dragging: Option<super::layout::Edge>,
    /// Since the start, as of the last tick or progress.
    pub now: Duration,
    began: Timestamp,
    pub zone: TimeZone,
    pub is_quitting: bool,
    last_id: u64,
}

/// The workspace, which is read behind the first frame.
#[derive(Debug, Default)]
pub enum Loading {
    #[default]
    Reading,
    Ready(Box<Workspace>),
    Failed(Notice),
}

/// What stands in the response pane.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    Nothing,
    InFlight(&'a State),
    /// Nothing was sent.
    Refused(&'a super::event::Refusal),
    Done(&'a Answer),
}

impl App {
    pub fn new(start: Start) -> Self {
        let Start { config, themes, overrides, environment, remembered, problems, began, zone } = start;
        let themes = if themes.is_empty() { vec![Theme::monochrome()] } else { themes };
        let wanted = remembered.theme.as_deref().unwrap_or(&config.ui.theme);
        let theme = themes.iter().position(|theme| theme.name == wanted).unwrap_or(0);
        let mut app = Self {
            config,
            theme,
            chosen_theme: remembered.theme.clone(),
            themes,
            workspace: Loading::Reading,
            overrides,
            environments: remembered.environments.clone(),
            edits: Edits::default(),
            answers: Answers::default(),
            opened: None,
            subject: None,
            past: None,
            screen: Rect::default(),
            panes: remembered.panes.clone(),
            focus: Pane::Tree,
            overlays: Vec::new(),
            tree: tree::Tree::new(&remembered, environment),
            editor: editor::Editor::default(),
            response: response::Response::default(),
            history: history::History::default(),
            queries: remembered.queries,
            notices: Notices::default(),
            tokens: Vec::new(),
            pending: Vec::new(),
            dragging: None,
            now: Duration::ZERO,
            began,
            zone: zone.unwrap_or(TimeZone::UTC),
            is_quitting: false,
            last_id: 0,
        };
        app.focus_shown();
        for problem in problems {
            app.report(Notice::warning(problem.to_string()));
        }
        app
    }

    /// For one document of that name, in one pane.
    pub fn viewing(start: Start, name: String) -> Self {
        let mut app = Self::new(start);
        app.opened = Some(opened::Opened { name, is_waiting: true });
        app.panes.maximised = Some(Pane::Response);
        app.focus = Pane::Response;
        app
    }

    pub fn theme(&self) -> &Theme {
        // `new` is given at least one theme, and `theme` is an index into them.
        &self.themes[self.theme]
    }

    pub fn regions(&self) -> Regions {
        regions(self.screen, &self.panes, self.focus)
    }

    pub fn workspace(&self) -> Option<&Workspace> {
        match &self.workspace {
            Loading::Ready(workspace) => Some(workspace),
            Loading::Reading | Loading::Failed(_) => None,
        }
    }

    /// The request that is open, by its id; `None` while nothing or a past exchange is.
    pub fn open_id(&self) -> Option<&NodeId> {
        match &self.subject {
            Some(Subject::Request(id)) => Some(id),
            _ => None,
        }
    }

    /// The file's state of a request, without unsaved edits.
    pub fn on_disk(&self, id: &NodeId) -> Option<&RequestNode> {
        self.workspace()?.request(id)
    }

    /// A request of the workspace, with its unsaved edits.
    pub fn request(&self, id: &NodeId) -> Option<&Request> {
        let edited = self.edits.get(id).map(|edit| &edit.request);
        edited.or_else(|| self.on_disk(id)?.content.as_ref().ok())
    }

    /// What the request pane shows: the open request, or a past exchange's as it was sent.
    pub fn shown_request(&self) -> Option<&Request> {
        match self.subject.as_ref()? {
            Subject::Request(id) => self.request(id),
            Subject::Past(_) => Some(&self.past.as_ref()?.exchange.sent),
        }
    }

    /// What belongs beside the shown request: its send in flight, or how its last one ended.
    pub fn shown(&self) -> Shown<'_> {
        let Some(subject) = &self.subject else { return Shown::Nothing };
        match (self.answers.get(subject), subject, &self.past) {
            (Some(State::Done(answer)), ..) => Shown::Done(answer),
            (Some(State::Refused(refusal)), ..) => Shown::Refused(refusal),
            (Some(state), ..) => Shown::InFlight(state),
            (None, Subject::Past(_), Some(past)) => Shown::Done(past),
            (None, ..) => Shown::Nothing,
        }
    }

    /// The whole answer that is shown, if there is one.
    pub fn shown_answer(&self) -> Option<&Answer> {
        match self.shown() {
            Shown::Done(answer) => Some(answer),
            _ => None,
        }
    }

    /// The body that is shown: of a whole answer, or of one that still arrives.
    pub fn shown_document(&self) -> Option<&Document> {
        match self.shown() {
            Shown::Done(answer) => answer.document.as_ref(),
            Shown::InFlight(State::Receiving { document, .. }) => document.as_ref(),
            _ => None,
        }
    }

    /// The tab of the response pane that is shown: the chosen one, once there is more than a body that arrives.
    pub fn shown_tab(&self) -> response::Tab {
        match self.shown() {
            Shown::InFlight(_) => response::Tab::Body,
            _ => self.response.tab,
        }
    }

    /// Requests that were never saved.
    pub fn unsaved_new(&self) -> Vec<&NodeId> {
        let new = self.edits.iter().filter(|(id, edit)| edit.base.is_none() && self.on_disk(id).is_none());
        new.map(|(id, _)| id).collect()
    }

    /// The tree's lines as they are now.
    pub fn tree_rows(&self) -> Vec<tree::Row<'_>> {
        let unsaved = self.unsaved_new();
        self.workspace().map(|workspace| self.tree.rows(workspace, &unsaved)).unwrap_or_default()
    }

    /// Gives each collection that has none an environment: the command line's, else `local`, else the first.
    pub fn choose_environments(&mut self) {
        let Loading::Ready(workspace) = &self.workspace else { return };
        let asked = self.tree.take_environment();
        for collection in &workspace.collections {
            let name = collection.root.id.as_str();
            let chosen =
                self.environments.get(name).filter(|chosen| collection.environment(chosen).is_some());
            let asked = asked.as_ref().filter(|asked| collection.environment(asked).is_some());
            let usual = || collection.environment("local").or(collection.environments.first());
            let environment = asked.or(chosen).cloned().or_else(|| usual().map(|usual| usual.name.clone()));
            match environment {
                Some(environment) => self.environments.insert(name.to_owned(), environment),
                None => self.environments.remove(name),
            };
        }
    }

    /// Whether an id means a folder or a request. Where both have it, the folder.
    pub fn kind_of(&self, id: &NodeId) -> NodeKind {
        let is_folder = self.workspace().is_some_and(|workspace| workspace.folder(id).is_some());
        if is_folder { NodeKind::Folder } else { NodeKind::Request }
    }

    /// The time of day, as of the last tick.
    pub fn wall(&self) -> Timestamp {
        self.began.checked_add(self.now).unwrap_or(self.began)
    }

    /// Changes the open request. Its edit is kept as a draft, so that a crash loses nothing.
    pub fn edit_request(&mut self, change: impl FnOnce(&mut Request)) -> Vec<Effect> {
        let Some(id) = self.open_id().cloned() else { return Vec::new() };
        let Some(mut request) = self.request(&id).cloned() else { return Vec::new() };
        change(&mut request);
        self.put_edit(&id, request)
    }

    /// Makes `request` what `id` is now.
    pub fn put_edit(&mut self, id: &NodeId, request: Request) -> Vec<Effect> {
        if self.request(id) == Some(&request) {
            return Vec::new();
        }
        let saved = self.on_disk(id).and_then(|node| node.content.clone().ok());
        if !self.edits.put(id, saved.as_ref(), request) {
            return vec![Effect::DiscardDraft { id: id.clone() }];
        }
        let Some(edit) = self.edits.get(id).cloned() else { return Vec::new() };
        let base = edit.base.map(Box::new);
        vec![Effect::KeepDraft { id: id.clone(), request: Box::new(edit.request), base }]
    }

    /// The collection that the shown request or the tree's cursor stands in; failing both, the first.
    pub fn collection(&self) -> Option<&Collection> {
        let workspace = self.workspace()?;
        let past = || self.shown_answer().and_then(|answer| answer.exchange.source.as_ref());
        let id = self.open_id().or_else(past).or(self.tree.cursor.as_ref());
        id.and_then(|id| workspace.collection(id.collection())).or_else(|| workspace.collections.first())
    }

    /// The environment in use in a collection, if one is chosen and exists.
    pub fn environment_of<'a>(&self, collection: &'a Collection) -> Option<&'a Environment> {
        collection.environment(self.environments.get(collection.root.id.as_str())?)
    }

    /// The environment in use where the user is.
    pub fn environment(&self) -> Option<&Environment> {
        self.environment_of(self.collection()?)
    }

    /// The request `id` as it would be sent, with what it inherits.
    pub fn effective(&self, id: &NodeId) -> Option<Effective> {
        self.workspace()?.effective(id, self.request(id)?)
    }

    /// The variables that `id` sees, with secrets known by name only: for colours, hints and completion.
    pub fn scope(&self, id: &NodeId) -> Scope {
        let effective = self.effective(id);
        let environment = self.workspace().and_then(|workspace| workspace.collection(id.collection()));
        let environment = environment.and_then(|collection| self.environment_of(collection));
        crate::http::scope_without_secrets(effective.as_ref(), environment, &self.overrides)
    }

    pub fn report(&mut self, notice: Notice) {
        tracing::info!(level = ?notice.level, "{}", notice.summary);
        self.notices.report(notice, self.now);
    }

    pub fn next_send(&mut self) -> SendId {
        SendId(self.next_number())
    }

    pub fn next_query(&mut self) -> QueryId {
        QueryId(self.next_number())
    }

    fn next_number(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Whether the clock has to tick: something on screen changes by itself.
    pub fn needs_ticks(&self) -> bool {
        self.answers.is_anything_in_flight() || self.notices.is_waiting()
    }

    /// Gives the focus to a pane, which is shown if it was hidden.
    pub fn focus_pane(&mut self, pane: Pane) {
        self.panes.show(pane);
        self.focus = pane;
    }

    /// Moves the focus to a pane that is on screen, if the focused one is not.
    pub fn focus_shown(&mut self) {
        if self.panes.is_hidden(self.focus)
            && let Some(pane) = Pane::ALL.into_iter().find(|pane| !self.panes.is_hidden(*pane))
        {
            self.focus = pane;
        }
    }

    /// What to keep for the next run.
    pub fn remembered(&self) -> Remembered {
        Remembered {
            open: self.open_id().cloned(),
            collapsed: self.tree.collapsed.clone(),
            environments: self.environments.clone(),
            panes: Panes { maximised: None, ..self.panes.clone() },
            theme: self.chosen_theme.clone(),
            queries: self.queries.clone(),
        }
    }
}
