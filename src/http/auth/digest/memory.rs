//! Nonces that servers gave, for as long as a client lives: the next request is sent with its answer at once, and with
//! a count that goes up (RFC 7616, section 3.4).

use std::sync::Mutex;

use url::Url;

use crate::model::Marked;

use super::challenge::Challenge;

/// How many protection spaces are remembered; the oldest goes.
const MOST: usize = 256;

/// The challenges of a client that were answered.
#[derive(Debug, Default)]
pub(in crate::http) struct Memory(Mutex<Vec<Session>>);

/// Who answers.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Who<'a> {
    pub username: &'a Marked,
    pub password: &'a Marked,
}

/// A protection space with what answers its challenge.
#[derive(Debug)]
struct Session {
    /// The origin's and the realm, with the name: what the session is known by.
    origin: String,
    username: Marked,
    password: Marked,
    /// With the latest nonce.
    challenge: Challenge,
    /// Prefixes of the URLs that it is for.
    space: Vec<String>,
    /// The nonces that it began with, the server's and the client's.
    began: (String, String),
    count: u32,
}

/// One use of a session's nonce.
#[derive(Debug)]
pub(in super::super) struct Use {
    pub challenge: Challenge,
    pub began: (String, String),
    pub client_nonce: String,
    pub count: u32,
}

impl Memory {
    /// Takes up a challenge, in the place of an earlier one of the same realm.
    pub(in super::super) fn learn(&self, url: &Url, who: Who<'_>, challenge: Challenge) {
        let session = Session {
            origin: origin(url),
            username: who.username.clone(),
            password: who.password.clone(),
            space: space(url, &challenge.domain),
            began: (challenge.nonce.clone(), new_nonce()),
            count: 0,
            challenge,
        };
        let realm = session.challenge.realm.clone();
        let mut sessions = self.lock();
        sessions.retain(|known| !known.is_of(&session.origin, who, Some(&realm)));
        let excess = (sessions.len() + 1).saturating_sub(MOST);
        sessions.drain(..excess);
        sessions.push(session);
    }

    /// Uses a nonce for a request: that of `realm`, which was just challenged for, or that of the space that the URL is
    /// in.
    pub(in super::super) fn take(&self, url: &Url, who: Who<'_>, realm: Option<&str>) -> Option<Use> {
        let origin = origin(url);
        let mut sessions = self.lock();
        let own = sessions.iter_mut().filter(|session| session.is_of(&origin, who, realm));
        let session = match realm {
            Some(_) => own.last(),
            None => own
                .filter_map(|session| Some((session.covers(url)?, session)))
                .max_by_key(|(length, _)| *length)
                .map(|(_, session)| session),
        }?;
        session.count += 1;
        let is_first = session.count == 1 && session.challenge.nonce == session.began.0;
        let client_nonce = if is_first { session.began.1.clone() } else { new_nonce() };
        Some(Use {
            challenge: session.challenge.clone(),
            began: session.began.clone(),
            client_nonce,
            count: session.count,
        })
    }

    /// The server names the nonce to use next (RFC 7616, section 3.5).
    pub(in super::super) fn renew(&self, url: &Url, who: Who<'_>, realm: &str, nonce: &str) {
        let origin = origin(url);
        for session in self.lock().iter_mut().filter(|session| session.is_of(&origin, who, Some(realm))) {
            if session.challenge.nonce != nonce {
                nonce.clone_into(&mut session.challenge.nonce);
                session.count = 0;
            }
        }
    }

    /// The server does not take what answers its challenge.
    pub(in super::super) fn forget(&self, url: &Url, who: Who<'_>, realm: &str) {
        let origin = origin(url);
        self.lock().retain(|session| !session.is_of(&origin, who, Some(realm)));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Session {
    fn is_of(&self, origin: &str, who: Who<'_>, realm: Option<&str>) -> bool {
        self.origin == origin
            && self.username.reveal() == who.username.reveal()
            && self.password.reveal() == who.password.reveal()
            && realm.is_none_or(|realm| realm == self.challenge.realm)
    }

    /// Whether it is for a URL, and by how long a prefix.
    fn covers(&self, url: &Url) -> Option<usize> {
        let prefixes = self.space.iter().filter(|prefix| url.as_str().starts_with(prefix.as_str()));
        prefixes.map(String::len).max()
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The space of a challenge: credentials never go to another origin, whatever its `domain` says.
fn space(url: &Url, domain: &[String]) -> Vec<String> {
    if domain.is_empty() {
        return vec![url[..url::Position::BeforePath].to_owned()];
    }
    let absolute = domain.iter().filter_map(|written| url.join(written).ok());
    absolute.filter(|prefix| prefix.origin() == url.origin()).map(String::from).collect()
}

fn new_nonce() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn challenge(parameters: &str) -> Challenge {
        let field = format!("Digest realm=\"r\", qop=auth, {parameters}");
        Challenge::strongest([field.as_str()].into_iter()).unwrap()
    }

    #[test]
    fn a_nonce_is_counted_up_and_renewed() {
        let (name, password, other) = (Marked::from("u"), Marked::from("p"), Marked::from("q"));
        let who = Who { username: &name, password: &password };
        let (memory, here) = (Memory::default(), url("http://a.test/x"));
        assert!(memory.take(&here, who, None).is_none());
        memory.learn(&here, who, challenge("nonce=1"));
        let first = memory.take(&here, who, Some("r")).unwrap();
        assert_eq!((first.count, &first.client_nonce), (1, &first.began.1));
        let second = memory.take(&url("http://a.test/y"), who, None).unwrap();
        assert_eq!((second.count, second.challenge.nonce.as_str()), (2, "1"));
        assert_ne!(second.client_nonce, first.client_nonce);
        assert!(memory.take(&url("http://a.test:81/y"), who, None).is_none());
        assert!(memory.take(&here, Who { password: &other, ..who }, None).is_none());
        memory.renew(&here, who, "r", "2");
        let third = memory.take(&here, who, None).unwrap();
        assert_eq!((third.count, third.challenge.nonce.as_str()), (1, "2"));
        assert_eq!(third.began, first.began);
        memory.forget(&here, who, "r");
        assert!(memory.take(&here, who, None).is_none());
    }

    #[test]
    fn the_domain_says_where_a_nonce_is_used() {
        let (name, password) = (Marked::from("u"), Marked::from("p"));
        let who = Who { username: &name, password: &password };
        let (memory, here) = (Memory::default(), url("http://a.test/in/x"));
        memory.learn(&here, who, challenge("nonce=1, domain=\"/in http://b.test/\""));
        assert!(memory.take(&url("http://a.test/in/y"), who, None).is_some());
        assert!(memory.take(&url("http://a.test/out"), who, None).is_none());
        assert!(memory.take(&url("http://b.test/"), who, None).is_none());
        // What was just challenged for is answered wherever it stands.
        assert!(memory.take(&url("http://a.test/out"), who, Some("r")).is_some());
    }
}
