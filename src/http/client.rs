//! Sends a prepared request and follows it to its end: redirects, challenges, the body.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use ::http::Method;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::model::{
    Attempt, Exchange, ExchangeId, Failure, FailureKind, Hop, Marked, Outcome, Payload, ResponseHead, Retry,
    Settings,
};

use super::{
    Progress, StoredCookie,
    body::PreparedBody,
    connection::Pool,
    digest::{self, Challenge},
    hop::{Answered, Ask, Manner, ask},
    jars::Jars,
    payload::{Limits, Sink, receive},
    prepare::Prepared,
    redirect::{self, Step},
    retry::{Ending, Policy},
};

/// Bytes of a redirect's body that are read to use its connection again; a longer one costs the connection.
const SMALL: u64 = 64 << 10;
const MAX_BODY: u64 = 10 << 30;
/// Unless the settings say otherwise, an exchange ends after this.
const TOTAL: Duration = Duration::from_mins(5);

/// What holds for every send of a client.
#[derive(Debug, Clone, Default)]
pub struct ClientOptions {
    /// Where cookie jars are kept; `None` forgets them with the client.
    pub jars: Option<PathBuf>,
    /// What requests and folders leave open.
    pub defaults: Settings,
    pub retry: Retry,
}

/// Sends requests. It keeps connections and cookies between them; one serves a whole program.
#[derive(Debug, Default)]
pub struct Client {
    pool: Pool,
    jars: Jars,
    defaults: Settings,
    retry: Retry,
}

/// What is known of an exchange so far: it outlives a send that is cancelled or runs out of time.
#[derive(Default)]
struct Record {
    attempts: Vec<Attempt>,
    sink: Sink,
    has_body: bool,
}

impl Record {
    /// The next attempt begins, after a wait.
    fn begin(&mut self, waited: Duration) {
        self.attempts.push(Attempt { hops: Vec::new(), waited });
        (self.sink, self.has_body) = (Sink::default(), false);
    }

    /// Adds a hop to the attempt in progress.
    fn push(&mut self, hop: Hop) -> Option<&mut Hop> {
        let hops = &mut self.attempts.last_mut()?.hops;
        hops.push(hop);
        hops.last_mut()
    }

    fn last_hop(&mut self) -> Option<&mut Hop> {
        self.attempts.last_mut()?.hops.last_mut()
    }
}

impl Client {
    pub fn new(options: ClientOptions) -> Self {
        let ClientOptions { jars, defaults, retry } = options;
        Self { pool: Pool::default(), jars: Jars::new(jars), defaults, retry }
    }

    /// The cookies of a collection's environment.
    pub fn cookies(&self, collection: &str, environment: Option<&str>) -> Vec<StoredCookie> {
        self.jars.list(&format!("{collection}.{}", environment.unwrap_or_default()))
    }

    /// Sends a request. There always is an exchange; its outcome says how it ended.
    ///
    /// Cancelling closes the connection, at whatever phase it is.
    pub async fn send(
        &self,
        prepared: Prepared,
        progress: impl Fn(Progress) + Send + Sync,
        cancel: CancellationToken,
    ) -> Exchange {
        let (started, clock) = (Timestamp::now(), Instant::now());
        let settings = prepared.settings.clone().over(&self.defaults);
        let total = settings.timeout.total.unwrap_or(TOTAL);
        let mut record = Record::default();
        let manner =
            Manner { pool: &self.pool, settings: &settings, base: &prepared.base, progress: &progress };
        let result = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(cancelled()),
            () = tokio::time::sleep(total) => Err(total_timeout(total)),
            result = self.attempts(&prepared, &manner, &mut record, clock + total) => result,
        };
        let Record { attempts, sink, has_body } = record;
        let outcome = match result {
            Ok(()) => Outcome::Answered(sink.into_payload()),
            Err(failure) => {
                let partial: Option<Payload> = has_body.then(|| sink.into_payload());
                Outcome::Failed { failure, partial }
            }
        };
        Exchange {
            id: ExchangeId(uuid::Uuid::now_v7().to_string()),
            source: prepared.source,
            environment: prepared.environment,
            started,
            duration: clock.elapsed(),
            written: prepared.written,
            sent: prepared.sent,
            attempts,
            outcome,
        }
    }

    /// Attempt by attempt, until one ends as wanted or there are enough.
    async fn attempts(
        &self,
        prepared: &Prepared,
        manner: &Manner<'_>,
        record: &mut Record,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let retry = prepared.retry.clone().over(&self.retry);
        let policy = Policy::new(&retry, &prepared.method, manner.settings.idempotent);
        let mut waited = Duration::ZERO;
        loop {
            record.begin(waited);
            let result = self.run(prepared, manner, record).await;
            let made = record.attempts.len() as u32;
            let head = record.last_hop().and_then(|hop| hop.response.as_ref());
            let ending = match (&result, head) {
                (Err(failure), _) => Ending::Failed(failure),
                (Ok(()), Some(head)) => Ending::Answered(head),
                (Ok(()), None) => return result,
            };
            let wait = policy.wait(made, ending, Timestamp::now(), fastrand::f64());
            // A wait that the total timeout would end has no attempt after it.
            let Some(wait) = wait.filter(|wait| Instant::now() + *wait < deadline) else { return result };
            (manner.progress)(Progress::Waiting { made, wait });
            tokio::time::sleep(wait).await;
            waited = wait;
        }
    }

    /// Hop by hop to the answer, and its body.
    async fn run(
        &self,
        prepared: &Prepared,
        manner: &Manner<'_>,
        record: &mut Record,
    ) -> Result<(), Failure> {
        let mut next = Next::first(prepared);
        let mut visited: Vec<Step> = Vec::new();
        if manner.settings.https_only == Some(true) && next.url.scheme() != "https" {
            return Err(not_https(&next.shown_url));
        }
        let mut challenged = 0;
        let jar = Jars::name(manner.settings.cookies.as_ref(), &prepared.jar);
        loop {
            let asked_with = jar.as_ref().and_then(|jar| self.jars.header(jar, &next.url));
            let asking = Self::dress(&next, asked_with.as_deref());
            let Some(hop) = record.push(asking.hop()) else { return Ok(()) };
            let answered = ask(&asking, manner, hop).await?;
            let head = hop.response.clone().unwrap_or_else(empty_head);
            if let Some(jar) = &jar {
                self.jars.store(jar, &next.url, &head);
            }
            if let Some(answer) = next.answer_to(&head, prepared, challenged) {
                challenged += 1;
                next.credentials = Some(answer);
                drain(answered, &head, manner, hop).await;
                continue;
            }
            let follows = manner.settings.redirects != Some(0);
            let Some(target) = redirect::target(&next.url, &head).filter(|_| follows) else {
                return finish(answered, &head, manner, record).await;
            };
            let cookies = |url: &Url| jar.as_ref().and_then(|jar| self.jars.header(jar, url));
            visited.push(Step { method: next.method.clone(), url: next.url.clone(), cookies: asked_with });
            let method = redirect::method(head.status, &next.method);
            let target = target.and_then(|url| {
                let step = Step { method, cookies: cookies(&url), url };
                redirect::allowed(manner.settings, &visited, &step).map(|()| step)
            });
            match target {
                Ok(step) => {
                    drain(answered, &head, manner, hop).await;
                    next.follow(step);
                }
                // The redirect that is not followed is what came back: its body is kept beside the reason.
                Err(failure) => {
                    finish(answered, &head, manner, record).await?;
                    return Err(failure);
                }
            }
        }
    }

    /// A request with the fields that are sent unless the user says otherwise.
    fn dress<'a>(next: &Next<'a>, cookies: Option<&str>) -> Ask<'a> {
        let mut fields = next.fields.clone();
        let has = |fields: &[(String, Marked)], name: &str| {
            fields.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
        };
        let usual = [
            ("User-Agent", concat!("antiphon/", env!("CARGO_PKG_VERSION"))),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip, br, zstd, deflate"),
        ];
        for (name, value) in usual {
            if !has(&fields, name) {
                fields.push((name.to_owned(), Marked::plain(value)));
            }
        }
        if let Some(credentials) = &next.credentials {
            fields.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
            fields.push(("Authorization".into(), credentials.clone()));
        }
        if let Some(cookies) = cookies {
            match fields.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
                // RFC 6265, section 5.4: one field; the user's own pairs come first.
                Some((_, own)) => own.push(&format!("; {cookies}")),
                None => fields.push(("Cookie".into(), Marked::plain(cookies))),
            }
        }
        Ask {
            method: next.method.clone(),
            url: next.url.clone(),
            shown_url: next.shown_url.clone(),
            fields,
            body: next.body,
        }
    }
}

/// The request that is asked next.
struct Next<'a> {
    method: Method,
    url: Url,
    shown_url: Marked,
    fields: Vec<(String, Marked)>,
    body: Option<&'a PreparedBody>,
    /// The answer to a challenge.
    credentials: Option<Marked>,
}

impl<'a> Next<'a> {
    fn first(prepared: &'a Prepared) -> Self {
        Self {
            method: prepared.method.clone(),
            url: prepared.url.clone(),
            shown_url: prepared.shown_url.clone(),
            fields: prepared.fields.clone(),
            body: (!prepared.body.is_none()).then_some(&prepared.body),
            credentials: None,
        }
    }

    fn follow(&mut self, Step { method, url, .. }: Step) {
        let keeps_body = method == self.method;
        redirect::strip(&mut self.fields, &self.url, &url, keeps_body);
        if !keeps_body {
            self.body = None;
        }
        self.credentials = None;
        self.shown_url = Marked::plain(url.as_str());
        (self.method, self.url) = (method, url);
    }

    /// The answer to a digest challenge: once, and once more where only the nonce was stale.
    fn answer_to(&self, head: &ResponseHead, prepared: &Prepared, challenged: u8) -> Option<Marked> {
        let (username, password) = prepared.digest.as_ref().filter(|_| head.status == 401)?;
        let is_stale =
            head.fields("www-authenticate").any(|value| value.to_ascii_lowercase().contains("stale=true"));
        if challenged > u8::from(is_stale) || self.url.origin() != prepared.url.origin() {
            return None;
        }
        let challenge = Challenge::strongest(head.fields("www-authenticate"))?;
        let target = &self.url[url::Position::BeforePath..url::Position::AfterQuery];
        let answer = challenge.answer(&digest::Request {
            method: self.method.as_str(),
            target,
            username: username.reveal(),
            password: password.reveal(),
            client_nonce: &uuid::Uuid::new_v4().simple().to_string(),
            count: 1,
        });
        Some(Marked::secret(answer, "digest"))
    }
}

/// Reads the last answer's body.
async fn finish(
    mut answered: Answered,
    head: &ResponseHead,
    manner: &Manner<'_>,
    record: &mut Record,
) -> Result<(), Failure> {
    let Some(body) = answered.body.take() else { return Ok(()) };
    record.sink = Sink::new(head.field("content-type"));
    record.has_body = true;
    let limits = Limits {
        read: manner.settings.timeout.read.unwrap_or(Duration::from_mins(1)),
        size: manner.settings.max_body.unwrap_or(MAX_BODY),
    };
    let codings: Vec<&str> = head.fields("content-encoding").collect();
    let began = Instant::now();
    (manner.progress)(Progress::Phase(crate::model::Phase::Receive));
    let received = receive(body, &codings.join(","), &mut record.sink, &limits, manner.progress).await;
    if let Some(hop) = record.last_hop() {
        hop.timing.receive = Some(began.elapsed());
    }
    received?;
    answered.release(manner.pool);
    Ok(())
}

/// Reads the small body of an answer that is not the last, so that its connection can be used again.
async fn drain(mut answered: Answered, head: &ResponseHead, manner: &Manner<'_>, hop: &mut Hop) {
    let Some(body) = answered.body.take() else { return };
    let began = Instant::now();
    let limits = Limits { read: Duration::from_secs(5), size: SMALL };
    let mut sink = Sink::new(head.field("content-type"));
    if receive(body, "", &mut sink, &limits, &|_| ()).await.is_ok() {
        hop.timing.receive = Some(began.elapsed());
        answered.release(manner.pool);
    }
}

fn empty_head() -> ResponseHead {
    ResponseHead { version: String::new(), status: 0, reason: String::new(), fields: Vec::new() }
}

fn not_https(url: &Marked) -> Failure {
    Failure {
        kind: FailureKind::Invalid,
        message: format!("{url} is not https"),
        causes: Vec::new(),
        hint: Some("https_only under [http] forbids it; use an https URL".into()),
    }
}

fn cancelled() -> Failure {
    Failure { kind: FailureKind::Cancelled, message: "cancelled".into(), causes: Vec::new(), hint: None }
}

fn total_timeout(limit: Duration) -> Failure {
    Failure {
        kind: FailureKind::TotalTimeout,
        message: format!("the exchange took longer than {limit:?}"),
        causes: Vec::new(),
        hint: Some("timeout.total under [http] is the limit".into()),
    }
}
