//! What the screen remembers of a workspace from one run to the next.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::panes::Panes;
use crate::model::NodeId;

/// Plain state, kept by the store for each workspace. Every part may be missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    pub open: Option<NodeId>,
    /// Folders that are collapsed; all others are expanded.
    pub collapsed: BTreeSet<NodeId>,
    /// The environment chosen in each collection.
    pub environments: BTreeMap<String, String>,
    pub panes: Panes,
    /// A theme chosen from the palette; `None` follows the configuration.
    pub theme: Option<String>,
    /// What was asked of the answers of each request, the last first.
    pub queries: BTreeMap<String, Vec<String>>,
}
