//! One request on one connection, up to the head of its answer.

use std::{
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Version, header};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use url::Url;

use crate::model::{
    Failure, FailureKind, Field, Hop, Marked, Phase, RequestHead, ResponseHead, Settings, Timing,
};

use super::{
    Progress,
    body::PreparedBody,
    compress::compress,
    connect::{
        Connecting, Origin, io_failure,
        proxy::{self, Via},
    },
    connection::{Key, Live, Pool, explain},
    retry::is_idempotent,
};

/// How often an upload is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// What RFC 9113, section 8.2.2 keeps out of HTTP/2.
const OF_CONNECTION: [&str; 5] =
    ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/// A request to make.
pub(super) struct Ask<'a> {
    pub method: Method,
    pub url: Url,
    /// The URL with its secrets marked.
    pub shown_url: Marked,
    /// In order, with the case to send; without those that a connection adds.
    pub fields: Vec<(String, Marked)>,
    pub body: Option<&'a PreparedBody>,
}

/// A request that is on its way, or answered: its hop grows as facts come in.
pub(super) struct Answered {
    /// Taken when it is read.
    pub body: Option<Incoming>,
    is_sent: bool,
    pub live: Live,
    pub key: Key,
}

impl Answered {
    /// Gives the connection back, now that the body is read. One whose server answered before it had the whole request
    /// is still busy with it, and is closed.
    pub(super) fn release(self, pool: &Pool) {
        if self.is_sent {
            pool.put(self.key, self.live);
        }
    }
}

/// How to ask.
pub(super) struct Manner<'a> {
    pub pool: &'a Pool,
    pub settings: &'a Settings,
    pub base: &'a Path,
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

impl Ask<'_> {
    /// A hop without facts yet.
    pub(super) fn hop(&self) -> Hop {
        let request = RequestHead {
            method: self.method.to_string(),
            url: self.shown_url.clone(),
            version: String::new(),
            fields: self.fields.clone(),
            body_size: 0,
        };
        Hop { request, response: None, timing: Timing::default(), connection: None }
    }
}

/// Sends a request and waits for the head of its answer. What is learnt is written to `hop`, also when it fails.
pub(super) async fn ask(ask: &Ask<'_>, manner: &Manner<'_>, hop: &mut Hop) -> Result<Answered, Failure> {
    let origin = origin(&ask.url)?;
    let via = proxy::choose(manner.settings, &origin)?;
    let key = Key::new(&origin, via.as_ref(), manner.settings, manner.base);
    if let Some(live) = manner.pool.take(&key).await {
        match exchange(ask, manner, &origin, live, hop).await {
            Ok(got) => return Ok(got.keyed(key)),
            // The server closed an idle connection just as it was used again: not its fault, nor the user's.
            Err(Broken { was_unheard: true, .. }) => *hop = ask.hop(),
            Err(Broken { failure, .. }) => return Err(failure),
        }
    }
    let live = open(&origin, via.as_ref(), manner, &mut hop.timing).await?;
    match exchange(ask, manner, &origin, live, hop).await {
        Ok(got) => Ok(got.keyed(key)),
        Err(Broken { failure, .. }) => Err(failure),
    }
}

async fn open(
    origin: &Origin,
    via: Option<&Via>,
    manner: &Manner<'_>,
    timing: &mut Timing,
) -> Result<Live, Failure> {
    let limit = manner.settings.timeout.connect.unwrap_or(Duration::from_secs(10));
    let opening = async {
        let Manner { settings, base, progress, pool } = *manner;
        let connecting =
            Connecting { origin, via, settings, base, configs: pool.configs(), timing, progress };
        Live::open(connecting.run().await?, origin, via, settings).await
    };
    tokio::time::timeout(limit, opening).await.unwrap_or_else(|_| {
        Err(Failure {
            kind: FailureKind::ConnectTimeout,
            message: format!("no connection to {}:{} within {limit:?}", origin.host, origin.port),
            causes: Vec::new(),
            hint: Some("is the host right and reachable? timeout.connect under [http] is the limit".into()),
        })
    })
}

/// A broken exchange; `was_unheard` when a reused connection was closed before anything came back, and the request
/// may be repeated on a new one.
struct Broken {
    failure: Failure,
    was_unheard: bool,
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self { failure, was_unheard: false }
    }
}

/// An answer's body, still to be read.
struct Got {
    body: Incoming,
    live: Live,
    /// Whether the whole request had gone out when the answer began.
    is_sent: bool,
}

impl Got {
    fn keyed(self, key: Key) -> Answered {
        Answered { body: Some(self.body), is_sent: self.is_sent, live: self.live, key }
    }
}

async fn exchange(
    ask: &Ask<'_>,
    manner: &Manner<'_>,
    origin: &Origin,
    mut live: Live,
    hop: &mut Hop,
) -> Result<Got, Broken> {
    hop.connection = Some(live.facts.clone());
    let sent = Arc::new(AtomicU64::new(0));
    let (request, fields, length) = request(ask, &live, &sent, manner.settings.compress.as_deref()).await?;
    hop.request.version = if live.is_http2() { "HTTP/2".into() } else { "HTTP/1.1".into() };
    hop.request.fields = fields;
    live.tape
        .begin((!live.is_http2()).then(|| wire_head(ask, live.forwarder.is_some(), &hop.request.fields)));
    (manner.progress)(Progress::Phase(Phase::Send));
    let started = Instant::now();
    let tape = live.tape.clone();
    let reused = live.facts.reused;
    let answered = {
        let answering = live.send(request);
        watch(answering, manner, &sent, length, || tape.lock().last_write.unwrap_or(started)).await
    };
    let (last_write, first_read) = {
        let tape = live.tape.lock();
        (tape.last_write, tape.first_read)
    };
    let written = last_write.unwrap_or(started).min(first_read.unwrap_or_else(Instant::now));
    hop.timing.send = Some(written.saturating_duration_since(started));
    hop.request.body_size = sent.load(Ordering::Relaxed);
    let response = match answered? {
        Ok(response) => response,
        Err(error) => {
            let may_repeat = error.is_canceled() || is_idempotent(&ask.method);
            let was_unheard = reused && first_read.is_none() && may_repeat;
            return Err(Broken { failure: explain(origin, &error), was_unheard });
        }
    };
    let first_read = first_read.unwrap_or_else(Instant::now);
    hop.timing.wait = Some(first_read.saturating_duration_since(written));
    let head = response_head(&response, live.tape.final_head().as_deref());
    (manner.progress)(Progress::Head(head.clone()));
    hop.response = Some(head);
    let is_sent = length.is_none_or(|length| sent.load(Ordering::Relaxed) >= length);
    Ok(Got { body: response.into_body(), live, is_sent })
}

/// Waits for the answer, reporting the upload, for as long as something moves.
async fn watch<T>(
    answering: impl Future<Output = T>,
    manner: &Manner<'_>,
    sent: &AtomicU64,
    total: Option<u64>,
    last_moved: impl Fn() -> Instant,
) -> Result<T, Failure> {
    let limit = manner.settings.timeout.read.unwrap_or(Duration::from_mins(1));
    let mut answering = std::pin::pin!(answering);
    let mut reported = 0;
    let mut is_waiting = false;
    loop {
        tokio::select! {
            answer = &mut answering => return Ok(answer),
            () = tokio::time::sleep(GLANCE.min(limit)) => {}
        }
        let now = sent.load(Ordering::Relaxed);
        if now != reported {
            reported = now;
            (manner.progress)(Progress::Uploaded { sent: now, total });
        }
        if !is_waiting && total.is_none_or(|total| now >= total) {
            is_waiting = true;
            (manner.progress)(Progress::Phase(Phase::Wait));
        }
        if last_moved().elapsed() >= limit {
            return Err(read_timeout(limit, "before the answer began"));
        }
    }
}

pub(super) fn read_timeout(limit: Duration, when: &str) -> Failure {
    Failure {
        kind: FailureKind::ReadTimeout,
        message: format!("nothing was received for {limit:?} {when}"),
        causes: Vec::new(),
        hint: Some("timeout.read under [http] is the limit".into()),
    }
}

fn origin(url: &Url) -> Result<Origin, Failure> {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(io_failure("the URL names no host", &std::io::ErrorKind::InvalidInput.into()));
    };
    Ok(Origin { host: host.trim_matches(['[', ']']).to_owned(), port, is_tls: url.scheme() == "https" })
}

/// The request for hyper, and every field of it as it goes out.
async fn request(
    ask: &Ask<'_>,
    live: &Live,
    sent: &Arc<AtomicU64>,
    coding: Option<&str>,
) -> Result<(Request<Upload>, Vec<(String, Marked)>, Option<u64>), Failure> {
    let unreadable = |error| io_failure("the body cannot be read", &error);
    let mut opened = match ask.body {
        Some(body) => Some(body.open().await.map_err(unreadable)?),
        None => None,
    };
    let mut fields = ask.fields.clone();
    let has = |fields: &[(String, Marked)], name: &str| {
        fields.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    };
    // A body that the user says is encoded already is sent as it is.
    if let Some(coding) = coding.filter(|_| !has(&fields, "content-encoding"))
        && let Some(plain) = opened.take()
    {
        opened = Some(compress(plain, coding).await.map_err(unreadable)?);
        fields.push(("Content-Encoding".into(), Marked::plain(coding)));
    }
    if live.is_http2() {
        fields.retain(|(name, _)| !OF_CONNECTION.iter().any(|known| known.eq_ignore_ascii_case(name)));
    } else if !has(&fields, "host") {
        fields.insert(0, ("Host".into(), Marked::plain(authority(&ask.url))));
    }
    if let Some(value) = live.forwarder.as_ref().and_then(Via::authorization)
        && !has(&fields, "proxy-authorization")
    {
        fields.push(("Proxy-Authorization".into(), Marked::secret(value, "proxy")));
    }
    let length = opened.as_ref().map_or(Some(0), |opened| opened.length);
    if let Some(media_type) = opened.as_ref().and_then(|opened| opened.media_type.clone())
        && !has(&fields, "content-type")
    {
        fields.push(("Content-Type".into(), Marked::plain(media_type)));
    }
    let wants_length = opened.is_some() || matches!(ask.method.as_str(), "POST" | "PUT" | "PATCH");
    if wants_length && !has(&fields, "content-length") && !has(&fields, "transfer-encoding") {
        match length {
            Some(length) => fields.push(("Content-Length".into(), Marked::plain(length.to_string()))),
            None if live.is_http2() => {}
            None => fields.push(("Transfer-Encoding".into(), Marked::plain("chunked"))),
        }
    }
    let mut request = Request::new(Upload {
        inner: opened.map(|opened| opened.body),
        left: length,
        sent: Arc::clone(sent),
    });
    *request.method_mut() = ask.method.clone();
    *request.headers_mut() = header_map(&fields)?;
    let target = if live.is_http2() {
        ask.url.as_str()
    } else {
        &ask.url[url::Position::BeforePath..url::Position::AfterQuery]
    };
    *request.uri_mut() = target.parse().map_err(|error| {
        io_failure(&format!("`{}` cannot be a request target", ask.shown_url), &std::io::Error::other(error))
    })?;
    if live.is_http2() {
        *request.version_mut() = Version::HTTP_2;
        request.headers_mut().remove(header::HOST);
    }
    Ok((request, fields, length))
}

/// `Host` as RFC 9110, section 7.2 wants it: without the scheme's own port.
fn authority(url: &Url) -> String {
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
fn wire_head(ask: &Ask<'_>, is_absolute: bool, fields: &[(String, Marked)]) -> Vec<u8> {
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

/// A response's head: from the wire where that was kept, else from what hyper made of it.
fn response_head(response: &Response<Incoming>, wire: Option<&[u8]>) -> ResponseHead {
    if let Some(head) = wire.and_then(parse_head).filter(|head| says_the_same(head, response)) {
        return head;
    }
    let fields = response
        .headers()
        .iter()
        .map(|(name, value)| Field { name: name.as_str().to_owned(), value: text(value.as_bytes()) });
    let version = if response.version() == Version::HTTP_2 { "HTTP/2" } else { "HTTP/1.1" };
    let reason = String::new();
    ResponseHead {
        version: version.into(),
        status: response.status().as_u16(),
        reason,
        fields: fields.collect(),
    }
}

/// A head that ends its lines otherwise than by CR LF is not where it was looked for.
fn says_the_same(head: &ResponseHead, response: &Response<Incoming>) -> bool {
    head.status == response.status().as_u16() && head.fields.len() == response.headers().len()
}

fn parse_head(head: &[u8]) -> Option<ResponseHead> {
    let text = text(head);
    let mut lines = text.split("\r\n");
    let mut start = lines.next()?.splitn(3, ' ');
    let (version, status, reason) = (start.next()?, start.next()?, start.next().unwrap_or_default());
    let fields = lines.filter_map(|line| line.split_once(':'));
    let fields = fields.map(|(name, value)| Field { name: name.trim().into(), value: value.trim().into() });
    let (version, reason) = (version.to_owned(), reason.trim().to_owned());
    Some(ResponseHead { version, status: status.parse().ok()?, reason, fields: fields.collect() })
}

/// UTF-8 where the bytes are that, else Latin-1 (RFC 9110, section 5.5).
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// A body on its way out, counted.
#[derive(Debug)]
pub(super) struct Upload {
    inner: Option<reqwest::Body>,
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
    sent: Arc<AtomicU64>,
}

impl Body for Upload {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let frame = std::task::ready!(Pin::new(inner).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let length = data.len() as u64;
            self.sent.fetch_add(length, Ordering::Relaxed);
            self.left = self.left.map(|left| left.saturating_sub(length));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.inner, self.left) {
            (None, _) => SizeHint::with_exact(0),
            (Some(_), Some(left)) => SizeHint::with_exact(left),
            (Some(inner), None) => inner.size_hint(),
        }
    }
}
