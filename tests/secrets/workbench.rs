//! The workbench asks, in a real terminal.

use std::fs;

use crate::support::{
    program::{Practice, Sandbox},
    terminal::Terminal,
};

fn sandbox(practice: &Practice, secrets: &str) -> Sandbox {
    let echo = "url = \"{{ base_url }}/echo\"\n[headers]\nX-Token = \"{{ token }}\"\n";
    let sandbox = Sandbox::with_collection(&practice.url(), &[("echo.toml", echo)]);
    let text = format!("[vars]\nbase_url = \"{}\"\n[secrets]\n{secrets}\n", practice.url());
    sandbox.write("environments/local.toml", text);
    sandbox
}

fn open(sandbox: &Sandbox) -> Terminal {
    let terminal = Terminal::spawn(&[], 120, 40, &sandbox.variables(), &sandbox.work());
    terminal.wait_for_text("echo");
    terminal
}

#[test]
fn a_command_waits_for_an_agreement_and_is_not_asked_for_again() {
    let practice = Practice::start();
    let command = "token = { command = [\"sh\", \"-c\", \"echo ran >> ran; echo a-value\"] }";
    let sandbox = sandbox(&practice, &format!("{command}\nother = {{ keyring = \"shop/other\" }}"));
    let mut terminal = open(&sandbox);
    terminal.keys("F5");
    terminal.wait_for(|screen| {
        ["Do you trust this collection?", "run sh -c", "read shop/other from the keyring", "Not now"]
            .iter()
            .all(|text| screen.contains(text))
    });
    assert!(!sandbox.work().join("ran").exists());
    terminal.keys("n");
    terminal.wait_for_text("asks for more than its own folder");
    terminal.keys("F5");
    terminal.wait_for_text("Do you trust this collection?");
    terminal.keys("o");
    terminal.wait_for_text("200 OK");
    assert_eq!(fs::read_to_string(sandbox.work().join("ran")).unwrap(), "ran\n");
    assert!(!sandbox.home().join("data/trust.json").exists(), "once is once");
    terminal.keys("F5");
    terminal.wait_for_text("Do you trust this collection?");
    terminal.keys("t");
    terminal.wait_for(|screen| screen.contains("200 OK") && !screen.contains("Do you trust"));
    let record = fs::read_to_string(sandbox.home().join("data/trust.json")).unwrap();
    assert!(record.contains("run sh -c") && record.contains("shop/other"), "{record}");
    terminal.keys("ctrl+q");
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn a_prompt_asks_once_and_shows_nothing_of_the_answer() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, "token = { prompt = \"One-time code\" }");
    let mut terminal = open(&sandbox);
    terminal.keys("F5");
    terminal.wait_for_text("One-time code:");
    terminal.type_text("hunter2-code");
    let screen = terminal.wait_for_text("••••••••••••");
    assert!(!screen.contains("hunter2"), "{screen}");
    terminal.keys("enter");
    terminal.wait_for_text("200 OK");
    terminal.keys("F5");
    terminal.wait_for_text("200 OK");
    assert!(!terminal.screen().contains("One-time code:"));
    terminal.keys("ctrl+q");
    assert_eq!(terminal.wait_exit(), 0);
}
