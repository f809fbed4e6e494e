//! `[expect]`, `[capture]`, `[needs]`, `[poll]`, `[paginate]`: what must hold of an exchange and what else belongs to
//! it, as written.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A value of `[expect]` as written: a literal, or a table of predicates.
///
/// TOML's own kinds, without dates: JSON has none. Kept in JSON each says its kind, since a table is written as a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Literal {
    Bool(bool),
    Integer(i64),
    Float(#[serde(with = "float")] f64),
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

/// A float as text: JSON has no `inf` and no `nan`, and serde's numbers may lose the last bit.
mod float {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for it.
    pub(super) fn serialize<S: Serializer>(float: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&float.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_comes_back_from_json_as_it_was() {
        let table = |literal: &Literal| Literal::Table(vec![("gte".into(), literal.clone())]);
        let numbers = [0.1, 1.0, -0.0, 1e300, 5e-324, f64::INFINITY, f64::NEG_INFINITY].map(Literal::Float);
        let others = [
            Literal::Bool(true),
            Literal::Integer(i64::MIN),
            Literal::String("1".into()),
            Literal::List(vec![Literal::List(vec![Literal::String("a".into()), Literal::Integer(1)])]),
            Literal::Table(Vec::new()),
        ];
        for literal in numbers.iter().chain(&others) {
            for literal in [literal.clone(), table(literal), Literal::List(vec![table(literal)])] {
                let json = serde_json::to_string(&literal).unwrap();
                assert_eq!(serde_json::from_str::<Literal>(&json).unwrap(), literal, "{json}");
            }
        }
    }
}
