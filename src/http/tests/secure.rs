//! TLS, with authorities, certificates and servers made for the test.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{
    SupportedProtocolVersion,
    version::{TLS12, TLS13},
};

use super::{
    pki::{BOTH, Identity, Issuer, authority, issuer, old, pem, serve, server},
    *,
};
use crate::model::{FailureKind, HttpVersion, TlsSummary};

mod clients;
mod rejected;
mod sessions;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Serves any number of requests that way.
async fn serve_plainly(identity: &Identity) -> SocketAddr {
    serve(server(identity, None, BOTH), &[OK; 9]).await
}

/// A request to that server as `localhost`, trusting the root in `root.pem`.
fn request(address: SocketAddr, change: impl FnOnce(&mut Settings)) -> Request {
    let mut request = get(format!("https://localhost:{}/", address.port()));
    request.http.resolve = Some(vec![("localhost".into(), "127.0.0.1".into())]);
    request.http.ca = Some("root.pem".into());
    change(&mut request.http);
    request
}

/// Sends that request with files from `folder`.
async fn ask_with(
    client: &Client,
    folder: &Path,
    address: SocketAddr,
    change: impl FnOnce(&mut Settings),
) -> Exchange {
    let prepared = prepared_in(folder.into(), request(address, change));
    client.send(prepared, |_| (), CancellationToken::new()).await
}

async fn ask(folder: &Path, address: SocketAddr, change: impl FnOnce(&mut Settings)) -> Exchange {
    ask_with(&client(), folder, address, change).await
}

/// A folder whose `root.pem` holds that authority.
fn trusting(issuer: &Issuer) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), issuer.pem()).unwrap();
    folder
}

fn tls(exchange: &Exchange) -> &TlsSummary {
    exchange.last_hop().unwrap().connection.as_ref().unwrap().tls.as_ref().unwrap()
}

#[track_caller]
fn assert_failed(exchange: &Exchange, kind: FailureKind, message: &str, hint: &str) {
    let failure = failure(exchange);
    assert_eq!(failure.kind, kind, "{failure:?}");
    let said = format!("{} ({})", failure.message, failure.causes.join("; "));
    assert!(said.contains(message), "{failure:?}");
    assert!(failure.hint.as_ref().is_some_and(|said| said.contains(hint)), "{failure:?}");
}
