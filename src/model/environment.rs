//! Variables: sets of them, where secrets are found, and where a value came from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Variables in the order of their file; values are templates.
pub type Vars = Vec<(String, String)>;

/// `environments/NAME.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Environment {
    pub name: String,
    pub doc: String,
    pub vars: Vars,
    /// Where each secret is found; never its value.
    pub secrets: Vec<(String, SecretSource)>,
}

/// Where a secret's value is found when it is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// A variable of the process, or of the `.env` file in the collection's folder.
    Env(String),
    /// `service/user` in the platform's keyring.
    Keyring(String),
    /// The user is asked; the text is the question.
    Prompt(String),
    /// The first line that a program prints.
    Command(Vec<String>),
}

/// Where a variable's value came from, from the strongest to the weakest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum VarOrigin {
    /// `--var name=value`, or set by the command that started the workbench.
    CommandLine,
    /// `[vars]` of an environment, by its name.
    Environment(String),
    /// `[secrets]` of an environment, by its name.
    Secret(String),
    /// `[vars]` of a request's file.
    Request,
    /// `[vars]` of a folder or collection file, by the folder's id.
    Folder(super::NodeId),
}

impl fmt::Display for VarOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Secret(name) => write!(f, "secret of environment {name}"),
            Self::Request => f.write_str("this request"),
            Self::Folder(id) => write!(f, "folder {id}"),
        }
    }
}
