//! A route that verifies a signature of AWS (Signature Version 4), in fields or in the URL, and says what was wrong
//! about it.
//!
//! It is made from the description of the scheme and shares no code with what signs in this program: each is a test of
//! the other.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::Response,
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    demo::{
        params::{Params, Received},
        problem::{Problem, json_response},
    },
    model::hex,
};

const ACCESS_KEY: &str = "PRACTICEACCESSKEY";
const SECRET_KEY: &str = "practice-secret-key";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// Signatures of another time are refused, as AWS does.
const SKEW: i64 = 15 * 60;
/// All but the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Wants a request that is signed with the practice keys, for any region and service.
pub(in crate::demo) async fn aws(
    method: Method,
    uri: Uri,
    params: Params,
    headers: HeaderMap,
    Received(body): Received,
) -> Result<Response, Problem> {
    let signed = Signed::of(&params, &headers)?;
    let [_, date, region, service, _] = signed.scope()?;
    signed.check_time(date)?;
    let request =
        Request { method: &method, path: uri.path(), params: &params, headers: &headers, body: &body };
    let canonical = request.canonical(&signed, service)?;
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{}", signed.time, hex(&Sha256::digest(&canonical)));
    let key = [date, region, service, "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET_KEY}").into_bytes(), |key, part| hmac(&key, part));
    if hex(&hmac(&key, &to_sign)) != signed.signature {
        let detail = format!(
            "the signature is not that of the request: is the secret key {SECRET_KEY}? What was to be signed:\n\
             {canonical}"
        );
        return Err(refused("SignatureDoesNotMatch", &detail));
    }
    Ok(json_response(&json!({
        "authenticated": true,
        "scheme": "aws",
        "access_key": ACCESS_KEY,
        "region": region,
        "service": service,
        "place": if signed.is_in_url { "query" } else { "headers" },
        "signed_headers": signed.headers,
    })))
}

/// What a request says about its signature.
struct Signed {
    credential: String,
    headers: Vec<String>,
    signature: String,
    /// As in `20150830T123600Z`.
    time: String,
    is_in_url: bool,
}

impl Signed {
    fn of(params: &Params, headers: &HeaderMap) -> Result<Self, Problem> {
        let is_in_url = params.get("X-Amz-Algorithm").is_some();
        let part = |field: &str, param: &str| {
            let value =
                if is_in_url { params.get(param).map(str::to_owned) } else { of_field(headers, field) };
            value.ok_or_else(|| {
                let place = if is_in_url { param } else { field };
                refused("MissingAuthenticationToken", &format!("sign the request: it has no {place}"))
            })
        };
        Ok(Self {
            credential: part("Credential", "X-Amz-Credential")?,
            headers: part("SignedHeaders", "X-Amz-SignedHeaders")?.split(';').map(str::to_owned).collect(),
            signature: part("Signature", "X-Amz-Signature")?,
            time: part("X-Amz-Date", "X-Amz-Date")?,
            is_in_url,
        })
    }

    /// The parts of the credential, `KEY/20150830/eu-west-1/s3/aws4_request`.
    fn scope(&self) -> Result<[&str; 5], Problem> {
        let parts: Vec<&str> = self.credential.split('/').collect();
        match <[&str; 5]>::try_from(parts) {
            Ok(parts) if parts[0] != ACCESS_KEY => {
                Err(refused("InvalidClientTokenId", &format!("the access key is {ACCESS_KEY}")))
            }
            Ok(parts) if parts[4] == "aws4_request" => Ok(parts),
            _ => {
                Err(refused("IncompleteSignature", "the credential is KEY/DATE/REGION/SERVICE/aws4_request"))
            }
        }
    }

    fn check_time(&self, date: &str) -> Result<(), Problem> {
        let time = DateTime::strptime("%Y%m%dT%H%M%SZ", &self.time).ok();
        let time = time.and_then(|time| TimeZone::UTC.to_timestamp(time).ok());
        let is_of_now = time.is_some_and(|time| {
            self.time.starts_with(date) && (Timestamp::now().as_second() - time.as_second()).abs() <= SKEW
        });
        if is_of_now { Ok(()) } else { Err(refused("RequestTimeTooSkewed", "the signature is not of now")) }
    }
}

/// A part of `Authorization`, or the field of that name.
fn of_field(headers: &HeaderMap, name: &str) -> Option<String> {
    if let Some(value) = headers.get(name) {
        return value.to_str().ok().map(str::to_owned);
    }
    let parts = headers.get("authorization")?.to_str().ok()?.strip_prefix(ALGORITHM)?;
    let value = parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    value.map(str::to_owned)
}

/// What a signature covers.
struct Request<'a> {
    method: &'a Method,
    path: &'a str,
    params: &'a Params,
    headers: &'a HeaderMap,
    body: &'a Bytes,
}

impl Request<'_> {
    /// The canonical request.
    fn canonical(&self, signed: &Signed, service: &str) -> Result<String, Problem> {
        if !signed.headers.iter().any(|name| name == "host") {
            return Err(refused("IncompleteSignature", "the signature has to cover the field host"));
        }
        // All services but S3 encode a path that is encoded already.
        let path = match service {
            "s3" => self.path.to_owned(),
            _ => self.path.split('/').map(encoded).collect::<Vec<_>>().join("/"),
        };
        let mut query: Vec<(String, String)> = self
            .params
            .0
            .iter()
            .filter(|(name, _)| name != "X-Amz-Signature")
            .map(|(name, value)| (encoded(name), encoded(value)))
            .collect();
        query.sort();
        let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let fields: Vec<String> =
            signed.headers.iter().map(|name| format!("{name}:{}\n", self.field(name))).collect();
        let fields = fields.concat();
        let (query, names) = (query.join("&"), signed.headers.join(";"));
        let payload = self.payload(signed, service)?;
        Ok(format!("{}\n{path}\n{query}\n{fields}\n{names}\n{payload}", self.method))
    }

    /// All values of a field, each with single spaces.
    fn field(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter().map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        values.collect::<Vec<_>>().join(",")
    }

    /// The body's hash, unless the request says that its signature covers none.
    fn payload(&self, signed: &Signed, service: &str) -> Result<String, Problem> {
        let hash = hex(&Sha256::digest(self.body));
        match self.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok()) {
            Some(UNSIGNED) => Ok(UNSIGNED.to_owned()),
            Some(said) if said != hash => {
                Err(refused("XAmzContentSHA256Mismatch", &format!("the body's hash is {hash}, not {said}")))
            }
            None if signed.is_in_url && service == "s3" => Ok(UNSIGNED.to_owned()),
            _ => Ok(hash),
        }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    // Any length is a key.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// By the names that AWS gives its errors.
fn refused(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, format!("{code}: {detail}"))
}
