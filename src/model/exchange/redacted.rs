//! An exchange as it may leave the screen: without the values of secrets, wherever a server or a failure repeated them.

use super::{Attempt, Content, Exchange, Field, Hop, HopCookies, Outcome, Payload, ResponseHead};
use crate::model::{CookieVerdict, Failure, Redactor};

impl Exchange {
    /// Whether something of it may have to be hidden by value.
    pub fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// The exchange for history, reports, exports and error messages. A body that is in a file stays there as it came:
    /// whoever copies it puts it through [`Redactor::stream`].
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut exchange = self.clone();
        if exchange.has_secrets() {
            let secrets = self.secrets.clone();
            for attempt in &mut exchange.attempts {
                redact_attempt(attempt, &secrets);
            }
            match &mut exchange.outcome {
                Outcome::Answered(payload) => redact_payload(payload, &secrets),
                Outcome::Failed { failure, partial } => {
                    *failure = failure.redacted(&secrets);
                    if let Some(payload) = partial {
                        redact_payload(payload, &secrets);
                    }
                }
            }
        }
        exchange
    }

    /// The exchange with its bodies [`Content::Elsewhere`].
    #[must_use]
    pub fn without_body(&self) -> Self {
        let mut exchange = self.clone();
        for body in exchange
            .attempts
            .iter_mut()
            .flat_map(|attempt| &mut attempt.hops)
            .filter_map(|hop| hop.body.as_mut())
        {
            body.content = Content::Elsewhere;
        }
        match &mut exchange.outcome {
            Outcome::Answered(payload) | Outcome::Failed { partial: Some(payload), .. } => {
                payload.content = Content::Elsewhere;
            }
            Outcome::Failed { partial: None, .. } => {}
        }
        exchange
    }

    /// Marks what of the requests' heads is secret by its value, and takes it out of failures: a server that sends a token
    /// to another address puts it into a URL that no template made.
    pub fn mark_requests(&mut self) {
        for attempt in &mut self.attempts {
            attempt.error = attempt.error.take().map(|error| error.redacted(&self.secrets));
            let asked = attempt.token_requests.iter_mut().map(|request| &mut request.hop);
            asked.chain(&mut attempt.hops).for_each(|hop| mark_request(hop, &self.secrets));
        }
    }
}

fn redact_attempt(attempt: &mut Attempt, secrets: &Redactor) {
    for hop in &mut attempt.hops {
        redact_hop(hop, secrets);
    }
    for request in &mut attempt.token_requests {
        redact_hop(&mut request.hop, secrets);
        request.outcome = secrets.redact(&request.outcome).into_owned();
        for (_, value) in &mut request.form {
            *value = secrets.mark(value);
        }
    }
    if let Some(error) = &mut attempt.error {
        *error = error.redacted(secrets);
    }
}

fn redact_hop(hop: &mut Hop, secrets: &Redactor) {
    mark_request(hop, secrets);
    redact_cookies(&mut hop.cookies, secrets);
    for head in hop.interim.iter_mut().chain(&mut hop.response) {
        *head = head.redacted(secrets);
    }
    if let Some(body) = &mut hop.body {
        redact_payload(body, secrets);
    }
    hop.trailers = hop.trailers.iter().map(|field| field.redacted(secrets)).collect();
}

/// Names, paths and what is said of a cookie: a server may have put anything there.
fn redact_cookies(cookies: &mut HopCookies, secrets: &Redactor) {
    let redact = |text: &mut String| *text = secrets.redact(text).into_owned();
    for sent in &mut cookies.sent {
        [&mut sent.name, &mut sent.domain, &mut sent.path].into_iter().for_each(redact);
    }
    for received in &mut cookies.received {
        redact(&mut received.name);
        received.notes.iter_mut().for_each(redact);
        if let CookieVerdict::Refused(why) = &mut received.verdict {
            redact(why);
        }
    }
    cookies.problems.iter_mut().for_each(redact);
}

fn mark_request(hop: &mut Hop, secrets: &Redactor) {
    if secrets.is_empty() {
        return;
    }
    hop.repeated = hop.repeated.take().map(|why| why.redacted(secrets));
    hop.request.url = secrets.mark(&hop.request.url);
    for (name, value) in &mut hop.request.fields {
        *name = secrets.redact(name).into_owned();
        *value = secrets.mark(value);
    }
}

fn redact_payload(payload: &mut Payload, secrets: &Redactor) {
    if let Some(media_type) = &mut payload.media_type {
        *media_type = secrets.redact(media_type).into_owned();
    }
    if let Content::Memory(bytes) = &mut payload.content
        && let std::borrow::Cow::Owned(redacted) = secrets.redact_bytes(bytes)
    {
        *bytes = redacted.into();
    }
}

impl ResponseHead {
    /// The head with what it repeats of secrets masked.
    #[must_use]
    pub fn redacted(&self, secrets: &Redactor) -> Self {
        Self {
            reason: secrets.redact(&self.reason).into_owned(),
            fields: self.fields.iter().map(|field| field.redacted(secrets)).collect(),
            ..self.clone()
        }
    }
}

impl Field {
    fn redacted(&self, secrets: &Redactor) -> Self {
        let text = |text: &str| secrets.redact(text).into_owned();
        Self { name: text(&self.name), value: text(&self.value) }
    }
}

impl Failure {
    /// The failure with what it repeats of secrets masked.
    #[must_use]
    pub fn redacted(&self, secrets: &Redactor) -> Self {
        let text = |text: &String| secrets.redact(text).into_owned();
        Self {
            kind: self.kind,
            message: text(&self.message),
            causes: self.causes.iter().map(text).collect(),
            hint: self.hint.as_ref().map(text),
        }
    }
}
