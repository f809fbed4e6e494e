//! A real pseudo-terminal with the real program in it. It waits for what shall be seen, never for a time.

use std::{
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::{keys, program};

/// Nothing takes this long: it is when a test gives up.
const DEADLINE: Duration = Duration::from_secs(20);

/// The program on a screen. It is killed when this is dropped.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    shared: Arc<Shared>,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

/// What the program wrote.
struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    /// Whether it has closed the terminal.
    ended: bool,
}

impl Terminal {
    /// Starts the program with a screen of that size; one of 0 columns has 80 and does not say so.
    pub fn spawn(args: &[&str], cols: u16, rows: u16, envs: &[(String, String)], cwd: &Path) -> Self {
        let pair = native_pty_system().openpty(size(cols, rows)).unwrap();
        let mut command = CommandBuilder::new(program::program());
        command.args(args);
        command.cwd(cwd);
        for name in program::FOREIGN {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in envs {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        // With the program's own handle alone the terminal ends when the program does.
        drop(pair.slave);
        let parser = vt100::Parser::new(cells(rows), cells(cols), 0);
        let seen = Seen { parser, raw: Vec::new(), ended: false };
        let shared = Arc::new(Shared { seen: Mutex::new(seen), changed: Condvar::new() });
        let reader = pair.master.try_clone_reader().unwrap();
        let writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let (watched, answers) = (Arc::clone(&shared), Arc::clone(&writer));
        std::thread::spawn(move || watch(reader, &watched, &answers));
        Self { child, master: pair.master, writer, shared }
    }

    /// Presses keys, see [`keys::bytes`].
    pub fn keys(&self, keys: &str) -> &Self {
        self.send(&keys::bytes(keys))
    }

    /// Types a text as it is.
    pub fn type_text(&self, text: &str) -> &Self {
        self.send(text.as_bytes())
    }

    /// Pastes a text, as a terminal with bracketed paste does.
    pub fn paste(&self, text: &str) -> &Self {
        self.send(format!("\u{1b}[200~{text}\u{1b}[201~").as_bytes())
    }

    /// Presses and releases the left button; column and row count from 0.
    pub fn click(&self, col: u16, row: u16) -> &Self {
        let (x, y) = (col + 1, row + 1);
        self.send(format!("\u{1b}[<0;{x};{y}M\u{1b}[<0;{x};{y}m").as_bytes())
    }

    pub fn send(&self, bytes: &[u8]) -> &Self {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(bytes).and_then(|()| writer.flush()).unwrap();
        self
    }

    /// Sends the program a signal by its name, as in `TERM`.
    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("the program runs").to_string();
        let status = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(status.success(), "no signal {name} to {id}");
    }

    pub fn resize(&self, cols: u16, rows: u16) {
        self.with(|seen| seen.parser.screen_mut().set_size(cells(rows), cells(cols)));
        self.master.resize(size(cols, rows)).unwrap();
    }

    /// The text on the screen, line by line.
    pub fn screen(&self) -> String {
        self.with(|seen| text(seen))
    }

    /// Everything that the program wrote so far, with its escape sequences.
    pub fn raw(&self) -> String {
        self.with(|seen| String::from_utf8_lossy(&seen.raw).into_owned())
    }

    /// Whether the program has the alternate screen, as the workbench does while it runs.
    pub fn is_alternate(&self) -> bool {
        self.with(|seen| seen.parser.screen().alternate_screen())
    }

    /// Where a text stands on the screen, as column and row, for a click.
    pub fn find(&self, wanted: &str) -> Option<(u16, u16)> {
        self.screen().lines().zip(0..).find_map(|(line, row)| {
            let at = line.find(wanted)?;
            Some((line[..at].chars().count().try_into().unwrap(), row))
        })
    }

    /// Waits until the text is on the screen, and answers the screen.
    #[track_caller]
    pub fn wait_for_text(&self, wanted: &str) -> String {
        self.wait(&format!("`{wanted}`"), |seen| text(seen).contains(wanted))
    }

    /// Waits until the screen is as it shall be, and answers it.
    #[track_caller]
    pub fn wait_for(&self, condition: impl Fn(&str) -> bool) -> String {
        self.wait("the screen to be as expected", |seen| condition(&text(seen)))
    }

    /// Waits for the program to end, and answers its exit code.
    #[track_caller]
    pub fn wait_exit(&mut self) -> u32 {
        self.wait("the program to end", |seen| seen.ended);
        self.child.wait().unwrap().exit_code()
    }

    #[track_caller]
    fn wait(&self, what: &str, condition: impl Fn(&Seen) -> bool) -> String {
        let deadline = Instant::now() + DEADLINE;
        let mut guard = lock(&self.shared);
        loop {
            let seen = &*guard;
            let screen = text(seen);
            if condition(seen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.ended {
                let why = if seen.ended { "the program ended" } else { "it took too long" };
                drop(guard);
                panic!("waiting for {what}: {why}; the screen is\n{screen}");
            }
            guard = self.shared.changed.wait_timeout(guard, left).unwrap().0;
        }
    }

    fn with<T>(&self, read: impl FnOnce(&mut Seen) -> T) -> T {
        read(&mut lock(&self.shared))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).or(NonZero::new(80)).expect("80 is not zero")
}

fn text(seen: &Seen) -> String {
    seen.parser.screen().contents()
}

fn lock(shared: &Shared) -> MutexGuard<'_, Seen> {
    shared.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Reads what the program writes, and answers what it asks, until it ends.
fn watch(mut reader: Box<dyn Read + Send>, shared: &Shared, answers: &Mutex<Box<dyn Write + Send>>) {
    let mut chunk = [0; 4096];
    // Linux says that the other end is closed with an error.
    while let Ok(count @ 1..) = reader.read(&mut chunk) {
        let mut guard = lock(shared);
        let seen = &mut *guard;
        let from = seen.raw.len().saturating_sub(2);
        seen.parser.process(&chunk[..count]);
        seen.raw.extend_from_slice(&chunk[..count]);
        let answer = answer(&seen.raw[from..], seen.parser.screen());
        drop(guard);
        shared.changed.notify_all();
        if !answer.is_empty() {
            let mut writer = answers.lock().unwrap();
            let _ = writer.write_all(&answer).and_then(|()| writer.flush());
        }
    }
    lock(shared).ended = true;
    shared.changed.notify_all();
}

/// What a terminal says when it is asked what it is (DA1) and where its cursor stands (CPR).
fn answer(written: &[u8], screen: &vt100::Screen) -> Vec<u8> {
    let asked = |question: &[u8]| written.windows(question.len()).any(|window| window == question);
    let mut answer = Vec::new();
    if asked(b"\x1b[c") {
        answer.extend(b"\x1b[?62;22c");
    }
    if asked(b"\x1b[6n") {
        let (row, col) = screen.cursor_position();
        answer.extend(format!("\u{1b}[{};{}R", row + 1, col + 1).into_bytes());
    }
    answer
}
