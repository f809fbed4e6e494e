//! The variables that a template sees, and where each came from.

use std::{fmt, sync::Arc};

use crate::model::{SecretValue, VarOrigin, Vars};

use super::{Source, System};

/// Layers of variables, strongest first: the first layer that has a name decides its value.
#[derive(Clone)]
pub struct Scope {
    source: Arc<dyn Source>,
    layers: Vec<Layer>,
}

#[derive(Clone)]
struct Layer {
    origin: VarOrigin,
    entries: Vec<(String, Written)>,
}

/// A variable's value before anything is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Template(String),
    /// Taken as it is: braces in a secret mean nothing.
    Secret(SecretValue),
}

/// A name with every layer's value for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable<'a> {
    pub name: &'a str,
    /// Strongest first, and so never empty: the first counts, the others are shadowed.
    pub definitions: Vec<Definition<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition<'a> {
    pub origin: &'a VarOrigin,
    pub value: &'a Written,
}

impl Scope {
    pub fn new(source: impl Source + 'static) -> Self {
        Self { source: Arc::new(source), layers: Vec::new() }
    }

    /// Adds variables that count where no earlier layer has the name.
    pub fn push(&mut self, origin: VarOrigin, vars: Vars) {
        let entries = vars.into_iter().map(|(name, text)| (name, Written::Template(text))).collect();
        self.layers.push(Layer { origin, entries });
    }

    /// Adds the secrets of an environment, as [`Scope::push`] does variables.
    pub fn push_secrets(&mut self, environment: &str, values: Vec<(String, SecretValue)>) {
        let entries = values.into_iter().map(|(name, value)| (name, Written::Secret(value))).collect();
        self.layers.push(Layer { origin: VarOrigin::Secret(environment.to_owned()), entries });
    }

    /// Adds secrets of the command line, which count before every layer there is.
    pub fn put_secrets_first(&mut self, values: Vec<(String, SecretValue)>) {
        let entries = values.into_iter().map(|(name, value)| (name, Written::Secret(value))).collect();
        self.layers.insert(0, Layer { origin: VarOrigin::CommandLine, entries });
    }

    /// The secrets that have a value, each with its name: those that a text could put in.
    pub fn secret_values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.layers.iter().flat_map(|layer| &layer.entries).filter_map(|(name, value)| match value {
            Written::Secret(SecretValue::Value(secret)) => Some((name.as_str(), secret.reveal())),
            _ => None,
        })
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Definition<'_>> {
        self.layers.iter().find_map(|layer| {
            let (_, value) = layer.entries.iter().find(|(own, _)| own == name)?;
            Some(Definition { origin: &layer.origin, value })
        })
    }

    /// Every name, by name: for completion and for the environment's screen.
    pub fn variables(&self) -> Vec<Variable<'_>> {
        let mut all = std::collections::BTreeMap::<&str, Vec<Definition<'_>>>::new();
        for layer in &self.layers {
            for (name, value) in &layer.entries {
                all.entry(name).or_default().push(Definition { origin: &layer.origin, value });
            }
        }
        all.into_iter().map(|(name, definitions)| Variable { name, definitions }).collect()
    }

    /// The name that was probably meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let names = self.layers.iter().flat_map(|layer| layer.entries.iter().map(|(name, _)| name.as_str()));
        nearest(name, names)
    }

    pub(super) fn source(&self) -> &dyn Source {
        &*self.source
    }
}

impl Default for Scope {
    /// Without variables, over the system's clock and randomness.
    fn default() -> Self {
        Self::new(System)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.layers.iter().map(|layer| (&layer.origin, &layer.entries))).finish()
    }
}

/// The candidate most like `name`, if any is like it at all.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 > 0.8).then_some(best.1)
}
