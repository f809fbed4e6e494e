//! Tokens of OAuth 2 for the screen: listed, got anew, forgotten; and the page where one signs in.

use tokio_util::sync::CancellationToken;

use crate::{
    http::{Prepared, Progress, open_in_browser},
    model::Marked,
    store::tokens::Tokens,
};

use super::{
    super::{
        app::notices::Notice,
        event::{Event, SendId},
    },
    Shared,
};

pub(super) fn list(shared: &Shared) {
    match Tokens::of(&shared.places).list() {
        Ok(tokens) => {
            let tokens = tokens.into_iter().map(Into::into).collect();
            shared.tell(Event::TokensListed { tokens });
        }
        Err(error) => tracing::warn!("the tokens cannot be listed: {error}"),
    }
}

pub(super) fn forget(shared: &Shared, digest: &str) {
    match Tokens::of(&shared.places).forget(digest) {
        Ok(_) => shared.report(Notice::info("The token is forgotten")),
        Err(error) => shared.report(Notice::from_error("The token is not forgotten", &error)),
    }
    list(shared);
}

/// Gets a new token for a request that is ready to be sent, and does not send it.
pub(super) async fn fetch(
    shared: &Shared,
    send: SendId,
    prepared: &Prepared,
    progress: impl Fn(Progress) + Send + Sync,
    cancel: CancellationToken,
) {
    let Some(errand) = prepared.token_errand() else { return };
    let result = shared.client.fetch_token(&errand, progress, cancel).await.map(drop);
    shared.tell(Event::TokenFetched { send, result });
}

pub(super) fn open_page(shared: &Shared, url: &Marked) {
    if let Err(error) = open_in_browser(url.reveal()) {
        shared.report(
            Notice::from_error("No browser opens", &error).with_hint("copy the URL, and open it yourself"),
        );
    }
}
