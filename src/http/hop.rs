//! One request on one connection, up to the head of its answer.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ::http::Method;
use hyper::body::Incoming;
use url::Url;

use crate::model::{Failure, FailureKind, Hop, HopCookies, Marked, Phase, RequestHead, Settings, Timing};

use super::{
    Progress,
    body::PreparedBody,
    connect::{
        Connecting, Origin, io_failure,
        proxy::{self, Via},
    },
    connection::{Key, Live, Pool},
    retry::is_idempotent,
    tls::Terms,
};

mod request;
mod response;
mod upload;

pub(super) use request::{authority, outgoing};
pub(super) use upload::Upload;

/// How often an upload is looked at.
const GLANCE: Duration = Duration::from_millis(50);

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
        Hop {
            request,
            response: None,
            timing: Timing::default(),
            connection: None,
            cookies: HopCookies::default(),
        }
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
            Err(Broken { was_unheard: true, .. }) => {
                *hop = Hop { cookies: std::mem::take(&mut hop.cookies), ..ask.hop() };
            }
            Err(Broken { failure, .. }) => return Err(failure),
        }
    }
    let live = open(&origin, via.as_ref(), key.terms(), manner, &mut hop.timing).await?;
    match exchange(ask, manner, &origin, live, hop).await {
        Ok(got) => Ok(got.keyed(key)),
        Err(Broken { failure, .. }) => Err(failure),
    }
}

async fn open(
    origin: &Origin,
    via: Option<&Via>,
    terms: &Terms,
    manner: &Manner<'_>,
    timing: &mut Timing,
) -> Result<Live, Failure> {
    let limit = manner.settings.timeout.connect.unwrap_or(Duration::from_secs(10));
    let opening = async {
        let Manner { settings, base, progress, pool } = *manner;
        let connecting =
            Connecting { origin, via, settings, base, terms, configs: pool.configs(), timing, progress };
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
    let (request, fields, length) =
        request::build(ask, &live, &sent, manner.settings.compress.as_deref()).await?;
    hop.request.version = if live.is_http2() { "HTTP/2".into() } else { "HTTP/1.1".into() };
    hop.request.fields = fields;
    live.tape.begin(
        (!live.is_http2()).then(|| request::wire_head(ask, live.forwarder.is_some(), &hop.request.fields)),
    );
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
            return Err(Broken { failure: live.explain(origin, &error), was_unheard });
        }
    };
    let first_read = first_read.unwrap_or_else(Instant::now);
    hop.timing.wait = Some(first_read.saturating_duration_since(written));
    let head = response::head(&response, live.tape.final_head().as_deref());
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
