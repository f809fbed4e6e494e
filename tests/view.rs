//! `antiphon view`: a document by itself, on a real terminal, from files and from pipes.

#![cfg(unix)] // Named pipes and pseudo-terminals as these tests use them.
#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

mod support;

use std::{fs::OpenOptions, io::Write, process::Command};

use support::{program::Sandbox, terminal::Terminal};

const ORDERS: &str = r#"{"orders":[{"id":"7f3","state":"paid"},{"id":"8a1","state":"open"}],"total":2}"#;

fn view(sandbox: &Sandbox, file: &str) -> Terminal {
    Terminal::spawn(&["view", file], 90, 30, &sandbox.variables(), &sandbox.work())
}

#[test]
fn a_file_is_folded_asked_searched_and_saved() {
    let sandbox = Sandbox::new(&[("orders.json", ORDERS)]);
    let mut terminal = view(&sandbox, "orders.json");
    terminal.wait_for_text("\"id\": \"8a1\"");
    terminal.keys("z 1").wait_for_text("[…] 2 items");
    terminal.keys("/ type:open enter").wait_for_text("1 match");
    terminal.wait_for_text("\"state\": \"open\"");
    terminal.keys("esc p").wait_for_text("Copied $.orders[1].state");
    terminal.keys("f type:.orders[*].id").wait_for_text("2 results");
    terminal.keys("enter s ctrl+a type:ids.ndjson enter").wait_for_text("Wrote");
    assert_eq!(std::fs::read_to_string(sandbox.work().join("ids.ndjson")).unwrap(), "\"7f3\"\n\"8a1\"\n");
    terminal.keys("q");
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn a_pipe_is_read_while_it_comes_and_past_what_is_held_in_memory() {
    let sandbox = Sandbox::new(&[]);
    let pipe = sandbox.work().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut terminal = view(&sandbox, "pipe");
    let mut writer = OpenOptions::new().write(true).open(&pipe).unwrap();
    write!(writer, "[\n{{\"number\":0,\"name\":\"the first\"}}").unwrap();
    terminal.wait_for_text("the first");
    assert!(!terminal.screen().contains("the last"));
    terminal.keys("down enter").wait_for_text("{…} 2 keys");
    fill(&mut writer);
    terminal.keys("G").wait_for_text("\"name\": \"another of many\"");
    terminal.keys("g").wait_for_text("{…} 2 keys");
    write!(writer, ",\n{{\"name\":\"the last\"}}]").unwrap();
    drop(writer);
    terminal.keys("/ type:the space type:last enter").wait_for_text("1 match");
    terminal.wait_for_text("\"name\": \"the last\"");
    terminal.keys("esc q");
    assert_eq!(terminal.wait_exit(), 0);
}

/// More than a pipe's document holds in memory.
fn fill(writer: &mut impl Write) {
    let items = ",\n{\"number\":1,\"name\":\"another of many\"}".repeat(10_000);
    for _ in 0..(18 << 20) / items.len() {
        writer.write_all(items.as_bytes()).unwrap();
    }
}

#[test]
fn what_cannot_be_viewed_is_told() {
    let sandbox = Sandbox::new(&[("orders.json", ORDERS)]);
    let run = sandbox.run(&["view", "orders.json"]).ended(2);
    assert!(run.err.contains("the viewer needs a terminal"), "{}", run.err);
    let told = |file: &str, wanted: &str| {
        let mut terminal = view(&sandbox, file);
        terminal.wait_for_text(wanted);
        assert_eq!(terminal.wait_exit(), 2);
    };
    told("nowhere.json", "nowhere.json");
    told(".", "is a folder");
}
