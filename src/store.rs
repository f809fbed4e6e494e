//! What is kept on disk: the workspace, history, drafts, the state of the screen, the log.
//!
//! Whatever is written here is written whole or not at all, and for its owner alone where it is not the user's own
//! file. A damaged file is set aside under another name and begun anew: nothing is lost, and nothing stops a send.

pub mod drafts;
pub mod history;
pub mod log;
pub mod places;
pub(crate) mod private;
pub mod tokens;
pub mod trust;
pub mod ui_state;
pub mod workspace;
