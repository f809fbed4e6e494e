//! Somebody is asked to sign in, on stderr, while a command waits for a token.

use clap::Args;

use crate::{
    http::{Authorizing, open_in_browser},
    model::duration,
};

use super::super::output::{Output, visible};

/// How somebody signs in.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(in crate::cli) struct SignIn {
    /// Only print the URL where one signs in for a token, and open no browser
    #[arg(long)]
    no_browser: bool,
}

impl SignIn {
    /// Whether there is somebody to ask: who reads stderr.
    pub(in crate::cli) fn is_attended() -> bool {
        Output::stderr().is_terminal
    }

    /// Tells what is waited for.
    pub(in crate::cli) fn tell(self, authorizing: &Authorizing) {
        let stderr = Output::stderr();
        let theme = stderr.theme();
        match authorizing {
            Authorizing::Requesting => {}
            Authorizing::Sharing => stderr.tell("waiting for another program that gets this token\n"),
            Authorizing::Browser { url, patience } => {
                let why_not = self.open(url.reveal());
                let url = visible(url.reveal()).into_owned();
                let what = match why_not {
                    None => "a browser opens at".to_owned(),
                    Some(reason) => format!("open in a browser of this machine{reason}"),
                };
                stderr.tell(&format!(
                    "Sign in: {what}\n\n  {}\n\nwaiting for up to {}; Ctrl-C ends it\n",
                    stderr.paint(theme.accent, &url),
                    duration::human(*patience)
                ));
            }
            Authorizing::Device { code, url, complete, patience } => {
                let (code, url) = (visible(code).into_owned(), visible(url).into_owned());
                let or = complete.as_ref().map(|complete| format!("\nor open {}", visible(complete)));
                stderr.tell(&format!(
                    "Sign in: open {} on any machine, and give the code\n\n  {}\n{}\nwaiting for up to {}; Ctrl-C ends it\n",
                    stderr.paint(theme.accent, &url),
                    stderr.paint(theme.title, &code),
                    or.unwrap_or_default(),
                    duration::human(*patience)
                ));
            }
        }
    }

    /// Why no browser opens, where none does and it is worth saying.
    fn open(self, url: &str) -> Option<String> {
        if self.no_browser {
            return Some(String::new());
        }
        open_in_browser(url).err().map(|error| format!(" (none could be opened here: {error})"))
    }
}
