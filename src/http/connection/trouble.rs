//! What went wrong on a connection that stood, in words; and whether the request may be made again all the same.

use std::{error::Error, io};

use h2::Reason;

use crate::{
    http::{connect::Origin, retry::is_idempotent, tls::Witness},
    model::{Failure, FailureKind},
};

/// What a chain of causes holds that is telling.
#[derive(Default)]
struct Findings {
    causes: Vec<String>,
    signs: Vec<Sign>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The user's part failed: the body could not be read.
    Upload,
    TooLarge,
    Parse,
    Incomplete,
    Reset,
}

/// The causes of an error, outermost first. An `io::Error` passes over the one that it wraps, which is not passed over
/// here.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(<dyn Error>::downcast_ref)
}

impl Findings {
    fn of(error: &(dyn Error + 'static)) -> Self {
        let mut found = Self::default();
        for error in chain(error) {
            let text = error.to_string();
            if found.causes.last() != Some(&text) {
                found.causes.push(text);
            }
            if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
                let signs = [
                    (hyper.is_user(), Sign::Upload),
                    (hyper.is_parse_too_large(), Sign::TooLarge),
                    (hyper.is_parse(), Sign::Parse),
                    (hyper.is_incomplete_message(), Sign::Incomplete),
                ];
                found.signs.extend(signs.iter().filter(|(is_so, _)| *is_so).map(|(_, sign)| sign));
            }
            if let Some(io) = error.downcast_ref::<io::Error>() {
                found.signs.extend(is_reset_kind(io.kind()).then_some(Sign::Reset));
                // TLS that ended without `close_notify` (RFC 8446, section 6.1).
                found.signs.extend((io.kind() == io::ErrorKind::UnexpectedEof).then_some(Sign::Incomplete));
            }
        }
        found
    }

    fn show(&self, sign: Sign) -> bool {
        self.signs.contains(&sign)
    }
}

fn is_reset_kind(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe)
}

/// What went wrong between a request and the head of its answer.
pub(super) fn explain(origin: &Origin, witness: Option<&Witness>, error: &(dyn Error + 'static)) -> Failure {
    let Origin { host, port, .. } = origin;
    // In TLS 1.3 a server judges a client's certificate after the handshake.
    if let Some(witness) = witness
        && let Some(io) = chain(error).find_map(|error| {
            let io = error.downcast_ref::<io::Error>()?;
            io.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>).then_some(io)
        })
    {
        return witness.explain(io);
    }
    let found = Findings::of(error);
    let (kind, message, hint) = if found.show(Sign::Upload) {
        (
            FailureKind::Io,
            "the body could not be read to its end".to_owned(),
            "a file that is sent may have changed or gone meanwhile",
        )
    } else if let Some(of_stream) = of_stream(&format!("{host}:{port}"), error) {
        of_stream
    } else if found.show(Sign::TooLarge) {
        (
            FailureKind::Protocol,
            format!("the head of {host}:{port}'s answer is too large"),
            "a head holds a few kilobytes; this server sends more than can be read",
        )
    } else if found.show(Sign::Reset) {
        (
            FailureKind::Reset,
            format!("{host}:{port} reset the connection"),
            "the server or something before it broke off; its log may say why",
        )
    } else if found.show(Sign::Parse) {
        (
            FailureKind::Protocol,
            format!("what {host}:{port} answered is not valid HTTP"),
            "is this the port of an HTTP server? One that wants https, or speaks HTTP/2 alone (version = \"2\"), answers so too",
        )
    } else if found.show(Sign::Incomplete) {
        (
            FailureKind::Reset,
            format!("{host}:{port} closed the connection without an answer"),
            "the server may have crashed, or want https",
        )
    } else {
        (FailureKind::Protocol, format!("the exchange with {host}:{port} broke off"), "try again")
    };
    Failure { kind, message, causes: found.causes, hint: Some(hint.to_owned()) }
}

/// What went wrong with the connection while a body arrived; `None` when it was something else, such as the body's
/// coding.
pub(in crate::http) fn while_receiving(error: &(dyn Error + 'static)) -> Option<Failure> {
    find::<hyper::Error>(error)?;
    let found = Findings::of(error);
    let is_reset = chain(error).filter_map(<dyn Error>::downcast_ref::<io::Error>).any(|error| {
        matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted)
    });
    // An error of TLS has this kind too, and another inside.
    let is_misframed = chain(error).filter_map(<dyn Error>::downcast_ref::<io::Error>).any(|error| {
        let is_own = !error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>);
        is_own && matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
    });
    let kept = "what arrived is kept; the server or something before it broke off";
    let (kind, message, hint) = match find::<h2::Error>(error) {
        Some(h2) if h2.is_remote() => of_stream("the server", error)?,
        // RFC 9113, section 8.1.1: the content is not as long as its Content-Length says.
        Some(h2) if h2.is_reset() && h2.reason() == Some(Reason::PROTOCOL_ERROR) => {
            let message = "the body is not as long as its Content-Length says".to_owned();
            (FailureKind::Truncated, message, kept)
        }
        _ if is_reset => {
            (FailureKind::Reset, "the connection was reset while the body arrived".to_owned(), kept)
        }
        _ if is_misframed => {
            (FailureKind::Protocol, "the body is not framed as HTTP/1.1 wants it".to_owned(), kept)
        }
        _ if found.causes.iter().any(|cause| cause.contains("close_notify")) => (
            FailureKind::Truncated,
            "the connection ended without TLS's close_notify, so the body may be cut short".to_owned(),
            "what arrived is kept; without a Content-Length, only close_notify tells an end from a cut",
        ),
        _ => (FailureKind::Truncated, "the body was cut short".to_owned(), kept),
    };
    Some(Failure { kind, message, causes: found.causes, hint: Some(hint.to_owned()) })
}

/// What HTTP/2's own errors mean (RFC 9113, section 7): a stream that was reset, a connection that was ended.
fn of_stream(server: &str, error: &(dyn Error + 'static)) -> Option<(FailureKind, String, &'static str)> {
    let error = find::<h2::Error>(error)?;
    let reason = error.reason()?;
    let said = format!("{} ({})", name(reason), reason.description());
    Some(if error.is_remote() {
        let message = if error.is_reset() {
            format!("{server} broke off this exchange: {said}")
        } else {
            format!("{server} ended the connection: {said}")
        };
        (FailureKind::Reset, message, advice(reason))
    } else if matches!(reason, Reason::FRAME_SIZE_ERROR | Reason::PROTOCOL_ERROR) && !error.is_reset() {
        let message = format!("what {server} answered is not HTTP/2: {said}");
        (
            FailureKind::Protocol,
            message,
            "`version = \"2\"` under [http] asks for it; \"1.1\" or \"auto\" does not",
        )
    } else {
        let message = format!("{server} broke the rules of HTTP/2: {said}");
        (FailureKind::Protocol, message, "`version = \"1.1\"` under [http] may get around it")
    })
}

fn advice(reason: Reason) -> &'static str {
    match reason {
        Reason::HTTP_1_1_REQUIRED => "it wants HTTP/1.1 for this: set version = \"1.1\" under [http]",
        Reason::REFUSED_STREAM => "it did nothing with the request; send it again",
        Reason::ENHANCE_YOUR_CALM => {
            "it has had too much of us: send less at a time, or set `rate` under [http]"
        }
        Reason::INADEQUATE_SECURITY => "it wants a newer TLS: set min_tls = \"1.3\" under [http]",
        Reason::NO_ERROR => "the server is going down, or wants a new connection; send it again",
        _ => "the server or something before it broke off; its log may say why",
    }
}

/// The registered name (RFC 9113, section 7).
fn name(reason: Reason) -> String {
    // The debug form is the name; for a number without one it is that number.
    format!("{reason:?}")
}

/// Whether a request that went over a connection which was used before, and got no byte of an answer, may be made again
/// on a new one. `idempotent` is what the settings say of it.
///
/// RFC 9110, section 9.2.2, leaves it to the client whether it guesses, where an idle connection was used, that the
/// server had closed it and has not seen the request. curl and browsers do, whatever the method; whoever must not have
/// it says `idempotent = false`. Where HTTP/2 tells whether it was seen, nothing is guessed.
pub(in crate::http) fn may_be_repeated(
    error: &hyper::Error,
    method: &::http::Method,
    idempotent: Option<bool>,
) -> bool {
    if error.is_canceled() {
        return true;
    }
    let is_idempotent = |method| idempotent.unwrap_or_else(|| is_idempotent(method));
    match find::<h2::Error>(error) {
        Some(error) if error.is_reset() => error.reason() == Some(Reason::REFUSED_STREAM),
        // RFC 9113, section 6.8: a stream above the last one that GOAWAY names was not looked at.
        Some(error) if error.is_go_away() && error.is_remote() => {
            error.reason() == Some(Reason::NO_ERROR) || is_idempotent(method)
        }
        _ => {
            let found = Findings::of(error);
            let is_closed = found.show(Sign::Reset) || found.show(Sign::Incomplete);
            is_closed && !found.show(Sign::Upload) && idempotent != Some(false)
        }
    }
}

/// A server that took part in the handshake and left HTTP/2 out.
pub(super) fn no_http2(origin: &Origin) -> Failure {
    Failure {
        kind: FailureKind::Protocol,
        message: format!("{} does not speak HTTP/2", origin.host),
        causes: Vec::new(),
        hint: Some("`version` under [http] asks for it; \"auto\" takes what the server offers".into()),
    }
}
