//! What is known of an exchange so far.

use std::time::Duration;

use crate::model::{Attempt, Content, Hop, TokenRequest};

use super::{payload::Sink, prepare::Prepared, relay::Relay};

/// Bytes of a body that are kept although another attempt follows.
const SHELVED: usize = 1 << 20;

/// What is known of an exchange so far: it outlives a send that is cancelled or runs out of time.
#[derive(Default)]
pub(super) struct Record<'a> {
    pub attempts: Vec<Attempt>,
    /// What was asked of an authorization server before the attempt that comes next.
    pub token_requests: Vec<TokenRequest>,
    pub sink: Sink,
    pub has_body: bool,
    /// Who reads along.
    pub relay: Option<&'a mut Relay>,
    /// Whether somebody looks at the body while it arrives.
    pub is_shown: bool,
}

impl Record<'_> {
    /// The next attempt begins, after a wait.
    pub(super) fn begin(&mut self, waited: Duration) {
        self.shelve();
        let token_requests = std::mem::take(&mut self.token_requests);
        self.attempts.push(Attempt { token_requests, waited, ..Attempt::default() });
    }

    /// Gives the answer that another attempt follows its body, unless that is long.
    fn shelve(&mut self) {
        let sink = std::mem::take(&mut self.sink);
        if !std::mem::take(&mut self.has_body) {
            return;
        }
        let mut payload = sink.into_payload();
        if !matches!(&payload.content, Content::Memory(bytes) if bytes.len() <= SHELVED) {
            payload.content = Content::Elsewhere;
        }
        if let Some(hop) = self.last_hop() {
            hop.body = Some(payload);
        }
    }

    /// The attempts at the end. Token requests that led to none stand in one without hops.
    pub(super) fn end(&mut self) -> Vec<Attempt> {
        if !self.token_requests.is_empty() {
            let token_requests = std::mem::take(&mut self.token_requests);
            self.attempts.push(Attempt { token_requests, ..Attempt::default() });
        }
        std::mem::take(&mut self.attempts)
    }

    /// Adds a hop to the attempt in progress.
    pub(super) fn push(&mut self, hop: Hop) -> Option<&mut Hop> {
        let hops = &mut self.attempts.last_mut()?.hops;
        hops.push(hop);
        hops.last_mut()
    }

    /// Whether the last answer asks for another token than the one that was kept.
    pub(super) fn is_refused_by(&mut self, prepared: &Prepared) -> bool {
        let Some(hop) = self.last_hop() else { return false };
        let Ok(url) = url::Url::parse(hop.request.url.reveal()) else { return false };
        hop.response.as_ref().is_some_and(|head| prepared.refuses_token(&url, head))
    }

    /// Whether a body was handed on: no other can follow it.
    pub(super) fn is_read_along(&self) -> bool {
        self.relay.as_ref().is_some_and(|relay| relay.has_begun())
    }

    pub(super) fn last_hop(&mut self) -> Option<&mut Hop> {
        self.attempts.last_mut()?.hops.last_mut()
    }
}
