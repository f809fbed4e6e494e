//! `docs/keys.md` says what `default.toml` and the table of actions say.
//!
//! `WRITE_DOCS=1 cargo test --test keys` writes it anew.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::{collections::HashSet, fmt::Write, fs, path::Path};

use antiphon::{
    config::{Config, Keymap, written},
    tui::action::Action,
};

const HEAD: &str = "# Keys\n\n\
    Every key of the workbench, by the place that has the focus; a place's own keys win over those that hold in\n\
    general. Where you type text, a key that prints a character is text. [configuration.md](configuration.md#keys)\n\
    says how to change them. F1 shows those of the place you are in, and ctrl+p finds every action by its name.\n\n\
    This page is made from the program's own tables.\n";

/// A heading for each context and what it does without an action, in the order in which a newcomer meets them.
const PLACES: &[(&str, &str, &str)] = &[
    ("global", "Everywhere", ""),
    ("list", "Wherever lines are moved through", ""),
    ("tree", "The collection", ""),
    ("request", "The request", ""),
    (
        "table",
        "Rows of the request",
        "Typing begins to edit the cell under the cursor; space switches the row on and off. In a cell, tab goes on to the next one, enter keeps and esc drops what was typed.",
    ),
    (
        "text",
        "A line of text",
        "Left and right, home and end move, with ctrl by words; shift selects along the way, ctrl+a everything. ctrl+w deletes a word, ctrl+u and ctrl+k the rest of the line, ctrl+z and ctrl+y undo and redo.",
    ),
    (
        "body",
        "The body's text",
        "As in a line of text. ctrl+home and ctrl+end go to the ends, shift+tab leaves.",
    ),
    ("response", "The response", ""),
    ("viewing", "A document by itself", "With `antiphon view`, besides the keys of the response."),
    ("history", "The history", ""),
    ("picker", "A list to choose from", ""),
    ("environment", "The variables of an environment", ""),
    ("jar", "The cookies of a jar", "Letters filter the list."),
    ("dialog", "Questions, prompts and help", ""),
];

fn page(keys: &Keymap) -> String {
    let mut page = HEAD.to_owned();
    for (context, heading, note) in PLACES {
        let bindings: Vec<_> = keys.bindings().filter(|(place, _)| place == context).collect();
        write!(page, "\n## {heading}\n\n").unwrap();
        if !note.is_empty() {
            write!(page, "{note}\n\n").unwrap();
        }
        write!(page, "| keys | what they do | action |\n| --- | --- | --- |\n").unwrap();
        let mut seen = HashSet::new();
        for (_, binding) in bindings.iter().filter(|(_, binding)| seen.insert(&binding.action)) {
            let same = bindings.iter().filter(|(_, other)| other.action == binding.action);
            let keys: Vec<_> = same.map(|(_, other)| format!("`{}`", written(&other.keys))).collect();
            let sentence = Action::named(&binding.action).unwrap().sentence();
            writeln!(page, "| {} | {sentence} | `{}` |", keys.join(" "), binding.action).unwrap();
        }
    }
    page + &without_keys(keys)
}

fn without_keys(keys: &Keymap) -> String {
    let mut part = "\n## Without a key\n\nBy ctrl+p, or by a key that you give them.\n\n".to_owned();
    part += "| what it does | action |\n| --- | --- |\n";
    for action in Action::ALL.iter().filter(|action| keys.keys_for(action.name()).is_empty()) {
        writeln!(part, "| {} | `{}` |", action.sentence(), action.name()).unwrap();
    }
    part
}

#[test]
fn every_context_has_a_heading() {
    let places: Vec<&str> = PLACES.iter().map(|(context, ..)| *context).collect();
    assert_eq!(places, Config::CONTEXTS);
}

#[test]
fn the_page_of_keys_is_the_programs_own() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let page = page(&Config::load(None).0.keys);
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        kept == page,
        "docs/keys.md is not what the tables say; WRITE_DOCS=1 cargo test --test keys writes it"
    );
}
