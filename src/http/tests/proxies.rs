//! Requests through proxies that count what passes.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::{pki::Identity, *};
use crate::model::{Connection, FailureKind, Proxy};

mod reached;
mod refused;
mod served;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
/// `user:word`, as a `Basic` field has it.
const BASIC: &str = "Basic dXNlcjp3b3Jk";

fn through(proxy: impl Into<String>, url: impl Into<String>) -> Request {
    let mut request = get(url);
    request.http.proxy = Some(Proxy::Url(proxy.into()));
    request
}

fn connection(exchange: &Exchange) -> &Connection {
    exchange.last_hop().unwrap().connection.as_ref().unwrap()
}

/// What a proxy saw.
#[derive(Default)]
struct Passed {
    tunnels: AtomicUsize,
    /// Bytes from clients to servers, and back.
    up: AtomicU64,
    down: AtomicU64,
    /// `host:port` of each tunnel, as clients asked for it.
    targets: Mutex<Vec<String>>,
}

/// A proxy that wants `user` and `word` and counts its tunnels. It alone knows the address of `inside.test`.
struct Counting {
    address: SocketAddr,
    passed: Arc<Passed>,
}

impl Counting {
    /// By CONNECT; over TLS with that identity.
    async fn http(identity: Option<&Identity>) -> Self {
        let acceptor = identity.map(|identity| {
            TlsAcceptor::from(Arc::new(super::pki::server(identity, None, super::pki::BOTH)))
        });
        Self::start(move |stream, passed| {
            let acceptor = acceptor.clone();
            async move {
                match acceptor {
                    None => connect(stream, &passed).await,
                    Some(acceptor) => connect(acceptor.accept(stream).await.ok()?, &passed).await,
                }
            }
        })
        .await
    }

    async fn socks() -> Self {
        Self::start(|stream, passed| async move { socks(stream, &passed).await }).await
    }

    async fn start<F>(serve: impl Fn(TcpStream, Arc<Passed>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Option<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let passed = Arc::<Passed>::default();
        let kept = Arc::clone(&passed);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept)));
            }
        });
        Self { address, passed }
    }

    fn tunnels(&self) -> usize {
        self.passed.tunnels.load(Ordering::SeqCst)
    }

    fn targets(&self) -> Vec<String> {
        self.passed.targets.lock().unwrap().clone()
    }
}

/// Opens a connection to where a client wants to go.
async fn reach(target: &str, passed: &Passed) -> Option<TcpStream> {
    passed.targets.lock().unwrap().push(target.to_owned());
    let stream = TcpStream::connect(target.replace("inside.test", "127.0.0.1")).await.ok()?;
    passed.tunnels.fetch_add(1, Ordering::SeqCst);
    Some(stream)
}

/// Both ways, until one of them ends. A byte is counted before it is passed on.
async fn pass(client: impl AsyncRead + AsyncWrite, server: TcpStream, passed: &Passed) -> Option<()> {
    async fn one_way(
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        count: &AtomicU64,
    ) -> Option<()> {
        let mut buffer = [0; 4096];
        loop {
            let length = from.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
            count.fetch_add(length as u64, Ordering::SeqCst);
            to.write_all(&buffer[..length]).await.ok()?;
            to.flush().await.ok()?;
        }
    }
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        end = one_way(from_client, to_server, &passed.up) => end,
        end = one_way(from_server, to_client, &passed.down) => end,
    }
}

async fn connect(mut stream: impl AsyncRead + AsyncWrite + Unpin, passed: &Passed) -> Option<()> {
    let request = read_request(&mut stream).await?;
    let target = request.strip_prefix("CONNECT ")?.split(' ').next()?;
    if !request.contains(&format!("\r\nProxy-Authorization: {BASIC}\r\n")) {
        let answer = "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
        return stream.write_all(answer.as_bytes()).await.ok();
    }
    let Some(server) = reach(target, passed).await else {
        return stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await.ok();
    };
    stream.write_all(b"HTTP/1.1 200 Connection established\r\nVia: here\r\n\r\n").await.ok()?;
    stream.flush().await.ok()?;
    pass(stream, server, passed).await
}

async fn socks(mut stream: TcpStream, passed: &Passed) -> Option<()> {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await.ok()?;
    let mut methods = vec![0; usize::from(greeting[1])];
    stream.read_exact(&mut methods).await.ok()?;
    if !methods.contains(&2) {
        return stream.write_all(&[5, 0xff]).await.ok();
    }
    stream.write_all(&[5, 2]).await.ok()?;
    let mut credentials = [0; 11];
    stream.read_exact(&mut credentials).await.ok()?;
    let is_known = &credentials == b"\x01\x04user\x04word";
    stream.write_all(&[1, u8::from(!is_known)]).await.ok()?;
    let mut request = [0; 4];
    stream.read_exact(&mut request).await.ok()?;
    let host = match request[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await.ok()?).to_string(),
        3 => {
            let mut name = vec![0; usize::from(stream.read_u8().await.ok()?)];
            stream.read_exact(&mut name).await.ok()?;
            String::from_utf8(name).ok()?
        }
        _ => return None,
    };
    let port = stream.read_u16().await.ok()?;
    let Some(server) = reach(&format!("{host}:{port}"), passed).await else {
        return stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok();
    };
    stream.write_all(&[5, 0, 0, 3, 1, b'x', 0, 0]).await.ok()?;
    pass(stream, server, passed).await
}
