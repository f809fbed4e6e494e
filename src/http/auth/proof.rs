//! Authentication on the way: what each hop of an exchange is given, and what its answer changes.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use md5::Md5;
use sha2::{Sha256, Sha512_256};
use url::Url;

use crate::model::{Failure, FailureKind, Marked, ResponseHead};

use super::{
    super::{fields, hop::Ask, prepare::Prepared},
    Credentials, basic,
    digest::{self, Algorithm, Challenge, Memory, Protection, Who},
    payload,
};

/// A clock that is wrong by more than this makes AWS refuse a signature.
const SKEW: Duration = Duration::from_mins(4);

/// The credentials of one attempt.
pub(in crate::http) struct Proof<'a> {
    credentials: &'a Credentials,
    memory: &'a Memory,
    /// Whether every hop so far was at the origin that the request is for. Once a redirect has left it, whoever sent
    /// it decides where the next hop goes, and nothing is proved any more: not even on the way back.
    is_home: bool,
    /// Whether a redirect left TLS.
    is_exposed: bool,
    /// Challenges that were answered at this hop.
    answered: u8,
    /// The realm of the digest that was sent, and whether it was just challenged for.
    realm: Option<String>,
    is_challenged: bool,
    /// How far the server's clock is ahead.
    skew: SignedDuration,
}

impl<'a> Proof<'a> {
    pub(in crate::http) fn new(prepared: &'a Prepared, memory: &'a Memory) -> Self {
        Self {
            credentials: &prepared.credentials,
            memory,
            is_home: true,
            is_exposed: false,
            answered: 0,
            realm: None,
            is_challenged: false,
            skew: SignedDuration::ZERO,
        }
    }

    /// Gives a request what proves it, before it goes out. `coding` is the content coding that its body is sent in.
    ///
    /// # Errors
    /// The body cannot be read to be hashed, or what is to be signed cannot be.
    pub(in crate::http) async fn before(
        &mut self,
        ask: &mut Ask<'_>,
        coding: Option<&str>,
    ) -> Result<(), Failure> {
        let has_own = fields::has(&ask.fields, "authorization");
        match self.credentials {
            Credentials::Netrc(netrc) if !self.is_exposed && !has_own => {
                let host = ask.url.host_str().unwrap_or_default();
                if let Some(entry) = netrc.entry(host, self.is_home) {
                    let mut value = Marked::plain("Basic ");
                    value.push_secret(&basic(&entry.login, entry.password.reveal()), "netrc");
                    ask.fields.push(("Authorization".into(), value));
                }
            }
            Credentials::Digest { username, password } if self.is_home => {
                self.digest(Who { username, password }, ask, coding).await?;
            }
            Credentials::Aws(signer) if self.is_home => {
                let now = Timestamp::now().saturating_add(self.skew).unwrap_or_default();
                let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now.as_millisecond().unsigned_abs());
                signer.sign(ask, coding, now).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The answer to what the server has challenged for, now or before.
    async fn digest(&mut self, who: Who<'_>, ask: &mut Ask<'_>, coding: Option<&str>) -> Result<(), Failure> {
        let challenged = self.realm.as_deref().filter(|_| self.is_challenged);
        let Some(using) = self.memory.take(&ask.url, who, challenged) else { return Ok(()) };
        let body_hash = match (using.challenge.protection, using.challenge.algorithm()) {
            (Protection::AuthInt, Some(algorithm)) => Some(hash(algorithm, ask, coding).await?),
            _ => None,
        };
        let answer = digest::answer(
            &using.challenge,
            &digest::Request {
                method: ask.method.as_str(),
                target: &ask.url[url::Position::BeforePath..url::Position::AfterQuery],
                username: who.username.reveal(),
                password: who.password.reveal(),
                client_nonce: &using.client_nonce,
                session: Some((&using.began.0, &using.began.1)),
                count: using.count,
                body_hash: body_hash.as_deref(),
            },
        );
        ask.fields.push(("Authorization".into(), Marked::secret(answer, "digest")));
        self.realm = Some(using.challenge.realm);
        Ok(())
    }

    /// Looks at an answer. Whether the request is to be made again, with what was learnt: once, and once more where
    /// only the nonce was stale.
    pub(in crate::http) fn after(&mut self, url: &Url, head: &ResponseHead) -> bool {
        if !self.is_home {
            return false;
        }
        match self.credentials {
            Credentials::Digest { username, password } => {
                self.challenged(Who { username, password }, url, head)
            }
            Credentials::Aws(_) => self.is_skewed(head),
            _ => false,
        }
    }

    fn challenged(&mut self, who: Who<'_>, url: &Url, head: &ResponseHead) -> bool {
        if head.status != 401 {
            let next = head.fields("authentication-info").find_map(digest::next_nonce);
            if let (Some(realm), Some(nonce)) = (&self.realm, next) {
                self.memory.renew(url, who, realm, &nonce);
            }
            return false;
        }
        let Some(challenge) = Challenge::strongest(head.fields("www-authenticate")) else { return false };
        if self.answered > u8::from(challenge.is_stale) {
            self.memory.forget(url, who, &challenge.realm);
            return false;
        }
        self.answered += 1;
        self.is_challenged = true;
        self.realm = Some(challenge.realm.clone());
        self.memory.learn(url, who, challenge);
        true
    }

    /// AWS refuses what was signed at another time than its own: then it is signed once more, at the server's time.
    fn is_skewed(&mut self, head: &ResponseHead) -> bool {
        if !matches!(head.status, 400 | 403) || self.answered > 0 {
            return false;
        }
        let date = head.field("date").and_then(|date| rfc2822::parse(date).ok());
        let Some(ahead) = date.map(|date| date.timestamp().duration_since(Timestamp::now())) else {
            return false;
        };
        if ahead.unsigned_abs() <= SKEW {
            return false;
        }
        tracing::warn!("the clock of this machine differs from the server's by {} s", -ahead.as_secs());
        self.answered += 1;
        self.skew = ahead;
        true
    }

    /// A redirect leads on.
    pub(in crate::http) fn moved(&mut self, from: &Url, to: &Url) {
        self.is_home &= from.origin() == to.origin();
        self.is_exposed |= from.scheme() == "https" && to.scheme() != "https";
        self.answered = 0;
        self.is_challenged = false;
        self.realm = None;
    }
}

async fn hash(algorithm: Algorithm, ask: &Ask<'_>, coding: Option<&str>) -> Result<String, Failure> {
    let hash = match algorithm {
        Algorithm::Md5 => payload::hash::<Md5>(ask, coding).await,
        Algorithm::Sha256 => payload::hash::<Sha256>(ask, coding).await,
        Algorithm::Sha512256 => payload::hash::<Sha512_256>(ask, coding).await,
    };
    hash.map_err(|error| Failure {
        kind: FailureKind::Io,
        message: format!("the body cannot be read: {error}"),
        causes: Vec::new(),
        hint: None,
    })
}
