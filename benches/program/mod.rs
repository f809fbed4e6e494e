//! What the programs have in common that `benches/peers.sh` measures as whole processes.

use std::{env, io, process::ExitCode};

/// Does what the arguments ask for; `work` answers `None` where they are none of its own.
pub fn run(usage: &str, work: impl FnOnce(&[&str]) -> Option<io::Result<()>>) -> ExitCode {
    // `cargo bench` runs every target, with --bench and nothing else: there is nothing to work on then.
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if args.is_empty() {
        println!("{usage}");
        return ExitCode::SUCCESS;
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match work(&args).unwrap_or_else(|| Err(io::Error::other(usage))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
