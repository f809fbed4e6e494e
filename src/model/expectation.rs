//! `[expect]`, `[capture]`, `[needs]`, `[poll]`, `[paginate]`: what must hold of an exchange and what else belongs to
//! it, as written.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A value of `[expect]` as written: a literal, or a table of predicates.
///
/// TOML's own kinds, without dates: JSON has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(String),
    List(Vec<Literal>),
    Table(Vec<(String, Literal)>),
}

/// One line of `[expect]`: a query with its filters, and what must hold of the value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// `query | filter …`, as written.
    pub query: String,
    /// A literal (equal) or a table of predicates (all must hold).
    pub predicate: Literal,
}

/// One line of `[capture]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    pub name: String,
    pub query: String,
    pub secret: bool,
}

/// One line of `[needs]`: a request that runs first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Its captures appear under this name.
    pub name: String,
    /// The request's path within the collection.
    pub run: String,
    pub with: Vec<(String, String)>,
    pub max_age: Option<Duration>,
}

/// `[poll]`: repeat until `[expect]` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    pub every: Duration,
    pub within: Duration,
}

/// `[paginate]`: how the next page is found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Paginate {
    /// A query for the next page's URL or cursor.
    pub next: Option<String>,
    /// A query parameter that counts pages.
    pub page: Option<String>,
    /// A query parameter that counts items.
    pub offset: Option<String>,
    /// A query parameter that takes the cursor.
    pub cursor: Option<String>,
    /// Pages to read at most.
    pub max: Option<u64>,
}
