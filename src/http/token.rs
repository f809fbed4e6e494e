//! The token of a request without the request: what is kept of it, got anew, forgotten.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use crate::model::{Failure, Marked, Secret, Settings, Token, TokenOwner};

use super::{
    Client, Prepared, Progress,
    auth::{Credentials, WantedToken},
    client::cancelled,
    hop::Manner,
};

/// A token that a request wants, with how its authorization server is reached.
#[derive(Clone)]
pub struct TokenErrand {
    wanted: WantedToken,
    settings: Settings,
    base: PathBuf,
}

/// The settings may hold secrets, and stay out of it.
impl std::fmt::Debug for TokenErrand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenErrand({:?})", self.wanted)
    }
}

impl TokenErrand {
    /// Whose token it is.
    pub fn owner(&self) -> &TokenOwner {
        &self.wanted.owner
    }

    /// The field that carries a token.
    pub(super) fn authorization(&self, token: &Secret) -> Marked {
        self.wanted.authorization(token)
    }
}

impl Prepared {
    /// The token that the request is sent with; `None` where it wants none.
    pub fn token_errand(&self) -> Option<TokenErrand> {
        let Credentials::Oauth2(wanted) = &self.credentials else { return None };
        let (wanted, settings) = (WantedToken::clone(wanted), self.settings.clone());
        Some(TokenErrand { wanted, settings, base: self.base.clone() })
    }
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
