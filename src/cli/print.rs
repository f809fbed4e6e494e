//! An exchange for people to read, and a body for people or programs.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use serde::Serialize;

use crate::{
    document::{Document, Kind, Lines, View},
    format::size,
    model::{Content, Payload},
};

use super::{
    CliError, Exit,
    output::{Output, is_closed},
};

mod exchange;
mod live;

pub(super) use exchange::{
    answered, asking, asking_again, attempts_again, body_note, exchange, head, heading, in_all, received,
    size_and_time, status, summary, times, token_requested,
};
pub(super) use live::{Before, is_shown_along, is_stream, relay};

/// Lines that are laid out at once.
const PAGE: usize = 256;
/// Columns of a long line that are laid out at once.
const COLUMNS: usize = 1 << 16;
/// Lines of hex that a terminal is shown of a binary body: enough to tell what it is.
const HEX_LINES: usize = 16;

/// Writes bytes to stdout. A reader that went away is no error.
pub(super) fn print(bytes: &[u8]) -> Result<Exit, CliError> {
    let mut stdout = io::stdout().lock();
    finish(stdout.write_all(bytes).and_then(|()| stdout.flush()))?;
    Ok(Exit::Ok)
}

/// Writes a value as JSON to stdout, piece by piece: a body in it may be larger than memory.
pub(super) fn json(value: &impl Serialize) -> Result<Exit, CliError> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from);
    finish(written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()))?;
    Ok(Exit::Ok)
}

/// What becomes of a failure to write: a reader that went away is none.
pub(super) fn finish(written: io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(error) if !is_closed(&error) => {
            let failed = CliError::usage("the output cannot be written");
            Err(CliError { causes: vec![error.to_string()], ..failed })
        }
        _ => Ok(()),
    }
}

/// Writes a body: laid out and coloured on a terminal, as it came elsewhere.
pub(super) fn body(payload: &Payload, output: &Output) -> Result<(), CliError> {
    if output.is_terminal { finish(pretty(payload, output)) } else { finish(raw(payload)) }
}

/// The bytes as they came, decoded; a body in a file is copied without being read into memory.
pub(super) fn raw(payload: &Payload) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match &payload.content {
        Content::Memory(bytes) => stdout.write_all(bytes)?,
        Content::File(file) => {
            io::copy(&mut File::open(file.path())?, &mut stdout)?;
        }
        Content::Elsewhere => {}
    }
    stdout.flush()
}

fn pretty(payload: &Payload, output: &Output) -> io::Result<()> {
    let media_type = payload.media_type.as_deref();
    let document = match &payload.content {
        Content::Memory(bytes) if bytes.is_empty() => return Ok(()),
        Content::Memory(bytes) => Document::new(bytes.clone(), media_type),
        Content::File(file) => Document::from_file(File::open(file.path())?, media_type)?,
        Content::Elsewhere => return Ok(()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let is_binary = document.kind() == Kind::Binary;
    while !is_binary && !document.index_more(16 << 20).done {}
    let lines = document.view(if is_binary { View::Hex } else { View::Pretty });
    let end = if is_binary { HEX_LINES } else { usize::MAX };
    write_lines(&lines, end, output, &mut out)?;
    if end < lines.len() {
        let note = format!("… {} of binary; send it into a file to have it all\n", size::human(payload.size));
        out.write_all(output.paint(output.theme().dim, &note).as_bytes())?;
    }
    out.flush()
}

/// Writes the first lines of a view, coloured.
pub(super) fn write_lines(
    lines: &Lines,
    most: usize,
    output: &Output,
    out: &mut impl Write,
) -> io::Result<()> {
    let end = lines.len().min(most);
    for start in (0..end).step_by(PAGE) {
        for mut line in lines.window_columns(start..(start + PAGE).min(end), 0..COLUMNS) {
            let mut columns = COLUMNS;
            loop {
                for span in &line.spans {
                    let style = span.class.style(output.theme());
                    out.write_all(output.paint(style, &span.text).as_bytes())?;
                }
                if !line.cut {
                    break;
                }
                let number = line.number;
                let more = lines.window_columns(number..number + 1, columns..columns + COLUMNS);
                let Some(next) = more.into_iter().next() else { break };
                line = next;
                columns += COLUMNS;
            }
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}
