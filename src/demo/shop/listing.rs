//! Lists: filtered, sorted, and cut into pages by number or by cursor, with a Link field (RFC 8288).

use std::cmp::Ordering;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Record, Shop, schema::Resource};
use crate::demo::{params::Params, problem::Problem};

/// Parameters that do not narrow a list.
const OWN: &[&str] = &["q", "sort", "page", "per_page", "cursor", "limit"];

/// A page of a list. One beyond the last is empty.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) body: Value,
    /// The Link field's value; empty where there is no other page.
    pub(super) link: String,
    pub(super) total: usize,
}

/// What `params` asks for. With `cursor` or `limit` pages go by cursor, else by number.
pub(super) fn page(shop: &Shop, resource: &Resource, params: &Params) -> Result<Page, Problem> {
    let mut records = narrowed(shop, resource, params)?;
    if let Some(sort) = params.get("sort") {
        sort_by(&mut records, resource, sort)?;
    }
    if params.get("cursor").is_some() || params.get("limit").is_some() {
        by_cursor(&records, resource, params)
    } else {
        by_number(&records, resource, params)
    }
}

/// Those that hold `q` in some text and have, for each field that is a parameter, one of its values.
fn narrowed<'a>(shop: &'a Shop, resource: &Resource, params: &Params) -> Result<Vec<&'a Record>, Problem> {
    for (name, _) in &params.0 {
        if !OWN.contains(&name.as_str()) && !resource.has_field(name) {
            return Err(Problem::parameter(name, format!("{} cannot be narrowed by it", resource.name)));
        }
    }
    let wanted = params.get("q").map(str::to_lowercase);
    let has_text = |record: &Record| {
        wanted.as_ref().is_none_or(|wanted| {
            record.values().filter_map(Value::as_str).any(|text| text.to_lowercase().contains(wanted))
        })
    };
    let has_value = |record: &Record, name: &str| {
        let value = record.get(name).map(plain).unwrap_or_default();
        params.all(name).any(|wanted| wanted == value)
    };
    let fields: Vec<&str> =
        params.0.iter().map(|(name, _)| name.as_str()).filter(|name| !OWN.contains(name)).collect();
    let fits = |record: &&Record| has_text(record) && fields.iter().all(|name| has_value(record, name));
    Ok(shop.all(resource).filter(fits).collect())
}

/// `price,-name`: by price, and where that is equal, by name backwards.
fn sort_by(records: &mut [&Record], resource: &Resource, sort: &str) -> Result<(), Problem> {
    // The last key first: each sort keeps the order of what is equal.
    for key in sort.split(',').rev() {
        let (name, backwards) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
        if !resource.has_field(name) {
            return Err(Problem::parameter("sort", format!("{} have no field {name:?}", resource.name)));
        }
        records.sort_by(|a, b| {
            let order = compare(a.get(name), b.get(name));
            if backwards { order.reverse() } else { order }
        });
    }
    Ok(())
}

fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a.and_then(Value::as_f64), b.and_then(Value::as_f64)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.map(plain).cmp(&b.map(plain)),
    }
}

/// A value as a parameter writes it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn by_number(records: &[&Record], resource: &Resource, params: &Params) -> Result<Page, Problem> {
    let per_page = params.number("per_page", 20, 1..=100)?;
    let page = params.number("page", 1, 1..=1_000_000)?;
    let total = records.len();
    let pages = (total as u64).div_ceil(per_page).max(1);
    let skip = (page - 1).saturating_mul(per_page) as usize;
    let data: Vec<_> = records.iter().skip(skip).take(per_page as usize).collect();
    let to = |page: u64| Some(("page", page.to_string()));
    let links = [
        ("first", to(1)),
        ("prev", to(page - 1).filter(|_| page > 1)),
        ("next", to(page + 1).filter(|_| page < pages)),
        ("last", to(pages)),
    ];
    let body = json!({ "data": data, "page": page, "per_page": per_page, "pages": pages, "total": total });
    Ok(Page { body, link: link(resource, params, links), total })
}

/// A cursor is the id of the last record seen: a list that grows in front of it does not shift the pages.
fn by_cursor(records: &[&Record], resource: &Resource, params: &Params) -> Result<Page, Problem> {
    let limit = params.number("limit", 20, 1..=100)? as usize;
    let skip = match params.get("cursor").filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => {
            let id = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let at = id.and_then(|id| records.iter().position(|record| id_of(record) == id));
            at.ok_or_else(|| Problem::parameter("cursor", "it is not, or no longer, a place in this list"))?
                + 1
        }
    };
    let data: Vec<_> = records.iter().skip(skip).take(limit).collect();
    let next = data
        .last()
        .filter(|_| skip + data.len() < records.len())
        .map(|last| URL_SAFE_NO_PAD.encode(id_of(last)));
    let links = [("next", next.clone().map(|cursor| ("cursor", cursor)))];
    let body = json!({ "data": data, "next_cursor": next });
    Ok(Page { body, link: link(resource, params, links), total: records.len() })
}

fn id_of(record: &Record) -> &str {
    record.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// Relative references with the request's own parameters, but for the one that names the page.
fn link<const N: usize>(
    resource: &Resource,
    params: &Params,
    links: [(&str, Option<(&str, String)>); N],
) -> String {
    let targets = links.into_iter().filter_map(|(relation, target)| Some((relation, target?)));
    let links: Vec<String> = targets
        .map(|(relation, (name, value))| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(params.0.iter().filter(|(key, _)| key != name));
            let query = query.append_pair(name, &value).finish();
            format!("</v1/{}?{query}>; rel=\"{relation}\"", resource.name)
        })
        .collect();
    links.join(", ")
}
