//! An exchange as a report may tell it: what leaves this program in a form that others keep has no secret's value in it.

use std::{
    fs::File,
    io::{self, Read, Write},
};

use crate::{
    cli::CliError,
    model::{BodyFile, Content, Exchange, Outcome, Redactor},
};

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

/// The exchange with what it repeats of its secrets masked, a body in a file included.
pub(in crate::cli) fn redacted(exchange: &Exchange) -> Result<Exchange, CliError> {
    let mut redacted = exchange.redacted();
    let (Outcome::Answered(payload) | Outcome::Failed { partial: Some(payload), .. }) = &mut redacted.outcome
    else {
        return Ok(redacted);
    };
    if let Content::File(file) = &payload.content
        && exchange.has_secrets()
    {
        let copy = copied(file, &exchange.secrets);
        payload.content =
            copy.map_err(|error| CliError::io("cannot copy the body in", file.path(), &error))?;
    }
    Ok(redacted)
}

fn copied(file: &BodyFile, secrets: &Redactor) -> io::Result<Content> {
    let (mut from, mut to) = (File::open(file.path())?, tempfile::NamedTempFile::new()?);
    let (mut chunk, mut out) = (vec![0; CHUNK], Vec::new());
    let mut redacting = secrets.stream();
    loop {
        let count = from.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        redacting.push(chunk.get(..count).unwrap_or_default(), &mut out);
        to.write_all(&out)?;
        out.clear();
    }
    redacting.finish(&mut out);
    to.write_all(&out)?;
    Ok(Content::File(BodyFile::temporary(to.into_temp_path())))
}
