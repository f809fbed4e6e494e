//! One send on a runtime of its own, which Ctrl-C ends down to the socket.

use tokio_util::sync::CancellationToken;

use crate::{
    http::{Client, ClientOptions, Prepared},
    model::Exchange,
};

use super::{
    super::{CliError, Exit, error::warn, home::Home},
    Destination, SignIn, Watching,
};

/// Sends, and comes back with whatever came of it.
pub(in crate::cli) fn transmit(
    home: &Home,
    prepared: Prepared,
    destination: &mut Destination,
    watching: &Watching,
) -> Result<Exchange, CliError> {
    let exchange = with_client(home, async |client, cancel| {
        let progress = |progress| watching.tell(&progress);
        match destination {
            Destination::File(download) | Destination::Stdout(download) => {
                client.download(prepared, download, progress, cancel).await
            }
            Destination::Reader(relay) => client.send_along(prepared, relay, progress, cancel).await,
            Destination::Exchange => client.send(prepared, progress, cancel).await,
        }
    });
    watching.end();
    let exchange = exchange?;
    let hops = exchange.attempts.iter().flat_map(|attempt| &attempt.hops);
    hops.flat_map(|hop| &hop.cookies.problems).for_each(|problem| warn(problem));
    Ok(exchange)
}

/// Does what a client is needed for. Ctrl-C cancels it.
pub(in crate::cli) fn with_client<T>(
    home: &Home,
    work: impl AsyncFnOnce(&Client, CancellationToken) -> T,
) -> Result<T, CliError> {
    // One thread is enough for one request, and is there sooner than several.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::because(&error))?;
    let client = Client::new(ClientOptions {
        jars: Some(home.places.jars()),
        defaults: home.config.http.clone(),
        retry: home.config.retry.clone(),
        tokens: Some(home.places.tokens()),
        is_attended: SignIn::is_attended(),
    });
    let cancel = CancellationToken::new();
    let done = runtime.block_on(async {
        let interrupted = cancel.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.cancel();
            }
        });
        work(&client, cancel).await
    });
    // From now on Ctrl-C ends the program, as it would without a runtime. The runtime has to live for that; and
    // dropping it would wait for a name that is still being looked up.
    std::thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            std::process::exit(Exit::Interrupted.code().into());
        }
    });
    Ok(done)
}
