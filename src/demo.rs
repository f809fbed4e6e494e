//! The practice API: a small shop, and every behaviour of HTTP that is worth practising on.
//!
//! It runs in this process, listens on loopback only, and starts from the same data each time. The sample
//! collection and the tests talk to it; nothing of the workbench depends on it. What it answers is listed in
//! [`routes`], the one table that its index and `docs/practice-api.md` come from.
//!
//! It speaks HTTP/1.1 without TLS, and no request makes it keep more than a few megabytes.

mod auth;
mod broken;
mod content;
mod cookies;
mod echo;
mod oauth;
mod pace;
mod params;
mod problem;
mod redirects;
pub mod routes;
mod shop;
mod state;
mod upload;
mod wire;

#[cfg(test)]
mod tests;

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};
use tower_service::Service;

use self::{state::Practice, wire::Wire};

/// A running practice API. It stops, and closes its connections, when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    tasks: [AbortHandle; 2],
}

impl Server {
    /// Listens on 127.0.0.1 at `port` (0: any free one), and at another port that exists so that a redirect can
    /// lead to a different origin. The shop is as new.
    ///
    /// Must be called in a tokio runtime, which then runs the server.
    pub async fn start(port: u16) -> io::Result<Self> {
        let main = bind(port).await?;
        let other = bind(0).await?;
        let address = main.local_addr()?;
        let practice = Arc::new(Practice::new([address, other.local_addr()?]));
        let router = routes::router(practice);
        let tasks =
            [main, other].map(|listener| tokio::spawn(accept(listener, router.clone())).abort_handle());
        Ok(Self { address, tasks })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a base URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes the listeners and every connection.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Runs the practice API alone until Ctrl+C. The first line of standard output is its address.
pub fn run_alone(port: u16) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::start(port).await?;
        let mut out = io::stdout();
        writeln!(out, "{}", server.url())?;
        writeln!(
            out,
            "The practice API is listening; open its address for a list of routes. Ctrl+C stops it."
        )?;
        out.flush()?;
        tokio::signal::ctrl_c().await
    })
}

async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        let hint =
            if error.kind() == io::ErrorKind::AddrInUse { "; choose another port, or 0 for any" } else { "" };
        io::Error::new(error.kind(), format!("cannot listen on 127.0.0.1:{port}: {error}{hint}"))
    })
}

/// Serves until it is aborted. Connections live in its set, so that they end with it.
async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => { connections.spawn(serve(stream, router.clone())); }
            Some(_) = connections.join_next() => {}
            // Out of file descriptors, most likely, and not through our connections: others may give some back.
            else => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// One connection. How it ends is the client's business, or was asked for by a route: no error is reported.
async fn serve(stream: TcpStream, router: Router) {
    let wire = Wire::default();
    let io = TokioIo::new(wire::Tap::new(stream, wire.clone()));
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(wire.next_head());
        request.extensions_mut().insert(wire.clone());
        router.clone().call(request)
    });
    let _ = http1::Builder::new().serve_connection(io, service).await;
}
