//! The shop: products, customers and orders, as a REST API.
//!
//! The three resources share one set of handlers; what differs between them is data in [`schema`].

mod conditional;
mod endpoints;
mod handlers;
mod listing;
mod schema;
mod seed;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(super) use conditional::is_known;
pub(super) use endpoints::{create, delete, list, patch, read, replace};
pub(super) use schema::{CUSTOMERS, ORDERS, PRODUCTS};

use schema::Resource;

use super::problem::Problem;

/// A resource's representation.
type Record = Map<String, Value>;

/// As many records of a kind as the shop has room for.
const FULL: usize = 5000;

/// All records, by resource name and by number: the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Shop {
    records: BTreeMap<&'static str, BTreeMap<u32, Record>>,
}

impl Shop {
    /// The shop as it opens: the same each time.
    pub(super) fn stocked() -> Self {
        let mut shop = Self::default();
        seed::stock(&mut shop);
        shop
    }

    fn all(&self, resource: &Resource) -> impl Iterator<Item = &Record> {
        self.records.get(resource.name).into_iter().flat_map(BTreeMap::values)
    }

    fn find(&self, resource: &Resource, id: &str) -> Option<&Record> {
        self.records.get(resource.name)?.get(&resource.number(id)?)
    }

    /// The record, or the problem that says there is none.
    fn get(&self, resource: &Resource, id: &str) -> Result<&Record, Problem> {
        self.find(resource, id).ok_or_else(|| {
            Problem::not_found(format!("there is no {} with the id {id:?}", resource.singular))
        })
    }

    /// Adds a record under the next id, which is returned; `None` when the shop is full.
    fn add(&mut self, resource: &Resource, mut record: Record) -> Option<String> {
        let records = self.records.entry(resource.name).or_default();
        if records.len() >= FULL {
            return None;
        }
        let number = records.last_key_value().map_or(1, |(last, _)| last + 1);
        let id = resource.id(number);
        record.shift_insert(0, "id".to_owned(), id.clone().into());
        records.insert(number, record);
        Some(id)
    }

    fn put(&mut self, resource: &Resource, id: &str, record: Record) {
        if let Some(number) = resource.number(id) {
            self.records.entry(resource.name).or_default().insert(number, record);
        }
    }

    fn remove(&mut self, resource: &Resource, id: &str) {
        if let (Some(records), Some(number)) = (self.records.get_mut(resource.name), resource.number(id)) {
            records.remove(&number);
        }
    }
}
