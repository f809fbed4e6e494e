//! `antiphon send` against servers and proxies that others wrote.
//!
//! `tests/peers/run` installs and starts them, says in variables where they listen, and runs these tests, which are
//! ignored otherwise. Each module needs the peer of its name; `run` knows them by it.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

#[path = "../support/mod.rs"]
mod support;

mod beside;
mod certificates;
mod http2;
mod http_proxy;
mod httpbin;
mod keyring;
mod nginx;
mod oauth2;
mod sigv4;
mod socks_proxy;
mod squid;
mod tls;

use std::{env, path::PathBuf};

use serde_json::Value;
use support::program::{Run, Sandbox};

fn told(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set; tests/peers/run starts the peers"))
}

/// A port of a peer, as in `port("HTTP")`.
fn port(peer: &str) -> u16 {
    told(&format!("PEER_{peer}")).parse().unwrap()
}

/// Where a peer listens without TLS, with a path.
fn plain(peer: &str, path: &str) -> String {
    format!("http://127.0.0.1:{}{path}", port(peer))
}

/// The same with TLS; the certificate is for this name and for 127.0.0.1.
fn secure(peer: &str, path: &str) -> String {
    format!("https://localhost:{}{path}", port(peer))
}

/// A file that `run` made or that nginx serves.
fn file(path: &str) -> PathBuf {
    PathBuf::from(told("PEER_FILES")).join(path)
}

fn certificate(name: &str) -> String {
    file("certificates").join(name).to_str().unwrap().to_owned()
}

/// A collection with the request `it`.
fn asking(request: &str) -> Sandbox {
    Sandbox::new(&[("collection.toml", ""), ("it.toml", request)])
}

/// Sends the request `it` of a new collection; arguments come behind.
fn send(request: &str, args: &[&str]) -> (Sandbox, Run) {
    let sandbox = asking(request);
    // What a collection names outside of its own folder, as these do the peers' files, has to be agreed to.
    let run = sandbox.run(&[&["send", "it", "--trust"], args].concat());
    (sandbox, run)
}

/// What the request `it` is answered, which must come whole.
#[track_caller]
fn answer(request: &str) -> String {
    send(request, &[]).1.ended(0).out
}

/// The same as JSON.
#[track_caller]
fn json(request: &str) -> Value {
    let text = answer(request);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The last exchange, as the history keeps it.
fn exchange(sandbox: &Sandbox) -> Value {
    sandbox.json(&["history", "show", "1", "--json"])
}

/// The hops of its last attempt.
fn hops(sandbox: &Sandbox) -> Vec<Value> {
    let exchange = exchange(sandbox);
    let attempts = exchange["attempts"].as_array().unwrap();
    attempts.last().unwrap()["hops"].as_array().unwrap().clone()
}

fn statuses(hops: &[Value]) -> Vec<u64> {
    hops.iter().map(|hop| hop["response"]["status"].as_u64().unwrap()).collect()
}

/// A field of its answer.
fn header(exchange: &Value, name: &str) -> String {
    let headers = exchange["response"]["headers"].as_array().unwrap();
    let named = |pair: &&Value| pair[0].as_str().unwrap().eq_ignore_ascii_case(name);
    headers.iter().find(named).unwrap()[1].as_str().unwrap().to_owned()
}

/// The kind of the error that ends the request `it`.
#[track_caller]
fn failure(request: &str) -> String {
    let run = send(request, &["--json"]).1.ended(3);
    let exchange: Value = serde_json::from_str(&run.out).unwrap();
    exchange["error"]["kind"].as_str().unwrap_or_else(|| panic!("{run:?}")).to_owned()
}
