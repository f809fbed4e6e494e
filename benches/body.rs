//! A program that opens a file as a document and does one thing with it, as a whole process: `body index FILE`, `body
//! page FILE`, `body count FILE WORD`. `benches/peers.sh` measures it beside other programs that do the same.
//!
//! It stands for what the workbench does when a body is there, without the terminal.

mod program;

use std::{fs::File, io, process::ExitCode};

use antiphon::document::{Document, Search, View};

const USAGE: &str = "usage: body index|page FILE, body count FILE WORD (benches/peers.sh makes the files)";
const JSON: Option<&str> = Some("application/json");
/// Bytes that are indexed at once, as the workbench does.
const STEP: u64 = 4 << 20;
/// Lines of a screen.
const PAGE: usize = 50;

fn main() -> ExitCode {
    program::run(USAGE, |args| match args {
        ["index", file] => Some(index(file)),
        ["page", file] => Some(page(file)),
        ["count", file, word] => Some(count(file, word)),
        _ => None,
    })
}

/// Every line of the pretty form can be asked for then.
fn index(file: &str) -> io::Result<()> {
    let document = Document::from_file(File::open(file)?, JSON)?;
    while !document.index_more(STEP).done {}
    println!("{} lines", document.view(View::Pretty).len());
    document.error().map_or(Ok(()), |error| Err(io::Error::other(error)))
}

fn page(file: &str) -> io::Result<()> {
    let document = Document::from_file(File::open(file)?, JSON)?;
    for line in document.view(View::Pretty).window(0..PAGE) {
        println!("{}", line.text());
    }
    Ok(())
}

fn count(file: &str, word: &str) -> io::Result<()> {
    let document = Document::from_file(File::open(file)?, JSON)?;
    let count = document.count_matches(&Search::literal(word), |_, _| true).unwrap_or_default();
    println!("{count} matches");
    Ok(())
}
