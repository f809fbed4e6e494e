//! From what was typed to a request: one of the workspace, or one made of a URL.

use std::{
    io::{IsTerminal, Read},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    document::check_json_template,
    model::{Body, Effective, Environment, Request, RequestNode, Row, Workspace},
    store::workspace,
    template::escape,
};

use super::{
    super::{
        CliError,
        home::{Home, choose_environment, collection_of, find_workspace, no_environment},
    },
    Asked, SendArgs,
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

/// A request of the workspace, with what was typed over it.
fn saved(
    args: &SendArgs,
    workspace: &Workspace,
    node: &RequestNode,
) -> Result<(Asked, Option<PathBuf>), CliError> {
    let request = node.content.as_ref().map_err(|problem| {
        let broken = CliError::usage(format!("the request {} cannot be read", node.id.within()));
        CliError { causes: vec![problem.to_string()], ..broken }
    })?;
    let unknown = || no_request(&args.target, workspace);
    let mut effective = workspace.effective(&node.id, request).ok_or_else(unknown)?;
    let collection = collection_of(workspace, Some(&node.id)).ok_or_else(unknown)?;
    let environment = choose_environment(collection, args.variables.env.as_deref())?.cloned();
    alter(&mut effective.request, args)?;
    let asked = Asked { source: Some(node.id.clone()), effective, environment };
    Ok((asked, Some(collection.folder.clone())))
}

/// A request made of a URL. Its files are looked for in the current folder.
fn typed(args: &SendArgs) -> Result<Asked, CliError> {
    let mut request = Request { url: full(&args.target), ..Request::default() };
    if args.data.is_some() {
        "POST".clone_into(&mut request.method);
    }
    alter(&mut request, args)?;
    let base = std::env::current_dir()
        .map_err(|error| CliError::io("cannot find the current folder", Path::new("."), &error))?;
    let environment = args.variables.env.as_deref().map(any_environment).transpose()?;
    let effective = Effective { request, vars: Vec::new(), base };
    Ok(Asked { source: None, effective, environment })
}

/// The environment of that name in the workspace that the current folder belongs to.
fn any_environment(name: &str) -> Result<Environment, CliError> {
    let loaded = workspace::locate(Path::new(".")).and_then(|root| workspace::load(&root).ok());
    let workspace = loaded.unwrap_or_default();
    let found = workspace.collections.iter().find_map(|collection| collection.environment(name));
    found.cloned().ok_or_else(|| {
        let all = workspace.collections.iter().flat_map(|collection| &collection.environments);
        no_environment(name, all.map(|environment| environment.name.as_str()))
    })
}

/// Puts the method, headers and body that were typed in the places of the request's own.
fn alter(request: &mut Request, args: &SendArgs) -> Result<(), CliError> {
    if let Some(method) = &args.method {
        request.method.clone_from(method);
    }
    if let Some(data) = &args.data {
        let (body, media_type) = body(data)?;
        request.body = Some(body);
        let has_type = request.headers.iter().any(|row| is_named(row, "content-type"));
        if let Some(media_type) = media_type.filter(|_| !has_type) {
            request.headers.push(Row::new("Content-Type", media_type));
        }
    }
    for (name, _) in &args.headers {
        request.headers.retain(|row| !is_named(row, name));
    }
    let sent = args.headers.iter().filter(|(_, value)| !value.is_empty());
    request.headers.extend(sent.map(|(name, value)| Row::new(name, value)));
    Ok(())
}

fn is_named(row: &Row, name: &str) -> bool {
    row.name.eq_ignore_ascii_case(name)
}

/// What kind of body the data is, and its media type where the kind alone does not say it.
fn body(data: &str) -> Result<(Body, Option<&'static str>), CliError> {
    const FORM: &str = "application/x-www-form-urlencoded";
    if data == "@-" {
        let mut bytes = Vec::new();
        if std::io::stdin().is_terminal() {
            super::super::error::warn("reading the body from this terminal, until Ctrl-D");
        }
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| CliError::io("cannot read", Path::new("stdin"), &error))?;
        // A template has no part in what another program wrote.
        return Ok(match String::from_utf8(bytes) {
            Ok(text) if check_json_template(&text).is_ok() => (Body::Json(escape(&text)), None),
            Ok(text) => (Body::Text(escape(&text)), None),
            Err(error) => (Body::Base64(STANDARD.encode(error.as_bytes())), None),
        });
    }
    if let Some(file) = data.strip_prefix('@') {
        return Ok((Body::File(file.to_owned()), None));
    }
    if !data.trim().is_empty() && check_json_template(data).is_ok() {
        return Ok((Body::Json(data.to_owned()), None));
    }
    let is_form = data.contains('=') && !data.contains(char::is_whitespace);
    Ok((Body::Text(data.to_owned()), is_form.then_some(FORM)))
}

/// `Name: value`; a value may be empty.
pub(super) fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write 'Name: value'".to_owned()),
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

    #[test]
    fn data_is_what_it_looks_like() {
        assert_eq!(body(r#"{"a": 1}"#).unwrap(), (Body::Json(r#"{"a": 1}"#.into()), None));
        assert!(matches!(body(r#"{"a": {{ n }}}"#).unwrap(), (Body::Json(_), None)));
        let form = body("a=1&b=2").unwrap();
        assert_eq!(form, (Body::Text("a=1&b=2".into()), Some("application/x-www-form-urlencoded")));
        assert_eq!(body("hello = there").unwrap(), (Body::Text("hello = there".into()), None));
        assert_eq!(body("@a b.png").unwrap(), (Body::File("a b.png".into()), None));
        assert_eq!(body("").unwrap(), (Body::Text(String::new()), None));
    }
}
