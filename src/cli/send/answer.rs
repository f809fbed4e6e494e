//! What is printed of an exchange, and the exit code that it ends with.

use clap::Args;

use crate::model::{Exchange, Outcome};

use super::{
    super::{
        CliError, Exit,
        output::Output,
        print::{self, Before},
        report::{Har, Report, redacted},
    },
    Destination, SignIn, saving,
};

/// In which form the exchange is printed.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What is printed")]
#[expect(clippy::struct_excessive_bools, reason = "flags are bools")]
pub(super) struct FormArgs {
    /// Print the whole exchange as JSON: docs/json.md has its form
    #[arg(long, conflicts_with = "har")]
    pub(super) json: bool,
    /// Print the whole exchange as an HTTP archive (HAR 1.2)
    #[arg(long)]
    har: bool,
    /// Print the head of the answer too, before its body
    #[arg(short = 'i', long, visible_alias = "show-headers", conflicts_with_all = ["json", "har"])]
    pub(super) include: bool,
    /// Print what would be sent, and send nothing; with --json as JSON
    #[arg(long, conflicts_with = "har")]
    pub(super) dry_run: bool,
}

impl FormArgs {
    /// Whether all of the exchange is printed, in a form that has the body in it.
    pub(super) fn is_whole(&self) -> bool {
        self.json || self.har
    }
}

/// How much is told, and what is called a failure.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What is printed")]
#[expect(clippy::struct_excessive_bools, reason = "flags are bools")]
pub(in crate::cli) struct Manner {
    /// Tell every hop's connection, request and response head as it happens, and where the time went, on stderr
    #[arg(short, long, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Tell nothing but the answer and errors
    #[arg(short, long, visible_alias = "silent", visible_short_alias = 's')]
    pub(super) quiet: bool,
    /// Draw no bar for long transfers
    #[arg(long)]
    pub(super) no_progress: bool,
    /// Exit with 1 when the status is 400 or higher
    #[arg(short, long)]
    fail: bool,
    /// Exit with 4 when the status is 4xx, and with 5 when it is 5xx
    #[arg(long, conflicts_with = "fail")]
    check_status: bool,
    #[command(flatten)]
    pub(super) sign_in: SignIn,
}

impl Manner {
    /// Whether an error's body is not what was asked for: it takes no file's place.
    pub(super) fn wants_success(&self) -> bool {
        self.fail || self.check_status
    }

    /// Whether the status is told by itself to who reads along.
    fn tells_status(&self) -> bool {
        Output::stderr().is_terminal && !self.quiet && !self.verbose
    }

    /// What is told before a body that is printed as it arrives.
    pub(in crate::cli) fn before(&self) -> Before {
        if self.tells_status() { Before::Status } else { Before::Nothing }
    }

    fn exit(&self, exchange: &Exchange) -> Exit {
        let status = exchange.response().map_or(0, |head| head.status);
        match status {
            // The server has no more of a file than what is there.
            416 if saving::is_complete(exchange) => Exit::Ok,
            400.. if self.fail => Exit::Problems,
            400..500 if self.check_status => Exit::ClientError,
            500.. if self.check_status => Exit::ServerError,
            _ => Exit::Ok,
        }
    }
}

/// Prints an exchange in the form that was asked for.
pub(super) fn deliver(
    exchange: &Exchange,
    destination: &mut Destination,
    form: &FormArgs,
    manner: &Manner,
    with_head: bool,
) -> Result<Exit, CliError> {
    if !form.is_whole() {
        return told(exchange, destination, manner, with_head);
    }
    // Others keep these forms: no secret's value is in them. The body alone, on stdout, is as it came.
    let shown = redacted(exchange)?;
    if form.har {
        print::json(&Har::new(&shown))?;
    } else {
        let mut report = Report::new(&shown);
        if let Some(path) = saving::saved(exchange) {
            report.saved_to(path);
        }
        print::json(&report)?;
    }
    if manner.verbose {
        end(exchange, &Output::stderr());
    }
    ended(exchange, manner)
}

/// Prints an exchange: what was asked for on stdout, everything about it on stderr.
pub(in crate::cli) fn tell(
    exchange: &Exchange,
    destination: &mut Destination,
    manner: &Manner,
) -> Result<Exit, CliError> {
    told(exchange, destination, manner, false)
}

/// The same, `with_head` with that of the answer on stdout.
fn told(
    exchange: &Exchange,
    destination: &mut Destination,
    manner: &Manner,
    with_head: bool,
) -> Result<Exit, CliError> {
    let stderr = Output::stderr();
    let is_printed = destination.print_rest()?;
    if manner.verbose {
        end(exchange, &stderr);
    } else if is_printed && Output::stdout().is_terminal {
        // Its status stands before it.
        if manner.tells_status() {
            stderr.tell(&format!("{}\n", print::size_and_time(exchange, &stderr)));
        }
    } else if let (true, Some(line)) = (manner.tells_status(), print::summary(exchange, &stderr)) {
        stderr.tell(&format!("{line}\n"));
    }
    if let Some(head) = exchange.response().filter(|_| with_head && !is_printed) {
        print::print(print::answered(head, &Output::stdout()).as_bytes())?;
    }
    if saving::saved(exchange).is_none() {
        if let Some(payload) = exchange.payload().filter(|_| !is_printed) {
            print::body(payload, &Output::stdout())?;
        }
    } else if let (true, Some(note)) = (stderr.is_terminal && !manner.quiet, saving::note(exchange, &stderr))
    {
        stderr.tell(&note);
    }
    ended(exchange, manner)
}

/// Where the time went, after the story that was told as it happened.
fn end(exchange: &Exchange, stderr: &Output) {
    let hops: Vec<_> = exchange.attempts.iter().flat_map(|attempt| &attempt.hops).collect();
    let mut text = String::new();
    for (index, hop) in hops.iter().enumerate() {
        let number = (hops.len() > 1).then_some(index as u32 + 1);
        text.push_str(&print::times(number, &hop.timing, hop.request.body_size, stderr));
    }
    text.push_str(&print::body_note(exchange, stderr));
    text.push_str(&print::in_all(exchange, stderr));
    stderr.tell(&text);
}

/// The exit code that an exchange ends with.
pub(in crate::cli) fn ended(exchange: &Exchange, manner: &Manner) -> Result<Exit, CliError> {
    match &exchange.outcome {
        Outcome::Failed { failure, .. } => Err(failure.clone().into()),
        Outcome::Answered(_) => Ok(manner.exit(exchange)),
    }
}
