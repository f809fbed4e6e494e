//! Does what the state asks for: each effect becomes a task, each task's outcome an event.
//!
//! Nothing here blocks the loop. Work on files runs on blocking threads; work on one request's draft is put off for a
//! moment, so that fast typing writes once. What is in flight is known by its id and can be cancelled.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::{Duration, Instant},
};

use tokio::{sync::mpsc::UnboundedSender, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    http::{Client, ClientOptions, PrepareError},
    model::{NodeId, SecretSource, Workspace},
    secret::{self, Vault},
    store::{drafts::Drafts, places::Places},
};

pub use opening::Input;
use turns::Turns;

use super::{
    app::notices::Notice,
    effect::Effect,
    event::{Event, Refusal, SendId},
    guard,
};

mod arriving;
mod clipboard;
mod documents;
mod drafts;
mod files;
mod history;
mod jars;
mod opening;
mod pace;
mod sending;
mod tokens;
mod turns;

/// What tasks share. Cheap to clone.
#[derive(Debug, Clone)]
struct Shared {
    root: PathBuf,
    places: Places,
    events: UnboundedSender<Event>,
    started: Instant,
    client: Arc<Client>,
    history: Arc<history::Shelf>,
    vault: Arc<Vault>,
    /// Whether exchanges go there: `[history] keep`.
    keeps_history: bool,
    /// The folder of each collection, by its name.
    collections: Arc<Mutex<HashMap<String, PathBuf>>>,
    drafts_are_loaded: Arc<AtomicBool>,
}

/// The way out of the state: see [`Runtime::perform`].
#[derive(Debug)]
pub(super) struct Runtime {
    shared: Shared,
    tasks: TaskTracker,
    in_flight: Arc<Mutex<HashMap<SendId, CancellationToken>>>,
    drafts: drafts::Desk,
    watching: Mutex<Option<JoinHandle<()>>>,
    seeking: Turns,
    counting: Turns,
    asking: Turns,
}

impl Runtime {
    pub(super) fn new(
        root: PathBuf,
        places: Places,
        config: &Config,
        events: UnboundedSender<Event>,
    ) -> Self {
        let options = ClientOptions {
            jars: Some(places.jars()),
            defaults: config.http.clone(),
            retry: config.retry.clone(),
            tokens: Some(places.tokens()),
            // Somebody is there: they opened it.
            is_attended: true,
        };
        let shared = Shared {
            root,
            history: Arc::new(history::Shelf::new(places.clone())),
            keeps_history: config.history.keep,
            vault: Arc::default(),
            places,
            events,
            started: Instant::now(),
            client: Arc::new(Client::new(options)),
            collections: Arc::default(),
            drafts_are_loaded: Arc::default(),
        };
        let drafts = drafts::Desk::new(shared.clone());
        Self {
            shared,
            tasks: TaskTracker::new(),
            in_flight: Arc::default(),
            drafts,
            watching: Mutex::default(),
            seeking: Turns::default(),
            counting: Turns::default(),
            asking: Turns::default(),
        }
    }

    /// Reads the workspace and what an earlier run left, and begins to watch: behind the first frame.
    pub(super) fn begin(&self) {
        self.perform(Effect::LoadWorkspace);
        self.perform(Effect::ListTokens);
        self.heed_signals();
        let watcher = files::watch(self.shared.clone());
        *self.watching.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.tasks.spawn(watcher));
    }

    /// Reads the document that is looked at, behind the first frame.
    pub(super) fn begin_viewing(&self, input: Input, media_type: Option<String>) {
        self.heed_signals();
        let shared = self.shared.clone();
        // A thread that nobody waits for: a pipe may stay silent for ever.
        std::thread::spawn(move || opening::open(&shared, input, media_type.as_deref()));
    }

    fn heed_signals(&self) {
        let shared = self.shared.clone();
        self.tasks.spawn(async move {
            guard::terminated().await;
            shared.tell(Event::Terminated);
        });
    }

    /// Since the start.
    pub(super) fn now(&self) -> Duration {
        self.shared.started.elapsed()
    }

    /// Starts what an effect asks for.
    pub(super) fn perform(&self, effect: Effect) {
        let shared = self.shared.clone();
        match effect {
            Effect::SendRequest(outgoing) => {
                let cancel = CancellationToken::new();
                let send = outgoing.send;
                self.flights().insert(send, cancel.clone());
                let flights = Arc::clone(&self.in_flight);
                self.tasks.spawn(async move {
                    sending::send(shared, *outgoing, cancel).await;
                    flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&send);
                });
            }
            Effect::CancelSend(send) => {
                if let Some(cancel) = self.flights().get(&send) {
                    cancel.cancel();
                }
            }
            Effect::ForgetSecrets { answers: true } => shared.vault.forget(),
            Effect::ForgetSecrets { answers: false } => shared.vault.refresh(),
            Effect::KeepDraft { id, request, base } => self.drafts.keep(id, *request, base.map(|base| *base)),
            Effect::DiscardDraft { id } => self.drafts.discard(&id),
            Effect::CopyText { text, what } => self.blocking(move || clipboard::copy(&shared, &text, &what)),
            Effect::ListTokens => self.blocking(move || tokens::list(&shared)),
            Effect::ForgetToken { digest } => self.blocking(move || tokens::forget(&shared, &digest)),
            Effect::OpenPage { url } => self.blocking(move || tokens::open_page(&shared, &url)),
            Effect::FindMissingSecrets { sources, base } => self.blocking(move || {
                let is_missing =
                    |(_, source): &(String, SecretSource)| secret::missing(source, &base).is_some();
                let missing = sources.into_iter().filter(is_missing);
                shared.tell(Event::SecretsMissing { names: missing.map(|(name, _)| name).collect() });
            }),
            Effect::ReadJar { jar } => self.blocking(move || jars::read(&shared, jar)),
            Effect::ChangeJar { jar, edit } => self.blocking(move || jars::change(&shared, jar, edit)),
            Effect::ImportCookies { jar, path } => {
                self.blocking(move || jars::import(&shared, jar, &path));
            }
            Effect::ExportCookies { jar, path } => {
                self.blocking(move || jars::export(&shared, &jar, &path));
            }
            Effect::ListHistory { query, filter } => {
                self.blocking(move || history::list(&shared, query, &filter));
            }
            Effect::OpenExchange { id } => self.blocking(move || history::open(&shared, &id)),
            Effect::FindLatest { request } => self.blocking(move || history::find_latest(&shared, request)),
            Effect::DeleteExchange { id } => self.blocking(move || history::delete(&shared, &id)),
            Effect::SaveBody { body, path } => {
                self.blocking(move || documents::save_body(&shared, body, &path));
            }
            Effect::SaveDocument { document, path } => {
                self.blocking(move || documents::save(&shared, &document, &path));
            }
            Effect::FindMatch { document, pattern, from, forward } => {
                let turn = self.seeking.next();
                self.blocking(move || documents::find(&shared, document, pattern, from, forward, &turn));
            }
            Effect::CountMatches { document, pattern } => {
                let turn = self.counting.next();
                self.blocking(move || documents::count(&shared, &document, &pattern, &turn));
            }
            Effect::RunQuery { run, document, text } => {
                let turn = self.asking.next();
                self.blocking(move || documents::query(&shared, run, &document, &text, &turn));
            }
            Effect::CancelQuery => drop(self.asking.next()),
            Effect::LocatePath { document, path } => {
                self.blocking(move || documents::locate(&shared, document, path));
            }
            // The loop does these itself.
            Effect::Redraw | Effect::Quit => {}
            file => self.blocking(move || files::perform(&shared, file)),
        }
    }

    /// Cancels what is in flight, writes what was put off, and waits for both.
    pub(super) async fn end(&self) {
        for cancel in self.flights().values() {
            cancel.cancel();
        }
        if let Some(watching) = self.watching.lock().unwrap_or_else(PoisonError::into_inner).take() {
            watching.abort();
        }
        // What is looked for, counted or asked on is for nobody.
        drop((self.seeking.next(), self.counting.next(), self.asking.next()));
        self.drafts.flush().await;
        self.tasks.close();
        // Writes take milliseconds; what hangs longer (a dead network drive) must not keep the user from leaving.
        let _ = tokio::time::timeout(Duration::from_secs(3), self.tasks.wait()).await;
    }

    fn blocking(&self, work: impl FnOnce() + Send + 'static) {
        self.tasks.spawn_blocking(work);
    }

    fn flights(&self) -> std::sync::MutexGuard<'_, HashMap<SendId, CancellationToken>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Tells the state. At the very end nobody listens any more, which is as it should be.
    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    fn report(&self, notice: Notice) {
        self.tell(Event::Noticed { notice });
    }

    /// Tells that a request was not sent.
    fn refuse(&self, send: SendId, error: PrepareError) {
        let refusal = Refusal { failure: error.failure, part: error.part.map(String::from) };
        self.tell(Event::SendRefused { send, refusal });
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn drafts(&self) -> Drafts {
        Drafts::of(&self.places, &self.root)
    }

    /// The folder of a node's collection. A workspace that is one collection is that folder itself.
    fn collection_folder(&self, id: &NodeId) -> PathBuf {
        let known = self.collections.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id.collection()).cloned().unwrap_or_else(|| self.root.clone())
    }

    fn know_collections(&self, workspace: &Workspace) {
        let folders = workspace.collections.iter();
        let folders =
            folders.map(|collection| (collection.root.id.as_str().to_owned(), collection.folder.clone()));
        *self.collections.lock().unwrap_or_else(PoisonError::into_inner) = folders.collect();
    }
}
