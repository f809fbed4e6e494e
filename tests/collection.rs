//! The sample collection: every file of it is right, and every request does what its doc says, against the practice
//! API.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::{collections::BTreeSet, path::Path};

use antiphon::{
    demo::Server,
    http::{Authorizing, Client, ClientOptions, Progress, prepare, scope},
    model::{
        Body, Content, Effective, Environment, Exchange, FailureKind, Node, Outcome, Request, RequestNode,
        SecretValue, Workspace,
    },
    store::workspace,
    template::Scope,
};
use tokio_util::sync::CancellationToken;

/// What comes of a request: a status, or the kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Status(u16),
    Fails(FailureKind),
}

use End::{Fails, Status};

/// Each request in the order in which they are shown.
const ENDS: [(&str, End); 63] = [
    ("products/list-products", Status(200)),
    ("products/search-products", Status(200)),
    ("products/read-product", Status(200)),
    ("products/read-if-changed", Status(304)),
    ("products/create-product", Status(201)),
    ("products/create-invalid", Status(422)),
    ("products/replace-product", Status(200)),
    ("products/change-product", Status(200)),
    ("products/change-stale", Status(412)),
    ("products/delete-product", Status(204)),
    ("customers/list-customers", Status(200)),
    ("customers/create-customer", Status(201)),
    ("orders/list-orders", Status(200)),
    ("orders/read-order", Status(200)),
    ("orders/create-order", Status(201)),
    ("orders/without-token", Status(401)),
    ("account/log-in", Status(200)),
    ("account/who-am-i", Status(200)),
    ("account/basic", Status(200)),
    ("account/digest", Status(200)),
    ("account/signed", Status(200)),
    ("account/keys/in-header", Status(200)),
    ("account/keys/in-query", Status(200)),
    ("account/keys/in-cookie", Status(200)),
    ("account/oauth2/client-credentials", Status(200)),
    ("account/oauth2/password", Status(200)),
    ("account/oauth2/short-lived", Status(200)),
    ("account/oauth2/browser", Status(200)),
    ("account/oauth2/device", Status(200)),
    ("account/set-cookies", Status(200)),
    ("account/show-cookies", Status(200)),
    ("account/refused-cookies", Status(200)),
    ("echo/everything", Status(200)),
    ("echo/form", Status(200)),
    ("echo/text", Status(200)),
    ("echo/xml", Status(200)),
    ("echo/multipart", Status(200)),
    ("echo/file", Status(200)),
    ("echo/bytes", Status(200)),
    ("echo/graphql", Status(200)),
    ("answers/page", Status(200)),
    ("answers/feed", Status(200)),
    ("answers/table", Status(200)),
    ("answers/latin-1", Status(200)),
    ("answers/picture", Status(200)),
    ("answers/compressed", Status(200)),
    ("answers/big-json", Status(200)),
    ("answers/part-of-a-file", Status(206)),
    ("answers/events", Status(200)),
    ("answers/redirects", Status(200)),
    ("answers/first-redirect", Status(308)),
    ("answers/another-origin", Status(200)),
    ("answers/third-time", Status(200)),
    ("failures/not-found", Status(404)),
    ("failures/too-slow", Fails(FailureKind::ReadTimeout)),
    ("failures/redirect-loop", Fails(FailureKind::RedirectLoop)),
    ("failures/too-many-redirects", Fails(FailureKind::TooManyRedirects)),
    ("failures/cut-short", Fails(FailureKind::Truncated)),
    ("failures/damaged-gzip", Fails(FailureKind::Decode)),
    ("failures/too-large", Fails(FailureKind::TooLarge)),
    ("failures/reset", Fails(FailureKind::Reset)),
    ("failures/not-http", Fails(FailureKind::Protocol)),
    ("failures/malformed-json", Status(200)),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load() -> Workspace {
    workspace::load(root()).unwrap()
}

fn content(node: &RequestNode) -> &Request {
    node.content.as_ref().unwrap_or_else(|problem| panic!("{problem}"))
}

/// Sends a request as the workbench does; `base_url` stands in for the environment's.
async fn send(
    workspace: &Workspace,
    client: &Client,
    node: &RequestNode,
    environment: &str,
    base_url: Option<&str>,
) -> Exchange {
    let collection = workspace.collection("shop").unwrap();
    let name = environment;
    let environment = collection.environment(name);
    let effective = workspace.effective(&node.id, content(node)).unwrap();
    let secrets = environment.map(nothing_set_up).unwrap_or_default();
    let overrides: Vec<_> = base_url.map(|url| ("base_url".to_owned(), url.to_owned())).into_iter().collect();
    let scope = scope(&effective, environment, secrets, &overrides);
    let prepared = prepare(Some(node.id.clone()), Some(name), &effective, &scope)
        .unwrap_or_else(|error| panic!("{}: {error}", node.id));
    client.send(prepared, agree, CancellationToken::new()).await
}

/// Opens the page where one signs in, and agrees.
fn agree(progress: Progress) {
    let Progress::Authorizing(question) = progress else { return };
    let page = match question {
        Authorizing::Browser { url, .. } => url.reveal().to_owned(),
        Authorizing::Device { complete, .. } => complete.unwrap(),
        Authorizing::Requesting | Authorizing::Sharing => return,
    };
    tokio::spawn(async move {
        let request = Request { url: format!("{page}&answer=allow"), ..Request::default() };
        let effective = Effective { request, vars: Vec::new(), base: root().to_owned() };
        let prepared = prepare(None, None, &effective, &Scope::default()).unwrap();
        let exchange = Client::default().send(prepared, |_| (), CancellationToken::new()).await;
        assert_eq!(end(&exchange), Status(200));
    });
}

fn attended() -> Client {
    Client::new(ClientOptions { is_attended: true, ..ClientOptions::default() })
}

/// The secrets of someone who just cloned the repository, whatever is set on this machine.
fn nothing_set_up(environment: &Environment) -> Vec<(String, SecretValue)> {
    let unavailable = || SecretValue::Unavailable { reason: "it is not set".into(), hint: String::new() };
    environment.secrets.iter().map(|(name, _)| (name.clone(), unavailable())).collect()
}

fn end(exchange: &Exchange) -> End {
    match (&exchange.outcome, exchange.response()) {
        (Outcome::Failed { failure, .. }, _) => Fails(failure.kind),
        (Outcome::Answered(_), Some(head)) => Status(head.status),
        (Outcome::Answered(_), None) => panic!("answered without a head"),
    }
}

#[test]
fn every_file_is_right() {
    let problems: Vec<String> = workspace::check(root()).unwrap().iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_request_and_folder_teaches_something() {
    fn walk(node: &Node) {
        match node {
            Node::Request(request) => assert!(!content(request).doc.is_empty(), "{}", request.id),
            Node::Folder(folder) => {
                assert!(!folder.doc.is_empty(), "{}", folder.id);
                // A name that `order` forgets would stand at the end, out of its lesson.
                let children: Vec<&str> = folder.children.iter().map(|child| child.id().leaf()).collect();
                assert_eq!(folder.order, children, "{}", folder.id);
                folder.children.iter().for_each(walk);
            }
        }
    }
    let workspace = load();
    walk(&Node::Folder(workspace.collection("shop").unwrap().root.clone()));
    let names: Vec<&str> = workspace.requests().iter().map(|request| request.id.within()).collect();
    assert_eq!(names, ENDS.map(|(name, _)| name));
}

#[test]
fn every_kind_of_body_and_auth_is_shown() {
    let workspace = load();
    let mut shown = BTreeSet::new();
    for node in workspace.requests() {
        let request = workspace.effective(&node.id, content(node)).unwrap().request;
        shown.extend(request.auth.as_ref().map(|auth| auth.kind().to_owned()));
        shown.extend(request.body.as_ref().map(kind).map(str::to_owned));
    }
    let all = [
        "api_key",
        "aws",
        "base64",
        "basic",
        "bearer",
        "digest",
        "file",
        "form",
        "graphql",
        "json",
        "multipart",
        "none",
        "oauth2",
        "text",
        "xml",
    ];
    assert_eq!(shown, all.map(str::to_owned).into());
}

fn kind(body: &Body) -> &'static str {
    match body {
        Body::Json(_) => "json",
        Body::Text(_) => "text",
        Body::Xml(_) => "xml",
        Body::Form(_) => "form",
        Body::Multipart(_) => "multipart",
        Body::File(_) => "file",
        Body::Graphql { .. } => "graphql",
        Body::Base64(_) => "base64",
    }
}

/// In their order, by one client, as someone who reads the collection from top to bottom sends them.
#[tokio::test]
async fn every_request_ends_as_its_doc_says() {
    let server = Server::start(0).await.unwrap();
    let (workspace, client) = (load(), attended());
    let mut wrong = Vec::new();
    for (node, (name, expected)) in workspace.requests().into_iter().zip(ENDS) {
        let exchange = send(&workspace, &client, node, "local", Some(&server.url())).await;
        let end = end(&exchange);
        if end != expected {
            wrong.push(format!("{name}: {end:?} and not {expected:?}: {:?}", exchange.outcome));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the docs promise of single answers.
#[tokio::test]
async fn the_answers_show_what_the_docs_promise() {
    let promises = [
        ("products/create-product", vec!["Lapsang Souchong, small", "\"TE-"]),
        ("customers/list-customers", vec!["Åkesson"]),
        ("customers/create-customer", vec!["maria.pires."]),
        ("account/set-cookies", vec!["basket"]),
        ("account/show-cookies", vec!["b-", "dark"]),
        ("account/refused-cookies", vec!["stranger"]),
        (
            "echo/everything",
            vec!["REPORT /echo/tea%20%26%20coffee/7?tag=new&tag=gift&empty=", "x-lower", "second"],
        ),
        ("echo/form", vec!["name=Ada+Marlow&topping=milk&topping=sugar+%26+spice"]),
        ("echo/text", vec!["by DEMO", "Not a variable: {{ user }}."]),
        ("echo/xml", vec!["application/xml", "größte"]),
        ("echo/multipart", vec!["stock.csv", "label-1.png", "image/png", "text/csv", "title"]),
        ("echo/file", vec!["text/csv"]),
        ("echo/bytes", vec!["AAEC/f7/"]),
        ("echo/graphql", vec!["operationName", "prd_001"]),
        ("failures/not-found", vec!["prd_999"]),
    ];
    let server = Server::start(0).await.unwrap();
    let (workspace, client) = (load(), attended());
    for (name, promised) in promises {
        let node = workspace.find(name).unwrap();
        let exchange = send(&workspace, &client, node, "local", Some(&server.url())).await;
        let Some(Content::Memory(bytes)) = exchange.payload().map(|payload| &payload.content) else {
            panic!("{name}: {:?}", exchange.outcome);
        };
        let text = String::from_utf8_lossy(bytes);
        for part in promised {
            assert!(text.contains(part), "{name}: no {part} in {text}");
        }
    }
}

#[tokio::test]
async fn in_the_broken_environment_nothing_answers() {
    let (workspace, client) = (load(), attended());
    let node = workspace.find("products/list-products").unwrap();
    let exchange = send(&workspace, &client, node, "broken", None).await;
    assert_eq!(end(&exchange), Fails(FailureKind::Refused));
    let Outcome::Failed { failure, .. } = &exchange.outcome else { panic!("answered") };
    assert!(failure.message.contains("port 9"), "{failure}");
}

#[tokio::test]
async fn a_token_stays_at_its_origin() {
    let server = Server::start(0).await.unwrap();
    let (workspace, client) = (load(), attended());
    let node = workspace.find("answers/another-origin").unwrap();
    let exchange = send(&workspace, &client, node, "local", Some(&server.url())).await;
    let Some(Content::Memory(bytes)) = exchange.payload().map(|payload| &payload.content) else {
        panic!("{:?}", exchange.outcome);
    };
    let text = String::from_utf8_lossy(bytes);
    assert!(text.contains("GET /echo HTTP/1.1") && !text.contains("stays-at-home"), "{text}");
}

#[tokio::test]
async fn the_third_time_answers_after_three_attempts() {
    let server = Server::start(0).await.unwrap();
    let (workspace, client) = (load(), attended());
    let node = workspace.find("answers/third-time").unwrap();
    let exchange = send(&workspace, &client, node, "local", Some(&server.url())).await;
    assert_eq!(exchange.attempts.len(), 3);
}
