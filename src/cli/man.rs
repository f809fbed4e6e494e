//! `antiphon man`: the manual page, in roff.

use clap::{Args, CommandFactory};

use super::{Cli, CliError, Exit, print::print};

/// Print the manual page
///
/// To read it: antiphon man | man -l -
#[derive(Debug, Args)]
pub(super) struct ManArgs {}

pub(super) fn run(_: &ManArgs) -> Result<Exit, CliError> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(Cli::command()).render(&mut page);
    rendered.map_err(|error| CliError::because(&error))?;
    print(&page)
}
