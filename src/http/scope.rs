//! The variables that a request sees, from everything that gives some.

use crate::{
    model::{Effective, Environment, SecretValue, VarOrigin, Vars},
    template::Scope,
};

/// The scope of a request: the command line, then the environment with its secrets, then the request's own file and
/// the folders above it.
pub fn scope(
    effective: &Effective,
    environment: Option<&Environment>,
    secrets: Vec<(String, SecretValue)>,
    overrides: &Vars,
) -> Scope {
    build(Some(effective), environment, secrets, overrides)
}

/// The same scope for showing and not for sending: secrets are known by name alone, and nothing is looked up.
pub fn scope_without_secrets(
    effective: Option<&Effective>,
    environment: Option<&Environment>,
    overrides: &Vars,
) -> Scope {
    let names = environment.into_iter().flat_map(|environment| &environment.secrets);
    let secrets = names.map(|(name, _)| (name.clone(), SecretValue::Unresolved)).collect();
    build(effective, environment, secrets, overrides)
}

fn build(
    effective: Option<&Effective>,
    environment: Option<&Environment>,
    secrets: Vec<(String, SecretValue)>,
    overrides: &Vars,
) -> Scope {
    let mut scope = Scope::default();
    scope.push(VarOrigin::CommandLine, overrides.clone());
    if let Some(environment) = environment {
        scope.push(VarOrigin::Environment(environment.name.clone()), environment.vars.clone());
        scope.push_secrets(&environment.name, secrets);
    }
    for (origin, vars) in effective.into_iter().flat_map(|effective| &effective.vars) {
        scope.push(origin.clone(), vars.clone());
    }
    scope
}
