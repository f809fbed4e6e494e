//! What a collection asks for, as far as it can be told without sending: so that a user agrees once and not request by
//! request.
//!
//! What a template makes of a path in the end is judged when it is rendered, in `prepare`.

use std::path::Path;

use crate::{
    model::{
        Ask, Asked, Auth, Body, Collection, Effective, NodeId, PartContent, Request, Settings, Vars,
        Workspace,
    },
    secret,
    template::{Scope, preview},
};

use super::{
    auth::{Outside, outside},
    confine::{Place, place},
    ready::of_sources,
    scope::scope_without_secrets,
};

/// Everything that a collection asks for: its environments' commands and keyring entries, and the paths that lead out of
/// its folder.
pub fn asks_of(workspace: &Workspace, collection: &Collection, overrides: &Vars) -> Vec<Asked> {
    let mut asked = Vec::new();
    for environment in &collection.environments {
        let sources = of_sources(&environment.secrets, &collection.folder, &environment.name);
        asked.extend(sources.into_iter().map(|(_, asked)| asked));
    }
    let requests = workspace.requests();
    for node in requests.iter().filter(|node| node.id.collection() == collection.root.id.as_str()) {
        let Some(effective) =
            node.content.as_ref().ok().and_then(|request| workspace.effective(&node.id, request))
        else {
            continue;
        };
        let mut environments: Vec<_> = collection.environments.iter().map(Some).collect();
        if environments.is_empty() {
            environments.push(None);
        }
        for environment in environments {
            let scope = scope_without_secrets(Some(&effective), environment, overrides);
            asked.extend(of_paths(Some(&node.id), &effective, &scope));
        }
    }
    each_once(asked)
}

/// What a request asks for that the user has typed, as far as no template makes it: that is their own choice.
pub fn asks_of_typed(effective: &Effective) -> Vec<Ask> {
    of_paths(None, effective, &Scope::default()).into_iter().map(|asked| asked.ask).collect()
}

/// The ask for a path that the user names, where it leads out of the folder `base`.
pub fn ask_for_file(base: &Path, path: &Path) -> Option<Ask> {
    match place(base, path) {
        Place::Inside(_) => None,
        Place::Outside(path) => Some(Ask::File(path)),
    }
}

/// The paths of a request that lead out of its folder, as far as they do not depend on a secret or on chance.
pub(super) fn of_paths(source: Option<&NodeId>, effective: &Effective, scope: &Scope) -> Vec<Asked> {
    let mut found = Vec::new();
    let mut add = |part: &str, path: &str, ask: fn(std::path::PathBuf) -> Ask| {
        if let Place::Outside(path) = place(&effective.base, Path::new(path)) {
            found.push(asked(ask(path), by(source, part)));
        }
    };
    if let Some(path) = &effective.request.http.unix_socket {
        add("unix_socket", path, Ask::Socket);
    }
    let rendered = |text: &str| preview(text, scope).ok().filter(|path| !path.has_secret());
    let auth = match &effective.request.auth {
        Some(Auth::Netrc(path)) => rendered(path).map(|path| Auth::Netrc(path.reveal().to_owned())),
        auth => auth.clone(),
    };
    for file in auth.iter().flat_map(|auth| outside(auth, &effective.base)) {
        if let Outside::File(path) = file {
            add("auth", &path.to_string_lossy(), Ask::File);
        }
    }
    for (part, template) in files(&effective.request) {
        if let Ok(path) = preview(template, scope)
            // What chance decides is named ‹so› in a preview.
            && !path.has_secret() && !path.reveal().contains('‹') && !path.reveal().is_empty()
        {
            add(&part, path.reveal(), Ask::File);
        }
    }
    found
}

/// The files that a request reads, each with the part it stands in.
fn files(request: &Request) -> Vec<(String, &str)> {
    let Settings { ca, cert, .. } = &request.http;
    let tls = [("ca", ca), ("cert", cert)].into_iter();
    let tls = tls.filter_map(|(part, path)| Some((part.to_owned(), path.as_deref()?)));
    let mut files: Vec<(String, &str)> = tls.collect();
    match &request.body {
        Some(Body::File(path)) => files.push(("body".to_owned(), path)),
        Some(Body::Multipart(parts)) => {
            for part in parts.iter().filter(|part| part.enabled) {
                if let PartContent::File(path) = &part.content {
                    files.push((format!("part {}", part.name), path));
                }
            }
        }
        _ => {}
    }
    files
}

/// An ask, with its words.
pub(super) fn asked(ask: Ask, by: String) -> Asked {
    let what = secret::redact_known(&ask.to_string()).into_owned();
    Asked { ask, what, by }
}

/// Where an ask comes from, for people.
pub(super) fn by(source: Option<&NodeId>, part: &str) -> String {
    match source {
        Some(id) => format!("{}.toml: {part}", id.within()),
        None => format!("the request: {part}"),
    }
}

/// Each ask with the first place that it comes from.
pub(super) fn each_once(asked: Vec<Asked>) -> Vec<Asked> {
    let mut once: Vec<Asked> = Vec::new();
    for next in asked {
        if !once.iter().any(|known| known.ask == next.ask) {
            once.push(next);
        }
    }
    once
}
