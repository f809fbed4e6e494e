//! The device grant (RFC 8628): the user signs in on any machine and gives a short code there; this one asks until
//! that is done.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use url::Url;

use crate::{
    http::{Authorizing, Progress},
    model::{Failure, FailureKind, Marked},
};

use super::{
    answer::{self, Granted, Refused},
    endpoint::{Asking, refused},
    explain,
    grant::{NoToken, redeem},
};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Where the server names no interval (section 3.2).
const USUAL: Duration = Duration::from_secs(5);
/// Servers that ask for none at all are not asked faster than this.
const FASTEST: Duration = Duration::from_millis(100);
/// Where the server does not say how long its code holds, though it must.
const LIFE: Duration = Duration::from_mins(15);

/// How often the server is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace(Duration);

impl Pace {
    fn new(interval: Option<Duration>) -> Self {
        Self(interval.unwrap_or(USUAL).max(FASTEST))
    }

    /// `slow_down` (section 3.5).
    fn slower(self) -> Self {
        Self(self.0.saturating_add(Duration::from_secs(5)))
    }

    /// After a timeout (section 3.5).
    fn doubled(self) -> Self {
        Self(self.0.saturating_mul(2))
    }
}

/// The answer to the first request (section 3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Issued {
    device_code: String,
    user_code: String,
    url: Url,
    /// With the code in it.
    complete: Option<Url>,
    life: Duration,
    pace: Pace,
}

pub(super) async fn authorize(asking: &mut Asking<'_>) -> Result<Granted, Failure> {
    let wanted = asking.wanted;
    let Some(endpoint) = &wanted.device_url else { return Err(refused("device_url is empty".into(), None)) };
    let mut form = vec![("client_id".to_owned(), wanted.client_id.clone())];
    wanted.add_scope(&mut form);
    wanted.add_params(&mut form);
    let answer = asking.post(endpoint, "device code", form).await?;
    let issued = answer::object(&answer.head, &answer.body).and_then(|object| match answer::error(&object) {
        Some(named) => Err(named),
        None => Issued::read(&object).map_err(Refused::Unreadable),
    });
    let issued = issued.map_err(|refused| explain::refused(wanted, refused)).inspect_err(|failure| {
        asking.note(&failure.message);
    })?;
    asking.note(&format!("a code for {}", crate::model::duration::human(issued.life)));
    (asking.manner.progress)(Progress::Authorizing(Authorizing::Device {
        code: issued.user_code.clone(),
        url: issued.url.to_string(),
        complete: issued.complete.as_ref().map(Url::to_string),
        patience: issued.life,
    }));
    poll(asking, &issued).await
}

/// Asks until the user has agreed, or not.
async fn poll(asking: &mut Asking<'_>, issued: &Issued) -> Result<Granted, Failure> {
    // A life beyond all clocks has no end.
    let end = Instant::now().checked_add(issued.life);
    let mut pace = issued.pace;
    let mut is_first = true;
    loop {
        tokio::time::sleep(pace.0).await;
        if end.is_some_and(|end| Instant::now() >= end) {
            return Err(explain::named(asking.wanted, "expired_token", None, None));
        }
        let form = vec![
            ("grant_type".to_owned(), Marked::plain(GRANT)),
            ("device_code".to_owned(), Marked::secret(issued.device_code.as_str(), "device_code")),
            ("client_id".to_owned(), asking.wanted.client_id.clone()),
        ];
        let answer = redeem(asking, form).await;
        if !std::mem::take(&mut is_first) {
            asking.fold();
        }
        pace = match answer {
            Ok(granted) => return Ok(granted),
            Err(NoToken::Refused(refused)) if refused.is("authorization_pending") => pace,
            Err(NoToken::Refused(refused)) if refused.is("slow_down") => pace.slower(),
            Err(NoToken::Failed(failure)) if is_timeout(failure.kind) => pace.doubled(),
            Err(no_token) => return Err(no_token.into_failure(asking.wanted)),
        };
    }
}

fn is_timeout(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::ConnectTimeout | FailureKind::ReadTimeout | FailureKind::TotalTimeout)
}

impl Issued {
    fn read(object: &Map<String, Value>) -> Result<Self, String> {
        let text = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let needed = |name: &str| text(name).ok_or_else(|| format!("its answer has no {name}"));
        // A browser is opened with it: a server must not have this machine open anything else.
        let web = |text: &str| Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        // Google says verification_url.
        let url = text("verification_uri").or(text("verification_url"));
        let url = url.ok_or("its answer has no verification_uri")?;
        Ok(Self {
            device_code: needed("device_code")?.to_owned(),
            user_code: needed("user_code")?.to_owned(),
            url: web(url)
                .ok_or_else(|| format!("its verification_uri is not an http or https URL: {url}"))?,
            complete: text("verification_uri_complete").and_then(web),
            life: answer::seconds(object.get("expires_in")).unwrap_or(LIFE),
            pace: Pace::new(answer::seconds(object.get("interval"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<Issued, String> {
        Issued::read(value.as_object().unwrap())
    }

    #[test]
    fn the_answer_of_the_standard_is_read() {
        let issued = read(&json!({
            "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS", "user_code": "WDJB-MJHT",
            "verification_uri": "https://example.com/device",
            "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
            "expires_in": 1800, "interval": 5
        }));
        let issued = issued.unwrap();
        assert_eq!((issued.user_code.as_str(), issued.life), ("WDJB-MJHT", Duration::from_mins(30)));
        assert_eq!(issued.complete.unwrap().as_str(), "https://example.com/device?user_code=WDJB-MJHT");
    }

    #[test]
    fn what_is_missing_or_dangerous_is_told() {
        let whole = json!({ "device_code": "d", "user_code": "u", "verification_url": "https://h/x" });
        assert_eq!(read(&whole).unwrap().life, LIFE);
        let cases = [
            ("device_code", json!(null), "its answer has no device_code"),
            ("user_code", json!(""), "its answer has no user_code"),
            ("verification_url", json!(3), "its answer has no verification_uri"),
            (
                "verification_url",
                json!("file:///etc/passwd"),
                "its verification_uri is not an http or https URL: file:///etc/passwd",
            ),
        ];
        for (name, value, expected) in cases {
            let mut object = whole.clone();
            object[name] = value;
            assert_eq!(read(&object).unwrap_err(), expected);
        }
        let mut sly = whole.clone();
        sly["verification_uri_complete"] = json!("javascript:alert(1)");
        assert_eq!(read(&sly).unwrap().complete, None);
    }

    #[test]
    fn the_server_sets_the_pace() {
        let seconds = Duration::from_secs;
        assert_eq!(Pace::new(None).0, seconds(5));
        assert_eq!(Pace::new(Some(seconds(2))).slower().0, seconds(7));
        assert_eq!(Pace::new(Some(seconds(2))).doubled().0, seconds(4));
        assert_eq!(Pace::new(Some(seconds(0))).0, FASTEST);
        assert_eq!(Pace::new(Some(Duration::MAX)).slower().doubled().0, Duration::MAX);
    }
}
