//! A document that is looked at by itself: `antiphon view`. There is no workspace then, and one pane.

use super::super::action::Action;

/// What was opened, and how far that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// As the user named it.
    pub name: String,
    /// Nothing has come through the pipe yet.
    pub is_waiting: bool,
}

impl Opened {
    /// Whether an action makes sense without a workspace.
    pub fn offers(action: Action) -> bool {
        let everywhere = [
            Action::OpenPalette,
            Action::SwitchTheme,
            Action::ShowHelp,
            Action::ShowNotices,
            Action::Leave,
            Action::Redraw,
            Action::Quit,
        ];
        let elsewhere = [
            Action::NextTab,
            Action::PreviousTab,
            Action::ToggleSecrets,
            Action::ShowTab1,
            Action::ShowTab2,
            Action::ShowTab3,
            Action::ShowTab4,
            Action::ShowTab5,
        ];
        everywhere.contains(&action)
            || (matches!(action.group(), "Moving" | "Response") && !elsewhere.contains(&action))
    }
}
