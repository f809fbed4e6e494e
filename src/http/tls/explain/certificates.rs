//! Why a server's certificate is not accepted.

use jiff::Timestamp;
use rustls::{CertificateError as Problem, pki_types::UnixTime};

use super::Words;
use crate::model::Certificate;

const FOR_A_TRIAL: &str = "for a trial only: verify = false";

/// `chain` is what was shown, the server's own certificate first.
pub(super) fn words(peer: &str, host: &str, problem: &Problem, chain: &[Certificate]) -> Words {
    match problem {
        Problem::Expired | Problem::ExpiredContext { .. } => expired(peer, problem, chain),
        Problem::NotValidYet | Problem::NotValidYetContext { .. } => not_yet(peer, problem, chain),
        Problem::NotValidForName | Problem::NotValidForNameContext { .. } => wrong_host(peer, host, chain),
        Problem::Revoked => Words::new(
            format!("the certificate of {peer} was revoked"),
            "its issuer has taken it back: do not trust this server until it has another",
        ),
        Problem::UnknownIssuer => unknown_issuer(peer, chain),
        // Said of an authority's certificate in a server's place, or of one whose name a trusted root happens to have.
        _ if is_self_signed(chain) => unknown_issuer(peer, chain),
        Problem::BadSignature | Problem::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            bad_signature(peer, chain)
        }
        _ => Words {
            message: format!("the certificate of {peer} is not accepted"),
            hint: Some(format!("the server needs a certificate that is made for servers; {FOR_A_TRIAL}")),
        },
    }
}

/// "2026-03-01".
pub(super) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

fn timestamp(time: UnixTime) -> Option<Timestamp> {
    Timestamp::from_second(time.as_secs().try_into().ok()?).ok()
}

fn is_self_signed(chain: &[Certificate]) -> bool {
    matches!(chain, [one] if one.is_self_issued())
}

/// " over CN=x, which": the certificate of the chain that is to blame, unless it is the server's own.
fn blame(chain: &[Certificate], is_it: impl Fn(&Certificate) -> bool) -> String {
    match chain.iter().position(is_it) {
        None | Some(0) => String::new(),
        Some(index) => {
            chain.get(index).map(|one| format!(" leads over {}, which", one.name())).unwrap_or_default()
        }
    }
}

fn expired(peer: &str, problem: &Problem, chain: &[Certificate]) -> Words {
    let end = match problem {
        Problem::ExpiredContext { not_after, .. } => timestamp(*not_after),
        _ => chain.first().map(|leaf| leaf.not_after),
    };
    let over = end.map(|end| blame(chain, |one| one.not_after == end)).unwrap_or_default();
    let when = end.map(|end| {
        let days = (Timestamp::now().as_second() - end.as_second()) / (24 * 60 * 60);
        let ago = match days {
            0 => "today".to_owned(),
            1 => "yesterday".to_owned(),
            days => format!("{days} days ago"),
        };
        format!(" on {}, {ago}", day(end))
    });
    Words {
        message: format!("the certificate of {peer}{over} expired{}", when.unwrap_or_default()),
        hint: Some(format!(
            "it has to be renewed on the server; if it looks good there, check this machine's clock; {FOR_A_TRIAL}"
        )),
    }
}

fn not_yet(peer: &str, problem: &Problem, chain: &[Certificate]) -> Words {
    let begin = match problem {
        Problem::NotValidYetContext { not_before, .. } => timestamp(*not_before),
        _ => chain.first().map(|leaf| leaf.not_before),
    };
    let over = begin.map(|begin| blame(chain, |one| one.not_before == begin)).unwrap_or_default();
    let when = begin.map(|begin| format!(": it begins on {}", day(begin)));
    Words::new(
        format!("the certificate of {peer}{over} is not valid yet{}", when.unwrap_or_default()),
        "check the clock of this machine, and the server's when the certificate was made",
    )
}

fn wrong_host(peer: &str, host: &str, chain: &[Certificate]) -> Words {
    let names = chain.first().map(|leaf| leaf.names.as_slice()).unwrap_or_default();
    let whose = match names {
        [] => "names no host".to_owned(),
        names => format!("is for {}", some_of(names)),
    };
    let hint = match names {
        [] => "the server needs a certificate with subject alternative names; its common name does not count",
        [one] if !one.contains('*') => {
            return Words {
                message: format!("the certificate of {peer} {whose} and not for {host}"),
                hint: Some(format!(
                    "use https://{one}, with its address under [http.resolve] where DNS does not give it; \
                     {FOR_A_TRIAL}"
                )),
            };
        }
        _ => "use a name that it is for, with its address under [http.resolve] where DNS does not give it",
    };
    Words {
        message: format!("the certificate of {peer} {whose} and not for {host}"),
        hint: Some(format!("{hint}; {FOR_A_TRIAL}")),
    }
}

fn some_of(names: &[String]) -> String {
    match names {
        [first @ .., last] if names.len() <= 4 && !first.is_empty() => {
            format!("{} and {last}", first.join(", "))
        }
        [one] => one.clone(),
        _ => format!(
            "{} and {} others",
            names.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", "),
            names.len() - 3
        ),
    }
}

/// The last certificate up from the server's own that was shown.
fn top(chain: &[Certificate]) -> Option<&Certificate> {
    let mut top = chain.first()?;
    // Each step uses up one of the chain, or a ring of issuers would never end.
    for _ in chain {
        let above = chain.iter().find(|one| one.subject == top.issuer && !std::ptr::eq(*one, top));
        match above {
            Some(above) if !top.is_self_issued() => top = above,
            _ => break,
        }
    }
    Some(top)
}

fn unknown_issuer(peer: &str, chain: &[Certificate]) -> Words {
    if is_self_signed(chain) {
        return Words {
            message: format!("the certificate of {peer} is self-signed: nobody but itself vouches for it"),
            hint: Some(format!(
                "if you trust it, keep it in a file and name that under [http]: ca = \"server.pem\"; {FOR_A_TRIAL}"
            )),
        };
    }
    let Some(top) = top(chain) else {
        return Words {
            message: format!("the issuer of the certificate of {peer} is not trusted"),
            hint: Some(format!(
                "if you trust it, name its root under [http]: ca = \"root.pem\"; {FOR_A_TRIAL}"
            )),
        };
    };
    if top.is_self_issued() {
        return Words {
            message: format!("the certificate of {peer} leads to {}, which is not trusted", top.subject),
            hint: Some(format!(
                "if you trust that root, name its file under [http]: ca = \"root.pem\"; {FOR_A_TRIAL}"
            )),
        };
    }
    Words {
        message: format!("the certificate of {peer} was issued by {}, which is not trusted", top.issuer),
        hint: Some(format!(
            "if you trust it, name its root under [http]: ca = \"root.pem\"; if it is only on the way to a root, the \
             server should send it along; {FOR_A_TRIAL}"
        )),
    }
}

fn bad_signature(peer: &str, chain: &[Certificate]) -> Words {
    let issuer = chain.first().map_or("the issuer it names", |leaf| leaf.issuer.as_str());
    Words::new(
        format!("the certificate of {peer} was not signed by {issuer}, although it says so"),
        "a root of that name is trusted, but it has another key; name the right one under [http]: ca = \"root.pem\"",
    )
}
