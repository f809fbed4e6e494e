//! The authorization code grant (RFC 6749, section 4.1) with PKCE, for a program on the user's own machine (RFC 8252):
//! the browser signs in, and brings the code to a port of the loopback interface.

use std::time::Duration;

use url::Url;

use crate::{
    http::{Authorizing, Progress},
    model::{Failure, Marked},
};

use super::{
    answer::Granted,
    callback::{Brought, Callback},
    endpoint::{Asking, refused},
    explain, pkce,
    wanted::{Endpoint, WantedToken},
};

/// Longer, and whoever was to sign in has gone.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);

/// What the user is sent to the browser with.
struct Question {
    url: Marked,
    state: String,
    verifier: Option<String>,
}

pub(super) async fn authorize(asking: &mut Asking<'_>) -> Result<Granted, Failure> {
    let wanted = asking.wanted;
    let Some(endpoint) = &wanted.auth_url else { return Err(refused("auth_url is empty".into(), None)) };
    let callback = Callback::listen(wanted.redirect_url.as_ref()).await?;
    let redirect = callback.url.to_string();
    let question = Question::new(wanted, endpoint, &redirect);
    (asking.manner.progress)(Progress::Authorizing(Authorizing::Browser {
        url: question.url.clone(),
        patience: PATIENCE,
    }));
    let brought = tokio::time::timeout(PATIENCE, callback.wait(&question.state)).await;
    let code = match brought.map_err(|_| too_late())? {
        Brought::Code(code) => code,
        Brought::Error { code, description } => {
            return Err(explain::named(wanted, &code, description.as_deref(), None));
        }
        Brought::WrongState => return Err(wrong_state()),
    };
    (asking.manner.progress)(Progress::Authorizing(Authorizing::Requesting));
    let mut form = vec![
        ("grant_type".to_owned(), Marked::plain("authorization_code")),
        ("code".to_owned(), Marked::secret(code, "code")),
        ("redirect_uri".to_owned(), Marked::plain(redirect)),
    ];
    if let Some(verifier) = question.verifier {
        form.push(("code_verifier".to_owned(), Marked::secret(verifier, "code_verifier")));
    }
    wanted.add_params(&mut form);
    super::grant::redeem(asking, form).await.map_err(|refused| refused.into_failure(wanted))
}

impl Question {
    fn new(wanted: &WantedToken, endpoint: &Endpoint, redirect: &str) -> Self {
        let state = pkce::unguessable();
        let verifier = wanted.pkce.then(pkce::verifier);
        let mut pairs = vec![
            ("response_type", Marked::plain("code")),
            ("client_id", wanted.client_id.clone()),
            ("redirect_uri", Marked::plain(redirect)),
            ("scope", wanted.scope.clone()),
            ("audience", wanted.audience.clone()),
            ("state", Marked::plain(state.as_str())),
        ];
        if let Some(verifier) = &verifier {
            pairs.push(("code_challenge", Marked::plain(pkce::challenge(verifier))));
            pairs.push(("code_challenge_method", Marked::plain("S256")));
        }
        pairs.extend(wanted.params.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let mut url = endpoint.shown.clone();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.reveal().is_empty()) {
            url.push(if url.reveal().contains('?') { "&" } else { "?" });
            url.push(&in_query(name));
            url.push("=");
            url.append(&value.map(in_query));
        }
        // As a browser reads it; a URL that holds a secret is shown as it was put together.
        if !url.has_secret()
            && let Ok(parsed) = Url::parse(url.reveal())
        {
            url = Marked::plain(parsed.as_str());
        }
        Self { url, state, verifier }
    }
}

fn in_query(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn too_late() -> Failure {
    refused(
        format!("nobody signed in within {} minutes", PATIENCE.as_secs() / 60),
        Some("send again, and sign in with the browser that opens; or copy the URL to one".into()),
    )
}

fn wrong_state() -> Failure {
    refused(
        "the browser brought an answer that does not belong to this sign-in: its state is another".into(),
        Some("it was not used; send again. If it stays so, the server changes the state (RFC 6749, section 10.12)".into()),
    )
}
