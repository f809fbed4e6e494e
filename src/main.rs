//! The `antiphon` program: parse, dispatch, error to exit code.

use std::process::ExitCode;

use antiphon::cli::{Cli, Exit, report, run};
use clap::Parser;

fn main() -> ExitCode {
    // clap itself says what was wrong with the arguments, and leaves with 2.
    let exit = match run(Cli::parse()) {
        Ok(exit) => exit,
        Err(error) => {
            report(&error);
            error.exit
        }
    };
    ExitCode::from(Exit::code(exit))
}
