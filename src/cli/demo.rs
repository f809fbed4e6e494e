//! `antiphon demo`: the practice API, and the workbench on the sample collection that talks to it.

use std::io;

use clap::Args;

use crate::demo;

use super::{CliError, Exit};

/// Where the practice API listens unless something else does.
const PORT: u16 = 4280;

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
    let served = match demo::run_alone(args.port.unwrap_or(PORT)) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && args.port.is_none() => demo::run_alone(0),
        served => served,
    };
    served.map(|()| Exit::Ok).map_err(|error| CliError::because(&error))
}
