//! The request as it goes out: the fields that the connection adds, in order and with their case.

use std::{io, sync::Arc};

use ::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Version};
use url::Url;

use crate::{
    http::{
        body::Opened,
        compress::compress,
        connect::{io_failure, proxy::Via},
        fields,
    },
    model::{Failure, Marked},
};

use super::{Ask, Meter, Upload};

/// What RFC 9113, section 8.2.2 keeps out of HTTP/2. `Expect` is lawful there, but the answer to it is not seen: the body
/// goes out at once.
const OF_CONNECTION: [&str; 6] =
    ["expect", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/// What a request has to know of the connection that carries it.
pub(in crate::http) struct Carrier<'a> {
    pub is_http2: bool,
    /// The proxy that is asked in the server's place.
    pub forwarder: Option<&'a Via>,
}

/// The request for hyper, and every field of it as it goes out.
pub(in crate::http) async fn build(
    ask: &Ask<'_>,
    carrier: &Carrier<'_>,
    meter: &Arc<Meter>,
    coding: Option<&str>,
) -> Result<(Request<Upload>, Vec<(String, Marked)>, Option<u64>), Failure> {
    let outgoing = outgoing(ask, coding).await;
    let (opened, coding) = outgoing.map_err(|error| io_failure("the body cannot be read", &error))?.unzip();
    let mut fields = ask.fields.clone();
    if let Some(coding) = coding.flatten() {
        fields.push(("Content-Encoding".into(), Marked::plain(coding)));
    }
    // Whoever writes a Host field wants another one than the URL's.
    let authority = fields
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map_or_else(|| Marked::plain(authority(&ask.url)), |(_, own)| own.clone());
    if carrier.is_http2 {
        fields.retain(|(name, value)| is_of_http2(name, value.reveal()));
    } else if !fields::has(&fields, "host") {
        fields.insert(0, ("Host".into(), authority.clone()));
    }
    if let Some(value) = carrier.forwarder.and_then(Via::authorization)
        && !fields::has(&fields, "proxy-authorization")
    {
        fields.push(("Proxy-Authorization".into(), Marked::secret(value, "proxy")));
    }
    let length = opened.as_ref().map_or(Some(0), |opened| opened.length);
    if let Some(media_type) = opened.as_ref().and_then(|opened| opened.media_type.clone())
        && !fields::has(&fields, "content-type")
    {
        fields.push(("Content-Type".into(), Marked::plain(media_type)));
    }
    let wants_length = opened.is_some() || matches!(ask.method.as_str(), "POST" | "PUT" | "PATCH");
    if wants_length && !fields::has(&fields, "content-length") && !fields::has(&fields, "transfer-encoding") {
        match length {
            Some(length) => fields.push(("Content-Length".into(), Marked::plain(length.to_string()))),
            None if carrier.is_http2 => {}
            None => fields.push(("Transfer-Encoding".into(), Marked::plain("chunked"))),
        }
    }
    let mut request = Request::new(Upload::new(opened.map(|opened| opened.body), length, meter));
    *request.method_mut() = ask.method.clone();
    *request.headers_mut() = header_map(&fields)?;
    let target = if carrier.is_http2 {
        format!("{}://{}{}", ask.url.scheme(), authority.reveal(), target(&ask.url))
    } else {
        target(&ask.url).to_owned()
    };
    *request.uri_mut() = target.parse().map_err(|error| {
        io_failure(&format!("`{}` cannot be a request target", ask.shown_url), &std::io::Error::other(error))
    })?;
    if carrier.is_http2 {
        *request.version_mut() = Version::HTTP_2;
        // As they go out: names in lower case, and the host before all fields (RFC 9113, sections 8.2 and 8.3.1).
        for (name, _) in &mut fields {
            name.make_ascii_lowercase();
        }
        fields.insert(0, (":authority".into(), authority));
    }
    Ok((request, fields, length))
}

/// The body as it goes out, with the coding that it was put into: the one asked for, unless the user says that it is in
/// one already.
pub(in crate::http) async fn outgoing<'c>(
    ask: &Ask<'_>,
    coding: Option<&'c str>,
) -> io::Result<Option<(Opened, Option<&'c str>)>> {
    let Some(body) = ask.body else { return Ok(None) };
    let opened = body.open().await?;
    let is_coded = fields::has(&ask.fields, "content-encoding");
    match coding.filter(|_| !is_coded) {
        Some(coding) => Ok(Some((compress(opened, coding).await?, Some(coding)))),
        None => Ok(Some((opened, None))),
    }
}

/// Holds the body of a request back until the server says that it wants it.
pub(super) fn wait_for_continue(request: &mut Request<Upload>, meter: &Arc<Meter>) {
    meter.hold();
    let meter = Arc::clone(meter);
    hyper::ext::on_informational(request, move |head| {
        if head.status() == StatusCode::CONTINUE {
            meter.open();
        }
    });
}

/// Path and query; "/" where there is none.
fn target(url: &Url) -> &str {
    &url[url::Position::BeforePath..url::Position::AfterQuery]
}

/// Whether a field may go out in HTTP/2. The host does so under another name.
fn is_of_http2(name: &str, value: &str) -> bool {
    if name.eq_ignore_ascii_case("te") {
        return value.trim().eq_ignore_ascii_case("trailers");
    }
    !name.eq_ignore_ascii_case("host") && !OF_CONNECTION.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// `Host` as RFC 9110, section 7.2 wants it: without the scheme's own port.
pub(in crate::http) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn header_map(fields: &[(String, Marked)]) -> Result<HeaderMap, Failure> {
    let mut map = HeaderMap::with_capacity(fields.len());
    for (name, value) in fields {
        let bad = |error: String| {
            io_failure(&format!("the field {name} cannot be sent"), &std::io::Error::other(error))
        };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|error| bad(error.to_string()))?;
        let value =
            HeaderValue::from_bytes(value.reveal().as_bytes()).map_err(|error| bad(error.to_string()))?;
        map.append(key, value);
    }
    Ok(map)
}

/// The head as it goes out on HTTP/1.1 (RFC 9112, section 2.1).
pub(super) fn wire_head(ask: &Ask<'_>, is_absolute: bool, fields: &[(String, Marked)]) -> Vec<u8> {
    let start = if is_absolute { url::Position::BeforeScheme } else { url::Position::BeforePath };
    let target = &ask.url[start..url::Position::AfterQuery];
    let mut head = format!("{} {target} HTTP/1.1\r\n", ask.method).into_bytes();
    for (name, value) in fields {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.reveal().as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
