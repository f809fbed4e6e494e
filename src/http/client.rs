//! Sends a prepared request, attempt by attempt, and makes the exchange of what came of it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::model::{
    Exchange, ExchangeId, Failure, FailureKind, Outcome, Payload, ResponseHead, Retry, Settings,
};

use super::{
    Progress,
    auth::{Authorizer, Credentials, Memory},
    connect::proxy,
    download::Download,
    follow::Follow,
    hop::Manner,
    jars::Jars,
    journal,
    pool::Pool,
    prepare::Prepared,
    record::Record,
    relay::Relay,
    retry::{Ending, Policy},
};

/// Unless the settings say otherwise, an exchange ends after this.
const TOTAL: Duration = Duration::from_mins(5);

/// What holds for every send of a client.
#[derive(Debug, Clone, Default)]
pub struct ClientOptions {
    /// Where cookie jars are kept; `None` forgets them with the client.
    pub jars: Option<PathBuf>,
    /// What requests and folders leave open.
    pub defaults: Settings,
    /// The same, of `[retry]`.
    pub retry: Retry,
    /// Where tokens are kept; `None` forgets them with the client.
    pub tokens: Option<PathBuf>,
    /// Whether there is somebody who can sign in, and sees what [`Progress::Authorizing`] says.
    pub is_attended: bool,
}

/// Where a body goes, if not into the exchange alone.
#[derive(Default)]
struct Way<'a> {
    download: Option<&'a Download>,
    relay: Option<&'a mut Relay>,
    /// Whether somebody looks at it while it arrives.
    is_shown: bool,
}

/// Sends requests. It keeps connections and cookies between them; one serves a whole program.
#[derive(Debug, Default)]
pub struct Client {
    pub(super) pool: Pool,
    pub(super) jars: Jars,
    challenges: Memory,
    pub(super) defaults: Settings,
    retry: Retry,
    pub(super) authorizer: Authorizer,
}

impl Client {
    pub fn new(options: ClientOptions) -> Self {
        let ClientOptions { jars, defaults, retry, tokens, is_attended } = options;
        Self {
            pool: Pool::default(),
            jars: Jars::new(jars),
            challenges: Memory::default(),
            defaults,
            retry,
            authorizer: Authorizer::new(tokens, is_attended),
        }
    }

    /// The jars that its requests use.
    pub fn jars(&self) -> &Jars {
        &self.jars
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
        Box::pin(self.perform(prepared, Way::default(), &progress, cancel)).await
    }

    /// Sends a request whose body is looked at while it arrives: [`Progress::Shown`] has it as a document.
    pub async fn send_shown(
        &self,
        prepared: Prepared,
        progress: impl Fn(Progress) + Send + Sync,
        cancel: CancellationToken,
    ) -> Exchange {
        let way = Way { is_shown: true, ..Way::default() };
        Box::pin(self.perform(prepared, way, &progress, cancel)).await
    }

    /// Sends a request whose body is handed on as it arrives, as far as the relay wants it.
    pub async fn send_along(
        &self,
        prepared: Prepared,
        relay: &mut Relay,
        progress: impl Fn(Progress) + Send + Sync,
        cancel: CancellationToken,
    ) -> Exchange {
        let way = Way { relay: Some(relay), ..Way::default() };
        Box::pin(self.perform(prepared, way, &progress, cancel)).await
    }

    /// Sends a request and saves the body of its answer. The exchange's payload then is the file: the whole one, or
    /// what arrived of it.
    pub async fn download(
        &self,
        mut prepared: Prepared,
        download: &mut Download,
        progress: impl Fn(Progress) + Send + Sync,
        cancel: CancellationToken,
    ) -> Exchange {
        download.ask(&prepared.method, &prepared.url, &mut prepared.fields);
        let way = Way { download: Some(download), ..Way::default() };
        Box::pin(self.perform(prepared, way, &progress, cancel)).await
    }

    async fn perform(
        &self,
        mut prepared: Prepared,
        Way { download, relay, is_shown }: Way<'_>,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Exchange {
        let (started, clock) = (Timestamp::now(), Instant::now());
        let settings = prepared.settings.clone().over(&self.defaults);
        // A proxy may repeat what it was sent, as a server may.
        let passwords = proxy::passwords(&settings);
        prepared.hide(passwords.iter().map(|password| ("proxy", password)));
        let mut record = Record { relay, is_shown, ..Record::default() };
        let base = prepared.base.clone();
        let manner = Manner { pool: &self.pool, settings: &settings, base: &base, progress, download };
        let result = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(cancelled()),
            result = self.authorized(&mut prepared, &manner, &mut record) => result,
        };
        let attempts = record.end();
        let Record { sink, has_body, .. } = record;
        let outcome = match result {
            Ok(()) => Outcome::Answered(sink.into_payload()),
            Err(mut failure) => {
                failure.hint = sink.hint().or(failure.hint);
                let partial: Option<Payload> = has_body.then(|| sink.into_payload());
                Outcome::Failed { failure: failure.redacted(&prepared.secrets), partial }
            }
        };
        let mut exchange = Exchange {
            id: ExchangeId(uuid::Uuid::now_v7().to_string()),
            source: prepared.source,
            environment: prepared.environment,
            started,
            duration: clock.elapsed(),
            written: prepared.written,
            sent: prepared.sent,
            attempts,
            outcome,
            secrets: prepared.secrets,
        };
        exchange.mark_requests();
        journal::tell(&exchange);
        exchange
    }

    /// With a token, where one is wanted; and once more with a new one, where the server takes the kept one no longer.
    ///
    /// The time in which somebody signs in does not count against the total: it has a limit of its own.
    async fn authorized(
        &self,
        prepared: &mut Prepared,
        manner: &Manner<'_>,
        record: &mut Record<'_>,
    ) -> Result<(), Failure> {
        let total = manner.settings.timeout.total.unwrap_or(TOTAL);
        let Credentials::Oauth2(wanted) = prepared.credentials.clone() else {
            return self.timed(prepared, manner, record, total).await;
        };
        let trail = &mut record.token_requests;
        let obtained = self.authorizer.obtain(&wanted, manner, trail, None).await?;
        prepared.carry(&obtained);
        let clock = Instant::now();
        self.timed(prepared, manner, record, total).await?;
        if !record.is_refused_by(prepared) {
            return Ok(());
        }
        let trail = &mut record.token_requests;
        let renewed = self.authorizer.obtain(&wanted, manner, trail, Some(&obtained.sent)).await?;
        if let Some(attempt) = record.attempts.last_mut() {
            attempt.error = Some(forgotten());
        }
        prepared.carry(&renewed);
        prepared.renews_token = false;
        self.timed(prepared, manner, record, total.saturating_sub(clock.elapsed())).await
    }

    async fn timed(
        &self,
        prepared: &Prepared,
        manner: &Manner<'_>,
        record: &mut Record<'_>,
        total: Duration,
    ) -> Result<(), Failure> {
        let attempts = self.attempts(prepared, manner, record, Instant::now().checked_add(total));
        let limit = manner.settings.timeout.total.unwrap_or(TOTAL);
        tokio::time::timeout(total, attempts).await.unwrap_or_else(|_| Err(total_timeout(limit)))
    }

    /// Attempt by attempt, until one ends as wanted or there are enough. A deadline that no clock can show is `None`.
    async fn attempts(
        &self,
        prepared: &Prepared,
        manner: &Manner<'_>,
        record: &mut Record<'_>,
        deadline: Option<Instant>,
    ) -> Result<(), Failure> {
        let idempotent = manner.settings.idempotent;
        let policy = Policy::new(&prepared.retry, &self.retry, &prepared.method, idempotent);
        let mut waited = Duration::ZERO;
        loop {
            record.begin(waited);
            let made = record.attempts.len() as u32;
            let is_repeated = |head: &ResponseHead| {
                policy.wait(made, Ending::Answered(head), Timestamp::now(), 0.0).is_some()
            };
            let Self { jars, challenges, .. } = self;
            let follow = Follow { prepared, manner, jars, challenges, is_repeated: &is_repeated };
            let result = follow.run(record).await;
            if record.is_read_along() {
                return result;
            }
            let head = record.last_hop().and_then(|hop| hop.response.as_ref());
            let ending = match (&result, head) {
                (Err(failure), _) => Ending::Failed(failure),
                (Ok(()), Some(head)) => Ending::Answered(head),
                (Ok(()), None) => return result,
            };
            let wait = policy.wait(made, ending, Timestamp::now(), fastrand::f64());
            // A wait that the total timeout would end has no attempt after it. Servers ask for any number of seconds.
            let is_in_time = |wait: &Duration| {
                let end = Instant::now().checked_add(*wait);
                end.is_some_and(|end| deadline.is_none_or(|deadline| end < deadline))
            };
            let Some(wait) = wait.filter(is_in_time) else { return result };
            if let Some(attempt) = record.attempts.last_mut() {
                attempt.error = result.err();
            }
            (manner.progress)(Progress::Waiting { made, wait });
            tokio::time::sleep(wait).await;
            waited = wait;
        }
    }
}

fn forgotten() -> Failure {
    Failure {
        kind: FailureKind::Authorization,
        message: "the server no longer takes the token that was kept; the next attempt has a new one".into(),
        causes: Vec::new(),
        hint: None,
    }
}

pub(super) fn cancelled() -> Failure {
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
