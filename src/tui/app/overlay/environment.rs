//! An environment's variables, with those that come from elsewhere beside them.

use crate::{
    model::{Environment, Row, Rows, SecretSource, Vars},
    tui::widgets::table::{Inherited, Table},
};

/// The state of the editor. What is typed here is saved as a whole, or dropped.
#[derive(Debug)]
pub struct EnvironmentEditor {
    /// The collection's folder name.
    pub collection: String,
    /// As it was opened: its secrets and documentation are kept as they are.
    pub environment: Environment,
    pub rows: Rows,
    /// Secrets, and variables of the request, its folders and the command line, with where each comes from.
    pub elsewhere: Vec<Inherited>,
    pub table: Table,
}

impl EnvironmentEditor {
    pub fn new(collection: String, environment: Environment, mut elsewhere: Vec<Inherited>) -> Self {
        let secrets = environment.secrets.iter().map(|(name, source)| Inherited {
            row: Row::new(name.as_str(), standing(source)),
            origin: describe(source),
        });
        elsewhere.splice(0..0, secrets);
        let rows: Rows =
            environment.vars.iter().map(|(name, value)| Row::new(name.as_str(), value.as_str())).collect();
        let mut table = Table::default();
        table.sync(elsewhere.len(), rows.len());
        Self { collection, environment, rows, elsewhere, table }
    }

    /// Says of the secrets named that they have no value.
    pub fn mark_missing(&mut self, names: &[String]) {
        let secrets = self.elsewhere.iter_mut().take(self.environment.secrets.len());
        for secret in secrets.filter(|secret| names.contains(&secret.row.name)) {
            secret.row.value = "not set".into();
        }
    }

    /// The environment as it is now. A variable without a name is none.
    pub fn edited(&self) -> Environment {
        let vars: Vars = self
            .rows
            .iter()
            .filter(|row| !row.name.is_empty())
            .map(|row| (row.name.clone(), row.value.clone()))
            .collect();
        Environment { vars, ..self.environment.clone() }
    }

    pub fn is_edited(&self) -> bool {
        self.edited() != self.environment
    }
}

/// What stands for the value: a mask only where there is one unless something else is said.
fn standing(source: &SecretSource) -> &'static str {
    match source {
        SecretSource::Env(_) => crate::model::MASK,
        SecretSource::Keyring(_) => "looked up when needed",
        SecretSource::Prompt(_) => "asked for when needed",
        SecretSource::Command(_) => "run when needed",
    }
}

fn describe(source: &SecretSource) -> String {
    match source {
        SecretSource::Env(name) => format!("secret: {name} or .env"),
        SecretSource::Keyring(name) => format!("secret: keyring {name}"),
        SecretSource::Prompt(_) => "secret: asked".into(),
        SecretSource::Command(command) => format!("secret: {}", command.join(" ")),
    }
}
