//! `[retry]`: whether a failed attempt is made again, and after how long.
//!
//! Only what is safe to repeat is: a method that changes nothing twice (RFC 9110, section 9.2.2), a request that never
//! reached the server, or one whose settings say `idempotent`.

use std::time::Duration;

use ::http::Method;
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};

use crate::model::{Failure, FailureKind, ResponseHead, Retry};

/// Repetitions when a request has a `[retry]` that does not say how many.
const MOST: u32 = 3;

/// No backoff that somebody wants is longer; and no calculation with one that is shorter comes out of range.
const AGE: Duration = Duration::from_hours(24 * 365);

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending<'a> {
    Answered(&'a ResponseHead),
    Failed(&'a Failure),
}

/// When to try again.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    most: u32,
    on: Vec<String>,
    backoff: (Duration, Duration),
    is_repeatable: bool,
}

impl Policy {
    /// The policy of a request: its own `[retry]`, with what that leaves open from `defaults`. Where neither wants
    /// repetitions, it is sent once.
    pub(super) fn new(retry: &Retry, defaults: &Retry, method: &Method, idempotent: Option<bool>) -> Self {
        let unsaid = if *retry == Retry::default() { 0 } else { MOST };
        let retry = retry.clone().over(defaults);
        Self {
            most: retry.max.unwrap_or(unsaid),
            on: retry.on.unwrap_or_default(),
            backoff: retry.backoff.unwrap_or_default(),
            is_repeatable: idempotent.unwrap_or_else(|| is_idempotent(method)),
        }
    }

    /// How long to wait before the attempt after the `made` first ones; `None` when there is none.
    ///
    /// `luck` from 0 to 1 spreads the waits, so that clients which failed together do not come back together.
    pub(super) fn wait(&self, made: u32, ending: Ending<'_>, now: Timestamp, luck: f64) -> Option<Duration> {
        if made > self.most || !self.is_meant(ending) {
            return None;
        }
        if !(self.is_repeatable || was_never_sent(ending)) {
            return None;
        }
        if let Ending::Answered(head) = ending
            && let Some(wait) = head.field("retry-after").and_then(|value| retry_after(value, now))
        {
            return Some(wait);
        }
        let (first, longest) = self.backoff;
        let doubled = first.saturating_mul(2u32.saturating_pow(made.saturating_sub(1))).min(longest).min(AGE);
        Some(doubled.mul_f64(0.5 + luck.clamp(0.0, 1.0) / 2.0))
    }

    fn is_meant(&self, ending: Ending<'_>) -> bool {
        self.on.iter().any(|on| match ending {
            Ending::Answered(head) => {
                let class = format!("{}xx", head.status / 100);
                *on == head.status.to_string() || on.eq_ignore_ascii_case(&class)
            }
            Ending::Failed(failure) => match on.as_str() {
                "connect" => is_of_connection(failure.kind),
                "timeout" => matches!(failure.kind, FailureKind::ConnectTimeout | FailureKind::ReadTimeout),
                _ => false,
            },
        })
    }
}

/// RFC 9110, section 9.2.2.
pub(super) fn is_idempotent(method: &Method) -> bool {
    matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE")
}

fn is_of_connection(kind: FailureKind) -> bool {
    use FailureKind::{ConnectTimeout, Dns, Proxy, Refused, Reset, Truncated, Unreachable};
    matches!(kind, ConnectTimeout | Dns | Proxy | Refused | Reset | Truncated | Unreachable)
}

/// Whether no byte of the request can have reached the server.
fn was_never_sent(ending: Ending<'_>) -> bool {
    use FailureKind::{ConnectTimeout, Dns, Proxy, Refused, Unreachable};
    let Ending::Failed(failure) = ending else { return false };
    matches!(failure.kind, ConnectTimeout | Dns | Proxy | Refused | Unreachable)
}

/// The wait that `Retry-After` asks for: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTimeParser::new().parse_timestamp(value.trim()).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    fn head(status: u16, retry_after: Option<&str>) -> ResponseHead {
        let field = |value: &str| Field { name: "Retry-After".into(), value: value.into() };
        let fields = retry_after.map(field).into_iter().collect();
        ResponseHead { version: "HTTP/1.1".into(), status, reason: String::new(), fields }
    }

    fn failed(kind: FailureKind) -> Failure {
        Failure { kind, message: String::new(), causes: Vec::new(), hint: None }
    }

    /// What default.toml says.
    fn usual() -> Retry {
        crate::config::Config::load(None).0.retry
    }

    fn policy(method: &str, idempotent: Option<bool>) -> Policy {
        let retry = Retry { max: Some(2), ..Retry::default() };
        Policy::new(&retry, &usual(), &Method::from_bytes(method.as_bytes()).unwrap(), idempotent)
    }

    #[test]
    fn only_what_is_safe_is_repeated() {
        let (busy, refused, reset) =
            (head(503, None), failed(FailureKind::Refused), failed(FailureKind::Reset));
        let cases = [
            ("GET", None, Ending::Answered(&busy), true),
            ("POST", None, Ending::Answered(&busy), false),
            ("POST", Some(true), Ending::Answered(&busy), true),
            ("PUT", Some(false), Ending::Answered(&busy), false),
            ("POST", None, Ending::Failed(&refused), true),
            ("POST", None, Ending::Failed(&reset), false),
            ("DELETE", None, Ending::Failed(&reset), true),
        ];
        for (method, idempotent, ending, expected) in cases {
            let wait = policy(method, idempotent).wait(1, ending, Timestamp::now(), 0.5);
            assert_eq!(wait.is_some(), expected, "{method} {idempotent:?} {ending:?}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let retry = Retry {
            max: Some(9),
            on: Some(vec!["5xx".into()]),
            backoff: Some((Duration::from_millis(100), Duration::from_secs(1))),
        };
        let policy = Policy::new(&retry, &usual(), &Method::GET, None);
        let waits: Vec<u128> = (1..=5)
            .map(|made| policy.wait(made, Ending::Answered(&head(500, None)), Timestamp::now(), 1.0))
            .map(|wait| wait.unwrap().as_millis())
            .collect();
        assert_eq!(waits, [100, 200, 400, 800, 1000]);
        let shortest = policy.wait(1, Ending::Answered(&head(500, None)), Timestamp::now(), 0.0);
        assert_eq!(shortest, Some(Duration::from_millis(50)));
        assert_eq!(policy.wait(10, Ending::Answered(&head(500, None)), Timestamp::now(), 0.0), None);
        assert_eq!(policy.wait(1, Ending::Answered(&head(429, None)), Timestamp::now(), 0.0), None);
    }

    #[test]
    fn retry_after_wins() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let cases = [("7", 7), ("Fri, 02 Jan 2026 03:05:05 GMT", 60), ("Fri, 02 Jan 2026 03:00:00 GMT", 0)];
        for (value, seconds) in cases {
            let wait = policy("GET", None).wait(1, Ending::Answered(&head(429, Some(value))), now, 0.5);
            assert_eq!(wait, Some(Duration::from_secs(seconds)), "{value}");
        }
    }

    #[test]
    fn a_request_without_a_policy_is_sent_once() {
        let waits = |retry: Retry, defaults: Retry, made| {
            let policy = Policy::new(&retry, &defaults, &Method::GET, None);
            policy.wait(made, Ending::Answered(&head(503, None)), Timestamp::now(), 0.5).is_some()
        };
        assert!(!waits(Retry::default(), usual(), 1));
        // A user's own default holds for it; and a `[retry]` that does not say how often means three times.
        assert!(waits(Retry::default(), Retry { max: Some(1), ..usual() }, 1));
        let some = Retry { on: Some(vec!["503".into()]), ..Retry::default() };
        assert!(waits(some.clone(), usual(), 3));
        assert!(!waits(some, usual(), 4));
    }
}
