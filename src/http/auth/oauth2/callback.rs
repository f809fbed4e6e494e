//! Where the browser brings the answer: a port of the loopback interface that listens for one (RFC 8252, section 7.3).

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::{Host, Url};

use crate::{http::connect::io_failure, model::Failure};

use super::endpoint::refused;

/// The path unless `redirect_url` names one.
const PATH: &str = "/callback";

/// A listener that waits for the browser.
#[derive(Debug)]
pub(super) struct Callback {
    listener: TcpListener,
    /// What the browser is sent back to.
    pub url: Url,
}

/// What the browser brought (RFC 6749, sections 4.1.2 and 4.1.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Brought {
    Code(String),
    Error {
        code: String,
        description: Option<String>,
    },
    /// The answer to another question: somebody else may have made it up (section 10.12).
    WrongState,
}

impl Callback {
    /// Listens where `redirect_url` says; on any free port where it says none, or is not there.
    pub(super) async fn listen(redirect_url: Option<&Url>) -> Result<Self, Failure> {
        let (address, mut url) = match redirect_url {
            None => (SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), of_address(PATH)?),
            Some(url) => (loopback(url)?, url.clone()),
        };
        let listener = TcpListener::bind(address).await.map_err(|error| {
            let failure =
                io_failure(&format!("the browser's answer cannot be waited for on {address}"), &error);
            let hint = "another program has the port; redirect_url under [auth.oauth2] names it";
            Failure { hint: Some(hint.into()), ..failure }
        })?;
        let bound = listener.local_addr().map_err(|error| io_failure("the port is not known", &error))?;
        // Fails for no URL with a host.
        let _ = url.set_port(Some(bound.port()));
        Ok(Self { listener, url })
    }

    /// Answers browsers until one brings what was asked for. The port is free again when this ends, or is dropped.
    pub(super) async fn wait(self, state: &str) -> Brought {
        let Self { listener, url } = self;
        let brought: Arc<Mutex<Option<Brought>>> = Arc::default();
        let expected = Arc::new(Expected { path: url.path().to_owned(), state: state.to_owned() });
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Ok((stream, _)) = listener.accept() => {
                    connections.spawn(serve(stream, Arc::clone(&expected), Arc::clone(&brought)));
                }
                // The page is with the browser before the answer is used.
                Some(_) = connections.join_next() => {
                    if let Some(brought) = brought.lock().unwrap_or_else(PoisonError::into_inner).take() {
                        return brought;
                    }
                }
                // Out of file descriptors, most likely: others may give some back.
                else => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

#[derive(Debug)]
struct Expected {
    path: String,
    state: String,
}

impl Expected {
    /// What a request to that target brings; `None` where it is not the answer.
    fn read(&self, target: &str) -> Option<Brought> {
        let (path, query) = target.split_once('?')?;
        if path != self.path {
            return None;
        }
        let value = |wanted: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let (code, error) = (value("code"), value("error"));
        if code.is_none() && error.is_none() {
            return None;
        }
        if value("state").as_deref() != Some(&self.state) {
            return Some(Brought::WrongState);
        }
        match (error, code) {
            (Some(code), _) => Some(Brought::Error { code, description: value("error_description") }),
            (None, code) => code.map(Brought::Code),
        }
    }
}

async fn serve(stream: TcpStream, expected: Arc<Expected>, brought: Arc<Mutex<Option<Brought>>>) {
    let service = service_fn(|request: Request<Incoming>| {
        let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let read = expected.read(&target);
        let answer = page(read.as_ref());
        if let Some(read) = read {
            brought.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(read);
        }
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    // How the browser ends the connection is its own business.
    let _ = http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
}

/// What the browser shows. It loads nothing and tells nobody where it was.
fn page(brought: Option<&Brought>) -> Response<Full<bytes::Bytes>> {
    let (status, title, text) = match brought {
        Some(Brought::Code(_)) => {
            (200, "Signed in", "antiphon has what it waited for. You may close this page and go back to it.")
        }
        Some(Brought::Error { .. }) => {
            (200, "Not signed in", "The server said no. antiphon tells why; you may close this page.")
        }
        Some(Brought::WrongState) => {
            (400, "Refused", "This answer does not belong to the sign-in that antiphon waits for.")
        }
        None => (404, "Nothing here", "antiphon waits here for the answer to a sign-in, and this is not it."),
    };
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title} · antiphon</title>\
         <meta name=\"color-scheme\" content=\"light dark\"><style>body{{font:1.1rem/1.6 system-ui,sans-serif;\
         max-width:34rem;margin:18vh auto;padding:0 1.5rem}}h1{{font-size:1.7rem}}</style>\
         <h1>{title}</h1><p>{text}</p></html>\n"
    );
    let mut response = Response::new(Full::new(html.into()));
    *response.status_mut() = ::http::StatusCode::from_u16(status).unwrap_or_default();
    let fields = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    for (name, value) in fields {
        response.headers_mut().insert(name, ::http::HeaderValue::from_static(value));
    }
    response
}

fn of_address(path: &str) -> Result<Url, Failure> {
    Url::parse(&format!("http://127.0.0.1{path}")).map_err(|error| refused(error.to_string(), None))
}

/// The address that a redirect URL names, if it is one of this machine alone.
fn loopback(url: &Url) -> Result<SocketAddr, Failure> {
    let ip = match url.host() {
        Some(Host::Domain("localhost")) => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        Some(Host::Ipv4(ip)) if ip.is_loopback() => Some(ip.into()),
        Some(Host::Ipv6(Ipv6Addr::LOCALHOST)) => Some(Ipv6Addr::LOCALHOST.into()),
        _ => None,
    };
    let ip = ip.filter(|_| url.scheme() == "http").ok_or_else(|| {
        let hint =
            "register http://127.0.0.1/callback, or one with a port, for the client, and write it there";
        let message = format!("redirect_url under [auth.oauth2] does not lead to this machine: {url}");
        refused(message, Some(hint.into()))
    })?;
    Ok((ip, url.port().unwrap_or(0)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_what_was_asked_counts() {
        let expected = Expected { path: "/callback".into(), state: "s".into() };
        let error = |code: &str, description: Option<&str>| Brought::Error {
            code: code.into(),
            description: description.map(str::to_owned),
        };
        let cases = [
            ("/callback?code=a%20b&state=s", Some(Brought::Code("a b".into()))),
            ("/callback?state=s&error=access_denied", Some(error("access_denied", None))),
            ("/callback?error=x&error_description=a+b&state=s", Some(error("x", Some("a b")))),
            ("/callback?code=a&state=t", Some(Brought::WrongState)),
            ("/callback?code=a", Some(Brought::WrongState)),
            ("/callback", None),
            ("/callback?", None),
            ("/favicon.ico", None),
            ("/other?code=a&state=s", None),
        ];
        for (target, brought) in cases {
            assert_eq!(expected.read(target), brought, "{target}");
        }
    }

    #[test]
    fn a_redirect_url_leads_to_this_machine() {
        let cases = [
            ("http://127.0.0.1/callback", Some("127.0.0.1:0")),
            ("http://127.0.0.1:8400/x", Some("127.0.0.1:8400")),
            ("http://localhost:8400/x", Some("127.0.0.1:8400")),
            ("http://[::1]:8400/x", Some("[::1]:8400")),
            ("https://127.0.0.1:8400/x", None),
            ("http://example.org/x", None),
            ("http://10.0.0.1:8400/x", None),
        ];
        for (url, expected) in cases {
            let address = loopback(&Url::parse(url).unwrap()).ok().map(|address| address.to_string());
            assert_eq!(address.as_deref(), expected, "{url}");
        }
    }
}
