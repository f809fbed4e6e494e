//! HTTP/2: negotiated, forced, shared by requests that go out together, and what its errors say.

use std::{convert::Infallible, pin::Pin};

use ::http::{HeaderMap, HeaderValue, Response, StatusCode, Version};
use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::{
    http::Progress,
    model::{FailureKind, HttpVersion},
};

type Answer = Response<BoxBody<Bytes, std::io::Error>>;
type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A request as the server saw it: its head, with the fields in the order of their arrival.
#[derive(Debug, Clone)]
struct Seen {
    version: Version,
    uri: String,
    fields: HeaderMap,
    body: Bytes,
    /// Which of the server's connections it came over.
    connection: usize,
}

/// A server of HTTP/2, over TLS where it is asked to.
struct Peer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Peer {
    /// With TLS, which protocols are offered; else HTTP/2 at once.
    async fn start(
        offers: Option<&[&str]>,
        answer: impl Fn(Seen) -> Answering + Send + Sync + 'static,
    ) -> Self {
        let acceptor = offers.map(acceptor);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&seen), Arc::new(answer));
        tokio::spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connection += 1;
                let (kept, answer, acceptor) = (Arc::clone(&kept), Arc::clone(&answer), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, connection, kept, answer).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, connection, kept, answer).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    async fn ok(offers: Option<&[&str]>) -> Self {
        Self::start(offers, |_| Box::pin(std::future::ready(plain("ok")))).await
    }

    fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn acceptor(offers: &[&str]) -> TlsAcceptor {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = offers.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: usize,
    kept: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<impl Fn(Seen) -> Answering + Send + Sync + 'static>,
) {
    let service = service_fn(move |request: ::http::Request<Incoming>| {
        let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let (version, uri, fields) = (head.version, head.uri.to_string(), head.headers);
            let seen = Seen { version, uri, fields, body, connection };
            kept.lock().unwrap().push(seen.clone());
            Ok::<_, Infallible>(answer(seen).await)
        }
    });
    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

fn plain(text: impl Into<Bytes>) -> Answer {
    Response::new(Full::new(text.into()).map_err(|never| match never {}).boxed())
}

/// Accepts the server's own certificate.
fn trusting(url: String) -> Request {
    let mut request = get(url);
    request.http.verify = Some(false);
    request
}

#[tokio::test]
async fn the_version_is_negotiated_forced_and_shown() {
    let both: &[&str] = &["h2", "http/1.1"];
    let cases: [(&[&str], Option<HttpVersion>, &str, Version); 5] = [
        (both, None, "HTTP/2", Version::HTTP_2),
        (both, Some(HttpVersion::Auto), "HTTP/2", Version::HTTP_2),
        (both, Some(HttpVersion::Http2), "HTTP/2", Version::HTTP_2),
        (both, Some(HttpVersion::Http11), "HTTP/1.1", Version::HTTP_11),
        (&["http/1.1"], None, "HTTP/1.1", Version::HTTP_11),
    ];
    for (offers, version, shown, got) in cases {
        let peer = Peer::ok(Some(offers)).await;
        let mut request = trusting(peer.url("/"));
        request.http.version = version;
        let exchange = send(&client(), request).await;
        assert_eq!(text(&exchange), "ok");
        let hop = exchange.last_hop().unwrap();
        assert_eq!((hop.request.version.as_str(), peer.seen()[0].version), (shown, got), "{offers:?}");
        assert_eq!(hop.response.as_ref().unwrap().version, shown);
        let alpn = hop.connection.as_ref().unwrap().tls.as_ref().unwrap().alpn.clone();
        assert_eq!(alpn.as_deref(), Some(if shown == "HTTP/2" { "h2" } else { "http/1.1" }));
    }
}

#[tokio::test]
async fn a_server_without_http2_is_told_apart() {
    let cases = [
        (&["http/1.1"][..], FailureKind::Tls, "version of HTTP"),
        (&[], FailureKind::Protocol, "does not speak HTTP/2"),
    ];
    for (offers, kind, message) in cases {
        let peer = Peer::ok(Some(offers)).await;
        let mut request = trusting(peer.url("/"));
        request.http.version = Some(HttpVersion::Http2);
        let exchange = send(&client(), request).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, kind, "{failure:?}");
        assert!(failure.message.contains(message), "{failure:?}");
    }
    let old = Server::start(&["HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"; 2]).await;
    let mut request = get(old.url("/"));
    request.http.version = Some(HttpVersion::Http2);
    let exchange = send(&client(), request).await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Protocol, "{failure:?}");
    assert!(failure.message.contains("is not HTTP/2"), "{failure:?}");
}

#[tokio::test]
async fn heads_are_those_of_http2() {
    let peer = Peer::ok(None).await;
    let mut request = get(format!("http://{}/a?x=1#part", peer.address));
    request.http.version = Some(HttpVersion::Http2);
    request.method = "POST".into();
    request.body = Some(crate::model::Body::Text("four".into()));
    request.headers = vec![
        row("X-Mixed", "1"),
        row("Connection", "keep-alive, X-Mixed"),
        row("Keep-Alive", "3"),
        row("Transfer-Encoding", "chunked"),
        row("Upgrade", "websocket"),
        row("TE", "gzip"),
        row("TE", "trailers"),
        row("Cookie", "a=1; b=2"),
        row("Host", "other.test"),
    ];
    let exchange = send(&client(), request).await;
    assert_eq!(text(&exchange), "ok");
    let seen = &peer.seen()[0];
    assert_eq!(seen.uri, "http://other.test/a?x=1");
    assert_eq!(seen.body, "four");
    let hop = exchange.last_hop().unwrap();
    let sent: Vec<(&str, &str)> =
        hop.request.fields.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    assert_eq!(
        sent,
        [
            (":authority", "other.test"),
            ("x-mixed", "1"),
            ("te", "trailers"),
            ("cookie", "a=1; b=2"),
            ("user-agent", concat!("antiphon/", env!("CARGO_PKG_VERSION"))),
            ("accept", "*/*"),
            ("accept-encoding", "gzip, br, zstd, deflate"),
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", "4"),
        ]
    );
    // What is shown is what the server got.
    for (name, value) in &sent[1..] {
        assert_eq!(seen.fields.get(*name), Some(&HeaderValue::from_str(value).unwrap()), "{name}");
    }
    assert_eq!(seen.fields.len(), sent.len() - 1);
    assert_eq!(hop.request.body_size, 4);
    assert!(hop.timing.send.is_some() && hop.timing.wait.is_some() && hop.timing.receive.is_some());
}

/// All answers wait until all requests are there: on connections that carry one at a time they would wait for ever.
#[tokio::test]
async fn requests_that_go_out_together_share_a_connection() {
    const MANY: usize = 12;
    let barrier = Arc::new(tokio::sync::Barrier::new(MANY));
    let peer = Peer::start(Some(&["h2"]), move |seen| {
        let barrier = Arc::clone(&barrier);
        Box::pin(async move {
            barrier.wait().await;
            plain(seen.uri)
        })
    })
    .await;
    let client = client();
    let sends = (0..MANY).map(|number| send(&client, trusting(peer.url(&format!("/{number}")))));
    let exchanges = futures_util::future::join_all(sends).await;
    for (number, exchange) in exchanges.iter().enumerate() {
        assert_eq!(text(exchange), peer.url(&format!("/{number}")));
    }
    assert!(peer.seen().iter().all(|seen| seen.connection == 1), "{:?}", peer.seen());
    let reused = exchanges.iter().filter(|exchange| {
        let hop = exchange.last_hop().unwrap();
        let reused = hop.connection.as_ref().unwrap().reused;
        assert_eq!(hop.timing.connect.is_none(), reused);
        reused
    });
    assert_eq!(reused.count(), MANY - 1);
}

/// What is known to speak HTTP/1.1 gets a connection for each of them.
#[tokio::test]
async fn requests_to_http1_do_not_wait_for_each_other() {
    const MANY: usize = 4;
    let barrier = Arc::new(tokio::sync::Barrier::new(MANY));
    let peer = Peer::start(Some(&["http/1.1"]), move |_| {
        let barrier = Arc::clone(&barrier);
        Box::pin(async move {
            barrier.wait().await;
            plain("ok")
        })
    })
    .await;
    let client = client();
    let exchanges =
        futures_util::future::join_all((0..MANY).map(|_| send(&client, trusting(peer.url("/"))))).await;
    assert!(exchanges.iter().all(|exchange| text(exchange) == "ok"));
}

#[tokio::test]
async fn cancelling_one_stream_leaves_the_others() {
    let (release, released) = tokio::sync::watch::channel(false);
    let peer = Peer::start(Some(&["h2"]), move |seen| {
        let mut released = released.clone();
        Box::pin(async move {
            if seen.uri.ends_with("/slow") || seen.uri.ends_with("/doomed") {
                released.wait_for(|released| *released).await.unwrap();
            }
            plain("ok")
        })
    })
    .await;
    let client = client();
    assert_eq!(text(&send(&client, trusting(peer.url("/"))).await), "ok");
    let cancel = CancellationToken::new();
    let doomed = client.send(prepared(trusting(peer.url("/doomed"))), |_| (), cancel.clone());
    let slow = send(&client, trusting(peer.url("/slow")));
    let conduct = async {
        while peer.seen().len() < 3 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
        assert_eq!(text(&send(&client, trusting(peer.url("/after"))).await), "ok");
        release.send(true).unwrap();
    };
    let (doomed, slow, ()) = tokio::join!(doomed, slow, conduct);
    assert_eq!(failure(&doomed).kind, FailureKind::Cancelled);
    assert_eq!(text(&slow), "ok");
    assert!(peer.seen().iter().all(|seen| seen.connection == 1));
}

#[tokio::test]
async fn a_large_body_and_its_sizes() {
    const PIECE: usize = 1 << 20;
    const PIECES: usize = 40;
    let peer = Peer::start(Some(&["h2"]), |_| {
        let pieces =
            futures_util::stream::iter(0..PIECES).map(|_| Ok(Frame::data(Bytes::from(vec![b'x'; PIECE]))));
        Box::pin(std::future::ready(Response::new(BodyExt::boxed(StreamBody::new(pieces)))))
    })
    .await;
    let exchange = send(&client(), trusting(peer.url("/"))).await;
    let payload = exchange.payload().unwrap();
    assert_eq!((payload.size, payload.wire_size), ((PIECE * PIECES) as u64, (PIECE * PIECES) as u64));
}

#[tokio::test]
async fn a_stream_that_is_reset_within_its_body_keeps_what_came() {
    let came = Arc::new(tokio::sync::Notify::new());
    let waited = Arc::clone(&came);
    let peer = Peer::start(Some(&["h2"]), move |_| {
        let waited = Arc::clone(&waited);
        let first = futures_util::stream::iter([Ok(Frame::data(Bytes::from_static(b"half")))]);
        let then = futures_util::stream::once(async move {
            waited.notified().await;
            Err(std::io::Error::other("no more"))
        });
        let body = BodyExt::boxed(StreamBody::new(first.chain(Box::pin(then))));
        Box::pin(std::future::ready(Response::new(body)))
    })
    .await;
    let note = |progress| {
        if matches!(progress, Progress::Received { .. }) {
            came.notify_one();
        }
    };
    let exchange = client().send(prepared(trusting(peer.url("/"))), note, CancellationToken::new()).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Reset, "{exchange:?}");
    assert!(failure(&exchange).message.contains("INTERNAL_ERROR"));
    assert_eq!(text(&exchange), "half");
}

#[tokio::test]
async fn answers_without_a_body_over_http2() {
    let peer = Peer::start(Some(&["h2"]), |seen| {
        let mut answer = plain("");
        if seen.uri.ends_with("/304") {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
        }
        answer.headers_mut().insert("content-length", HeaderValue::from_static("99"));
        Box::pin(std::future::ready(answer))
    })
    .await;
    for (method, path, status) in [("HEAD", "/", 200), ("GET", "/304", 304)] {
        let request = Request { method: method.into(), ..trusting(peer.url(path)) };
        let exchange = send(&client(), request).await;
        assert_eq!(exchange.response().unwrap().status, status);
        assert_eq!(text(&exchange), "", "{method}");
    }
}
