//! The line about a transfer that takes its time.

use super::support::{
    program::{Practice, Sandbox},
    terminal::Terminal,
};

/// Downloads a byte at a time, in a terminal of that many columns, until the line about it says how far it is.
fn trickle(columns: u16) {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = format!("{}/trickle?bytes=40&every_ms=50", practice.url());
    let args = ["send", url.as_str(), "-o", "slow.bin"];
    let mut terminal = Terminal::spawn(&args, columns, 24, &sandbox.variables(), &sandbox.work());
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.raw());
    let raw = terminal.raw();
    assert!(raw.contains("receiving  ") && raw.contains(" B/s"), "{raw:?}");
    let after = raw.rsplit("\r\u{1b}[K").next().unwrap();
    assert!(after.contains("200 OK") && !after.contains("receiving"), "nothing is left of it: {raw:?}");
    assert_eq!(std::fs::metadata(sandbox.work().join("slow.bin")).unwrap().len(), 40);
}

#[test]
fn a_slow_download_says_how_far_it_is_and_leaves_nothing_behind() {
    trickle(80);
}

#[test]
fn a_terminal_that_does_not_know_its_width_has_the_line_too() {
    trickle(0);
}

#[test]
fn no_line_is_in_a_pipe() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = format!("{}/trickle?bytes=20&every_ms=50", practice.url());
    let run = sandbox.run(&["send", &url, "-o", "slow.bin"]).ended(0);
    assert!(!run.err.contains("receiving") && !run.err.contains('\r'), "{:?}", run.err);
}
