//! What became of each request that was sent: in flight, refused, or done.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use crate::{
    document::Document,
    http::{Authorizing, Progress},
    model::{Exchange, ExchangeId, NodeId, Phase, ResponseHead},
};

use super::super::event::{Refusal, SendId};

/// What is shown in the request pane, and so which answer belongs beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A request of the workspace, with its unsaved edits.
    Request(NodeId),
    /// An exchange of the history, as it was.
    Past(ExchangeId),
}

/// A whole exchange with its body ready to be shown.
#[derive(Debug, Clone)]
pub struct Answer {
    pub exchange: Exchange,
    /// `None` where there is no body.
    pub document: Option<Document>,
}

/// The state of one request's answer.
#[derive(Debug)]
pub enum State {
    Sending {
        send: SendId,
        since: Duration,
        phase: Phase,
        /// Bytes of body that went out, and how many there are where that is known.
        uploaded: Option<(u64, Option<u64>)>,
    },
    /// An attempt failed, and the next waits for its time.
    Waiting {
        send: SendId,
        since: Duration,
        /// Attempts so far.
        made: u32,
        /// On the clock of `since`.
        until: Duration,
    },
    /// The request waits for a token: for its server, or for somebody who signs in.
    Authorizing {
        send: SendId,
        since: Duration,
        authorizing: Authorizing,
    },
    Receiving {
        send: SendId,
        since: Duration,
        /// When the head arrived.
        began: Duration,
        head: ResponseHead,
        /// Bytes of the body, decoded.
        received: u64,
        /// The body as far as it arrived, once that is enough to show.
        document: Option<Document>,
    },
    /// Nothing was sent.
    Refused(Refusal),
    Done(Box<Answer>),
}

impl State {
    /// Whether what arrives has no end that is known of, and is read at its end: events, records, a log.
    pub fn is_stream(&self) -> bool {
        let Self::Receiving { head, .. } = self else { return false };
        let media_type = head.field("content-type").unwrap_or_default().to_ascii_lowercase();
        let is_endless = |name| media_type.starts_with(name) && head.field("content-length").is_none();
        let streams =
            ["text/event-stream", "application/x-ndjson", "application/jsonl", "application/json-seq"];
        streams.into_iter().any(is_endless) || is_endless("text/plain")
    }

    /// The send that is in flight.
    pub fn in_flight(&self) -> Option<SendId> {
        match self {
            Self::Sending { send, .. }
            | Self::Waiting { send, .. }
            | Self::Authorizing { send, .. }
            | Self::Receiving { send, .. } => Some(*send),
            Self::Refused(_) | Self::Done(_) => None,
        }
    }
}

/// The answers of this session, by what they belong to. Finished ones beyond [`Answers::KEPT`] are let go; they are
/// in the history.
#[derive(Debug, Default)]
pub struct Answers {
    states: HashMap<Subject, State>,
    /// Finished ones, oldest first.
    finished: VecDeque<Subject>,
}

impl Answers {
    const KEPT: usize = 20;

    pub fn get(&self, subject: &Subject) -> Option<&State> {
        self.states.get(subject)
    }

    pub fn is_anything_in_flight(&self) -> bool {
        self.states.values().any(|state| state.in_flight().is_some())
    }

    /// A send began. Answers the one that it replaces, which is to be cancelled.
    pub fn begin(&mut self, subject: Subject, send: SendId, since: Duration) -> Option<SendId> {
        let state = State::Sending { send, since, phase: Phase::Dns, uploaded: None };
        self.finished.retain(|finished| *finished != subject);
        self.states.insert(subject, state).and_then(|state| state.in_flight())
    }

    /// Something happened to a send at `now`.
    pub fn progress(&mut self, send: SendId, now: Duration, progress: &Progress) {
        let Some(state) = self.states.values_mut().find(|state| state.in_flight() == Some(send)) else {
            return;
        };
        match (progress, &mut *state) {
            (Progress::Phase(entered), State::Sending { phase, .. }) => *phase = *entered,
            (Progress::Uploaded { sent, total }, State::Sending { uploaded, .. }) => {
                *uploaded = Some((*sent, *total));
            }
            (Progress::Shown(now), State::Receiving { document, .. }) => *document = Some(now.clone()),
            (Progress::Head(head), State::Sending { since, .. } | State::Receiving { since, .. }) => {
                *state = State::Receiving {
                    send,
                    since: *since,
                    began: now,
                    head: head.clone(),
                    received: 0,
                    document: None,
                };
            }
            (Progress::Received { bytes, .. }, State::Receiving { received, .. }) => *received = *bytes,
            (
                Progress::Waiting { made, wait },
                State::Sending { since, .. } | State::Receiving { since, .. } | State::Waiting { since, .. },
            ) => *state = State::Waiting { send, since: *since, made: *made, until: now + *wait },
            (
                Progress::Authorizing(authorizing),
                State::Sending { since, .. }
                | State::Receiving { since, .. }
                | State::Waiting { since, .. }
                | State::Authorizing { since, .. },
            ) => {
                let authorizing = authorizing.clone();
                *state = State::Authorizing { send, since: *since, authorizing };
            }
            (Progress::Phase(phase), State::Waiting { since, .. } | State::Authorizing { since, .. }) => {
                *state = State::Sending { send, since: *since, phase: *phase, uploaded: None };
            }
            // A redirect or a repetition is followed: the head was not the last.
            (Progress::Phase(phase), State::Receiving { since, .. }) if *phase != Phase::Receive => {
                *state = State::Sending { send, since: *since, phase: *phase, uploaded: None };
            }
            _ => {}
        }
    }

    /// The subject whose send this is, if it is still awaited.
    pub fn awaiting(&self, send: SendId) -> Option<Subject> {
        let found = self.states.iter().find(|(_, state)| state.in_flight() == Some(send));
        found.map(|(subject, _)| subject.clone())
    }

    pub fn finish(&mut self, subject: Subject, state: State) {
        self.finished.retain(|finished| *finished != subject);
        self.finished.push_back(subject.clone());
        self.states.insert(subject, state);
        if self.finished.len() > Self::KEPT
            && let Some(oldest) = self.finished.pop_front()
        {
            self.states.remove(&oldest);
        }
    }

    pub fn forget(&mut self, subject: &Subject) {
        self.states.remove(subject);
        self.finished.retain(|finished| finished != subject);
    }

    /// A request or folder moved: its answers move with it.
    pub fn move_node(&mut self, from: &NodeId, to: &NodeId) {
        let rebased = |subject: Subject| match subject {
            Subject::Request(id) => Subject::Request(id.rebased(from, to)),
            past @ Subject::Past(_) => past,
        };
        self.states = self.states.drain().map(|(subject, state)| (rebased(subject), state)).collect();
        self.finished = self.finished.drain(..).map(rebased).collect();
    }
}
