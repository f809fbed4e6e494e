//! The house stands: each room names only rooms below its own, and no file outgrows what can be read at one sitting.
//!
//! Tests are left out: they may build on anything.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The rooms by level, from plain data up to the ways in. A room may name those of the levels below its own.
const LEVELS: &[&[&str]] = &[
    &["model"],
    &["format", "config"],
    &["store", "template", "secret", "document"],
    &["http"],
    &["tui", "demo"],
    // The command line is the way to the other two: `antiphon` opens the workbench, `antiphon demo` both.
    &["cli"],
];

/// Lines of a file, at the very most.
const LONGEST: usize = 600;
const LONGEST_MAIN: usize = 60;

/// Names that say nothing of what lives in a file.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "manager", "misc", "util", "utils"];

struct Source {
    /// Below `src`, as in `store/history.rs`.
    path: PathBuf,
    text: String,
}

impl Source {
    fn room(&self) -> String {
        let first = self.path.components().next().unwrap().as_os_str().to_str().unwrap();
        first.trim_end_matches(".rs").to_owned()
    }

    /// Modules from the crate's root down to this one.
    fn depth(&self) -> usize {
        self.path.components().count()
    }

    fn is_test(&self) -> bool {
        let mut names = self.path.iter().map(|name| name.to_str().unwrap().trim_end_matches(".rs"));
        names.any(|name| name == "tests")
    }

    /// Without comments, and without the modules that only tests have.
    fn code(&self) -> String {
        let mut code = String::new();
        let mut lines = self.text.lines().peekable();
        while let Some(line) = lines.next() {
            let opens_tests = |next: &&str| next.trim_start().starts_with("mod ") && next.ends_with('{');
            if line.trim_start() == "#[cfg(test)]" && lines.peek().is_some_and(opens_tests) {
                let indent = &line[..line.len() - line.trim_start().len()];
                let end = format!("{indent}}}");
                for _ in lines.by_ref().take_while(|line| *line != end) {}
            } else if !line.trim_start().starts_with("//") {
                code.push_str(line);
                code.push('\n');
            }
        }
        code
    }
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source { path: path.strip_prefix(root).unwrap().to_owned(), text });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.retain(|source| !source.is_test());
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// The rooms that code names as `crate::room` or in `crate::{room::…, room::…}`.
fn named_rooms(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (start, matched) in code.match_indices("crate::") {
        // `$crate` of a macro is not excepted; `other_crate::` is none of ours.
        if code[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[start + matched.len()..];
        match rest.strip_prefix('{') {
            Some(group) => rooms.extend(of_group(group)),
            None => rooms.extend(identifier(rest)),
        }
    }
    rooms
}

/// The first segment of each path in a group, from behind its brace.
fn of_group(group: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    let mut depth = 0;
    let mut at_start = true;
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            c if at_start && !c.is_whitespace() => {
                rooms.extend(identifier(&group[index..]));
                at_start = false;
            }
            _ => {}
        }
    }
    rooms
}

fn identifier(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

fn level(room: &str) -> Option<usize> {
    LEVELS.iter().position(|rooms| rooms.contains(&room))
}

/// How many `super::` stand in a row at most.
fn steps_up(code: &str) -> usize {
    let mut rest = code;
    let mut most = 0;
    while let Some(at) = rest.find("super::") {
        rest = &rest[at..];
        let mut steps = 0;
        while let Some(next) = rest.strip_prefix("super::") {
            (rest, steps) = (next, steps + 1);
        }
        most = most.max(steps);
    }
    most
}

#[test]
fn each_room_names_only_what_stands_below_it() {
    let mut faults = Vec::new();
    for source in sources() {
        let room = source.room();
        if room == "lib" || room == "main" {
            continue;
        }
        let path = source.path.display();
        let Some(own) = level(&room) else {
            faults.push(format!("{path}: `{room}` has no level in this test"));
            continue;
        };
        let code = source.code();
        for named in named_rooms(&code) {
            match level(&named) {
                _ if named == room => {}
                Some(other) if other < own => {}
                Some(_) => faults.push(format!("{path}: `{room}` names `{named}`, which is not below it")),
                None => faults.push(format!("{path}: `crate::{named}` is none of the rooms")),
            }
        }
        if steps_up(&code) >= source.depth() {
            faults.push(format!("{path}: `super::` leaves the room; other rooms are named by `crate::`"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_crate_has_the_rooms_of_this_test() {
    let sources = sources();
    let lib = sources.iter().find(|source| source.path == Path::new("lib.rs")).unwrap();
    let rooms: BTreeSet<_> =
        lib.text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(rooms, LEVELS.iter().flat_map(|rooms| rooms.iter().copied()).collect());
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut faults = Vec::new();
    for source in sources() {
        let (path, lines) = (source.path.display(), source.text.lines().count());
        let longest = if source.path == Path::new("main.rs") { LONGEST_MAIN } else { LONGEST };
        if lines > longest {
            faults.push(format!("{path}: {lines} lines; {longest} are enough: split it"));
        }
        if !source.text.starts_with("//! ") {
            faults.push(format!("{path}: it does not begin with `//!` and what it is for"));
        }
        for name in source.path.iter().map(|name| name.to_str().unwrap().trim_end_matches(".rs")) {
            if EMPTY_NAMES.contains(&name) || name == "mod" {
                faults.push(format!("{path}: `{name}` does not say what lives there"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn paths_are_found_however_they_are_written() {
    let code = "use crate::{\n    format::{self, edit},\n    model::Request,\n};\n\
                fn f(x: crate::http::Client) -> my_crate::other::X { crate::store::f() }\n\
                use super::super::private;\n";
    let expected = ["format", "http", "model", "store"].map(str::to_owned);
    assert_eq!(named_rooms(code), BTreeSet::from(expected));
    assert_eq!(steps_up(code), 2);
    let text = "//! crate::tui\nuse crate::model;\n#[cfg(test)]\nmod tests {\n    use crate::cli;\n}\nuse crate::http;\n";
    let source = Source { path: "store/x.rs".into(), text: text.into() };
    assert_eq!(named_rooms(&source.code()), BTreeSet::from(["model", "http"].map(str::to_owned)));
}
