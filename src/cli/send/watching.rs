//! What is told while a request is on its way: its story with --verbose, a bar on a terminal, else nothing.

use std::sync::{Mutex, PoisonError};

use crate::{http::Progress, model::ResponseHead};

use super::{
    super::{
        output::{Output, is_plain},
        print,
    },
    Destination, Manner, SignIn,
    bar::Bar,
};

/// Tells of a send as it happens, on standard error.
#[derive(Debug)]
pub(in crate::cli) struct Watching {
    stderr: Output,
    verbose: bool,
    sign_in: SignIn,
    hides_bar: fn(&ResponseHead) -> bool,
    state: Option<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    bar: Option<Bar>,
    hops: u32,
}

impl Watching {
    pub(in crate::cli) fn new(manner: &Manner, destination: &Destination) -> Self {
        let stderr = Output::stderr();
        let has_bar = stderr.is_terminal && !is_dumb() && !manner.no_progress && !manner.quiet;
        let bar = has_bar.then(Bar::new);
        let state = (has_bar || manner.verbose).then(|| Mutex::new(State { bar, hops: 0 }));
        Self {
            stderr,
            verbose: manner.verbose,
            sign_in: manner.sign_in,
            hides_bar: destination.hides_bar(),
            state,
        }
    }

    pub(in crate::cli) fn tell(&self, progress: &Progress) {
        if let Progress::Authorizing(authorizing) = progress {
            self.end();
            return self.sign_in.tell(authorizing);
        }
        let Some(state) = &self.state else { return };
        let state = &mut *state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.verbose
            && let Some(text) = self.story(progress, &mut state.hops)
        {
            if let Some(bar) = &mut state.bar {
                bar.clear(&self.stderr);
            }
            // A server may repeat what it was sent.
            self.stderr.tell(&crate::secret::redact_known(&text));
        }
        if let (Progress::Head(head), Some(bar)) = (progress, &mut state.bar)
            && (self.hides_bar)(head)
        {
            bar.clear(&self.stderr);
            state.bar = None;
        }
        if let Some(bar) = &mut state.bar {
            bar.update(progress, &self.stderr);
        }
    }

    /// Takes away what would stand in the way of the answer.
    pub(in crate::cli) fn end(&self) {
        let Some(state) = &self.state else { return };
        if let Some(bar) = &mut state.lock().unwrap_or_else(PoisonError::into_inner).bar {
            bar.clear(&self.stderr);
        }
    }

    fn story(&self, progress: &Progress, hops: &mut u32) -> Option<String> {
        let stderr = &self.stderr;
        match progress {
            Progress::Asking { request, connection } => {
                *hops += 1;
                let heading = if *hops > 1 { print::heading(*hops, stderr) } else { String::new() };
                Some(heading + &print::asking(request, Some(connection), stderr))
            }
            Progress::Interim(head) | Progress::Head(head) => Some(print::received(head, stderr)),
            Progress::TokenRequested(asked) => Some(print::token_requested(asked, stderr)),
            Progress::AskingAgain(why) => {
                // It is the same hop.
                *hops -= 1;
                Some(print::asking_again(why, stderr))
            }
            Progress::Waiting { made, wait } => Some(print::attempts_again(*made, *wait, stderr)),
            _ => None,
        }
    }
}

/// A terminal that cannot clear a line; one without colours can.
fn is_dumb() -> bool {
    is_plain() && std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
