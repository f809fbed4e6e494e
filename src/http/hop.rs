//! One request on one connection, up to the head of its answer.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
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
    connection::{Key, Live, may_be_repeated},
    download::Download,
    pool::Pool,
    wire::SharedTape,
};

mod request;
mod response;
mod upload;

pub(super) use request::{Carrier, authority, build, outgoing};
pub(super) use response::fields;
pub(super) use upload::{Meter, Upload};

/// How often an upload is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// How long a body waits for `100 Continue` from a server that may not know of it, as in curl.
const PATIENCE: Duration = Duration::from_secs(1);

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
    /// What is left of the upload ends with the answer.
    _upload: Sending,
    pub live: Live,
    pub key: Key,
}

/// A body on its way out, for as long as somebody waits for what comes of it.
struct Sending(Arc<Meter>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.give_up();
    }
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
    /// Where the body goes, if not into the exchange.
    pub download: Option<&'a Download>,
}

impl Ask<'_> {
    /// Whether the body waits for `100 Continue`.
    pub(super) fn expects_continue(&self) -> bool {
        let expects = |(name, value): &(String, Marked)| {
            name.eq_ignore_ascii_case("expect") && value.reveal().trim().eq_ignore_ascii_case("100-continue")
        };
        self.body.is_some() && self.fields.iter().any(expects)
    }

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
            interim: Vec::new(),
            response: None,
            trailers: Vec::new(),
            body: None,
            timing: Timing::default(),
            connection: None,
            cookies: HopCookies::default(),
            repeated: None,
        }
    }
}

/// Sends a request and waits for the head of its answer. What is learnt is written to `hop`, also when it fails.
pub(super) async fn ask(ask: &Ask<'_>, manner: &Manner<'_>, hop: &mut Hop) -> Result<Answered, Failure> {
    let origin = origin(&ask.url)?;
    let via = proxy::choose(manner.settings, &origin)?;
    let key = Key::new(&origin, via.as_ref(), manner.settings, manner.base);
    loop {
        let live = match manner.pool.take(&key).await {
            Some(live) => live,
            None => open(&origin, via.as_ref(), &key, manner, &mut hop.timing).await?,
        };
        match exchange(ask, manner, &origin, live, hop).await {
            Ok(got) => return Ok(got.keyed(key)),
            // The server closed a kept connection just as it was used again: not its fault, nor the user's.
            Err(Broken { unheard: Some(live), failure }) => {
                manner.pool.forget(&key, &live);
                (manner.progress)(Progress::AskingAgain(Box::new(failure.clone())));
                let cookies = std::mem::take(&mut hop.cookies);
                *hop = Hop { cookies, repeated: Some(failure), ..ask.hop() };
            }
            Err(Broken { failure, .. }) => return Err(failure),
        }
    }
}

async fn open(
    origin: &Origin,
    via: Option<&Via>,
    key: &Key,
    manner: &Manner<'_>,
    timing: &mut Timing,
) -> Result<Live, Failure> {
    let limit = manner.settings.timeout.connect.unwrap_or(Duration::from_secs(10));
    let opening = async {
        let Manner { settings, base, progress, pool, .. } = *manner;
        let turn = pool.turn(key).await;
        if turn.is_some()
            && let Some(live) = pool.take(key).await
        {
            return Ok(live);
        }
        let connecting = Connecting {
            origin,
            via,
            settings,
            base,
            terms: key.terms(),
            configs: pool.configs(),
            timing,
            progress,
        };
        let live = Live::open(connecting.run().await?, origin, via, settings).await?;
        pool.opened(key, &live);
        Ok(live)
    };
    tokio::time::timeout(limit, opening).await.unwrap_or_else(|_| {
        Err(Failure {
            kind: FailureKind::ConnectTimeout,
            message: match via {
                None => format!("no connection to {}:{} within {limit:?}", origin.host, origin.port),
                Some(via) => {
                    format!("no connection to {}:{} by {via} within {limit:?}", origin.host, origin.port)
                }
            },
            causes: Vec::new(),
            hint: Some("is the host right and reachable? timeout.connect under [http] is the limit".into()),
        })
    })
}

/// A broken exchange; `unheard` when nothing came of it on a connection that was used before, and the request may be
/// repeated on a new one.
struct Broken {
    failure: Failure,
    unheard: Option<Live>,
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self { failure, unheard: None }
    }
}

/// An answer's body, still to be read.
struct Got {
    body: Incoming,
    live: Live,
    /// Whether the whole request had gone out when the answer began.
    is_sent: bool,
    upload: Sending,
}

impl Got {
    fn keyed(self, key: Key) -> Answered {
        let Self { body, live, is_sent, upload } = self;
        Answered { body: Some(body), is_sent, _upload: upload, live, key }
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
    let meter = Arc::new(Meter::default());
    let carrier = Carrier { is_http2: live.is_http2(), forwarder: live.forwarder.as_ref() };
    let (mut request, fields, length) =
        build(ask, &carrier, &meter, manner.settings.compress.as_deref()).await?;
    // The answer to it is not seen in HTTP/2, where the body goes out at once.
    if ask.expects_continue() && !live.is_http2() && length != Some(0) {
        request::wait_for_continue(&mut request, &meter);
    }
    hop.request.version = if live.is_http2() { "HTTP/2".into() } else { "HTTP/1.1".into() };
    hop.request.fields = fields;
    let tape = live.tape();
    if let Some(tape) = &tape {
        tape.begin(request::wire_head(ask, live.forwarder.is_some(), &hop.request.fields));
    }
    (manner.progress)(Progress::Asking {
        request: Box::new(hop.request.clone()),
        connection: Box::new(live.facts.clone()),
    });
    (manner.progress)(Progress::Phase(Phase::Send));
    let told = AtomicUsize::new(0);
    let outgoing = Outgoing { meter, tape, length, started: Instant::now(), told };
    let answered = outgoing.watch(live.send(request), manner).await;
    outgoing.tell_interim(manner);
    let (written, first_read) = outgoing.times();
    hop.timing.send = Some(written.saturating_duration_since(outgoing.started));
    hop.request.body_size = outgoing.meter.sent();
    let response = match answered? {
        Ok(response) => response,
        Err(error) => {
            let is_unheard = live.facts.reused
                && first_read.is_none()
                && may_be_repeated(&error, &ask.method, manner.settings.idempotent);
            let failure = match outgoing.meter.trouble() {
                Some(trouble) => unreadable(trouble),
                None => live.explain(origin, &error),
            };
            return Err(Broken { failure, unheard: is_unheard.then_some(live) });
        }
    };
    let first_read = first_read.unwrap_or_else(Instant::now);
    hop.timing.wait = Some(first_read.saturating_duration_since(written));
    let mut heads = outgoing.tape.map(|tape| tape.heads()).unwrap_or_default();
    let head = response::head(&response, heads.pop().as_deref());
    hop.interim = heads.iter().filter_map(|head| response::parse(head)).collect();
    (manner.progress)(Progress::Head(head.clone()));
    hop.response = Some(head);
    let is_sent = outgoing.meter.is_open() && outgoing.meter.is_through();
    Ok(Got { body: response.into_body(), live, is_sent, upload: Sending(outgoing.meter) })
}

/// A request that goes out.
struct Outgoing {
    meter: Arc<Meter>,
    tape: Option<SharedTape>,
    /// Of the body, where it is known.
    length: Option<u64>,
    started: Instant,
    /// Interim heads that were told of.
    told: AtomicUsize,
}

impl Outgoing {
    /// Tells the heads that came before the final one: they are there to be seen while it is waited for.
    fn tell_interim(&self, manner: &Manner<'_>) {
        let next =
            || self.tape.as_ref()?.lock().interim(self.told.load(Ordering::Relaxed)).map(<[u8]>::to_vec);
        while let Some(head) = next() {
            self.told.fetch_add(1, Ordering::Relaxed);
            if let Some(head) = response::parse(&head) {
                (manner.progress)(Progress::Interim(head));
            }
        }
    }

    /// Waits for the answer, reporting the upload, for as long as something moves.
    async fn watch<T>(&self, answering: impl Future<Output = T>, manner: &Manner<'_>) -> Result<T, Failure> {
        let limit = manner.settings.timeout.read.unwrap_or(Duration::from_mins(1));
        let mut answering = std::pin::pin!(answering);
        let mut reported = 0;
        let mut is_waiting = false;
        loop {
            tokio::select! {
                answer = &mut answering => return Ok(answer),
                () = tokio::time::sleep(GLANCE.min(limit)) => {}
            }
            self.tell_interim(manner);
            if self.started.elapsed() >= PATIENCE.min(limit / 2) {
                self.meter.open();
            }
            let now = self.meter.sent();
            if now != reported {
                reported = now;
                (manner.progress)(Progress::Uploaded { sent: now, total: self.length });
            }
            if !is_waiting && self.length.is_none_or(|length| now >= length) {
                is_waiting = true;
                (manner.progress)(Progress::Phase(Phase::Wait));
            }
            if self.last_moved().elapsed() >= limit {
                return Err(read_timeout(limit, &self.place(is_waiting)));
            }
        }
    }

    /// Where the exchange is: an answer may begin while the body still goes out.
    fn place(&self, is_waiting: bool) -> String {
        match &self.tape {
            Some(tape) if is_waiting || tape.lock().first_read.is_some() => tape.lock().place(),
            None if is_waiting => "before the answer began".into(),
            _ => "while the body was sent".into(),
        }
    }

    /// When a byte last went either way: a server that says from time to time that it is at it is not silent.
    fn last_moved(&self) -> Instant {
        let moved = match &self.tape {
            Some(tape) => tape.lock().last_move(),
            None => self.meter.moved(),
        };
        moved.unwrap_or(self.started)
    }

    fn last_written(&self) -> Instant {
        let written = match &self.tape {
            Some(tape) => tape.lock().last_write,
            None => self.meter.moved(),
        };
        written.unwrap_or(self.started)
    }

    /// When the request was out, and when the first byte of its answer was in. The frames of HTTP/2 are not told apart:
    /// there the request is out once the connection has taken it.
    fn times(&self) -> (Instant, Option<Instant>) {
        let first_read = self.tape.as_ref().and_then(|tape| tape.lock().first_read);
        (self.last_written().min(first_read.unwrap_or_else(Instant::now)), first_read)
    }
}

fn unreadable(cause: String) -> Failure {
    Failure {
        kind: FailureKind::Io,
        message: "the body could not be read to its end".into(),
        causes: vec![cause],
        hint: Some("a file that is sent may have changed or gone meanwhile".into()),
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

pub(super) fn origin(url: &Url) -> Result<Origin, Failure> {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(io_failure("the URL names no host", &std::io::ErrorKind::InvalidInput.into()));
    };
    Ok(Origin { host: host.trim_matches(['[', ']']).to_owned(), port, is_tls: url.scheme() == "https" })
}
