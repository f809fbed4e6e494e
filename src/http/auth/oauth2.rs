//! OAuth 2: a token from an authorization server, had once and sent with many requests.
//!
//! ```text
//! WantedToken ── Authorizer::obtain ──► a kept token that is fresh
//!   wanted          one at a time         or the refresh token redeemed       grant, endpoint
//!                                         or the grant anew                   code + callback, device
//! ```
//!
//! The protocol is a form and an object of JSON, and is our own: the `oauth2` crate has neither requests whose secret
//! parts are marked nor our connections, reads answers more strictly than servers write them, and brings second
//! copies of what is here for digests, random numbers and times.

use std::{
    collections::HashMap,
    fs::File,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    http::{Authorizing, Progress, connect::io_failure, hop::Manner},
    model::{Failure, FailureKind, Grant, Marked, Secret, Token, TokenKind, TokenRequest},
    store::tokens::Tokens,
};

mod answer;
mod callback;
mod code;
mod device;
mod endpoint;
mod explain;
mod gate;
mod grant;
mod pkce;
#[cfg(test)]
mod tests;
mod wanted;

use answer::{Granted, Refused};
use endpoint::Asking;
use gate::Gate;
use grant::NoToken;

pub(in crate::http) use wanted::{Place, WantedToken};

/// Between two looks at whether another program is done with a token.
const GLANCE: Duration = Duration::from_millis(50);

/// Keeps tokens, and gets those that are not there.
#[derive(Debug, Default)]
pub(in crate::http) struct Authorizer {
    shelf: Shelf,
    /// By the token's digest: who renews it holds it.
    gates: Mutex<HashMap<String, Arc<Gate>>>,
    /// Whether there is somebody to sign in.
    is_attended: bool,
    clock: Clock,
}

/// Where tokens are kept.
#[derive(Debug)]
enum Shelf {
    /// As long as the program runs.
    Memory(Mutex<HashMap<String, Token>>),
    Disk(Tokens),
}

impl Default for Shelf {
    fn default() -> Self {
        Self::Memory(Mutex::default())
    }
}

/// What time it is: a test says so itself.
#[derive(Debug, Clone, Default)]
enum Clock {
    #[default]
    System,
    #[cfg(test)]
    Set(Arc<Mutex<Timestamp>>),
}

impl Clock {
    fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            #[cfg(test)]
            Self::Set(time) => *lock(time),
        }
    }
}

/// A token to send.
#[derive(Debug)]
pub(in crate::http) struct Obtained {
    /// The field that carries it.
    pub authorization: Marked,
    /// The one that is sent.
    pub sent: Secret,
    pub token: Token,
    /// Whether it was there already: the server may have forgotten it since.
    pub is_kept: bool,
}

impl Authorizer {
    pub(in crate::http) fn new(folder: Option<PathBuf>, is_attended: bool) -> Self {
        let shelf = folder.map_or_else(Shelf::default, |folder| Shelf::Disk(Tokens::in_folder(folder)));
        Self { shelf, is_attended, ..Self::default() }
    }

    /// The token that is kept for a request, fresh or not.
    pub(in crate::http) fn kept(&self, wanted: &WantedToken) -> Option<Token> {
        let digest = &wanted.owner.digest;
        match &self.shelf {
            Shelf::Memory(tokens) => lock(tokens).get(digest).cloned(),
            Shelf::Disk(tokens) => tokens.read(digest),
        }
    }

    /// A token that can be sent: the one that is kept if it is fresh and not the `rejected` one, else a new one.
    ///
    /// Concurrent sends share one renewal. Every request to the authorization server is added to `trail`.
    pub(in crate::http) async fn obtain(
        &self,
        wanted: &WantedToken,
        manner: &Manner<'_>,
        trail: &mut Vec<TokenRequest>,
        rejected: Option<&Secret>,
    ) -> Result<Obtained, Failure> {
        if let Some(obtained) = self.fresh(wanted, rejected) {
            return Ok(obtained);
        }
        let gate = Arc::clone(lock(&self.gates).entry(wanted.owner.digest.clone()).or_default());
        let (_turn, failed) = gate.enter(wanted, manner).await;
        if let Some(failure) = failed {
            return Err(failure);
        }
        let _lock = self.lock_file(wanted, manner).await?;
        // Whoever was before us may have renewed it.
        if let Some(obtained) = self.fresh(wanted, rejected) {
            return Ok(obtained);
        }
        (manner.progress)(Progress::Authorizing(Authorizing::Requesting));
        let renewed = self.renew(&mut Asking { wanted, manner, trail }).await;
        let token = renewed.inspect_err(|failure| gate.fail(wanted, failure))?;
        self.keep(&token);
        Ok(Obtained::new(wanted, token, false))
    }

    /// A new token, whatever is kept.
    pub(in crate::http) async fn fetch(
        &self,
        wanted: &WantedToken,
        manner: &Manner<'_>,
    ) -> Result<Token, Failure> {
        let kept = self.kept(wanted).map(|token| Obtained::new(wanted, token, true).sent);
        Ok(self.obtain(wanted, manner, &mut Vec::new(), kept.as_ref()).await?.token)
    }

    fn fresh(&self, wanted: &WantedToken, rejected: Option<&Secret>) -> Option<Obtained> {
        let token = self.kept(wanted).filter(|token| token.is_fresh(self.clock.now()))?;
        let is_whole = wanted.token == TokenKind::AccessToken || token.id_token.is_some();
        let obtained = Obtained::new(wanted, token, true);
        (is_whole && rejected != Some(&obtained.sent)).then_some(obtained)
    }

    /// Waits until no other program renews the token.
    async fn lock_file(&self, wanted: &WantedToken, manner: &Manner<'_>) -> Result<Option<File>, Failure> {
        let Shelf::Disk(tokens) = &self.shelf else { return Ok(None) };
        let mut is_told = false;
        loop {
            let lock = tokens.try_lock(&wanted.owner.digest);
            match lock.map_err(|error| io_failure("the folder of the tokens cannot be used", &error))? {
                Some(lock) => return Ok(Some(lock)),
                None if is_told => {}
                None => (manner.progress)(Progress::Authorizing(Authorizing::Sharing)),
            }
            is_told = true;
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// By the refresh token, if there is one that the server takes; else by the grant.
    async fn renew(&self, asking: &mut Asking<'_>) -> Result<Token, Failure> {
        let wanted = asking.wanted;
        let kept = self.kept(wanted).and_then(|token| token.refresh_token);
        // RFC 6749, section 4.4.3: a client's own token is not refreshed.
        let kept = kept.filter(|_| wanted.grant != Grant::ClientCredentials);
        if let Some(kept) = kept.filter(|kept| kept.reveal() != wanted.refresh_token.reveal()) {
            match grant::refresh(asking, Marked::secret(kept.reveal(), "refresh_token")).await {
                // A server that does not rotate means the same one (section 6).
                Ok(granted) => return Ok(self.token(wanted, granted, Some(kept))),
                Err(NoToken::Refused(refused)) if starts_anew(&refused) => {}
                Err(no_token) => return Err(no_token.into_failure(wanted)),
            }
        }
        if wanted.needs_person() && !self.is_attended {
            return Err(unattended(wanted));
        }
        let granted = grant::authorize(asking).await?;
        let written = Some(wanted.refresh_token.reveal()).filter(|token| !token.is_empty());
        Ok(self.token(wanted, granted, written.map(Secret::new)))
    }

    fn token(&self, wanted: &WantedToken, granted: Granted, redeemed: Option<Secret>) -> Token {
        let now = self.clock.now();
        Token {
            owner: wanted.owner.clone(),
            access_token: granted.access_token,
            token_type: granted.token_type,
            refresh_token: granted.refresh_token.or(redeemed),
            id_token: granted.id_token,
            scope: granted.scope.unwrap_or_default(),
            obtained: now,
            // A life beyond the calendar has no end.
            expires: granted.expires_in.and_then(|life| now.checked_add(life).ok()),
        }
    }

    /// A token that cannot be kept is sent all the same.
    fn keep(&self, token: &Token) {
        let kept = match &self.shelf {
            Shelf::Memory(tokens) => {
                lock(tokens).insert(token.owner.digest.clone(), token.clone());
                Ok(())
            }
            Shelf::Disk(tokens) => tokens.write(token),
        };
        if let Err(error) = kept {
            tracing::warn!("the token of {} is not kept: {error}", token.owner.token_url);
        }
    }

    /// Forgets what is kept. Whether there was something.
    pub(in crate::http) fn forget(&self, wanted: &WantedToken) -> std::io::Result<bool> {
        match &self.shelf {
            Shelf::Memory(tokens) => Ok(lock(tokens).remove(&wanted.owner.digest).is_some()),
            Shelf::Disk(tokens) => tokens.forget(&wanted.owner.digest),
        }
    }
}

impl Obtained {
    fn new(wanted: &WantedToken, token: Token, is_kept: bool) -> Self {
        let sent = match (wanted.token, &token.id_token) {
            (TokenKind::IdToken, Some(id_token)) => id_token.clone(),
            _ => token.access_token.clone(),
        };
        Self { authorization: wanted.authorization(&sent), sent, token, is_kept }
    }
}

/// Whether a refresh token that was refused is no reason to give up: the grant may be made anew.
fn starts_anew(refused: &Refused) -> bool {
    const TROUBLE: [&str; 3] = ["invalid_client", "server_error", "temporarily_unavailable"];
    matches!(refused, Refused::Named { code, .. } if !TROUBLE.contains(&code.as_str()))
}

fn unattended(wanted: &WantedToken) -> Failure {
    Failure {
        kind: FailureKind::Invalid,
        message: format!(
            "the grant {} needs somebody to sign in, and there is no terminal",
            wanted.owner.grant
        ),
        causes: Vec::new(),
        hint: Some(
            "run `antiphon auth fetch` with the request's name in a terminal first: the token is kept".into(),
        ),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
