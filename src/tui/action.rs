//! What a user can ask for: one table that feeds the keymap, the palette, help and the documentation.
//!
//! No action exists without a name for files and a sentence for people. Which key asks for it is data, in
//! `default.toml`. What needs more than a name (a click at a place, a request to open) is not here.

macro_rules! actions {
    ($($group:literal { $($variant:ident $name:literal $sentence:literal)* })*) => {
        /// Something a user asks for by key, by palette or by mouse.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[doc = $sentence] $variant,)*)* }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// The name in `default.toml` and the palette.
            pub fn name(self) -> &'static str {
                match self { $($(Self::$variant => $name,)*)* }
            }

            /// What it does, in the imperative.
            pub fn sentence(self) -> &'static str {
                match self { $($(Self::$variant => $sentence,)*)* }
            }

            /// The heading under which help shows it.
            pub fn group(self) -> &'static str {
                match self { $($(Self::$variant => $group,)*)* }
            }

            /// The action of that name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($($name => Some(Self::$variant),)*)* _ => None }
            }
        }
    };
}

actions! {
    "Everywhere" {
        SendRequest "send-request" "Send the open request"
        CancelRequest "cancel-request" "Cancel the request in flight"
        SaveRequest "save-request" "Save the open request to its file"
        SaveAll "save-all" "Save every request with unsaved edits"
        OpenPalette "open-palette" "Find any action or request by name"
        SwitchEnvironment "switch-environment" "Choose the environment"
        EditEnvironment "edit-environment" "See and edit the variables, with where each value comes from"
        EditCookies "edit-cookies" "See and edit the cookies of the environment"
        SwitchTheme "switch-theme" "Choose the theme"
        JumpToPane "jump-to-pane" "Jump to any pane by the letter shown on it"
        ShowHelp "show-help" "Show the keys of what has focus"
        ShowNotices "show-notices" "Show what was reported so far"
        NextPane "next-pane" "Focus the next pane"
        PreviousPane "previous-pane" "Focus the previous pane"
        Leave "leave" "Go out one level: close, cancel, unfocus"
        FetchToken "fetch-token" "Get a new OAuth 2 token for the open request"
        ForgetToken "forget-token" "Forget the OAuth 2 token of the open request"
        OpenSignIn "open-sign-in" "Open the page where one signs in, again"
        CopySignIn "copy-sign-in" "Copy the URL where one signs in, or the code for it"
        ForgetSecrets "forget-secrets" "Forget the secrets that were asked for or looked up"
        ReloadWorkspace "reload-workspace" "Read the collection from disk again"
        Redraw "redraw" "Draw the whole screen again"
        Quit "quit" "Quit"
    }
    "Panes" {
        FocusTree "focus-tree" "Focus the collection"
        FocusRequest "focus-request" "Focus the request"
        FocusUrl "focus-url" "Focus the URL"
        FocusResponse "focus-response" "Focus the response"
        FocusHistory "focus-history" "Focus the history"
        ToggleTree "toggle-tree" "Show or hide the collection"
        ToggleRequest "toggle-request" "Show or hide the request"
        ToggleResponse "toggle-response" "Show or hide the response"
        ToggleHistory "toggle-history" "Show or hide the history"
        MaximisePane "maximise-pane" "Maximise the focused pane, or restore it"
        SwitchLayout "switch-layout" "Put request and response side by side, stacked, or as the width asks"
        WidenPane "widen-pane" "Make the focused pane wider"
        NarrowPane "narrow-pane" "Make the focused pane narrower"
        HeightenPane "heighten-pane" "Make the focused pane taller"
        LowerPane "lower-pane" "Make the focused pane lower"
    }
    "Moving" {
        MoveUp "move-up" "Go up"
        MoveDown "move-down" "Go down"
        MoveLeft "move-left" "Go left, or collapse"
        MoveRight "move-right" "Go right, or expand"
        PageUp "page-up" "Go a page up"
        PageDown "page-down" "Go a page down"
        HalfPageUp "half-page-up" "Go half a page up"
        HalfPageDown "half-page-down" "Go half a page down"
        MoveToStart "move-to-start" "Go to the start"
        MoveToEnd "move-to-end" "Go to the end"
        Activate "activate" "Open or choose what is under the cursor"
        NextTab "next-tab" "Show the next tab"
        PreviousTab "previous-tab" "Show the previous tab"
        ShowTab1 "show-tab-1" "Show the first tab"
        ShowTab2 "show-tab-2" "Show the second tab"
        ShowTab3 "show-tab-3" "Show the third tab"
        ShowTab4 "show-tab-4" "Show the fourth tab"
        ShowTab5 "show-tab-5" "Show the fifth tab"
        ShowTab6 "show-tab-6" "Show the sixth tab"
        ShowTab7 "show-tab-7" "Show the seventh tab"
    }
    "Collection" {
        FilterTree "filter-tree" "Filter the requests as you type"
        NewRequest "new-request" "Create a request here"
        NewFolder "new-folder" "Create a folder here"
        RenameNode "rename-node" "Rename the request or folder"
        DuplicateNode "duplicate-node" "Duplicate the request"
        MoveNode "move-node" "Move the request or folder to another folder"
        DeleteNode "delete-node" "Delete the request or folder; it can be undone"
        UndoDelete "undo-delete" "Bring back what was deleted last"
        CollapseAll "collapse-all" "Collapse every folder"
        ExpandAll "expand-all" "Expand every folder"
    }
    "Request" {
        ChooseMethod "choose-method" "Choose the method"
        DiscardEdits "discard-edits" "Go back to the request as it is on disk"
        AddRow "add-row" "Add a row"
        DeleteRow "delete-row" "Delete the row"
        ToggleRow "toggle-row" "Enable or disable the row"
        MoveRowUp "move-row-up" "Move the row up"
        MoveRowDown "move-row-down" "Move the row down"
        EditRowDoc "edit-row-doc" "Say what the row is for"
        UndoEdit "undo-edit" "Undo"
        RedoEdit "redo-edit" "Redo"
        CopyText "copy-text" "Copy the selected text"
        CutText "cut-text" "Cut the selected text"
        ChooseKind "choose-kind" "Choose the kind of body or authentication, or a setting to add"
        FormatBody "format-body" "Lay out the JSON body"
    }
    "Response" {
        SearchText "search-text" "Search"
        NextMatch "next-match" "Go to the next match"
        PreviousMatch "previous-match" "Go to the previous match"
        SwitchView "switch-view" "Show the body in another view: pretty, raw, hex"
        ToggleFold "toggle-fold" "Fold or open the object or array"
        Fold "fold" "Fold the object or array, or the one around it"
        Unfold "unfold" "Open what is folded"
        FoldSiblings "fold-siblings" "Fold the object or array and all beside it"
        FoldAll "fold-all" "Fold everything in the root"
        FoldDepth2 "fold-depth-2" "Fold everything from the second level on"
        FoldDepth3 "fold-depth-3" "Fold everything from the third level on"
        FoldDepth4 "fold-depth-4" "Fold everything from the fourth level on"
        UnfoldAll "unfold-all" "Open everything"
        GoToEnclosing "go-to-enclosing" "Go to the object or array around the line"
        GoToPlace "go-to-place" "Go to a line, a percentage or a JSONPath"
        QueryDocument "query-document" "Ask the body a JSONPath or a jq filter, with results as you type"
        ToggleRegex "toggle-regex" "Search for a regular expression, or for the text as it is"
        SelectLines "select-lines" "Begin or end a selection of lines"
        ToggleWrap "toggle-wrap" "Wrap long lines, or scroll them sideways"
        CopyValue "copy-value" "Copy the value under the cursor, or the selected lines"
        CopyKey "copy-key" "Copy the key under the cursor"
        CopyPath "copy-path" "Copy the JSONPath of the line under the cursor"
        CopyBody "copy-body" "Copy the whole body"
        SaveBody "save-body" "Save the body to a file"
        ToggleSecrets "toggle-secrets" "Reveal or mask secrets in the request as sent and in response heads"
    }
    "Cookies" {
        SwitchJar "switch-jar" "Choose the jar"
        DeleteDomain "delete-domain" "Delete all cookies of the domain"
        DeleteExpired "delete-expired" "Delete the cookies that have expired"
        ClearJar "clear-jar" "Delete all cookies of the jar"
        ImportCookies "import-cookies" "Put in the cookies of a file in Netscape's format"
        ExportCookies "export-cookies" "Write the cookies to a file in Netscape's format"
    }
    "History" {
        FilterHistory "filter-history" "Filter the history as you type"
        ReplayAsSent "replay-as-sent" "Send it again as it was sent"
        ReplayToday "replay-today" "Send it again with today's variables"
        DeleteEntry "delete-entry" "Delete the entry"
        ToggleScope "toggle-scope" "Show the history of this request only, or of all"
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::config::Config;

    #[test]
    fn every_action_that_a_default_key_names_exists() {
        for (context, binding) in Config::load(None).0.keys.bindings() {
            assert!(Action::named(&binding.action).is_some(), "[keys.{context}] names {}", binding.action);
        }
    }

    #[test]
    fn names_are_unique_and_read_back() {
        let names: HashSet<_> = Action::ALL.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), Action::ALL.len());
        for action in Action::ALL {
            assert_eq!(Action::named(action.name()), Some(*action));
        }
    }
}
