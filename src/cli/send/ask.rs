//! From what was typed to a request: one of the workspace, or one made of a URL.

use std::path::{Path, PathBuf};

use crate::{
    http,
    model::{Ask, Effective, Environment, Request, RequestNode, Row, Settings, Workspace},
    store::workspace,
};

use super::{
    super::{
        CliError, Variables,
        home::{Home, choose_environment, collection_of, find_workspace, no_environment},
    },
    Asked, SendArgs,
    content::Typed,
};

/// The request to send, and the folder of the collection that it belongs to.
pub(super) fn ask(args: &SendArgs, home: &Home) -> Result<(Asked, Option<PathBuf>), CliError> {
    if is_surely_url(&args.target) {
        return Ok((typed(args)?, None));
    }
    let is_host = is_host(&args.target);
    // A URL makes no workspace of the user's own where there is none.
    if is_host && workspace::locate(Path::new(".")).is_none() {
        return Ok((typed(args)?, None));
    }
    let workspace = find_workspace(home)?;
    match workspace.find(&args.target) {
        Some(node) => saved(args, &workspace, node),
        None if is_host => Ok((typed(args)?, None)),
        None => Err(no_request(&args.target, &workspace)),
    }
}

/// A request of the workspace, as it is.
pub(in crate::cli) fn of_workspace(id: &str, variables: &Variables, home: &Home) -> Result<Asked, CliError> {
    let workspace = find_workspace(home)?;
    let node = workspace.find(id).ok_or_else(|| no_request(id, &workspace))?;
    Ok(found(id, variables, &workspace, node)?.0)
}

/// A request of the workspace, with what was typed over it.
fn saved(
    args: &SendArgs,
    workspace: &Workspace,
    node: &RequestNode,
) -> Result<(Asked, Option<PathBuf>), CliError> {
    let (asked, folder) = found(&args.target, &args.variables, workspace, node)?;
    Ok((alter(asked, args, args.body.read()?)?, Some(folder)))
}

fn found(
    id: &str,
    variables: &Variables,
    workspace: &Workspace,
    node: &RequestNode,
) -> Result<(Asked, PathBuf), CliError> {
    let request = node.content.as_ref().map_err(|problem| {
        let broken = CliError::usage(format!("the request {} cannot be read", node.id.within()));
        CliError { causes: vec![problem.to_string()], ..broken }
    })?;
    let unknown = || no_request(id, workspace);
    let effective = workspace.effective(&node.id, request).ok_or_else(unknown)?;
    let collection = collection_of(workspace, Some(&node.id)).ok_or_else(unknown)?;
    let environment = choose_environment(collection, variables.env.as_deref())?.cloned();
    let folder = collection.folder.clone();
    let asked = Asked {
        source: Some(node.id.clone()),
        effective,
        environment,
        folder: Some(folder.clone()),
        own: Vec::new(),
        has_own_files: false,
        secrets: Vec::new(),
        held: None,
    };
    Ok((asked, folder))
}

/// A request made of a URL. Its files are looked for in the current folder.
fn typed(args: &SendArgs) -> Result<Asked, CliError> {
    let mut request = Request { url: full(&args.target), ..Request::default() };
    let typed = args.body.read()?;
    if typed.as_ref().is_some_and(|typed| typed.body.is_some()) {
        "POST".clone_into(&mut request.method);
    }
    let base = std::env::current_dir()
        .map_err(|error| CliError::io("cannot find the current folder", Path::new("."), &error))?;
    let environment = args.variables.env.as_deref().map(any_environment).transpose()?;
    let effective = Effective { request, vars: Vec::new(), base };
    let (environment, folder) = environment.unzip();
    let asked = Asked {
        source: None,
        effective,
        environment,
        folder,
        own: Vec::new(),
        has_own_files: false,
        secrets: Vec::new(),
        held: None,
    };
    alter(asked, args, typed)
}

/// The environment of that name in the workspace that the current folder belongs to, with its collection's folder.
fn any_environment(name: &str) -> Result<(Environment, PathBuf), CliError> {
    let loaded = workspace::locate(Path::new(".")).and_then(|root| workspace::load(&root).ok());
    let workspace = loaded.unwrap_or_default();
    let found = workspace
        .collections
        .iter()
        .find_map(|collection| Some((collection.environment(name)?.clone(), collection.folder.clone())));
    found.ok_or_else(|| {
        let all = workspace.collections.iter().flat_map(|collection| &collection.environments);
        no_environment(name, all.map(|environment| environment.name.as_str()))
    })
}

/// Puts what was typed in the places of the request's own.
fn alter(mut asked: Asked, args: &SendArgs, typed: Option<Typed>) -> Result<Asked, CliError> {
    let before = asked.effective.request.clone();
    let request = &mut asked.effective.request;
    if let Some(method) = &args.method {
        request.method.clone_from(method);
    } else if args.head {
        "HEAD".clone_into(&mut request.method);
    }
    if let Some(Typed { body, media_type, held }) = typed {
        (request.body, asked.held) = (body, held);
        let has_type = request.headers.iter().any(|row| is_named(row, "content-type"));
        if let Some(media_type) = media_type.filter(|_| !has_type) {
            request.headers.push(Row::new("Content-Type", media_type));
        }
    }
    replace(&mut request.headers, &args.headers, is_named);
    replace(&mut request.params, &args.params, |row, name| row.name == name);
    let mut login = args.login.read()?;
    if asked.source.is_none() {
        request.url = login.hidden_in("url_password", &request.url);
    }
    request.auth = login.auth.take().or(request.auth.take());
    request.http = args.http.over(&request.http, &args.retry, &mut login)?;
    asked.secrets = login.secrets;
    request.retry = args.retry.over(&request.retry);
    asked.own = own(&before, &asked.effective);
    Ok(asked)
}

/// The files that were typed: they need no agreement, as what a template makes of a path does.
fn own(before: &Request, after: &Effective) -> Vec<Ask> {
    let request = &after.request;
    let typed = |new: &Option<String>, old: &Option<String>| new.clone().filter(|_| new != old);
    let settings = Settings {
        ca: typed(&request.http.ca, &before.http.ca),
        cert: typed(&request.http.cert, &before.http.cert),
        unix_socket: typed(&request.http.unix_socket, &before.http.unix_socket),
        ..Settings::default()
    };
    let typed = Request {
        body: request.body.clone().filter(|_| request.body != before.body),
        auth: request.auth.clone().filter(|_| request.auth != before.auth),
        http: settings,
        ..Request::default()
    };
    http::asks_of_typed(&Effective { request: typed, vars: Vec::new(), base: after.base.clone() })
}

/// A row as it was typed: its name, and its value, or none where the row is to be left out.
pub(super) type TypedRow = (String, Option<String>);

/// Rows that were typed, in the places of those of their names.
fn replace(rows: &mut Vec<Row>, typed: &[TypedRow], is_named: impl Fn(&Row, &str) -> bool) {
    for (name, _) in typed {
        rows.retain(|row| !is_named(row, name));
    }
    rows.extend(typed.iter().filter_map(|(name, value)| Some(Row::new(name, value.as_deref()?))));
}

fn is_named(row: &Row, name: &str) -> bool {
    row.name.eq_ignore_ascii_case(name)
}

/// As curl has it: `Name: value`, `Name:` to leave it out, `Name;` for an empty value.
pub(super) fn header(text: &str) -> Result<TypedRow, String> {
    let (name, value) = match (text.split_once(':'), text.strip_suffix(';')) {
        (Some((name, value)), _) => (name, Some(value.trim()).filter(|value| !value.is_empty())),
        (None, Some(name)) => (name, Some("")),
        (None, None) => ("", None),
    };
    match name.trim() {
        "" => Err("write 'Name: value'".to_owned()),
        name => Ok((name.to_owned(), value.map(str::to_owned))),
    }
}

/// `name=value`, where the value may be empty, or `name` to leave it out.
pub(super) fn param(text: &str) -> Result<TypedRow, String> {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    match name {
        "" => Err("write NAME=VALUE".to_owned()),
        name => Ok((name.to_owned(), value.map(str::to_owned))),
    }
}

/// Whether no request's id looks like this.
fn is_surely_url(text: &str) -> bool {
    text.contains("://") || text.starts_with(':') || text.starts_with("{{") || {
        let host = text.split(['/', '?', '#']).next().unwrap_or_default();
        host == "localhost" || host.starts_with("localhost:")
    }
}

/// Whether it begins with a host, where no request has the name: `example.org/x`, `10.0.0.1`, `box:8080`.
fn is_host(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_port = port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    let is_file = name.strip_suffix(".toml").is_some() || name.starts_with('.');
    let has_dot = name.contains('.') && !is_file;
    is_port || (port.is_none() && has_dot)
}

/// `:8080/x` and `:/x` mean this machine, as in httpie.
fn full(text: &str) -> String {
    match text.strip_prefix(':') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("http://localhost:{rest}"),
        Some(rest) => format!("http://localhost{rest}"),
        None => text.to_owned(),
    }
}

fn no_request(typed: &str, workspace: &Workspace) -> CliError {
    let error = CliError::usage(format!("there is no request `{typed}` in {}", workspace.root.display()));
    let requests = workspace.requests();
    let same: Vec<&str> = requests
        .iter()
        .filter(|request| request.id.within() == typed)
        .map(|request| request.id.as_str())
        .collect();
    if !same.is_empty() {
        return error.hint(format!("more than one collection has it: name {}", same.join(" or ")));
    }
    let scored = requests.iter().map(|request| {
        let id = request.id.within();
        (strsim::jaro_winkler(typed, id).max(strsim::jaro_winkler(typed, request.id.leaf())), id)
    });
    match scored.max_by(|(a, _), (b, _)| a.total_cmp(b)).filter(|(score, _)| *score > 0.7) {
        Some((_, nearest)) => error.hint(format!("did you mean `{nearest}`?")),
        None => error.hint("name a request by its path without .toml, or write a URL with its scheme"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_ids() {
        for url in
            ["https://h/x", ":8080/x", ":/x", "localhost", "localhost/x", "localhost:1/x?q", "{{ u }}/x"]
        {
            assert!(is_surely_url(url), "{url}");
        }
        for id in ["products/list", "localhost-things/list", "v1.2/list"] {
            assert!(!is_surely_url(id), "{id}");
        }
        for host in ["example.org/x", "10.0.0.1", "box:8080/x", "h.example?q=1"] {
            assert!(is_host(host), "{host}");
        }
        for id in ["products/list", "products", "list.toml", "./x", "a:b/c"] {
            assert!(!is_host(id), "{id}");
        }
    }

    #[test]
    fn shorthands_mean_this_machine() {
        assert_eq!(full(":8080/x"), "http://localhost:8080/x");
        assert_eq!(full(":/x"), "http://localhost/x");
        assert_eq!(full("localhost/x"), "localhost/x");
    }
}
