//! The tree of a workspace, and what a request inherits from the folders above it.

use std::path::PathBuf;

use super::{
    Auth, Environment, Expectation, NodeId, Problem, Request, Retry, Rows, Settings, VarOrigin, Vars,
};

/// Everything below the folder that a user opened.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workspace {
    /// Absolute.
    pub root: PathBuf,
    /// By folder name.
    pub collections: Vec<Collection>,
}

/// A folder with a `collection.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    /// Absolute.
    pub folder: PathBuf,
    /// Its `name` is the collection's; its id is the folder's name alone.
    pub root: Folder,
    /// By name.
    pub environments: Vec<Environment>,
    /// Of environment files; a request's or folder's own problem stands in its node.
    pub problems: Vec<Problem>,
}

/// A folder of requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Folder {
    pub id: NodeId,
    /// From its file, or the folder's own.
    pub name: String,
    pub doc: String,
    /// Names of children in the order to show them; those not listed follow by name.
    pub order: Vec<String>,
    pub defaults: Defaults,
    /// In the order to show them.
    pub children: Vec<Node>,
    /// Why its folder.toml or collection.toml could not be used, if so; its defaults are then empty.
    pub problem: Option<Problem>,
}

/// What a collection or folder file gives to everything below it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Defaults {
    pub vars: Vars,
    pub headers: Rows,
    pub auth: Option<Auth>,
    pub http: Settings,
    pub retry: Retry,
    pub expect: Vec<Expectation>,
}

/// What stands in a folder.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Folder(Folder),
    Request(RequestNode),
}

/// A request file: what it says, or why it cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestNode {
    pub id: NodeId,
    pub content: Result<Request, Problem>,
}

/// A request with what it inherits, ready to be prepared.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    pub request: Request,
    /// Scopes of `[vars]`, strongest first: the request's, then each folder's from the inside out.
    pub vars: Vec<(VarOrigin, Vars)>,
    /// The collection's folder, which relative paths start from.
    pub base: PathBuf,
}

impl Node {
    pub fn id(&self) -> &NodeId {
        match self {
            Self::Folder(folder) => &folder.id,
            Self::Request(request) => &request.id,
        }
    }
}

impl Workspace {
    pub fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.iter().find(|collection| collection.root.id.as_str() == name)
    }

    pub fn folder(&self, id: &NodeId) -> Option<&Folder> {
        self.collection(id.collection())?.chain(id).last().copied().filter(|folder| folder.id == *id)
    }

    pub fn request(&self, id: &NodeId) -> Option<&RequestNode> {
        self.folder(&id.parent()?)?.children.iter().find_map(|node| match node {
            Node::Request(request) if request.id == *id => Some(request),
            _ => None,
        })
    }

    /// Every request, in the order in which they are shown.
    pub fn requests(&self) -> Vec<&RequestNode> {
        fn walk<'a>(folder: &'a Folder, out: &mut Vec<&'a RequestNode>) {
            for node in &folder.children {
                match node {
                    Node::Folder(folder) => walk(folder, out),
                    Node::Request(request) => out.push(request),
                }
            }
        }
        let mut out = Vec::new();
        for collection in &self.collections {
            walk(&collection.root, &mut out);
        }
        out
    }

    /// The request that a user named: by its full id, or by its path within a collection where only one has it.
    pub fn find(&self, typed: &str) -> Option<&RequestNode> {
        let requests = self.requests();
        let exact = requests.iter().find(|request| request.id.as_str() == typed);
        exact.copied().or_else(|| {
            let mut within = requests.iter().filter(|request| request.id.within() == typed);
            within.next().copied().filter(|_| within.next().is_none())
        })
    }

    /// `request` as the request `id` with everything that the folders above give it.
    ///
    /// `id` need not exist yet, but its collection must; `None` otherwise.
    pub fn effective(&self, id: &NodeId, request: &Request) -> Option<Effective> {
        let collection = self.collection(id.collection())?;
        let folders = collection.chain(&id.parent()?);
        let mut request = request.clone();
        let mut vars = vec![(VarOrigin::Request, std::mem::take(&mut request.vars))];
        for folder in folders.iter().rev() {
            let defaults = &folder.defaults;
            vars.push((VarOrigin::Folder(folder.id.clone()), defaults.vars.clone()));
            inherit_headers(&mut request.headers, &defaults.headers);
            request.auth = request.auth.or_else(|| defaults.auth.clone());
            request.http = request.http.over(&defaults.http);
            request.retry = request.retry.over(&defaults.retry);
            request.expect.splice(0..0, defaults.expect.iter().cloned());
        }
        Some(Effective { request, vars, base: collection.folder.clone() })
    }
}

impl Collection {
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }

    /// The folders from the collection's root down towards `id`, as far as they exist.
    fn chain(&self, id: &NodeId) -> Vec<&Folder> {
        let mut folder = &self.root;
        let mut chain = vec![folder];
        while folder.id != *id {
            let next = folder.children.iter().find_map(|node| match node {
                Node::Folder(child) if id.is_within(&child.id) => Some(child),
                _ => None,
            });
            let Some(next) = next else { break };
            chain.push(next);
            folder = next;
        }
        chain
    }
}

/// Puts a folder's headers before a request's own; a name that the request writes, even disabled, is not inherited.
fn inherit_headers(own: &mut Rows, inherited: &Rows) {
    let missing = inherited
        .iter()
        .filter(|row| !own.iter().any(|mine| mine.name.eq_ignore_ascii_case(&row.name)))
        .cloned();
    let missing: Rows = missing.collect();
    own.splice(0..0, missing);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Row;

    fn folder(id: &str, defaults: Defaults, children: Vec<Node>) -> Folder {
        Folder {
            id: NodeId::new(id),
            name: id.to_owned(),
            doc: String::new(),
            order: Vec::new(),
            defaults,
            children,
            problem: None,
        }
    }

    fn workspace() -> Workspace {
        let request = RequestNode {
            id: NodeId::new("shop/orders/new"),
            content: Ok(Request {
                url: "/".into(),
                headers: vec![Row::new("accept", "text/csv")],
                vars: vec![("who".into(), "request".into())],
                ..Request::default()
            }),
        };
        let orders = folder(
            "shop/orders",
            Defaults {
                headers: vec![Row::new("X-Folder", "orders"), Row::new("Accept", "application/json")],
                auth: Some(Auth::Bearer("inner".into())),
                ..Defaults::default()
            },
            vec![Node::Request(request)],
        );
        let root = folder(
            "shop",
            Defaults {
                headers: vec![Row::new("X-Root", "1")],
                auth: Some(Auth::None),
                vars: vec![("who".into(), "root".into())],
                ..Defaults::default()
            },
            vec![Node::Folder(orders)],
        );
        let collection =
            Collection { folder: "/shop".into(), root, environments: Vec::new(), problems: Vec::new() };
        Workspace { root: "/".into(), collections: vec![collection] }
    }

    #[test]
    fn a_request_is_found_by_either_name() {
        let workspace = workspace();
        assert!(workspace.find("shop/orders/new").is_some());
        assert!(workspace.find("orders/new").is_some());
        assert!(workspace.find("new").is_none());
        assert!(workspace.folder(&NodeId::new("shop/orders")).is_some());
        assert!(workspace.folder(&NodeId::new("shop/nothing")).is_none());
    }

    #[test]
    fn the_nearest_folder_wins() {
        let workspace = workspace();
        let node = workspace.find("orders/new").unwrap();
        let effective = workspace.effective(&node.id, node.content.as_ref().unwrap()).unwrap();
        let headers: Vec<_> =
            effective.request.headers.iter().map(|row| (row.name.as_str(), row.value.as_str())).collect();
        assert_eq!(headers, [("X-Root", "1"), ("X-Folder", "orders"), ("accept", "text/csv")]);
        assert_eq!(effective.request.auth, Some(Auth::Bearer("inner".into())));
        assert_eq!(effective.vars[0].0, VarOrigin::Request);
        assert_eq!(effective.vars.len(), 3);
    }
}
