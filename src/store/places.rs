//! Where things are kept: the platform's folders, or those that the environment names.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use sha2::{Digest, Sha256};

use crate::model::hex;

/// The folders of one user. Each is made when something is first written to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// `config.toml` and `themes/`. `ANTIPHON_CONFIG_DIR` names another.
    pub config: PathBuf,
    /// History, cookie jars, tokens, the user's own workspace, what was deleted. `ANTIPHON_DATA_DIR` names another.
    pub data: PathBuf,
    /// Drafts, the state of the screen, the log. `ANTIPHON_STATE_DIR` names another.
    pub state: PathBuf,
}

/// No folder is known: the system names no home.
#[derive(Debug, thiserror::Error)]
#[error("the home folder is not known; set ANTIPHON_CONFIG_DIR, ANTIPHON_DATA_DIR and ANTIPHON_STATE_DIR")]
pub struct NoHome;

impl Places {
    /// The folders of the user who runs the program.
    pub fn of_user() -> Result<Self, NoHome> {
        let named = |variable| std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
        let (config, data, state) =
            (named("ANTIPHON_CONFIG_DIR"), named("ANTIPHON_DATA_DIR"), named("ANTIPHON_STATE_DIR"));
        if let (Some(config), Some(data), Some(state)) = (&config, &data, &state) {
            return Ok(Self { config: config.clone(), data: data.clone(), state: state.clone() });
        }
        let platform = ProjectDirs::from("", "", "antiphon").ok_or(NoHome)?;
        let state_dir = || platform.state_dir().unwrap_or_else(|| platform.data_local_dir()).to_owned();
        Ok(Self {
            config: config.unwrap_or_else(|| platform.config_dir().to_owned()),
            data: data.unwrap_or_else(|| platform.data_dir().to_owned()),
            state: state.unwrap_or_else(state_dir),
        })
    }

    /// Everything below one folder, for tests and trials.
    pub fn below(folder: &Path) -> Self {
        Self { config: folder.join("config"), data: folder.join("data"), state: folder.join("state") }
    }

    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    pub fn themes(&self) -> PathBuf {
        self.config.join("themes")
    }

    pub fn history(&self) -> PathBuf {
        self.data.join("history.sqlite")
    }

    /// Bodies that are too large for the history's own file.
    pub fn bodies(&self) -> PathBuf {
        self.data.join("bodies")
    }

    pub fn jars(&self) -> PathBuf {
        self.data.join("jars")
    }

    /// Tokens that servers gave.
    pub fn tokens(&self) -> PathBuf {
        self.data.join("tokens")
    }

    /// What the user has agreed to: see [`super::trust`].
    pub fn trust(&self) -> PathBuf {
        self.data.join("trust.json")
    }

    pub fn trash(&self) -> PathBuf {
        self.data.join("trash")
    }

    pub fn log(&self) -> PathBuf {
        self.state.join("antiphon.log")
    }

    /// What belongs to one workspace, told apart by its folder.
    pub(super) fn of_workspace(&self, root: &Path) -> PathBuf {
        let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
        let short = hex(&digest[..8]);
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        let safe = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
        let name: String = name.chars().map(safe).take(40).collect();
        self.state.join("workspaces").join(format!("{name}-{short}"))
    }
}
