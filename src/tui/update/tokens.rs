//! Tokens of OAuth 2: got anew, forgotten; and somebody who signs in for one.

use crate::{http::Authorizing, model::Failure};

use super::super::{
    app::{
        App, Shown,
        answers::{State, Subject},
        notices::Notice,
        tokens::KeptToken,
    },
    effect::Effect,
    event::{Refusal, SendId},
};

/// Gets a new token for the open request, whether or not one is kept.
pub(super) fn fetch(app: &mut App) -> Vec<Effect> {
    if app.wanted_token().is_none() {
        app.report(none_wanted());
        return Vec::new();
    }
    let mut effects = super::editor::commit(app);
    effects.extend(super::sending::fetch_token(app));
    effects
}

/// Forgets the token that is kept for the open request.
pub(super) fn forget(app: &mut App) -> Vec<Effect> {
    let Some(wanted) = app.wanted_token() else {
        app.report(none_wanted());
        return Vec::new();
    };
    let Some(kept) = app.kept_token(&wanted) else {
        app.report(Notice::info("No token is kept for this request"));
        return Vec::new();
    };
    vec![Effect::ForgetToken { digest: kept.owner.digest.clone() }]
}

fn none_wanted() -> Notice {
    Notice::info("The open request is not sent with a token of OAuth 2")
        .with_hint("the Auth tab, or a folder above, says how it is authenticated")
}

/// A new token came, or did not.
pub(super) fn fetched(app: &mut App, send: SendId, result: Result<(), Failure>) -> Vec<Effect> {
    let Some(subject) = app.answers.awaiting(send) else { return vec![Effect::ListTokens] };
    let mut effects = vec![Effect::ListTokens];
    match result {
        Ok(()) => {
            app.answers.forget(&subject);
            app.report(Notice::info("A new token is kept"));
            if let Subject::Request(request) = subject {
                effects.push(Effect::FindLatest { request });
            }
        }
        Err(failure) => {
            let refusal = Refusal { failure, part: Some("auth".into()) };
            app.answers.finish(subject, State::Refused(refusal));
        }
    }
    effects
}

pub(super) fn listed(app: &mut App, tokens: Vec<KeptToken>) {
    app.tokens = tokens;
}

/// The page where one signs in is opened as soon as it is known.
pub(super) fn progressed(authorizing: &Authorizing) -> Vec<Effect> {
    match authorizing {
        Authorizing::Browser { url, .. } => vec![Effect::OpenPage { url: url.clone() }],
        Authorizing::Device { .. } | Authorizing::Requesting | Authorizing::Sharing => Vec::new(),
    }
}

/// The page where one signs in, or the code for it, to the clipboard.
pub(super) fn copy_page(app: &mut App) -> Vec<Effect> {
    let (text, what) = match waited_for(app) {
        Some(Authorizing::Browser { url, .. }) => (url.reveal().to_owned(), "the URL"),
        Some(Authorizing::Device { code, .. }) => (code.clone(), "the code"),
        _ => {
            app.report(nobody_asked());
            return Vec::new();
        }
    };
    vec![Effect::CopyText { text, what: what.into() }]
}

/// Opens the page where one signs in, again or on this machine.
pub(super) fn open_page(app: &mut App) -> Vec<Effect> {
    let url = match waited_for(app) {
        Some(Authorizing::Browser { url, .. }) => url.clone(),
        Some(Authorizing::Device { url, complete, .. }) => complete.as_ref().unwrap_or(url).as_str().into(),
        _ => {
            app.report(nobody_asked());
            return Vec::new();
        }
    };
    vec![Effect::OpenPage { url }]
}

fn nobody_asked() -> Notice {
    Notice::info("Nobody is asked to sign in now")
}

fn waited_for(app: &App) -> Option<&Authorizing> {
    match app.shown() {
        Shown::InFlight(State::Authorizing { authorizing, .. }) => Some(authorizing),
        _ => None,
    }
}
