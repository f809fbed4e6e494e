//! A form posted to an authorization server, by the same connections, proxies and limits as the request that needs
//! the token. Redirects are not followed: credentials go where the user wrote, and nowhere else.

use std::time::Duration;

use ::http::Method;
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded::{self, byte_serialize};

use crate::{
    http::{
        Progress,
        body::{Content as BodyContent, PreparedBody},
        hop::{Ask, Manner, ask},
        payload::{Limits, Sink, receive},
    },
    model::{ClientAuth, Content, Failure, FailureKind, Marked, ResponseHead, Settings, TokenRequest},
};

use super::wanted::{Endpoint, WantedToken};

/// Answers are small: more than this is none.
const LARGEST: u64 = 1 << 20;
const TOTAL: Duration = Duration::from_mins(1);

/// The answer of an endpoint.
pub(super) struct Answer {
    pub head: ResponseHead,
    pub body: Vec<u8>,
}

/// The requests that one token takes.
pub(in crate::http) struct Asking<'a> {
    pub wanted: &'a WantedToken,
    pub manner: &'a Manner<'a>,
    /// Every request so far.
    pub trail: &'a mut Vec<TokenRequest>,
}

impl Asking<'_> {
    /// Posts a form, with what proves who the client is.
    pub(super) async fn post(
        &mut self,
        endpoint: &Endpoint,
        purpose: &str,
        mut form: Vec<(String, Marked)>,
    ) -> Result<Answer, Failure> {
        let mut fields = vec![("Accept".to_owned(), Marked::plain("application/json"))];
        fields.extend(self.wanted.prove(&mut form));
        fields.push(("User-Agent".to_owned(), Marked::plain(crate::http::USER_AGENT)));
        let body = PreparedBody {
            content: BodyContent::Bytes(encoded(&form).into()),
            media_type: Some("application/x-www-form-urlencoded".into()),
        };
        let asking = Ask {
            method: Method::POST,
            url: endpoint.url.clone(),
            shown_url: endpoint.shown.clone(),
            fields,
            body: Some(&body),
        };
        let settings = settings(self.manner.settings);
        if settings.https_only == Some(true) && endpoint.url.scheme() != "https" {
            return Err(refused(
                format!("{} is not https", endpoint.shown),
                Some("https_only under [http] holds for tokens too; use an https URL".into()),
            ));
        }
        let quiet = |_: Progress| ();
        let manner = Manner { settings: &settings, progress: &quiet, download: None, ..*self.manner };
        let hop = asking.hop();
        self.trail.push(TokenRequest {
            purpose: purpose.to_owned(),
            form,
            hop,
            outcome: String::new(),
            times: 1,
        });
        let limit = settings.timeout.total.unwrap_or(TOTAL).min(TOTAL);
        let exchange = tokio::time::timeout(limit, exchange(&asking, &manner, self.trail));
        let result = exchange.await.unwrap_or_else(|_| {
            Err(Failure {
                kind: FailureKind::TotalTimeout,
                message: format!("{} did not answer whole within {limit:?}", endpoint.shown),
                causes: Vec::new(),
                hint: None,
            })
        });
        result.and_then(|answer| direct(answer, endpoint)).map_err(|failure| {
            self.note(&failure.message);
            of_token(failure)
        })
    }

    /// Says what came of the last request.
    pub(super) fn note(&mut self, outcome: &str) {
        if let Some(last) = self.trail.last_mut() {
            outcome.clone_into(&mut last.outcome);
            (self.manner.progress)(Progress::TokenRequested(Box::new(last.clone())));
        }
    }

    /// Counts the last request as a repetition of the one before it, if that was for the same.
    pub(super) fn fold(&mut self) {
        if let [.., before, last] = self.trail.as_slice()
            && before.purpose == last.purpose
        {
            let times = before.times + 1;
            self.trail.remove(self.trail.len() - 2);
            if let Some(last) = self.trail.last_mut() {
                last.times = times;
            }
        }
    }
}

impl WantedToken {
    /// Says who the client is (RFC 6749, section 2.3.1): in a field, or in the form. A client without a secret gives
    /// its name alone (section 3.2.1).
    fn prove(&self, form: &mut Vec<(String, Marked)>) -> Option<(String, Marked)> {
        if self.client_auth == ClientAuth::Basic && !self.client_secret.reveal().is_empty() {
            let encoded = |text: &Marked| byte_serialize(text.reveal().as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(&self.client_id), encoded(&self.client_secret));
            let mut value = Marked::plain("Basic ");
            value.push_secret(&STANDARD.encode(pair), "client_secret");
            return Some(("Authorization".to_owned(), value));
        }
        let named = [("client_id", &self.client_id), ("client_secret", &self.client_secret)];
        for (name, value) in named {
            if !value.reveal().is_empty() && !form.iter().any(|(own, _)| own == name) {
                form.push((name.to_owned(), value.clone()));
            }
        }
        None
    }
}

async fn exchange(
    asking: &Ask<'_>,
    manner: &Manner<'_>,
    trail: &mut [TokenRequest],
) -> Result<Answer, Failure> {
    let Some(TokenRequest { hop, .. }) = trail.last_mut() else { return Err(refused(String::new(), None)) };
    let mut answered = ask(asking, manner, hop).await?;
    let Some(head) = hop.response.clone() else { return Err(refused(String::new(), None)) };
    let mut sink = Sink::new(head.field("content-type"));
    if let Some(body) = answered.body.take() {
        let limits = Limits { read: manner.settings.timeout.read.unwrap_or(TOTAL), size: LARGEST };
        let began = std::time::Instant::now();
        receive(body, &head, &mut sink, None, &limits, manner.progress).await?;
        hop.timing.receive = Some(began.elapsed());
        answered.release(manner.pool);
    }
    let body = match sink.into_payload().content {
        Content::Memory(bytes) => bytes.to_vec(),
        // Larger than any answer may be.
        Content::File(_) | Content::Elsewhere => Vec::new(),
    };
    Ok(Answer { head, body })
}

/// An answer that is not a redirect.
fn direct(answer: Answer, endpoint: &Endpoint) -> Result<Answer, Failure> {
    if !(300..400).contains(&answer.head.status) {
        return Ok(answer);
    }
    let to = answer.head.field("location").unwrap_or("nowhere");
    Err(refused(
        format!("{} redirects to {to} ({})", endpoint.shown, answer.head.status),
        Some(
            "credentials are not sent on by a redirect: write the URL that it leads to under [auth.oauth2]"
                .into(),
        ),
    ))
}

/// The settings of the request, without what is meant for its own server alone.
fn settings(of_request: &Settings) -> Settings {
    Settings { compress: None, unix_socket: None, ..of_request.clone() }
}

fn encoded(form: &[(String, Marked)]) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form {
        out.append_pair(name, value.reveal());
    }
    out.finish()
}

/// No token, for a reason of authorization itself.
pub(super) fn refused(message: String, hint: Option<String>) -> Failure {
    Failure { kind: FailureKind::Authorization, message, causes: Vec::new(), hint }
}

/// A failure of the way to the authorization server, told as such: the request's own server was not asked.
fn of_token(failure: Failure) -> Failure {
    let cause = failure.message;
    let causes = std::iter::once(cause).chain(failure.causes).collect();
    Failure { message: "no token: the authorization server gave none".into(), causes, ..failure }
}
