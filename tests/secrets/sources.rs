//! Where secrets come from.

use std::{fs, io::Write, process::Stdio};

use crate::support::{
    program::{Practice, Run, Sandbox},
    terminal::Terminal,
};

const ECHO: &str = "url = \"{{ base_url }}/echo\"\n[headers]\nX-Token = \"{{ token }}\"\n";
const PLAIN: &str = "url = \"{{ base_url }}/echo\"\n";

fn sandbox(practice: &Practice, secrets: &str) -> Sandbox {
    let sandbox = Sandbox::with_collection(&practice.url(), &[("echo.toml", ECHO), ("plain.toml", PLAIN)]);
    sandbox.write(
        "environments/local.toml",
        format!("[vars]\nbase_url = \"{}\"\n[secrets]\n{secrets}\n", practice.url()),
    );
    sandbox
}

#[test]
fn a_command_gives_its_first_line_and_runs_only_for_who_names_it() {
    let practice = Practice::start();
    let sandbox =
        sandbox(&practice, "token = { command = [\"sh\", \"-c\", \"echo ran >> ran; echo first; echo 2\"] }");
    sandbox.run(&["send", "plain", "--trust"]).ended(0);
    sandbox.run(&["check"]).ended(0);
    sandbox.run(&["env", "list"]).ended(0);
    sandbox.run(&["trust", "show"]).ended(0);
    assert!(!sandbox.work().join("ran").exists());
    let run = sandbox.run(&["send", "echo", "--trust"]).ended(0);
    assert!(run.out.contains("\"first\""), "{run:?}");
    assert!(run.err.contains("agreed") && run.err.contains("run sh -c"), "{run:?}");
    assert_eq!(fs::read_to_string(sandbox.work().join("ran")).unwrap(), "ran\n", "in the folder, and once");
}

#[test]
fn why_a_command_gives_nothing_is_told() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, "token = { command = [\"sh\", \"-c\", \"echo locked >&2; exit 4\"] }");
    let run = sandbox.run(&["send", "echo", "--trust"]).ended(2);
    assert!(run.err.contains("`sh` ended with exit code 4: locked"), "{run:?}");
}

#[test]
fn a_keyring_that_is_not_there_is_told() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, "token = { keyring = \"antiphon-tests/nobody\" }");
    let mut command = sandbox.command(&["send", "echo", "--trust"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").env_remove("XDG_RUNTIME_DIR");
    let run = Run::from(command.output().unwrap()).ended(2);
    assert!(run.err.contains("keyring"), "{run:?}");
    assert!(run.err.contains("hint:"), "{run:?}");
}

#[test]
fn without_a_terminal_a_prompt_says_what_to_do() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, "token = { prompt = \"One-time code\" }");
    // A session of its own has no terminal, whoever runs the tests.
    let mut command = std::process::Command::new("setsid");
    command.arg("-w").arg(crate::support::program::program()).args(["send", "echo"]);
    command.current_dir(sandbox.work()).envs(sandbox.variables()).stdin(Stdio::null());
    let run = Run::from(command.output().unwrap()).ended(2);
    assert!(run.err.contains("token has to be asked for"), "{run:?}");
    assert!(run.err.contains("--secret-file token="), "{run:?}");
    sandbox.run(&["send", "plain"]).ended(0);
}

#[test]
fn a_secret_is_given_in_a_file_or_on_stdin_and_its_source_is_left_alone() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, "token = { command = [\"touch\", \"ran\"] }");
    sandbox.write("code", "from-a-file\n");
    let run = sandbox.run(&["send", "echo", "--secret-file", "token=code"]).ended(0);
    assert!(run.out.contains("\"from-a-file\""), "{run:?}");
    let mut child = sandbox
        .command(&["send", "echo", "--secret-file", "token=-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"from stdin\n").unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&out.stdout).contains("\"from stdin\""));
    assert!(!sandbox.work().join("ran").exists());
    sandbox.write("empty", "\n");
    let run = sandbox.run(&["send", "echo", "--secret-file", "token=empty"]).ended(2);
    assert!(run.err.contains("the secret token is empty"), "{run:?}");
    sandbox.run(&["send", "echo", "--secret-file", "token=absent"]).ended(2);
}

#[test]
fn on_a_terminal_a_prompt_asks_and_does_not_show_what_is_typed() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, "token = { prompt = \"One-time code\" }");
    let mut terminal = Terminal::spawn(&["send", "echo"], 100, 60, &sandbox.variables(), &sandbox.work());
    terminal.wait_for_text("One-time code (token, not shown):");
    terminal.send(b"hunter2xx\x7f\x7f\r");
    let screen = terminal.wait_for_text("\"hunter2\"");
    assert_eq!(screen.matches("hunter2").count(), 1, "only the server shows it:\n{screen}");
    assert_eq!(terminal.wait_exit(), 0);
}
