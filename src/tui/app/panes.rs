//! The panes: which there are, which are shown, and how large each is.

use serde::{Deserialize, Serialize};

/// A part of the screen that can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    Tree,
    History,
    Request,
    Response,
}

impl Pane {
    /// In the order of tab: from the left, from the top.
    pub const ALL: [Self; 4] = [Self::Tree, Self::History, Self::Request, Self::Response];

    pub fn title(self) -> &'static str {
        match self {
            Self::Tree => "Collection",
            Self::History => "History",
            Self::Request => "Request",
            Self::Response => "Response",
        }
    }
}

/// How request and response stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrangement {
    /// Side by side where the width is enough for both.
    #[default]
    ByWidth,
    SideBySide,
    Stacked,
}

/// What the user made of the panes; the geometry itself is in [`super::super::layout`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panes {
    pub hidden: Vec<Pane>,
    pub maximised: Option<Pane>,
    pub arrangement: Arrangement,
    /// Columns of the left side; `None` lets the width decide.
    pub side_width: Option<u16>,
    /// Per cent of the left side's height that the history takes.
    pub history_share: u16,
    /// Per cent of the right side's width that the request takes beside the response.
    pub request_width: u16,
    /// Per cent of the right side's height that the request takes above the response.
    pub request_height: u16,
}

impl Default for Panes {
    fn default() -> Self {
        Self {
            hidden: Vec::new(),
            maximised: None,
            arrangement: Arrangement::ByWidth,
            side_width: None,
            history_share: 35,
            request_width: 50,
            request_height: 42,
        }
    }
}

impl Panes {
    pub fn is_hidden(&self, pane: Pane) -> bool {
        self.hidden.contains(&pane)
    }

    pub fn hide(&mut self, pane: Pane) {
        if !self.is_hidden(pane) {
            self.hidden.push(pane);
        }
    }

    pub fn show(&mut self, pane: Pane) {
        self.hidden.retain(|hidden| *hidden != pane);
        if self.maximised.is_some_and(|maximised| maximised != pane) {
            self.maximised = None;
        }
    }
}
