//! The body as flags.

use std::{
    io::{IsTerminal, Read, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use tempfile::{NamedTempFile, TempPath};

use crate::{
    document::check_json_template,
    model::{Body, Part, PartContent, Row},
    template::escape,
};

use super::{
    super::{CliError, error::warn},
    settings::absolute_template,
};

/// Bytes of standard input that are held in memory; more go to a temporary file.
const IN_MEMORY: u64 = 1 << 20;
const FORM: &str = "application/x-www-form-urlencoded";

/// What to send, at most one of them.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Body")]
pub(super) struct BodyArgs {
    /// JSON, a form (a=1&b=2) or text; @FILE for a file's bytes, @- for those of stdin
    #[arg(short, long, value_name = "DATA|@FILE", allow_hyphen_values = true, group = "body")]
    data: Option<String>,
    /// JSON, and an error where it is none
    #[arg(long, value_name = "JSON", allow_hyphen_values = true, group = "body")]
    json_body: Option<String>,
    /// Text as it stands
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, group = "body")]
    text: Option<String>,
    /// A field of a form; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, group = "body")]
    form: Vec<(String, String)>,
    /// A part of a multipart form, @FILE for a file; may be repeated. ;type=image/png and ;filename=x.png may follow
    #[arg(short = 'F', long, value_name = "NAME=VALUE|NAME=@FILE", value_parser = part, group = "body")]
    multipart: Vec<Part>,
    /// The bytes of a file
    #[arg(long, value_name = "FILE", group = "body")]
    file: Option<String>,
    /// The bytes of standard input
    #[arg(long, group = "body")]
    stdin: bool,
    /// No body, also where the request's file has one
    #[arg(long, group = "body")]
    no_body: bool,
}

/// A body that was typed.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) body: Option<Body>,
    /// `Content-Type`, where the kind alone does not say it.
    pub(super) media_type: Option<&'static str>,
    /// Holds a large body of standard input for as long as it is needed.
    pub(super) held: Option<TempPath>,
}

impl From<Body> for Typed {
    fn from(body: Body) -> Self {
        Self { body: Some(body), media_type: None, held: None }
    }
}

impl BodyArgs {
    /// `None`: what the request says.
    pub(super) fn read(&self) -> Result<Option<Typed>, CliError> {
        let typed = if let Some(data) = &self.data {
            of_data(data)?
        } else if let Some(json) = &self.json_body {
            Body::Json(json.clone()).into()
        } else if let Some(text) = &self.text {
            Body::Text(text.clone()).into()
        } else if !self.form.is_empty() {
            Body::Form(self.form.iter().map(|(name, value)| Row::new(name, value)).collect()).into()
        } else if !self.multipart.is_empty() {
            let parts: Result<Vec<Part>, CliError> = self.multipart.iter().map(placed).collect();
            Body::Multipart(parts?).into()
        } else if let Some(file) = &self.file {
            Body::File(absolute_template(file)?).into()
        } else if self.stdin {
            of_stdin()?
        } else if self.no_body {
            Typed { body: None, media_type: None, held: None }
        } else {
            return Ok(None);
        };
        Ok(Some(typed))
    }
}

fn of_data(data: &str) -> Result<Typed, CliError> {
    if data == "@-" {
        return of_stdin();
    }
    if let Some(file) = data.strip_prefix('@') {
        return Ok(Body::File(absolute_template(file)?).into());
    }
    if !data.trim().is_empty() && check_json_template(data).is_ok() {
        return Ok(Body::Json(data.to_owned()).into());
    }
    let is_form = data.contains('=') && !data.contains(char::is_whitespace);
    Ok(Typed { media_type: is_form.then_some(FORM), ..Body::Text(data.to_owned()).into() })
}

/// Bytes of another program. A template has no part in them.
fn of_stdin() -> Result<Typed, CliError> {
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        warn("reading the body from this terminal, until Ctrl-D");
    }
    let unreadable = |error| CliError::io("cannot read", Path::new("stdin"), &error);
    let mut bytes = Vec::new();
    stdin.by_ref().take(IN_MEMORY).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 == IN_MEMORY {
        return spooled(&bytes, stdin).map_err(unreadable);
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) if check_json_template(&text).is_ok() => Body::Json(escape(&text)).into(),
        Ok(text) => Body::Text(escape(&text)).into(),
        Err(error) => Body::Base64(STANDARD.encode(error.as_bytes())).into(),
    })
}

/// A large body goes through a file, and never comes into memory: it may have to be sent again, by a redirect or a retry.
fn spooled(start: &[u8], mut rest: impl Read) -> std::io::Result<Typed> {
    let mut file = NamedTempFile::new()?;
    file.write_all(start)?;
    std::io::copy(&mut rest, file.as_file_mut())?;
    let held = file.into_temp_path();
    let is_json = start.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    let media_type = Some(if is_json { "application/json" } else { "application/octet-stream" });
    let body = Body::File(escape(&held.to_string_lossy()));
    Ok(Typed { body: Some(body), media_type, held: Some(held) })
}

/// `NAME=VALUE`; a value may be empty and may hold `=`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// `name=value` or `name=@file`, with `;type=` and `;filename=` behind it, as curl has it.
fn part(text: &str) -> Result<Part, String> {
    let (name, mut value) = pair(text)?;
    let (mut media_type, mut filename) = (None, None);
    while let Some((before, option)) = value.rsplit_once(';') {
        let slot = match option.split_once('=') {
            Some(("type", value)) => (&mut media_type, value),
            Some(("filename", value)) => (&mut filename, value),
            _ => break,
        };
        *slot.0 = Some(slot.1.to_owned());
        value.truncate(before.len());
    }
    let content = match value.strip_prefix('@') {
        Some("") => return Err("@ wants a file's name".to_owned()),
        Some(file) => PartContent::File(file.to_owned()),
        None => PartContent::Text(value),
    };
    Ok(Part { name, content, media_type, filename, enabled: true, doc: String::new() })
}

/// A part whose file is looked for in the current folder.
fn placed(part: &Part) -> Result<Part, CliError> {
    let content = match &part.content {
        PartContent::File(file) => PartContent::File(absolute_template(file)?),
        text @ PartContent::Text(_) => text.clone(),
    };
    Ok(Part { content, ..part.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let photo = part("photo=@a.png;type=image/png;filename=b.png").unwrap();
        assert_eq!((photo.name.as_str(), photo.content), ("photo", PartContent::File("a.png".into())));
        assert_eq!(
            (photo.media_type.as_deref(), photo.filename.as_deref()),
            (Some("image/png"), Some("b.png"))
        );
        let text = part("note=a;b=c;d").unwrap();
        assert_eq!((text.content, text.media_type), (PartContent::Text("a;b=c;d".into()), None));
        assert!(part("photo").is_err() && part("=x").is_err() && part("a=@").is_err());
    }

    #[test]
    fn what_data_is() {
        let kind = |data: &str| {
            let typed = of_data(data).unwrap();
            (typed.body.map(|body| body.kind()), typed.media_type)
        };
        assert_eq!(kind(r#"{"a": 1}"#), (Some("json"), None));
        assert_eq!(kind("a=1&b=2"), (Some("text"), Some(FORM)));
        assert_eq!(kind("a = 1"), (Some("text"), None));
        assert_eq!(kind("@/x.bin"), (Some("file"), None));
    }
}
