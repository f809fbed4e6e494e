//! What the jar adds to each request of a chain, and keeps of each answer.

use jiff::Timestamp;
use url::Url;

use crate::{
    http::jars::{Found, Jar, JarError, JarName, Jars},
    model::{CookieVerdict, HopCookies, ReceivedCookie, ResponseHead, SentCookie},
};

/// The jar of a request on its way.
pub(in crate::http) struct Cookies<'a> {
    pub jars: &'a Jars,
    /// `None` when cookies are off.
    pub jar: Option<JarName>,
}

impl Cookies<'_> {
    /// The value of `Cookie` for a request to `url`, if the jar has any for it; what is sent is told in `facts`.
    pub(in crate::http) async fn header(&self, url: &Url, facts: &mut HopCookies) -> Option<String> {
        let name = self.jar.clone()?;
        facts.jar = Some(name.to_string());
        let jars = self.jars.clone();
        let jar = noted(self.off_the_runtime(move || jars.read(&name)).await?, facts)?;
        let cookies = jar.select(url, Timestamp::now());
        let sent = cookies.iter().map(|cookie| SentCookie {
            name: cookie.name.clone(),
            domain: cookie.domain.clone(),
            path: cookie.path.clone(),
        });
        facts.sent = sent.collect();
        let pairs: Vec<String> = cookies.iter().map(|cookie| cookie.pair()).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Keeps what a response from `url` sets, as the rules allow; what became of each is told in `facts`.
    pub(super) async fn store(&self, url: &Url, head: &ResponseHead, facts: &mut HopCookies) {
        let fields: Vec<String> = head.fields("set-cookie").map(str::to_owned).collect();
        if fields.is_empty() {
            return;
        }
        let Some(name) = self.jar.clone() else {
            facts.received = fields.iter().map(|field| unjudged(field)).collect();
            return;
        };
        let (jars, url) = (self.jars.clone(), url.clone());
        let judge = move |jar: &mut Jar| {
            let now = Timestamp::now();
            fields.iter().map(|field| jar.receive(field, &url, now)).collect::<Vec<_>>()
        };
        let judged = self.off_the_runtime(move || jars.change(&name, judge)).await;
        if let Some(received) = judged.and_then(|judged| noted(judged, facts)) {
            facts.received = received;
        }
    }

    /// Files are read and written where waiting for them holds up nobody else; memory is at hand. `None` when the
    /// runtime is ending.
    async fn off_the_runtime<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        if self.jars.are_in_memory() {
            return Some(work());
        }
        tokio::task::spawn_blocking(work).await.ok()
    }
}

fn unjudged(field: &str) -> ReceivedCookie {
    let pair = field.split(';').next().unwrap_or_default();
    let name = pair.split_once('=').map_or("", |(name, _)| name.trim()).to_owned();
    ReceivedCookie { name, verdict: CookieVerdict::Off, notes: Vec::new() }
}

/// What was found; whatever is wrong with the jar is told among the facts, and takes nothing from the exchange.
fn noted<T>(found: Result<Found<T>, JarError>, facts: &mut HopCookies) -> Option<T> {
    match found {
        Ok(found) => {
            facts.problems.extend(found.warning());
            Some(found.content)
        }
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            facts.problems.push(format!("{error}{}", cause.unwrap_or_default()));
            None
        }
    }
}
