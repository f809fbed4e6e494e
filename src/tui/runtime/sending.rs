//! One send: secrets looked up, the request prepared, the exchange watched, kept and shown.

use tokio_util::sync::CancellationToken;

use crate::{
    http::{self, Progress},
    model::Exchange,
};

use super::{
    super::{
        app::notices::Notice,
        effect::Outgoing,
        event::{Event, Refusal},
    },
    Shared, documents,
};

/// Bytes between two reports of progress; a fast download would otherwise flood the loop.
const REPORT_EVERY: u64 = 256 * 1024;

pub(super) async fn send(shared: Shared, outgoing: Outgoing, cancel: CancellationToken) {
    let Outgoing { send, source, effective, environment, overrides } = outgoing;
    let for_secrets = environment.clone();
    let base = effective.base.clone();
    let secrets =
        tokio::task::spawn_blocking(move || http::look_up_secrets(for_secrets.as_ref(), &base)).await;
    let secrets = secrets.unwrap_or_default();
    let scope = http::scope(&effective, environment.as_ref(), secrets, &overrides);
    let name = environment.as_ref().map(|environment| environment.name.as_str());
    let prepared = match http::prepare(source, name, &effective, &scope) {
        Ok(prepared) => prepared,
        Err(error) => {
            let refusal = Refusal { failure: error.failure, part: error.part };
            return shared.tell(Event::SendRefused { send, refusal });
        }
    };
    let reported = std::sync::atomic::AtomicU64::new(0);
    let progress = |progress: Progress| {
        if let Progress::Received { bytes, .. } = &progress {
            let last = reported.load(std::sync::atomic::Ordering::Relaxed);
            if bytes - last.min(*bytes) < REPORT_EVERY {
                return;
            }
            reported.store(*bytes, std::sync::atomic::Ordering::Relaxed);
        }
        shared.tell(Event::SendProgressed { send, now: shared.now(), progress });
    };
    let exchange = shared.client.send(prepared, progress, cancel).await;
    keep(&shared, exchange, send).await;
}

/// Kept before it is shown: what the screen says arrived is on disk, unless the settings keep nothing.
async fn keep(shared: &Shared, exchange: Exchange, send: super::super::event::SendId) {
    if shared.keeps_history {
        record(shared, &exchange).await;
    }
    let document = documents::of(shared, &exchange);
    shared.tell(Event::ExchangeEnded { send, exchange: Box::new(exchange), document });
    shared.tell(Event::HistoryChanged);
}

async fn record(shared: &Shared, exchange: &Exchange) {
    let folder = exchange.source.as_ref().map(|id| shared.collection_folder(id));
    let shelf = std::sync::Arc::clone(&shared.history);
    let kept = exchange.clone();
    let recorded = tokio::task::spawn_blocking(move || shelf.record(&kept, folder.as_deref())).await;
    if let Ok(Err(error)) = recorded {
        let summary = "This exchange is not kept in the history";
        shared.report(Notice::from_error(summary, &error));
    }
}
