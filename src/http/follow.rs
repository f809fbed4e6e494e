//! One attempt: from hop to hop, through challenges and redirects, to the last answer and its body.

use std::time::{Duration, Instant};

use crate::model::{Failure, FailureKind, Hop, HopCookies, Marked, Phase, ResponseHead};

use super::{
    Progress, auth,
    hop::{Answered, Manner, ask, fields as trailers},
    jars::{JarName, Jars},
    payload::{Limits, Sink, receive},
    prepare::Prepared,
    record::Record,
    redirect::{self, Step},
};

mod cookies;
mod next;

pub(super) use cookies::Cookies;
pub(super) use next::Next;

/// Bytes of a redirect's body that are read to use its connection again; a longer one costs the connection.
const SMALL: u64 = 64 << 10;
const MAX_BODY: u64 = 10 << 30;
const EXPECTATION_FAILED: u16 = 417;

/// A request on its way.
#[derive(Clone, Copy)]
pub(super) struct Follow<'a> {
    pub prepared: &'a Prepared,
    pub manner: &'a Manner<'a>,
    pub jars: &'a Jars,
    pub challenges: &'a auth::Memory,
    /// Whether the request is made again after that answer: it is not what came of it then.
    pub is_repeated: &'a (dyn Fn(&ResponseHead) -> bool + Send + Sync),
}

impl Follow<'_> {
    /// Hop by hop to the answer, and its body.
    pub(super) async fn run(&self, record: &mut Record<'_>) -> Result<(), Failure> {
        let Self { prepared, manner, jars, challenges, is_repeated } = *self;
        let mut next = Next::first(prepared, manner.settings);
        let mut visited: Vec<Step> = Vec::new();
        if manner.settings.https_only == Some(true) && next.url.scheme() != "https" {
            return Err(not_https(&next.shown_url));
        }
        let mut proof = auth::Proof::new(prepared, challenges);
        let jar = JarName::wanted(manner.settings.cookies.as_ref(), &prepared.jar);
        let cookies = Cookies { jars, jar };
        loop {
            let mut facts = HopCookies::default();
            let asked_with = cookies.header(&next.url, &mut facts).await;
            let mut asking = next.ask(asked_with.as_deref());
            proof.before(&mut asking, manner.settings.compress.as_deref()).await?;
            let Some(hop) = record.push(Hop { cookies: facts, ..asking.hop() }) else { return Ok(()) };
            let answered = ask(&asking, manner, hop).await?;
            let head = hop.response.clone().unwrap_or_else(empty_head);
            cookies.store(&next.url, &head, &mut hop.cookies).await;
            if head.status == EXPECTATION_FAILED && asking.expects_continue() {
                next.expect_nothing();
                drain(answered, &head, manner, hop).await;
                continue;
            }
            if proof.after(&next.url, &head) {
                drain(answered, &head, manner, hop).await;
                continue;
            }
            // Its body is not what was asked for: no file and no pipe is given it.
            if prepared.refuses_token(&next.url, &head) {
                drain(answered, &head, manner, hop).await;
                return Ok(());
            }
            let follows = manner.settings.redirects != Some(0);
            let Some(target) = redirect::target(&next.url, &head).filter(|_| follows) else {
                if !is_repeated(&head)
                    && let Some(relay) = &mut record.relay
                {
                    relay.begin(&head);
                }
                return finish(answered, &head, &next, manner, record).await;
            };
            visited.push(Step { method: next.method.clone(), url: next.url.clone(), cookies: asked_with });
            let method = redirect::method(head.status, &next.method);
            let step = match target {
                Ok(url) => {
                    let cookies = cookies.header(&url, &mut HopCookies::default()).await;
                    let step = Step { method, url, cookies };
                    redirect::allowed(manner.settings, &visited, &step).map(|()| step)
                }
                Err(failure) => Err(failure),
            };
            match step {
                Ok(step) => {
                    drain(answered, &head, manner, hop).await;
                    proof.moved(&next.url, &step.url);
                    next.follow(step);
                }
                // The redirect that is not followed is what came back: its body is kept beside the reason.
                Err(failure) => {
                    finish(answered, &head, &next, manner, record).await?;
                    return Err(failure);
                }
            }
        }
    }
}

/// Reads the last answer's body.
async fn finish(
    mut answered: Answered,
    head: &ResponseHead,
    asked: &Next<'_>,
    manner: &Manner<'_>,
    record: &mut Record<'_>,
) -> Result<(), Failure> {
    let Some(body) = answered.body.take() else { return Ok(()) };
    let media_type = head.field("content-type");
    let saving = match manner.download {
        Some(download) => download.accept(&asked.method, head, &asked.url)?,
        None => None,
    };
    record.sink = match saving {
        Some(saving) => Sink::saving(media_type, saving),
        None if record.is_shown => Sink::shown(media_type),
        None => Sink::new(media_type),
    };
    record.has_body = true;
    let limits = Limits {
        read: manner.settings.timeout.read.unwrap_or(Duration::from_mins(1)),
        size: manner.settings.max_body.unwrap_or(MAX_BODY),
    };
    let began = Instant::now();
    (manner.progress)(Progress::Phase(Phase::Receive));
    let received = {
        let along = record.relay.as_deref_mut();
        receive(body, head, &mut record.sink, along, &limits, manner.progress).await
    };
    let trailers = record.sink.trailers().map(trailers).unwrap_or_default();
    if let Some(hop) = record.last_hop() {
        hop.timing.receive = Some(began.elapsed());
        hop.trailers = trailers;
    }
    received?;
    answered.release(manner.pool);
    // It blocks, and nothing cancels it: what is whole is not given up.
    record.sink.finish()
}

/// Reads the small body of an answer that is not the last, so that its connection can be used again.
async fn drain(mut answered: Answered, head: &ResponseHead, manner: &Manner<'_>, hop: &mut Hop) {
    let Some(body) = answered.body.take() else { return };
    let began = Instant::now();
    let limits = Limits { read: Duration::from_secs(5), size: SMALL };
    let mut sink = Sink::new(head.field("content-type"));
    if receive(body, head, &mut sink, None, &limits, &|_| ()).await.is_ok() {
        hop.timing.receive = Some(began.elapsed());
        hop.body = Some(sink.into_payload());
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
