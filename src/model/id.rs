//! Names of things in a workspace and of exchanges.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a request, folder or collection stands in a workspace: the collection's folder name and the path below
/// it without the `.toml` ending, joined by `/` on every platform, as in `shop/products/list-products`.
///
/// A collection itself is its folder name alone (`shop`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(String);

impl NodeId {
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The collection's folder name: the first segment.
    pub fn collection(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// The path below the collection, empty for the collection itself. This is the id that a user types and
    /// that other files name (`products/list-products`).
    pub fn within(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, rest)| rest)
    }

    /// The last segment.
    pub fn leaf(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The folder or collection that holds this node; `None` for a collection.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// This node's child of that name.
    #[must_use]
    pub fn child(&self, leaf: &str) -> Self {
        Self(format!("{}/{leaf}", self.0))
    }

    /// This node's id after the folder or request `from` became `to`; unchanged where it is not within `from`.
    #[must_use]
    pub fn rebased(&self, from: &Self, to: &Self) -> Self {
        match self.0.strip_prefix(&from.0) {
            Some(rest) if self.is_within(from) => Self(format!("{}{rest}", to.0)),
            _ => self.clone(),
        }
    }

    /// Whether `self` is `other` or stands somewhere below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self == other || self.0.strip_prefix(&other.0).is_some_and(|rest| rest.starts_with('/'))
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An exchange's name: a UUID of version 7, so that names sort by time (RFC 9562, section 5.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExchangeId(pub String);

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments() {
        let id = NodeId::new("shop/products/list-products");
        assert_eq!(id.collection(), "shop");
        assert_eq!(id.within(), "products/list-products");
        assert_eq!(id.leaf(), "list-products");
        assert_eq!(id.parent(), Some(NodeId::new("shop/products")));
        assert_eq!(NodeId::new("shop").parent(), None);
        assert_eq!(NodeId::new("shop").within(), "");
    }

    #[test]
    fn within_is_by_segment_not_by_letter() {
        let folder = NodeId::new("shop/order");
        assert!(NodeId::new("shop/order/new").is_within(&folder));
        assert!(!NodeId::new("shop/orders").is_within(&folder));
    }
}
