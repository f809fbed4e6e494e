//! The functions of templates: one table, which calls, completion and the documentation read.

use std::{fmt::Write, ops::Range};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::{Timestamp, tz::TimeZone};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::model::hex;

use super::{Source, TemplateError, TemplateErrorKind, scope::nearest};

/// RFC 3986's unreserved characters stay.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Characters that `random_hex` and others make at most.
const MAX_LENGTH: u64 = 1 << 20;

/// Bytes that `replace` puts in at most: replacing within what was replaced would multiply without end.
const MAX_REPLACED: usize = 64 << 20;

/// A function as the documentation shows it.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    pub name: &'static str,
    /// As one writes it: `random(1, 100)`, or `text | upper`.
    pub example: &'static str,
    pub sentence: &'static str,
    /// Whether it gives something else each time.
    pub is_volatile: bool,
    call: fn(&Arguments<'_>) -> Result<String, Fault>,
}

/// What a function is given: in a pipe, the first text is what stands before it.
pub(super) struct Arguments<'a> {
    pub texts: &'a [&'a str],
    pub source: &'a dyn Source,
}

/// Why a call has no value.
pub(super) enum Fault {
    Unknown,
    Argument(String),
}

impl Fault {
    /// The same fault without the words that may quote an argument.
    pub(super) fn discreet(self) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Argument(_) => Self::Argument("what comes from a secret here does not fit".into()),
        }
    }

    pub(super) fn at(self, function: &str, name: &Range<usize>, whole: &Range<usize>) -> TemplateError {
        match self {
            Self::Unknown => {
                let kind = TemplateErrorKind::UnknownFunction { name: function.to_owned() };
                let error =
                    TemplateError::new(kind, name.clone(), format!("there is no function `{function}`"));
                match nearest(function, TABLE.iter().map(|function| function.name)) {
                    Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
                    None => error
                        .hint(format!("functions are: {}", TABLE.map(|function| function.name).join(", "))),
                }
            }
            Self::Argument(message) => {
                let kind = TemplateErrorKind::BadArgument { function: function.to_owned() };
                let example =
                    TABLE.iter().find(|known| known.name == function).map_or("", |known| known.example);
                TemplateError::new(kind, whole.clone(), format!("{function}: {message}"))
                    .hint(format!("write `{example}`"))
            }
        }
    }
}

/// Every function, by name within its kind.
pub fn functions() -> &'static [Function] {
    &TABLE
}

pub(super) fn call(name: &str, arguments: &Arguments<'_>) -> Result<String, Fault> {
    let function = TABLE.iter().find(|function| function.name == name).ok_or(Fault::Unknown)?;
    (function.call)(arguments)
}

macro_rules! table {
    ($($name:literal $example:literal $sentence:literal $volatile:literal $call:expr;)*) => {
        [$(Function { name: $name, example: $example, sentence: $sentence, is_volatile: $volatile, call: $call }),*]
    };
}

static TABLE: [Function; 25] = table! {
    "uuid" "uuid()" "A random UUID (version 4)" true |a| { a.exactly(0)?; Ok(uuid4(a)) };
    "uuid7" "uuid7()" "A UUID that sorts by time (version 7)" true |a| { a.exactly(0)?; Ok(uuid7(a)) };
    "now" "now(\"%Y-%m-%d\")" "The time in UTC: RFC 3339, or as strftime says" true now;
    "timestamp" "timestamp()" "Seconds since 1970" true |a| { a.exactly(0)?; Ok(a.source.now().as_second().to_string()) };
    "timestamp_ms" "timestamp_ms()" "Milliseconds since 1970" true
        |a| { a.exactly(0)?; Ok(a.source.now().as_millisecond().to_string()) };
    "random" "random(1, 100)" "A random integer between two, both included" true random;
    "random_hex" "random_hex(16)" "That many random hexadecimal digits" true random_hex;
    "upper" "text | upper" "In capital letters" false |a| Ok(a.one()?.to_uppercase());
    "lower" "text | lower" "In small letters" false |a| Ok(a.one()?.to_lowercase());
    "trim" "text | trim" "Without space at its ends" false |a| Ok(a.one()?.trim().to_owned());
    "length" "text | length" "How many characters it has" false |a| Ok(a.one()?.chars().count().to_string());
    "concat" "concat(first, second)" "The texts one after the other" false |a| Ok(a.texts.concat());
    "default" "text | default(\"x\")" "The other text where the first is empty, not defined, or a secret that is not found" false
        |a| { a.exactly(2)?; Ok(if a.texts[0].is_empty() { a.texts[1] } else { a.texts[0] }.to_owned()) };
    "replace" "text | replace(\"a\", \"b\")" "With each first text replaced by the second" false
        replace;
    "slice" "text | slice(0, 8)" "The characters from one position up to another" false slice;
    "base64" "text | base64" "In base64 (RFC 4648, section 4)" false |a| Ok(STANDARD.encode(a.one()?));
    "base64url" "text | base64url" "In base64 for URLs, without padding (RFC 4648, section 5)" false
        |a| Ok(URL_SAFE_NO_PAD.encode(a.one()?));
    "base64_decode" "text | base64_decode" "The text that base64 stands for" false |a| base64_decode(a.one()?);
    "url" "text | url" "Percent-encoded (RFC 3986, section 2.1)" false
        |a| Ok(utf8_percent_encode(a.one()?, UNRESERVED).to_string());
    "url_decode" "text | url_decode" "With percent-encoding undone" false |a| {
        let text = percent_decode_str(a.one()?).decode_utf8();
        text.map(Into::into).map_err(|_| Fault::Argument("what it stands for is not UTF-8".into()))
    };
    "json" "text | json" "A JSON string, with its quotes and escapes" false
        |a| serde_json::to_string(a.one()?).map_err(|error| Fault::Argument(error.to_string()));
    "sha256" "text | sha256" "Its SHA-256 digest in hexadecimal" false |a| Ok(hex(&Sha256::digest(a.one()?)));
    "md5" "text | md5" "Its MD5 digest in hexadecimal" false |a| Ok(hex(&md5::Md5::digest(a.one()?)));
    "hmac_sha256" "text | hmac_sha256(key)" "Its HMAC with SHA-256 (RFC 2104) in hexadecimal" false
        |a| { a.exactly(2)?; Ok(hex(&hmac_sha256(a.texts[1].as_bytes(), a.texts[0].as_bytes()))) };
    "basic" "basic(user, password)" "The credentials of Basic authentication (RFC 7617)" false
        |a| { a.exactly(2)?; Ok(STANDARD.encode(format!("{}:{}", a.texts[0], a.texts[1]))) };
};

impl<'a> Arguments<'a> {
    fn exactly(&self, count: usize) -> Result<(), Fault> {
        if self.texts.len() == count {
            return Ok(());
        }
        Err(Fault::Argument(format!("expected {count} arguments, not {}", self.texts.len())))
    }

    fn one(&self) -> Result<&'a str, Fault> {
        self.exactly(1)?;
        self.texts.first().copied().ok_or_else(|| Fault::Argument("expected a text".into()))
    }

    fn integer(&self, index: usize) -> Result<i64, Fault> {
        let text = self.texts.get(index).copied().unwrap_or_default();
        text.parse().map_err(|_| Fault::Argument(format!("`{text}` is not an integer")))
    }
}

fn replace(arguments: &Arguments<'_>) -> Result<String, Fault> {
    arguments.exactly(3)?;
    let [text, from, to] = [arguments.texts[0], arguments.texts[1], arguments.texts[2]];
    if text.matches(from).count().saturating_mul(to.len()) > MAX_REPLACED {
        return Err(Fault::Argument("the text becomes too large".into()));
    }
    Ok(text.replace(from, to))
}

fn random_bytes(source: &dyn Source) -> [u8; 16] {
    (u128::from(source.random()) << 64 | u128::from(source.random())).to_be_bytes()
}

fn uuid4(arguments: &Arguments<'_>) -> String {
    uuid::Builder::from_random_bytes(random_bytes(arguments.source)).into_uuid().to_string()
}

fn uuid7(arguments: &Arguments<'_>) -> String {
    let millis = u64::try_from(arguments.source.now().as_millisecond()).unwrap_or(0);
    let random = random_bytes(arguments.source);
    let mut tail = [0; 10];
    tail.copy_from_slice(&random[..10]);
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid().to_string()
}

fn now(arguments: &Arguments<'_>) -> Result<String, Fault> {
    let now: Timestamp = arguments.source.now();
    match arguments.texts {
        [] => Ok(format!("{now:.0}")),
        [format] => {
            let zoned = now.to_zoned_datetime(TimeZone::UTC);
            jiff::fmt::strtime::format(format, &zoned).map_err(|error| Fault::Argument(error.to_string()))
        }
        _ => Err(Fault::Argument("expected one format at most".into())),
    }
}

fn random(arguments: &Arguments<'_>) -> Result<String, Fault> {
    arguments.exactly(2)?;
    let (low, high) = (arguments.integer(0)?, arguments.integer(1)?);
    if low > high {
        return Err(Fault::Argument(format!("{low} is more than {high}")));
    }
    let span = u128::from(high.abs_diff(low)) + 1;
    let offset = u128::from(arguments.source.random()) % span;
    Ok((i128::from(low) + offset.cast_signed()).to_string())
}

fn random_hex(arguments: &Arguments<'_>) -> Result<String, Fault> {
    arguments.exactly(1)?;
    let length = arguments.integer(0)?;
    let wanted = u64::try_from(length).ok().filter(|length| *length <= MAX_LENGTH);
    let wanted = wanted
        .ok_or_else(|| Fault::Argument(format!("a length is 0 to {MAX_LENGTH}, not {length}")))?
        as usize;
    let mut out = String::with_capacity(wanted + 16);
    while out.len() < wanted {
        let _ = write!(out, "{:016x}", arguments.source.random());
    }
    out.truncate(wanted);
    Ok(out)
}

/// Positions count from 0; a negative one from the end. What is out of the text is cut off.
fn slice(arguments: &Arguments<'_>) -> Result<String, Fault> {
    arguments.exactly(3)?;
    let characters: Vec<char> = arguments.texts[0].chars().collect();
    let place = |index| -> Result<usize, Fault> {
        let at = arguments.integer(index)?;
        let from = if at < 0 { i64::try_from(characters.len()).unwrap_or(i64::MAX) } else { 0 };
        Ok(usize::try_from(from.saturating_add(at)).unwrap_or(0).min(characters.len()))
    };
    let (from, to) = (place(1)?, place(2)?);
    Ok(characters.get(from..to).unwrap_or_default().iter().collect())
}

fn base64_decode(text: &str) -> Result<String, Fault> {
    let bytes = STANDARD
        .decode(text.trim())
        .map_err(|error| Fault::Argument(format!("this is not base64: {error}")))?;
    String::from_utf8(bytes).map_err(|_| Fault::Argument("what it stands for is not UTF-8".into()))
}

/// RFC 2104, over blocks of 64 bytes.
fn hmac_sha256(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |byte: u8| block.map(|own| own ^ byte);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}
