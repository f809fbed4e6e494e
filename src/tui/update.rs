//! Every change of the state: a message in, effects out. One file below for each pane, overlay and way in.

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Rect;

use super::{action::Action, app::App, effect::Effect, event::Event};

mod consent;
mod editor;
mod events;
mod files;
mod global;
mod history;
mod jar;
mod keys;
mod mouse;
mod overlay;
mod response;
mod rows;
mod sending;
mod tokens;
mod tree;
mod viewer;

pub(super) use editor::{inherited, inherited_auth, rows_of};
pub(super) use files::consequence;
pub(super) use keys::{contexts, is_typing};
pub(super) use overlay::jump_letter;
pub(super) use sending::Replay;

/// What the state is told.
#[derive(Debug)]
pub(super) enum Message {
    Key(KeyEvent),
    /// Text that the terminal says was pasted.
    Paste(String),
    Mouse(MouseEvent),
    Resized {
        width: u16,
        height: u16,
    },
    Event(Event),
}

impl App {
    /// Takes a message: changes the state and answers what is to be done outside.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(key) => keys::press(self, key),
            Message::Paste(text) => keys::paste(self, &text),
            Message::Mouse(mouse) => mouse::handle(self, mouse),
            Message::Resized { width, height } => {
                self.screen = Rect::new(0, 0, width, height);
                Vec::new()
            }
            Message::Event(event) => events::take(self, event),
        }
    }

    /// Does what an action asks for: an overlay takes it first, then what holds everywhere, then the focused pane.
    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        if let Some(effects) = overlay::act(self, action) {
            return effects;
        }
        if let Some(effects) = global::act(self, action) {
            return effects;
        }
        match self.focus {
            super::app::panes::Pane::Tree => tree::act(self, action),
            super::app::panes::Pane::Request => editor::act(self, action),
            super::app::panes::Pane::Response => response::act(self, action),
            super::app::panes::Pane::History => history::act(self, action),
        }
    }
}
