//! The workbench as its user has it: the real program on a real terminal, with the sample collection, its own history
//! and a practice API.

#![cfg(unix)] // Signals and pseudo-terminals as these tests use them.
#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use support::{
    program::{Practice, Sandbox},
    terminal::Terminal,
};

/// The request that is open at the start.
const FIRST: &str = "products/list-products";

/// The sample collection in a scratch folder under git, with the practice API's address in its environment.
fn shop(practice: &Practice) -> Sandbox {
    let sandbox = Sandbox::new(&[]);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("collections/shop"), &sandbox.work());
    let file = sandbox.work().join("environments/local.toml");
    let text = fs::read_to_string(&file).unwrap();
    let here = format!("base_url = \"{}\"", practice.url());
    let lines: Vec<_> =
        text.lines().map(|line| if line.starts_with("base_url") { &here } else { line }).collect();
    fs::write(&file, lines.join("\n") + "\n").unwrap();
    git(&sandbox, &["init", "--quiet"]);
    git(&sandbox, &["config", "user.name", "A tester"]);
    git(&sandbox, &["config", "user.email", "tester@example.com"]);
    git(&sandbox, &["add", "."]);
    git(&sandbox, &["commit", "--quiet", "--message", "The shop"]);
    sandbox
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What git prints, undisturbed by the settings of whoever runs the test.
fn git(sandbox: &Sandbox, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(args).current_dir(sandbox.work());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The lines that differ from what was committed, without git's own.
fn changed_lines(sandbox: &Sandbox) -> Vec<String> {
    let diff = git(sandbox, &["diff", "--unified=0", "--no-color", "--no-ext-diff"]);
    let is_change =
        |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---");
    diff.lines().filter(is_change).map(str::to_owned).collect()
}

fn open(sandbox: &Sandbox, cols: u16, rows: u16) -> Terminal {
    let terminal = Terminal::spawn(&[], cols, rows, &sandbox.variables(), &sandbox.work());
    terminal.wait_for(|screen| screen.contains(FIRST) && screen.contains("/products"));
    terminal
}

/// Waits until a draft lies in the state folder.
fn wait_for_draft(sandbox: &Sandbox) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !files(&sandbox.home().join("state")).iter().any(|file| is_draft(file)) {
        assert!(Instant::now() < deadline, "no draft was written");
        std::thread::yield_now();
    }
}

fn is_draft(file: &Path) -> bool {
    let folder = file.parent().and_then(Path::file_name);
    folder.is_some_and(|name| name == "drafts")
        && file.extension().is_some_and(|extension| extension == "json")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// How many rows of the history, at the left of a wide screen, say this.
fn listed(screen: &str, what: &str) -> usize {
    let left = screen.lines().map(|line| line.chars().take(28).collect::<String>());
    left.filter(|line| line.contains(':') && line.contains(what)).count()
}

#[test]
fn the_first_minute() {
    let practice = Practice::start();
    let sandbox = shop(&practice);
    let mut terminal = open(&sandbox, 140, 40);
    terminal.keys("ctrl+j").wait_for_text("200 OK");

    terminal.keys("ctrl+p type:read-if-changed enter").wait_for_text("Request products/read-if-changed");
    terminal.keys("alt+r alt+2").wait_for_text("If-None-Match");
    let (col, row) = terminal.find("If-None-Match   *").unwrap();
    terminal.click(col + 16, row).keys("enter end type:x enter").wait_for_text("unsaved");
    terminal.keys("ctrl+s").wait_for(|screen| !screen.contains("unsaved"));
    assert_eq!(changed_lines(&sandbox), ["-If-None-Match = \"*\"", "+If-None-Match = \"*x\""]);

    terminal.keys("ctrl+e type:broken enter").wait_for_text("env  broken");
    terminal.keys("ctrl+j").wait_for_text("connection refused");

    terminal.keys("ctrl+p type:list-products enter").wait_for_text("Request products/list-products");
    terminal.keys("alt+h").wait_for(|screen| screen.contains("r replay") && listed(screen, " 200 ") == 1);
    terminal.keys("r").wait_for(|screen| listed(screen, " 200 ") == 2);
    terminal.keys("ctrl+q");
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn a_small_screen_is_used_and_a_tiny_one_says_what_it_lacks() {
    let practice = Practice::start();
    let sandbox = shop(&practice);
    let terminal = open(&sandbox, 140, 40);
    terminal.resize(80, 24);
    terminal
        .wait_for(|screen| screen.lines().next().is_some_and(|line| line.trim_end().chars().count() <= 80));
    terminal.wait_for_text(FIRST);
    terminal.resize(30, 8);
    terminal.wait_for_text("antiphon needs 40x10");
    terminal.resize(80, 24);
    terminal.wait_for_text(FIRST);
}

#[test]
fn a_program_that_is_asked_to_end_gives_the_terminal_back() {
    let practice = Practice::start();
    let sandbox = shop(&practice);
    let mut terminal = open(&sandbox, 80, 24);
    assert!(terminal.is_alternate());
    terminal.signal("TERM");
    terminal.wait_exit();
    assert!(!terminal.is_alternate());
}

#[test]
fn unsaved_edits_are_asked_about() {
    let practice = Practice::start();
    let sandbox = shop(&practice);
    let mut terminal = open(&sandbox, 140, 40);
    terminal.keys("ctrl+l end type:x").wait_for_text("unsaved");
    terminal.keys("ctrl+q").wait_for_text("These requests have unsaved edits");
    terminal.keys("esc").wait_for(|screen| !screen.contains("These requests have unsaved edits"));
    terminal.keys("ctrl+q").wait_for_text("These requests have unsaved edits");
    terminal.keys("k");
    assert_eq!(terminal.wait_exit(), 0);
    assert!(changed_lines(&sandbox).is_empty());
}

#[test]
fn an_unsaved_edit_outlives_a_kill() {
    let practice = Practice::start();
    let sandbox = shop(&practice);
    let mut terminal = open(&sandbox, 140, 40);
    terminal.keys("ctrl+l end type:?survives=yes").wait_for_text("unsaved");
    wait_for_draft(&sandbox);
    terminal.signal("KILL");
    terminal.wait_exit();
    assert!(changed_lines(&sandbox).is_empty());
    let again = open(&sandbox, 140, 40);
    again.wait_for(|screen| screen.contains("unsaved") && screen.contains("survives"));
}

#[test]
fn without_a_terminal_it_says_so_and_ends() {
    let run = Sandbox::new(&[("collection.toml", "name = \"Shop\"\n")]).run(&[]).ended(2);
    assert!(run.err.contains("needs a terminal") && run.out.is_empty(), "{run:?}");
}
