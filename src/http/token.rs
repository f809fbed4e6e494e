//! The token of a request without the request: what is kept of it, got anew, forgotten.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use crate::{
    model::{Auth, Effective, Failure, NodeId, Permit, Settings, Token, TokenOwner},
    template::Scope,
};

use super::{
    Client, PrepareError, Progress,
    auth::{Place, WantedToken},
    client::cancelled,
    hop::Manner,
    prepare::Writing,
};

/// A token that a request wants, with how its authorization server is reached.
#[derive(Debug, Clone)]
pub struct TokenErrand {
    wanted: WantedToken,
    settings: Settings,
    base: PathBuf,
}

impl TokenErrand {
    /// Whose token it is.
    pub fn owner(&self) -> &TokenOwner {
        &self.wanted.owner
    }
}

/// What token a request is sent with, whether or not the rest of it can be sent; `None` where it wants none. The scope
/// with its secrets is [`super::settle`]'s.
///
/// # Errors
/// What of `[auth] oauth2` cannot be used.
pub fn token_errand(
    source: Option<&NodeId>,
    environment: Option<&str>,
    effective: &Effective,
    scope: &Scope,
    permit: &Permit,
) -> Result<Option<TokenErrand>, PrepareError> {
    let Some(Auth::Oauth2(written)) = &effective.request.auth else { return Ok(None) };
    let place = Place { source, environment, folder: &effective.base };
    let mut writing = Writing::new(scope, source, &effective.base, permit);
    Ok(Some(TokenErrand {
        wanted: WantedToken::new(written, place, &mut writing)?,
        settings: writing.settings(&effective.request.http)?,
        base: effective.base.clone(),
    }))
}

impl Client {
    /// The token that is kept, fresh or not. Reads a file.
    pub fn kept_token(&self, errand: &TokenErrand) -> Option<Token> {
        self.authorizer.kept(&errand.wanted)
    }

    /// Gets a new token, also where the kept one is fresh; it is kept, as one that a send gets.
    pub async fn fetch_token(
        &self,
        errand: &TokenErrand,
        progress: impl Fn(Progress) + Send + Sync,
        cancel: CancellationToken,
    ) -> Result<Token, Failure> {
        let settings = errand.settings.clone().over(&self.defaults);
        let manner = Manner {
            pool: &self.pool,
            settings: &settings,
            base: &errand.base,
            progress: &progress,
            download: None,
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(cancelled()),
            token = self.authorizer.fetch(&errand.wanted, &manner) => token,
        }
    }

    /// Forgets the token that is kept. Whether there was one.
    ///
    /// # Errors
    /// The file cannot be deleted.
    pub fn forget_token(&self, errand: &TokenErrand) -> std::io::Result<bool> {
        self.authorizer.forget(&errand.wanted)
    }
}
