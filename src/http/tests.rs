//! Exchanges over real sockets, with servers that say exactly what a test wants them to.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_util::sync::CancellationToken;

use super::{Client, ClientOptions, Prepared, prepare};
use crate::{
    model::{Content, Effective, Exchange, Failure, Outcome, Request, Row, Settings, Timeouts},
    template::Scope,
};

mod abandoned;
mod addresses;
mod bodies;
mod broken_streams;
mod cookies;
mod credentials;
mod cut_short;
mod endless;
mod expectations;
mod failures;
mod first;
mod heads;
mod hostile;
mod kept_connections;
mod multiplexed;
mod pki;
mod proxies;
mod redirects;
mod retries;
mod saved;
mod secure;

/// A server that answers each request, on whatever connection, with the next of its answers, and keeps what it got.
pub(super) struct Server {
    address: SocketAddr,
    got: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) async fn start(answers: &[&str]) -> Self {
        Self::start_bytes(answers.iter().map(|answer| answer.as_bytes().to_vec()).collect()).await
    }

    async fn start_bytes(answers: Vec<Vec<u8>>) -> Self {
        Self::start_knowing(|_| answers).await
    }

    /// With answers that name the server's own port.
    async fn start_knowing(answers: impl FnOnce(SocketAddr) -> Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = answers(address);
        let got = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(Mutex::new(answers.into_iter()));
        let kept = Arc::clone(&got);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&left), Arc::clone(&kept)));
            }
        });
        Self { address, got }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far, as they came.
    pub(super) fn got(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

/// Reads requests and answers them, until there are no more of either.
async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answers: Arc<Mutex<std::vec::IntoIter<Vec<u8>>>>,
    got: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = read_request(&mut stream).await {
        got.lock().unwrap().push(request);
        let Some(answer) = answers.lock().unwrap().next() else { return };
        if stream.write_all(&answer).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        if answer.windows(17).any(|bytes| bytes.eq_ignore_ascii_case(b"connection: close")) {
            return;
        }
    }
}

/// A request with its body, as it came.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

fn get(url: impl Into<String>) -> Request {
    Request { url: url.into(), ..Request::default() }
}

/// Settings under which nothing in a test waits for long.
fn quick() -> Settings {
    let limit = Some(Duration::from_secs(20));
    Settings { timeout: Timeouts { connect: limit, read: limit, total: limit }, ..Settings::default() }
}

fn prepared_in(base: PathBuf, request: Request) -> Prepared {
    let effective = Effective { request, vars: Vec::new(), base };
    prepare(None, None, &effective, &Scope::default()).unwrap()
}

fn prepared(request: Request) -> Prepared {
    prepared_in(PathBuf::from("/"), request)
}

fn client() -> Client {
    Client::new(ClientOptions {
        defaults: quick(),
        retry: crate::config::Config::load(None).0.retry,
        ..ClientOptions::default()
    })
}

async fn send(client: &Client, request: Request) -> Exchange {
    client.send(prepared(request), |_| (), CancellationToken::new()).await
}

fn failure(exchange: &Exchange) -> &Failure {
    match &exchange.outcome {
        Outcome::Failed { failure, .. } => failure,
        Outcome::Answered(_) => panic!("answered: {:?}", exchange.response()),
    }
}

/// The decoded body, whole or in part.
fn text(exchange: &Exchange) -> String {
    match &exchange.payload().expect("a body").content {
        Content::Memory(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Content::File(file) => std::fs::read_to_string(file.path()).unwrap(),
        Content::Elsewhere => panic!("the body is elsewhere"),
    }
}

fn row(name: &str, value: &str) -> Row {
    Row::new(name, value)
}
