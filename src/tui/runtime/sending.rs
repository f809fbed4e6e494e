//! One send: secrets looked up, the request prepared, the exchange watched, kept and shown.

use std::{path::Path, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{
    document::Document,
    http::{self, NotReady, PrepareError, Prepared, Progress, ToSend},
    model::{Asked, Exchange, FailureKind, Permit},
    store::{trust::Trust, workspace},
};

use super::{
    super::{
        app::notices::Notice,
        effect::{Consent, Errand, Outgoing},
        event::{Event, SendId},
    },
    Shared,
    arriving::Watch,
    documents, tokens,
};

pub(super) async fn send(shared: Shared, outgoing: Outgoing, cancel: CancellationToken) {
    let send = outgoing.send;
    let outgoing = Arc::new(outgoing);
    let prepared = match make_ready(&shared, &outgoing, &cancel).await {
        Ok(prepared) => prepared,
        Err(_) if cancel.is_cancelled() => return shared.refuse(send, cancelled()),
        Err(NotReady::Refused(error)) => return shared.refuse(send, error),
        Err(NotReady::Untrusted(asked)) => {
            let also = elsewhere(&shared, &outgoing, &asked).await;
            let outgoing = Box::new(Outgoing::clone(&outgoing));
            return shared.tell(Event::TrustWanted { outgoing, asked, also });
        }
        Err(NotReady::Unanswered(questions)) => {
            let outgoing = Box::new(Outgoing::clone(&outgoing));
            return shared.tell(Event::SecretsWanted { outgoing, questions });
        }
    };
    let watch = Watch::new(&shared, send);
    let progress = |progress: Progress| watch.tell(progress);
    if outgoing.errand == Errand::Token {
        return tokens::fetch(&shared, send, &prepared, progress, cancel).await;
    }
    let exchange = shared.client.send_shown(prepared, progress, cancel).await;
    keep(&shared, exchange, send, watch.document()).await;
}

/// Secrets may be a program's or the keyring's to give: on a thread that may wait.
async fn make_ready(
    shared: &Shared,
    outgoing: &Arc<Outgoing>,
    cancel: &CancellationToken,
) -> Result<Prepared, NotReady> {
    let (shared, outgoing, cancel) = (shared.clone(), Arc::clone(outgoing), cancel.clone());
    let made = tokio::task::spawn_blocking(move || {
        let Outgoing { source, effective, environment, overrides, consent, .. } = &*outgoing;
        let folder = effective.base.as_path();
        let environment = environment.as_ref();
        let to_send =
            ToSend { source: source.as_ref(), effective, environment, folder, overrides, given: &[] };
        let permit = permit(&shared, folder, consent);
        for (name, value) in &consent.answers {
            http::answer(to_send, &shared.vault, name, value);
        }
        http::ready(to_send, &shared.vault, &permit, &|| cancel.is_cancelled())
    });
    made.await.unwrap_or_else(|error| {
        let message = format!("the request could not be made ready: {error}");
        Err(NotReady::Refused(PrepareError::internal(&message)))
    })
}

/// What was agreed to, now and before. An agreement that cannot be kept holds for this send.
fn permit(shared: &Shared, folder: &Path, consent: &Consent) -> Permit {
    let trust = Trust::of(&shared.places);
    if consent.is_kept {
        let agreed = consent.agreed.iter().map(|asked| (asked.ask.clone(), asked.what.clone()));
        let agreed: Vec<_> = agreed.collect();
        if let Err(error) = trust.agree(folder, &agreed, jiff::Timestamp::now()) {
            shared.report(Notice::from_error("Your agreement is not kept", &error));
        }
    }
    let mut permit = trust.permit(folder).unwrap_or_else(|error| {
        shared.report(Notice::from_error("Your agreements are not known", &error));
        Permit::default()
    });
    consent.agreed.iter().for_each(|asked| permit.allow(&asked.ask));
    permit
}

/// What the send's collection asks for besides this: whoever agrees to all of it is not asked at each request.
async fn elsewhere(shared: &Shared, outgoing: &Arc<Outgoing>, asked: &[Asked]) -> Vec<Asked> {
    let (shared, outgoing) = (shared.clone(), Arc::clone(outgoing));
    let all = tokio::task::spawn_blocking(move || {
        let folder = &outgoing.effective.base;
        let Ok(workspace) = workspace::load(&shared.root) else { return Vec::new() };
        let own = workspace.collections.iter().find(|collection| collection.folder == *folder);
        let permit = permit(&shared, folder, &outgoing.consent);
        let mut all = own.map(|own| http::asks_of(&workspace, own, &outgoing.overrides)).unwrap_or_default();
        all.retain(|asked| !permit.allows(&asked.ask));
        all
    });
    let mut all = all.await.unwrap_or_default();
    all.retain(|also| !asked.iter().any(|asked| asked.ask == also.ask));
    all
}

fn cancelled() -> PrepareError {
    let mut error = PrepareError::internal("cancelled");
    error.failure.kind = FailureKind::Cancelled;
    error
}

/// Kept before it is shown: what the screen says arrived is on disk, unless the settings keep nothing.
async fn keep(shared: &Shared, exchange: Exchange, send: SendId, shown: Option<Document>) {
    if shared.keeps_history {
        record(shared, &exchange).await;
    }
    let document = shown.or_else(|| documents::of(shared, &exchange));
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
