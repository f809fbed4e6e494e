//! Where in its file a request has a mistake that shows when it is made ready: the line and column of a body that is
//! not JSON.

use std::fs;

use crate::{
    document::check_json_template,
    format::templates,
    model::{Body, Effective, NodeId},
    store::workspace::{NodeKind, path_of},
};

/// `things/find.toml:12:5`, of a body of JSON or of GraphQL variables that are none as they are written; `None` where it
/// was changed since, was typed, or is wrong only once it is rendered.
pub(super) fn of_json(source: Option<&NodeId>, effective: &Effective) -> Option<String> {
    let (key, text): (&[&str], &str) = match effective.request.body.as_ref()? {
        Body::Json(text) => (&["body", "json"], text),
        Body::Graphql { variables, .. } => (&["body", "graphql", "variables"], variables),
        _ => return None,
    };
    let error = check_json_template(text).err()?;
    let path = path_of(&effective.base, source?, NodeKind::Request);
    let file = fs::read_to_string(&path).ok()?;
    let template = templates(&file).into_iter().find(|own| own.key == key && own.text == text)?;
    let place = template.place_of_byte(&file, error.offset);
    let name = path.strip_prefix(&effective.base).unwrap_or(&path);
    Some(format!("{}:{}:{}", name.display(), place.line, place.column))
}
