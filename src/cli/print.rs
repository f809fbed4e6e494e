//! An exchange for people to read, and a body for people or programs.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufWriter, Write},
};

use serde::Serialize;

use crate::{
    document::{Document, Kind, View},
    format::{duration, size},
    model::{Connection, Content, Exchange, Hop, Outcome, Payload, Phase, ResponseHead},
};

use super::{
    CliError, Exit,
    output::{Output, is_closed, visible},
};

mod paint;

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

fn finish(written: io::Result<()>) -> Result<(), CliError> {
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
    let end = if is_binary { lines.len().min(HEX_LINES) } else { lines.len() };
    for start in (0..end).step_by(PAGE) {
        for mut line in lines.window_columns(start..(start + PAGE).min(end), 0..COLUMNS) {
            let mut columns = COLUMNS;
            loop {
                for span in &line.spans {
                    let style = paint::class(span.class, output.theme());
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
    if end < lines.len() {
        let note = format!("… {} of binary; send it into a file to have it all\n", size::human(payload.size));
        out.write_all(output.paint(output.theme().dim, &note).as_bytes())?;
    }
    out.flush()
}

/// `200 OK · 12 ms · 3.1 KiB`, of an answer.
pub(super) fn summary(exchange: &Exchange, output: &Output) -> Option<String> {
    let head = exchange.response()?;
    let bytes = exchange.payload().map_or(0, |payload| payload.size);
    let rest = format!(" · {} · {}", duration::human(exchange.duration), size::human(bytes));
    Some(format!("{}{}", status(head, output), output.paint(output.theme().dim, &rest)))
}

/// `200 OK`, in the colour of its class.
pub(super) fn status(head: &ResponseHead, output: &Output) -> String {
    let reason = if head.reason.is_empty() {
        http::StatusCode::from_u16(head.status).ok().and_then(|status| status.canonical_reason())
    } else {
        Some(head.reason.as_str())
    };
    let text = [head.status.to_string(), reason.unwrap_or_default().to_owned()].join(" ");
    output.paint(output.theme().status(head.status), visible(text.trim_end()).as_ref()).into_owned()
}

/// Every hop's heads and times, and the sum of it all.
pub(super) fn exchange(exchange: &Exchange, output: &Output) -> String {
    let mut text = String::new();
    let mut number = 0;
    let hops = exchange.attempts.iter().flat_map(|attempt| &attempt.hops);
    let several = hops.clone().count() > 1;
    for hop in hops {
        number += 1;
        if several {
            text.push_str(&output.paint(output.theme().title, &format!("── hop {number}")));
            text.push('\n');
        }
        describe(hop, output, &mut text);
    }
    let sent = exchange.payload().map(|payload| {
        let coded = (payload.wire_size != payload.size)
            .then(|| format!(", {} on the wire", size::human(payload.wire_size)));
        format!("{}{}", size::human(payload.size), coded.unwrap_or_default())
    });
    let body = sent.map(|sent| format!(" · body {sent}")).unwrap_or_default();
    let whole = match &exchange.outcome {
        Outcome::Answered(_) => "",
        Outcome::Failed { .. } => " · failed",
    };
    let end = format!("* in all {}{body}{whole}\n", duration::human(exchange.duration));
    text.push_str(&output.paint(output.theme().dim, &end));
    text
}

/// `>` before what went out, `<` before what came, `*` before what was measured. Secrets are masked.
fn describe(hop: &Hop, output: &Output, text: &mut String) {
    let theme = output.theme();
    let request = &hop.request;
    let line = format!("{} {} {}", request.method, visible(&request.url.masked()), request.version);
    let _ = writeln!(text, "{} {}", output.paint(theme.dim, ">"), output.paint(theme.title, &line));
    for (name, value) in &request.fields {
        field(">", name, &value.masked(), output, text);
    }
    if request.body_size > 0 {
        let note = format!("> ({} of body)\n", size::human(request.body_size));
        text.push_str(&output.paint(theme.dim, &note));
    }
    if let Some(head) = &hop.response {
        let mark = output.paint(theme.dim, "<");
        let _ = writeln!(text, "{mark} {} {}", visible(&head.version), status(head, output));
        for received in &head.fields {
            field("<", &received.name, &received.value, output, text);
        }
    }
    if let Some(connection) = &hop.connection {
        text.push_str(&output.paint(theme.dim, &format!("* {}\n", describe_connection(connection))));
    }
    let times: Vec<String> = Phase::ALL
        .into_iter()
        .filter_map(|phase| Some(format!("{phase} {}", duration::human(hop.timing.phase(phase)?))))
        .collect();
    if !times.is_empty() {
        text.push_str(&output.paint(theme.dim, &format!("* {}\n", times.join(" · "))));
    }
}

fn field(mark: &str, name: &str, value: &str, output: &Output, text: &mut String) {
    let theme = output.theme();
    let (mark, name) = (output.paint(theme.dim, mark), visible(name));
    let _ = writeln!(text, "{mark} {}: {}", output.paint(theme.syntax_key, &name), visible(value));
}

fn describe_connection(connection: &Connection) -> String {
    let use_ = if connection.reused { "reused" } else { "new" };
    let mut text = format!("connection {} ({use_}) to {}", connection.id, connection.remote);
    if let Some(proxy) = &connection.proxy {
        let _ = write!(text, " through {proxy}");
    }
    if let Some(tls) = &connection.tls {
        let verified = if tls.verified { "" } else { ", certificate not verified" };
        let _ = write!(text, ", {} {}{verified}", tls.protocol, tls.cipher);
    }
    text
}
