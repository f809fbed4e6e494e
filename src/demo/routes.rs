//! Every route: method, path, what it does, and what answers it. The index at `/`, `docs/practice-api.md` and
//! the router all come from [`GROUPS`].

mod table;

use std::{
    fmt::Write,
    future::{Ready, ready},
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::MethodRouter,
};
use serde_json::json;

pub use table::GROUPS;

use super::{
    params::LARGEST_BODY,
    problem::{Problem, json_response},
    state::Shared,
};

/// Routes with something in common.
#[derive(Debug)]
pub struct Group {
    pub name: &'static str,
    /// One or two sentences.
    pub doc: &'static str,
    pub routes: &'static [Route],
}

/// A row of the table.
#[derive(Debug)]
pub struct Route {
    /// `ANY` for all of them.
    pub method: &'static str,
    /// A name in braces stands for a part of the path; with a star in front, for all the rest.
    pub path: &'static str,
    pub doc: &'static str,
    handler: fn() -> MethodRouter<Shared>,
}

/// The table as a service.
pub(super) fn router(practice: Shared) -> Router {
    let routes = GROUPS.iter().flat_map(|group| group.routes);
    routes
        .fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
        .method_not_allowed_fallback(other_method)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(practice)
}

/// axum adds the Allow field; OPTIONS asks for nothing else.
async fn other_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let detail = format!("this path does not take {method}; see Allow for what it takes");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).into_response()
}

async fn not_found(method: Method, uri: Uri) -> Problem {
    Problem::not_found(format!("there is no {method} {}; GET / lists what there is", uri.path()))
}

/// The table as JSON, or as a page for a browser.
///
/// Not async: the type of its future would depend on the table, which holds it.
#[allow(clippy::needless_pass_by_value)] // an extractor
fn index(headers: HeaderMap) -> Ready<Response> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        return ready(Html(html()).into_response());
    }
    let groups: Vec<_> = GROUPS
        .iter()
        .map(|group| {
            let row = |route: &Route| json!({ "method": route.method, "path": route.path, "doc": route.doc });
            json!({ "name": group.name, "doc": group.doc, "routes": group.routes.iter().map(row).collect::<Vec<_>>() })
        })
        .collect();
    ready(json_response(&json!({ "name": "The practice API of antiphon", "groups": groups })))
}

fn html() -> String {
    let mut page = "<!doctype html><meta charset=\"utf-8\"><title>The practice API</title>\
        <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem}td{padding:.1rem .8rem .1rem 0;\
        vertical-align:top}</style><h1>The practice API of antiphon</h1>"
        .to_owned();
    for group in GROUPS {
        let _ = write!(page, "<h2>{}</h2><p>{}</p><table>", group.name, escaped(group.doc));
        for Route { method, path, doc, .. } in group.routes {
            let _ = write!(page, "<tr><td>{method}<td><code>{path}</code><td>{}", escaped(doc));
        }
        page.push_str("</table>");
    }
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The table as `docs/practice-api.md` has it.
pub fn markdown() -> String {
    let mut page = "# The practice API\n\n\
        `antiphon demo` starts it on a loopback port and opens the sample collection against it;\n\
        `antiphon demo --serve-only --port 4280` runs it alone and prints its address. The shop opens with the\n\
        same data each time and forgets everything when it stops. Credentials on this page open nothing else.\n\n\
        This page is made from the table in `src/demo/routes/table.rs`; a test compares the two.\n"
        .to_owned();
    for group in GROUPS {
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| method | path | what it does |\n| --- | --- | --- |\n",
            group.name, group.doc
        );
        for Route { method, path, doc, .. } in group.routes {
            let _ = writeln!(page, "| {method} | `{path}` | {} |", doc.replace('|', "\\|"));
        }
    }
    page
}
