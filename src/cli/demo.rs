//! `antiphon demo`: the practice API, and the workbench on the sample collection that talks to it.

use std::io;

use clap::Args;

use crate::demo::{self, Server};

use super::{
    CliError, Exit,
    home::Home,
    open::{need_terminal, open, runtime},
    sample,
};

/// Where the practice API listens unless something else does.
const PORT: u16 = 4280;

/// The variable that tells the sample where the practice API is. The environment `local` takes it for its base URL;
/// `broken` does not, and so shows a failure at whatever port.
const ADDRESS: &str = "practice_url";

/// Explore a sample collection against a practice API of its own
///
/// Needs no network and no account: the practice API runs in this program and listens on this machine alone.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Run the practice API alone, print its address on the first line, and stop at Ctrl-C
    #[arg(long)]
    serve_only: bool,
    /// Where it listens; 0 for any free port [default: 4280, or any free one]
    #[arg(long)]
    port: Option<u16>,
}

pub(super) fn run(args: &DemoArgs) -> Result<Exit, CliError> {
    if args.serve_only {
        let served = elsewhere(args.port, demo::run_alone);
        return served.map(|()| Exit::Ok).map_err(|error| CliError::because(&error));
    }
    need_terminal()?;
    let home = Home::find_quietly()?;
    let root = sample::find_or_unpack(&home.places.data)?;
    let runtime = runtime()?;
    let started = elsewhere(args.port, |port| runtime.block_on(Server::start(port)));
    let server = started.map_err(|error| CliError::because(&error))?;
    let overrides = vec![(ADDRESS.to_owned(), server.url())];
    open(&runtime, home, root, overrides, None)
}

/// Starts at the port that was asked for; where none was, at the usual one or else at any that is free.
fn elsewhere<T>(asked: Option<u16>, start: impl Fn(u16) -> io::Result<T>) -> io::Result<T> {
    match start(asked.unwrap_or(PORT)) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && asked.is_none() => start(0),
        started => started,
    }
}
