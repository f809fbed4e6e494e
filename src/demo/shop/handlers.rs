//! Lists, creates, reads, replaces, patches and deletes the records of any resource.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{
    Record, Shop, conditional, listing,
    schema::{ORDERS, PRODUCTS, READ_ONLY, Resource},
};
use crate::demo::{
    params::{Params, Received},
    problem::{Problem, pretty},
    state::Practice,
};

type Answer = Result<Response, Problem>;

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

pub(super) fn list(
    resource: &'static Resource,
    practice: &Practice,
    params: &Params,
    headers: &HeaderMap,
) -> Answer {
    let page = listing::page(&practice.shop(), resource, params)?;
    let mut response = represent(StatusCode::OK, &page.body, headers);
    response.headers_mut().insert(TOTAL, page.total.into());
    if let Ok(link) = page.link.parse()
        && !page.link.is_empty()
    {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

pub(super) fn create(
    resource: &'static Resource,
    practice: &Practice,
    headers: &HeaderMap,
    body: &Received,
) -> Answer {
    let mut record = object(headers, body, &["application/json"])?;
    let mut shop = practice.shop();
    valid(resource, &record, &shop)?;
    for name in READ_ONLY {
        record.shift_remove(*name);
    }
    complete(resource, &mut record, &shop, &now());
    let id = shop.add(resource, record).ok_or_else(|| {
        let detail = format!("there is no room for more {}: delete some", resource.name);
        Problem::new(StatusCode::INSUFFICIENT_STORAGE, detail)
    })?;
    let mut response = represent(StatusCode::CREATED, &json!(shop.get(resource, &id)?), &HeaderMap::new());
    if let Ok(location) = format!("/v1/{}/{id}", resource.name).parse() {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(super) fn read(
    resource: &'static Resource,
    practice: &Practice,
    id: &str,
    headers: &HeaderMap,
) -> Answer {
    Ok(represent(StatusCode::OK, &json!(practice.shop().get(resource, id)?), headers))
}

/// PUT: the body is the whole record.
pub(super) fn replace(
    resource: &'static Resource,
    practice: &Practice,
    id: &str,
    headers: &HeaderMap,
    body: &Received,
) -> Answer {
    change(resource, practice, id, headers, |_| object(headers, body, &["application/json"]))
}

/// PATCH: the body is a JSON Merge Patch (RFC 7396).
pub(super) fn patch(
    resource: &'static Resource,
    practice: &Practice,
    id: &str,
    headers: &HeaderMap,
    body: &Received,
) -> Answer {
    let changes = object(headers, body, &["application/merge-patch+json", "application/json"])?;
    change(resource, practice, id, headers, |mut record| {
        merge(&mut record, changes);
        Ok(record)
    })
}

pub(super) fn delete(
    resource: &'static Resource,
    practice: &Practice,
    id: &str,
    headers: &HeaderMap,
) -> Answer {
    let mut shop = practice.shop();
    conditional::must_match(headers, &tag_of(shop.get(resource, id)?))?;
    shop.remove(resource, id);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn change(
    resource: &'static Resource,
    practice: &Practice,
    id: &str,
    headers: &HeaderMap,
    new: impl FnOnce(Record) -> Result<Record, Problem>,
) -> Answer {
    let mut shop = practice.shop();
    let old = shop.get(resource, id)?.clone();
    conditional::must_match(headers, &tag_of(&old))?;
    let mut record = new(old.clone())?;
    valid(resource, &record, &shop)?;
    for name in READ_ONLY {
        match old.get(*name) {
            Some(value) => drop(record.insert((*name).to_owned(), value.clone())),
            None => drop(record.shift_remove(*name)),
        }
    }
    complete(resource, &mut record, &shop, &now());
    shop.put(resource, id, record.clone());
    Ok(represent(StatusCode::OK, &json!(record), &HeaderMap::new()))
}

/// Sets what the shop itself knows: defaults, the total of an order, and the times.
pub(super) fn complete(resource: &Resource, record: &mut Record, shop: &Shop, time: &str) {
    if resource.name == ORDERS.name {
        record.entry("state").or_insert_with(|| "new".into());
        record.insert("total".to_owned(), total(record, shop));
    } else if resource.name == PRODUCTS.name {
        record.entry("stock").or_insert_with(|| 0.into());
    }
    record.entry("created_at").or_insert_with(|| time.into());
    record.insert("updated_at".to_owned(), time.into());
}

/// In cents while it is added up: prices have two decimals.
fn total(order: &Record, shop: &Shop) -> Value {
    let items = order.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let cents = items.iter().fold(0.0, |sum, item| {
        let product = item.get("product").and_then(Value::as_str).and_then(|id| shop.find(&PRODUCTS, id));
        let price = product.and_then(|product| product.get("price")?.as_f64()).unwrap_or(0.0);
        sum + (price * 100.0).round() * item.get("quantity").and_then(Value::as_f64).unwrap_or(0.0)
    });
    json!(cents / 100.0)
}

fn merge(target: &mut Map<String, Value>, changes: Map<String, Value>) {
    for (name, change) in changes {
        match change {
            Value::Null => drop(target.shift_remove(&name)),
            Value::Object(changes) => {
                let entry = target.entry(name).or_insert_with(|| json!({}));
                if !entry.is_object() {
                    *entry = json!({});
                }
                if let Value::Object(inner) = entry {
                    merge(inner, changes);
                }
            }
            value => drop(target.insert(name, value)),
        }
    }
}

fn valid(resource: &Resource, record: &Record, shop: &Shop) -> Result<(), Problem> {
    let errors = resource.errors(record, shop);
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

/// The body as a JSON object, if it says that it is one of `types`.
fn object(headers: &HeaderMap, Received(body): &Received, types: &[&str]) -> Result<Record, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !types.contains(&essence.as_str()) {
        let detail = format!("send the body as {}, not as {kind:?}", types.join(" or "));
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
            .with_header(HeaderName::from_static("accept"), &types.join(", ")));
    }
    serde_json::from_slice(body).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, format!("the body is not a JSON object: {error}"))
    })
}

/// JSON with its entity tag, or 304 where the client has it.
fn represent(status: StatusCode, body: &Value, headers: &HeaderMap) -> Response {
    let tag = tag_of(body);
    if conditional::is_known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let fields = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, tag)];
    (status, fields, pretty(body)).into_response()
}

fn tag_of(body: &impl serde::Serialize) -> String {
    conditional::entity_tag(&serde_json::to_vec(body).unwrap_or_default())
}

fn now() -> String {
    format!("{:.0}", jiff::Timestamp::now())
}
