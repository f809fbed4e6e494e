//! A program that sends a number of requests one after another on one connection and checks each, as a whole process:
//! `connection URL COUNT`. `benches/peers.sh` measures it beside other programs that do the same.
//!
//! It stands for what `send` does between its first byte and its last, without the history.

mod program;

use std::{env, io, process::ExitCode};

use antiphon::{
    http::{self, Client, ClientOptions},
    model::{Effective, Request, Vars},
};
use tokio_util::sync::CancellationToken;

const USAGE: &str = "usage: connection URL COUNT (benches/peers.sh gives it a server)";

fn main() -> ExitCode {
    program::run(USAGE, |args| match args {
        [url, count] => Some(count.parse().map_err(io::Error::other).and_then(|count| send(url, count))),
        _ => None,
    })
}

fn send(url: &str, count: u32) -> io::Result<()> {
    let request = Request { url: url.to_owned(), ..Request::default() };
    let effective = Effective { request, vars: Vec::new(), base: env::current_dir()? };
    let client = Client::new(ClientOptions::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for number in 0..count {
            let scope = http::scope(&effective, None, Vec::new(), &Vars::new());
            let prepared = http::prepare(None, None, &effective, &scope).map_err(io::Error::other)?;
            let exchange = client.send(prepared, |_| (), CancellationToken::new()).await;
            let hop = exchange.attempts.last().and_then(|attempt| attempt.hops.last());
            let reused = hop.and_then(|hop| hop.connection.as_ref()).is_some_and(|kept| kept.reused);
            let status = exchange.response().map(|head| head.status);
            if status != Some(200) || reused != (number > 0) || exchange.payload().is_none() {
                return Err(io::Error::other(format!("request {number}: {status:?}, reused: {reused}")));
            }
        }
        Ok(())
    })
}
