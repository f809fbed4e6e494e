//! The workspace's files: read, written, arranged and watched.

use std::path::Path;

use crate::{
    format,
    model::{Environment, NodeId, Request},
    store::workspace::{self, NodeKind, SaveError, Stamp},
};

use super::{
    super::{
        app::notices::Notice,
        effect::Effect,
        event::{Event, RestoredDraft},
    },
    Shared,
};

/// Does what concerns files. Everything else was done elsewhere.
pub(super) fn perform(shared: &Shared, effect: Effect) {
    match effect {
        Effect::LoadWorkspace => load(shared),
        Effect::SaveRequest { id, request, base, force } => {
            save(shared, &id, &request, base.as_deref(), force);
        }
        Effect::SaveEnvironment { collection, environment, base } => {
            save_environment(shared, &collection, environment, &base);
        }
        Effect::CreateRequest { id, request } => {
            let saved = workspace::save_request(&shared.collection_folder(&id), &id, &request, None);
            match saved {
                Ok(_) => shared.tell(Event::NodeCreated { id, open: true }),
                Err(error) => shared.save_failed("The request was not created", &error),
            }
        }
        Effect::CreateFolder { id } => {
            let Some(parent) = id.parent() else { return };
            match workspace::create_folder(&shared.collection_folder(&id), &parent, id.leaf()) {
                Ok(id) => shared.tell(Event::NodeCreated { id, open: false }),
                Err(error) => shared.save_failed("The folder was not created", &error),
            }
        }
        Effect::RenameNode { id, kind, leaf } => {
            match workspace::rename(&shared.collection_folder(&id), &id, kind, &leaf) {
                Ok(to) => shared.tell(Event::NodeMoved { from: id, to }),
                Err(error) => shared.save_failed(&format!("{} was not renamed", id.within()), &error),
            }
        }
        Effect::DuplicateNode { id, kind } => {
            match workspace::duplicate(&shared.collection_folder(&id), &id, kind) {
                Ok(copy) => shared.tell(Event::NodeCreated { id: copy, open: kind == NodeKind::Request }),
                Err(error) => shared.save_failed(&format!("{} was not duplicated", id.within()), &error),
            }
        }
        Effect::MoveNode { id, kind, folder } => {
            let (from, to) = (shared.collection_folder(&id), shared.collection_folder(&folder));
            match workspace::move_node(&from, &id, kind, &to, &folder) {
                Ok(to) => shared.tell(Event::NodeMoved { from: id, to }),
                Err(error) => shared.save_failed(&format!("{} was not moved", id.within()), &error),
            }
        }
        Effect::DeleteNode { id, kind } => {
            match workspace::delete(&shared.collection_folder(&id), &id, kind, &shared.places.trash()) {
                Ok(deleted) => shared.tell(Event::NodeDeleted { id, deleted }),
                Err(error) => shared.save_failed(&format!("{} was not deleted", id.within()), &error),
            }
        }
        Effect::RestoreNode { id, deleted } => match workspace::restore(&deleted) {
            Ok(()) => shared.tell(Event::NodeRestored { id }),
            Err(error) => shared.save_failed(&format!("{} was not brought back", id.within()), &error),
        },
        Effect::Remember(remembered) => {
            if let Err(error) = crate::store::ui_state::save(&shared.places, &shared.root, &*remembered) {
                tracing::warn!("the state of the screen is not kept: {error}");
            }
        }
        _ => {}
    }
}

fn load(shared: &Shared) {
    match workspace::load(&shared.root) {
        Ok(workspace) => {
            shared.know_collections(&workspace);
            shared.tell(Event::WorkspaceLoaded { workspace: Box::new(workspace) });
            load_drafts(shared);
        }
        Err(error) => {
            let notice = Notice::from_error(format!("{} cannot be read", shared.root.display()), &error);
            shared.tell(Event::WorkspaceFailed { notice });
        }
    }
}

/// What an earlier run left unsaved: once.
fn load_drafts(shared: &Shared) {
    if shared.drafts_are_loaded.swap(true, std::sync::atomic::Ordering::Relaxed) {
        return;
    }
    match shared.drafts().load() {
        Ok(drafts) => {
            let drafts = drafts.into_iter().map(|draft| RestoredDraft {
                id: draft.id,
                request: draft.request,
                base: draft.base,
            });
            shared.tell(Event::DraftsLoaded { drafts: drafts.collect() });
        }
        Err(error) => shared.report(Notice::from_error("Edits of an earlier session cannot be read", &error)),
    }
}

/// Writes a request, if its file still says what the edit began with.
///
/// The comparison is by meaning: a comment or a blank line that came meanwhile is no conflict, and stays.
fn save(shared: &Shared, id: &NodeId, request: &Request, base: Option<&Request>, force: bool) {
    let folder = shared.collection_folder(id);
    let path = workspace::path_of(&folder, id, NodeKind::Request);
    let saved = if force {
        workspace::overwrite_request(&folder, id, request)
    } else {
        let (theirs, stamp) = current(&path);
        if theirs.as_ref() != base {
            return shared.tell(Event::RequestChangedOnDisk { id: id.clone(), theirs: theirs.map(Box::new) });
        }
        workspace::save_request(&folder, id, request, stamp.as_ref())
    };
    match saved {
        Ok(_) => shared.tell(Event::RequestSaved { id: id.clone(), request: Box::new(request.clone()) }),
        Err(SaveError::ChangedOnDisk { .. }) => {
            let (theirs, _) = current(&path);
            shared.tell(Event::RequestChangedOnDisk { id: id.clone(), theirs: theirs.map(Box::new) });
        }
        Err(error) => shared.save_failed(&format!("{} was not saved", id.within()), &error),
    }
}

/// What a request's file says now, and its stamp.
fn current(path: &Path) -> (Option<Request>, Option<Stamp>) {
    match workspace::read_text(path) {
        Ok((text, stamp)) => (format::parse_request(&text, path).ok(), Some(stamp)),
        Err(_) => (None, None),
    }
}

fn save_environment(shared: &Shared, collection: &str, environment: Environment, base: &Environment) {
    let folder = shared.collection_folder(&NodeId::new(collection));
    let path = workspace::environment_path(&folder, &environment.name);
    let summary = format!("The environment {} was not saved", environment.name);
    let (text, stamp) = match workspace::read_text(&path) {
        Ok(read) => read,
        Err(error) => return shared.report(Notice::from_error(summary, &error)),
    };
    if format::parse_environment(&text, &environment.name, &path).as_ref().ok() != Some(base) {
        let hint = "close it and open it again to see what it says now";
        return shared
            .report(Notice::error(format!("{summary}: its file changed meanwhile")).with_hint(hint));
    }
    match workspace::save_environment(&folder, &environment, Some(&stamp)) {
        Ok(_) => shared.tell(Event::EnvironmentSaved { collection: collection.to_owned(), environment }),
        Err(error) => shared.save_failed(&summary, &error),
    }
}

/// Tells of every change on disk, for as long as the workbench runs.
pub(super) async fn watch(shared: Shared) {
    let teller = shared.clone();
    let watcher = workspace::watch(&shared.root, move |_| teller.tell(Event::FilesChanged));
    match watcher {
        // The watcher lives as long as this task.
        Ok(_watcher) => std::future::pending().await,
        Err(error) => {
            let key = "reload-workspace reads it again";
            shared.report(Notice::from_error("Changes on disk are not noticed", &error).with_hint(key));
        }
    }
}

impl Shared {
    fn save_failed(&self, summary: &str, error: &SaveError) {
        let mut notice = Notice::from_error(summary, error);
        if let Some(hint) = error.hint() {
            notice = notice.with_hint(hint);
        }
        self.report(notice);
    }
}
