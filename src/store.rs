//! What is kept on disk: the workspace, history, cookie jars, drafts, the state of the screen.

pub mod workspace;
