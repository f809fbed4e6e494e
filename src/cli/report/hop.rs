//! One request and its answer, with the time it took and what carried it.

use std::{borrow::Cow, time::Duration};

use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::{json, value::RawValue};

use crate::model;

use super::Error;

/// A field as `[name, value]`.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Pair<'a>(pub(super) Cow<'a, str>, pub(super) Cow<'a, str>);

/// In order, repeated names included.
pub(super) type Pairs<'a> = Vec<Pair<'a>>;

impl Serialize for Pair<'_> {
    /// On one line, also where everything else is laid out: a head reads as a head.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(name, value) = self;
        let text = format!("[{}, {}]", json!(name), json!(value));
        RawValue::from_string(text).map_err(S::Error::custom)?.serialize(serializer)
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Hop<'a> {
    request: RequestHead<'a>,
    /// Heads before the final one (1xx).
    interim: Vec<ResponseHead<'a>>,
    response: Option<ResponseHead<'a>>,
    cookies: Cookies<'a>,
    /// Fields that came after the body.
    trailers: Pairs<'a>,
    /// `total` is the sum of the phases.
    timing: Timing,
    connection: Option<Connection<'a>>,
    /// Why it went out twice, where it did.
    repeated: Option<Error<'a>>,
}

#[derive(Debug, Serialize)]
struct RequestHead<'a> {
    method: &'a str,
    url: String,
    version: &'a str,
    headers: Pairs<'a>,
    /// Bytes of body that went out.
    body_size: u64,
}

#[derive(Debug, Serialize)]
struct ResponseHead<'a> {
    status: u16,
    reason: &'a str,
    version: &'a str,
    headers: Pairs<'a>,
}

/// What a cookie jar had to do with it.
#[derive(Debug, Serialize)]
struct Cookies<'a> {
    /// Null where cookies were off.
    jar: Option<&'a str>,
    /// Names of those that the jar added to the request.
    sent: Vec<&'a str>,
    /// One for each `Set-Cookie`, in order.
    received: Vec<ReceivedCookie<'a>>,
}

#[derive(Debug, Serialize)]
struct ReceivedCookie<'a> {
    name: &'a str,
    verdict: &'static str,
    /// Why it was refused.
    reason: Option<&'a str>,
    notes: &'a [String],
}

/// Milliseconds; null where a phase did not happen.
#[derive(Debug, Serialize)]
pub(super) struct Timing {
    dns: Option<f64>,
    connect: Option<f64>,
    tls: Option<f64>,
    send: Option<f64>,
    wait: Option<f64>,
    receive: Option<f64>,
    total: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Connection<'a> {
    id: u64,
    reused: bool,
    http_version: &'a str,
    local: &'a str,
    remote: &'a str,
    proxy: Option<&'a str>,
    tls: Option<Tls<'a>>,
}

#[derive(Debug, Serialize)]
struct Tls<'a> {
    protocol: &'a str,
    cipher: &'a str,
    alpn: Option<&'a str>,
    verified: bool,
    resumed: bool,
    certificates: Vec<Certificate<'a>>,
}

/// Of the chain that the server showed, its own first.
#[derive(Debug, Serialize)]
struct Certificate<'a> {
    subject: &'a str,
    issuer: &'a str,
    names: &'a [String],
    not_before: String,
    not_after: String,
    serial: &'a str,
    key: &'a str,
    key_bits: Option<u32>,
    signature: &'a str,
    /// SHA-256, in hexadecimal.
    fingerprint: &'a str,
}

impl<'a> From<&'a model::Hop> for Hop<'a> {
    fn from(hop: &'a model::Hop) -> Self {
        let model::Hop { request, response, timing, .. } = hop;
        let headers = request.fields.iter();
        Self {
            request: RequestHead {
                method: &request.method,
                url: request.url.masked(),
                version: &request.version,
                headers: headers.map(|(name, value)| Pair(name.into(), value.masked().into())).collect(),
                body_size: request.body_size,
            },
            interim: hop.interim.iter().map(ResponseHead::from).collect(),
            response: response.as_ref().map(ResponseHead::from),
            cookies: Cookies::from(&hop.cookies),
            trailers: pairs(&hop.trailers),
            timing: Timing::new(*timing, timing.total()),
            connection: Connection::of(hop),
            repeated: hop.repeated.as_ref().map(Error::from),
        }
    }
}

impl<'a> From<&'a model::ResponseHead> for ResponseHead<'a> {
    fn from(head: &'a model::ResponseHead) -> Self {
        Self {
            status: head.status,
            reason: &head.reason,
            version: &head.version,
            headers: pairs(&head.fields),
        }
    }
}

impl<'a> From<&'a model::HopCookies> for Cookies<'a> {
    fn from(cookies: &'a model::HopCookies) -> Self {
        Self {
            jar: cookies.jar.as_deref(),
            sent: cookies.sent.iter().map(|cookie| cookie.name.as_str()).collect(),
            received: cookies.received.iter().map(ReceivedCookie::from).collect(),
        }
    }
}

impl<'a> From<&'a model::ReceivedCookie> for ReceivedCookie<'a> {
    fn from(cookie: &'a model::ReceivedCookie) -> Self {
        use model::CookieVerdict::{Deleted, Expired, Kept, Off, Refused, Replaced};
        let (verdict, reason) = match &cookie.verdict {
            Kept => ("kept", None),
            Replaced => ("replaced", None),
            Deleted => ("deleted", None),
            Expired => ("expired", None),
            Refused(reason) => ("refused", Some(reason.as_str())),
            Off => ("off", None),
        };
        Self { name: &cookie.name, verdict, reason, notes: &cookie.notes }
    }
}

impl Timing {
    pub(super) fn new(timing: model::Timing, total: Duration) -> Self {
        Self {
            dns: timing.dns.map(milliseconds),
            connect: timing.connect.map(milliseconds),
            tls: timing.tls.map(milliseconds),
            send: timing.send.map(milliseconds),
            wait: timing.wait.map(milliseconds),
            receive: timing.receive.map(milliseconds),
            total: milliseconds(total),
        }
    }
}

impl<'a> Connection<'a> {
    pub(super) fn of(hop: &'a model::Hop) -> Option<Self> {
        let connection = hop.connection.as_ref()?;
        Some(Self {
            id: connection.id,
            reused: connection.reused,
            http_version: &hop.request.version,
            local: &connection.local,
            remote: &connection.remote,
            proxy: connection.proxy.as_deref(),
            tls: connection.tls.as_ref().map(Tls::from),
        })
    }
}

impl<'a> From<&'a model::TlsSummary> for Tls<'a> {
    fn from(tls: &'a model::TlsSummary) -> Self {
        Self {
            protocol: &tls.protocol,
            cipher: &tls.cipher,
            alpn: tls.alpn.as_deref(),
            verified: tls.verified,
            resumed: tls.resumed,
            certificates: tls.certificates.iter().map(Certificate::from).collect(),
        }
    }
}

impl<'a> From<&'a model::Certificate> for Certificate<'a> {
    fn from(shown: &'a model::Certificate) -> Self {
        Self {
            subject: &shown.subject,
            issuer: &shown.issuer,
            names: &shown.names,
            not_before: shown.not_before.to_string(),
            not_after: shown.not_after.to_string(),
            serial: &shown.serial,
            key: &shown.key,
            key_bits: shown.key_bits,
            signature: &shown.signature,
            fingerprint: &shown.fingerprint,
        }
    }
}

pub(super) fn pairs(fields: &[model::Field]) -> Pairs<'_> {
    fields.iter().map(|field| Pair(field.name.as_str().into(), field.value.as_str().into())).collect()
}

/// To the microsecond.
pub(in crate::cli) fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
