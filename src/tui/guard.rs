//! The terminal, taken and given back: also when the program panics or is asked to end.

use std::{
    future::pending,
    io::{self, IsTerminal, Write},
    panic,
    path::PathBuf,
    sync::Once,
};

use crossterm::{
    cursor,
    event::{
        DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
        KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
    },
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};

/// While this lives, the terminal is the workbench's.
#[derive(Debug)]
pub(super) struct Guard(());

impl Guard {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, the mouse where it is wanted.
    pub(super) fn take(mouse: bool, log: PathBuf) -> io::Result<Self> {
        // Keys come from the terminal itself where standard input is a pipe.
        if !io::stdout().is_terminal() {
            return Err(io::Error::other(
                "the workbench needs a terminal; `antiphon send` works without one",
            ));
        }
        restore_on_panic(log);
        enable_raw_mode()?;
        let guard = Self(());
        let mut out = io::stdout();
        execute!(out, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
        if mouse {
            execute!(out, EnableMouseCapture)?;
        }
        // Only terminals that know the protocol tell ctrl+enter from enter; the others pass over the request.
        execute!(out, PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES))?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back. Every step is tried: a closed terminal must not keep the others from running.
fn restore() {
    let mut out = io::stdout();
    let _ = execute!(out, PopKeyboardEnhancementFlags);
    let _ = execute!(out, DisableMouseCapture);
    let _ = execute!(out, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// A panic on any thread gives the terminal back before its message is printed, and says where the log is.
fn restore_on_panic(log: PathBuf) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            restore();
            tracing::error!("{info}");
            before(info);
            eprintln!("antiphon broke down; unsaved edits are kept as drafts. The log is {}", log.display());
        }));
    });
}

/// Comes back when the process is asked to end.
#[cfg(unix)]
pub(super) async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()];
    let [Ok(mut terminate), Ok(mut hangup), Ok(mut interrupt)] = kinds.map(signal) else {
        return pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Comes back when the process is asked to end.
#[cfg(not(unix))]
pub(super) async fn terminated() {
    if tokio::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

#[cfg(all(test, unix))]
mod tests;
