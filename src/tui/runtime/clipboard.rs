//! Copying: through the terminal (OSC 52), which also works over ssh.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{super::app::notices::Notice, Shared};

/// Terminals drop longer sequences, and some take them for an attack.
const MOST: usize = 1_000_000;

pub(super) fn copy(shared: &Shared, text: &str, what: &str) {
    if text.len() > MOST {
        let hint = "save the body to a file instead";
        return shared
            .report(Notice::warning(format!("{what} is too large for the clipboard")).with_hint(hint));
    }
    let mut out = std::io::stdout().lock();
    let written = write!(out, "\x1b]52;c;{}\x07", STANDARD.encode(text)).and_then(|()| out.flush());
    match written {
        Ok(()) => shared.report(Notice::info(format!("Copied {what}"))),
        Err(error) => shared.report(Notice::from_error(format!("Could not copy {what}"), &error)),
    }
}
