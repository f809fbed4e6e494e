//! Secrets that a program prints: `{ command = ["pass", "show", "orders/key"] }`.
//!
//! The program is started as it stands there, without a shell, in the collection's folder. Whether it may be is decided
//! before, and not here: see `http::ready`.

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    time::{Duration, Instant},
};

use crate::model::{Secret, SecretValue};

use super::unavailable;

/// How long a program may take: some ask a person for a passphrase.
const LIMIT: Duration = Duration::from_mins(1);
/// How often one that runs is looked at.
const GLANCE: Duration = Duration::from_millis(10);
/// How long output is waited for after the end: a daemon that the program left behind may hold the pipe open.
const DRAIN: Duration = Duration::from_millis(500);
/// Bytes of output that are read; the secret is the first line.
const LARGEST: u64 = 64 << 10;
/// Characters of an error that are told.
const TOLD: usize = 300;

/// The first line that the program prints. It is ended when `is_cancelled` says so.
pub(super) fn run(argv: &[String], base: &Path, is_cancelled: &dyn Fn() -> bool) -> SecretValue {
    run_within(LIMIT, argv, base, is_cancelled)
}

fn run_within(limit: Duration, argv: &[String], base: &Path, is_cancelled: &dyn Fn() -> bool) -> SecretValue {
    let Some((program, arguments)) = argv.split_first() else {
        return unavailable("its command is empty".into(), "write command = [\"program\", \"argument\"]");
    };
    let mut child = match start(program, arguments, base) {
        Ok(child) => child,
        Err(error) => {
            let hint = "the program is found on PATH, or from the collection's folder: [\"./secret.sh\"]";
            return unavailable(format!("`{program}` cannot be run: {error}"), hint);
        }
    };
    let (out, err) = (Output::of(child.stdout.take()), Output::of(child.stderr.take()));
    let status = match wait(&mut child, limit, is_cancelled) {
        Ok(status) => status,
        Err(Ended::Cancelled) => return unavailable(format!("`{program}` was cancelled"), "send it again"),
        Err(Ended::TooSlow) => {
            let hint = "a program that asks for something needs a window of its own to ask in; \
                        run it once by hand, so that it need not ask";
            return unavailable(
                format!("`{program}` did not end within {} seconds{}", limit.as_secs(), told(&err.take())),
                hint,
            );
        }
        Err(Ended::Lost(error)) => {
            return unavailable(format!("`{program}` cannot be waited for: {error}"), "");
        }
    };
    if !status.success() {
        let hint = format!("try it in {}: {}", base.display(), argv.join(" "));
        return unavailable(format!("`{program}` ended with {}{}", ending(status), told(&err.take())), &hint);
    }
    let bytes = out.take();
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else {
        return unavailable(
            format!("what `{program}` printed is not text"),
            "the first line has to be UTF-8",
        );
    };
    match line.trim_end_matches('\r') {
        "" => unavailable(
            format!("`{program}` printed no first line{}", told(&err.take())),
            "the secret is its first line",
        ),
        line => SecretValue::Value(Secret::new(line)),
    }
}

fn start(program: &str, arguments: &[String], base: &Path) -> std::io::Result<Child> {
    // Where a relative program is looked for differs between platforms, unless it is said.
    let is_path = Path::new(program).components().nth(1).is_some();
    let program = if is_path { base.join(program) } else { PathBuf::from(program) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if !base.as_os_str().is_empty() {
        command.current_dir(base);
    }
    command.spawn()
}

enum Ended {
    Cancelled,
    TooSlow,
    Lost(std::io::Error),
}

fn wait(child: &mut Child, limit: Duration, is_cancelled: &dyn Fn() -> bool) -> Result<ExitStatus, Ended> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if is_cancelled() || started.elapsed() >= limit => {
                // It may have ended by itself meanwhile; either way it is waited for, so that no zombie stays.
                let _ = child.kill();
                let _ = child.wait();
                return Err(if is_cancelled() { Ended::Cancelled } else { Ended::TooSlow });
            }
            Ok(None) => std::thread::sleep(GLANCE),
            Err(error) => return Err(Ended::Lost(error)),
        }
    }
}

/// What a pipe gives, read on a thread of its own: a program that fills one pipe would wait for ever for a reader that
/// waits at the other.
struct Output {
    bytes: Arc<Mutex<Vec<u8>>>,
    end: Receiver<()>,
}

impl Output {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::<Mutex<Vec<u8>>>::default();
        let (ended, end) = channel();
        if let Some(pipe) = pipe {
            let bytes = Arc::clone(&bytes);
            std::thread::spawn(move || {
                let (mut pipe, mut chunk) = (pipe.take(LARGEST), vec![0; 4096]);
                while let Ok(count @ 1..) = pipe.read(&mut chunk) {
                    bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&chunk[..count]);
                }
                // Nobody listens after the drain.
                let _ = ended.send(());
            });
        }
        Self { bytes, end }
    }

    fn take(&self) -> Vec<u8> {
        let _ = self.end.recv_timeout(DRAIN);
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a program said on stderr, as the end of a sentence.
fn told(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let joined: String = lines.join("; ").chars().take(TOLD).collect();
    if joined.is_empty() { joined } else { format!(": {joined}") }
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> SecretValue {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("here"), "in the folder\n").unwrap();
        run(&["sh".into(), "-c".into(), script.into()], folder.path(), &|| false)
    }

    fn reason(value: SecretValue) -> String {
        match value {
            SecretValue::Unavailable { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_line_is_the_secret() {
        assert_eq!(sh("echo one; echo two"), SecretValue::Value(Secret::new("one")));
        assert_eq!(sh("printf 'a b\\r\\n'"), SecretValue::Value(Secret::new("a b")));
        assert_eq!(sh("cat here; echo 'a warning' >&2"), SecretValue::Value(Secret::new("in the folder")));
        assert_eq!(sh("cat; echo 'nothing on stdin'"), SecretValue::Value(Secret::new("nothing on stdin")));
    }

    #[test]
    fn what_goes_wrong_is_told() {
        assert_eq!(reason(sh("echo locked >&2; exit 3")), "`sh` ended with exit code 3: locked");
        assert_eq!(reason(sh("true")), "`sh` printed no first line");
        assert_eq!(reason(sh("printf '\\377\\n'")), "what `sh` printed is not text");
        let absent = run(&["antiphon-no-such-program".into()], Path::new(""), &|| false);
        assert!(reason(absent).starts_with("`antiphon-no-such-program` cannot be run: "));
        assert_eq!(reason(run(&[], Path::new(""), &|| false)), "its command is empty");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let argv = ["sleep", "600"].map(str::to_owned);
        let slow = run_within(Duration::from_millis(1), &argv, Path::new(""), &|| false);
        assert!(reason(slow).starts_with("`sleep` did not end within"));
        assert_eq!(reason(run(&argv, Path::new(""), &|| true)), "`sleep` was cancelled");
    }

    #[test]
    fn nothing_is_taken_for_a_shell_and_relative_programs_start_at_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("own.sh");
        std::fs::write(&script, "#!/bin/sh\nprintf '%s\\n' \"$1\"\n").unwrap();
        std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let value = run(&["./own.sh".into(), "$(id); x".into()], folder.path(), &|| false);
        assert_eq!(value, SecretValue::Value(Secret::new("$(id); x")));
    }
}
