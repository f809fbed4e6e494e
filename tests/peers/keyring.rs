//! GNOME's Secret Service, in a session of its own for each run (the script `keyring`), filled by libsecret.

use std::process::Command;

use super::{
    Run, plain,
    support::program::{Sandbox, program},
};

/// Requests that need an entry which is there, and one which is not.
fn sandbox() -> Sandbox {
    let request = |name: &str| {
        let url = plain("HTTP", "/authorization");
        format!("url = {url:?}\n[auth]\nbearer = \"{{{{ {name} }}}}\"")
    };
    let secrets =
        "[secrets]\nkept = { keyring = \"orders/alice\" }\nunknown = { keyring = \"orders/nobody\" }\n";
    let (kept, unknown) = (request("kept"), request("unknown"));
    let files = [
        ("collection.toml", ""),
        ("environments/local.toml", secrets),
        ("kept.toml", &kept),
        ("unknown.toml", &unknown),
    ];
    Sandbox::new(&files)
}

/// Sends in a session whose keyring is in that state.
fn send(sandbox: &Sandbox, state: &str, request: &str) -> Run {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/keyring"));
    command.arg(state).arg(program()).args(["send", request, "--trust"]);
    command.current_dir(sandbox.work()).env("HOME", sandbox.home()).envs(sandbox.variables());
    Run::from(command.output().unwrap())
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn an_entry_is_used_and_not_shown() {
    let sandbox = sandbox();
    let run = send(&sandbox, "filled", "kept").ended(0);
    assert_eq!(run.out, "Bearer from the r1ng\n");
    let kept = sandbox.run(&["history", "show", "1"]).ended(0);
    assert!(kept.out.contains("Bearer") && !kept.out.contains("r1ng"), "{kept:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn an_entry_that_is_not_there_is_said_with_the_command_that_adds_it() {
    let run = send(&sandbox(), "filled", "unknown").ended(2);
    assert!(run.err.contains("the keyring has no entry orders/nobody"), "{run:?}");
    assert!(run.err.contains("secret-tool store --label orders service orders username nobody"), "{run:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_keyring_that_is_locked_is_not_taken_for_none() {
    let sandbox = sandbox();
    send(&sandbox, "filled", "kept").ended(0);
    let run = send(&sandbox, "locked", "kept").ended(2);
    assert!(run.err.contains("the keyring is locked"), "{run:?}");
    assert!(run.err.contains("hint: unlock it"), "{run:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn without_a_secret_service_or_a_bus_there_is_no_keyring() {
    let sandbox = sandbox();
    let absent = send(&sandbox, "absent", "kept").ended(2);
    let mut command = sandbox.command(&["send", "kept", "--trust"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/bus/here");
    let alone = Run::from(command.output().unwrap()).ended(2);
    for run in [absent, alone] {
        assert!(run.err.contains("no keyring can be reached here"), "{run:?}");
        assert!(run.err.contains("env = \"NAME\"") && run.err.contains("--secret-file"), "{run:?}");
    }
}
