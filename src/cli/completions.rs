//! `antiphon completions`: what a shell needs to complete the arguments.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CliError, Exit, print::print};

/// Print completions for a shell
///
/// For bash: antiphon completions bash > ~/.local/share/bash-completion/completions/antiphon
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "antiphon", &mut script);
    print(&script)
}
