//! What lies over the panes and has the focus: pickers, questions, prompts, help.
//!
//! What a choice means is data ([`Pick`], [`Reply`], [`Purpose`]), so that a pane asks and is answered without
//! knowing who draws the asking.

use crate::{
    document::Document,
    http::jars::{Edit, JarName},
    model::NodeId,
};

use super::super::{action::Action, effect::SavedBody, widgets::text_field::TextField};

pub mod consent;
pub mod environment;
pub mod jar;
pub mod picker;

pub use environment::EnvironmentEditor;
pub use jar::{JarEditor, JarPurpose};
pub use picker::Picker;

/// An overlay with its state.
#[derive(Debug)]
pub enum Overlay {
    /// A list to choose from, filtered as one types: the palette, environments, themes, methods, folders.
    Picker(Picker),
    Question(Question),
    Prompt(Prompt),
    /// A collection asks for more than its own files.
    Trust(Box<consent::TrustQuestion>),
    /// A secret is asked for.
    Secret(Box<consent::SecretPrompt>),
    Environment(Box<EnvironmentEditor>),
    Jar(Box<JarEditor>),
    /// Keys of what has focus; the number is the first line shown.
    Help(Help),
    /// A letter stands on each pane.
    Jump,
    /// The session's notices; the number is the first line shown.
    Notices {
        top: usize,
    },
}

/// What choosing an item of a picker does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    Action(Action),
    OpenRequest(NodeId),
    Environment {
        collection: String,
        name: Option<String>,
    },
    /// A cookie jar, in the editor below.
    Jar(JarName),
    /// By name.
    Theme(String),
    Method(String),
    /// The key under `[body]`, or `None` for no body.
    BodyKind(Option<&'static str>),
    /// A setting to give a value to, by its name.
    Setting(&'static str),
    /// The key under `[auth]`, or `None` to inherit.
    AuthKind(Option<&'static str>),
    /// A choice of the authentication, by its key, and a word of it.
    AuthChoice(&'static str, &'static str),
    MoveTo {
        node: NodeId,
        folder: NodeId,
    },
}

/// A question with a few answers, each by a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub title: String,
    /// Paragraphs.
    pub text: Vec<String>,
    pub choices: Vec<Choice>,
    /// The choice that enter takes.
    pub cursor: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub letter: char,
    pub label: String,
    pub reply: Reply,
}

/// What the answer to a question does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Nothing,
    QuitAndKeepDrafts,
    SaveAllAndQuit,
    Delete(NodeId),
    DiscardEdits(NodeId),
    ChangeJar {
        jar: JarName,
        edit: Edit,
    },
    /// Write our edit over what the file says now.
    Overwrite(NodeId),
    /// Drop our edit and take what the file says now.
    TakeTheirs(NodeId),
}

/// A line of text that is asked for.
#[derive(Debug)]
pub struct Prompt {
    pub title: String,
    pub label: String,
    pub field: TextField,
    pub purpose: Purpose,
    /// Why what was typed cannot be taken.
    pub error: Option<String>,
}

/// What the text of a prompt is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    NewRequest { folder: NodeId },
    NewFolder { folder: NodeId },
    Rename(NodeId),
    SaveBody(SavedBody),
    SaveDocument(Document),
    SearchBody,
    Jar(JarPurpose),
}

/// Help on what had the focus when it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// Keymap contexts, the most specific first.
    pub contexts: Vec<&'static str>,
    pub top: usize,
}
