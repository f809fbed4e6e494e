//! A program breaks down in a pseudo-terminal: this very test program, so that antiphon needs no way to panic.

use std::{
    env,
    io::{self, IsTerminal, Read},
    thread,
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::*;

/// What the panic says.
const WORDS: &str = "it breaks down on purpose";

/// The program in the terminal. It panics on another thread, as the guard's own would be given back by unwinding.
#[test]
#[ignore = "it takes the terminal: the other test gives it one"]
fn breaks_down() {
    if !io::stdin().is_terminal() {
        return;
    }
    let guard = Guard::take(true, PathBuf::from("/var/log/antiphon.log")).unwrap();
    thread::spawn(|| panic!("{WORDS}")).join().unwrap_err();
    drop(guard);
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_says_why() {
    let size = PtySize { rows: 24, cols: 200, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args([
        "--exact",
        "tui::guard::tests::breaks_down",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut written = Vec::new();
    // A terminal that is closed at its other end is an error on some systems.
    let _ = pair.master.try_clone_reader().unwrap().read_to_end(&mut written);
    child.wait().unwrap();
    let written = String::from_utf8_lossy(&written);
    let at = |text: &str| written.find(text).unwrap_or_else(|| panic!("no {text:?} in {written:?}"));
    let said = at(WORDS);
    assert!(at("\u{1b}[?1049h") < said, "the alternate screen is not taken: {written:?}");
    for given_back in ["\u{1b}[?1049l", "\u{1b}[?2004l", "\u{1b}[?1000l", "\u{1b}[?25h"] {
        assert!(at(given_back) < said, "{given_back:?} comes too late: {written:?}");
    }
    assert!(written.contains(&format!("{WORDS}\r\n")), "the terminal is still raw: {written:?}");
    assert!(at("The log is /var/log/antiphon.log") > said);
}
