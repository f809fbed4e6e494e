//! What is wrong with the templates of a workspace: each is rendered in every environment, and nothing is sent.
//!
//! A variable is undefined where no environment defines it: that one environment lacks it is seen when it is used.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    document::{check_json, check_json_template},
    format::{Template, templates},
    http::{ask_for_file, scope_without_secrets},
    model::{
        Collection, Effective, Environment, Folder, Node, NodeId, Problem, Request, VarOrigin, Workspace,
    },
    store::workspace::{NodeKind, environment_path, folder_file, leads_out, path_of},
    template::{Scope, TemplateError, TemplateErrorKind, preview},
};

/// A file with its templates.
struct Source {
    path: PathBuf,
    text: String,
    templates: Vec<Template>,
}

impl Source {
    /// A file that cannot be read has no templates; that it cannot be read is told elsewhere.
    fn read(path: PathBuf, collection: &Collection) -> Self {
        let is_own = !leads_out(&collection.folder, &path);
        let text = if is_own { fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
        let templates = templates(&text);
        Self { path, text, templates }
    }

    fn problem(&self, template: &Template, error: TemplateError) -> Problem {
        Problem {
            file: self.path.clone(),
            place: Some(template.place(&self.text, &error.span)),
            message: error.message,
            hint: error.hint,
        }
    }
}

struct Checker<'a> {
    workspace: &'a Workspace,
    collection: &'a Collection,
    /// From the collection's own file inwards, for the folder that is being walked.
    above: Vec<(NodeId, Source)>,
    /// Names of variables whose circle was told where they are defined.
    circular: BTreeSet<String>,
    problems: Vec<Problem>,
}

/// Every problem of the templates, in no particular order and perhaps more than once.
pub(super) fn check(workspace: &Workspace) -> Vec<Problem> {
    let check = |collection| {
        let mut checker = Checker {
            workspace,
            collection,
            above: Vec::new(),
            circular: BTreeSet::new(),
            problems: Vec::new(),
        };
        checker.environments();
        checker.folder(&collection.root);
        checker.problems
    };
    workspace.collections.iter().flat_map(check).collect()
}

impl Checker<'_> {
    fn environments(&mut self) {
        for environment in &self.collection.environments {
            let source =
                Source::read(environment_path(&self.collection.folder, &environment.name), self.collection);
            let scope = scope_without_secrets(None, Some(environment), &Vec::new());
            self.definitions(&source, &scope);
        }
    }

    /// The values of a file's variables, by themselves: what they need from elsewhere is known at each request.
    fn definitions(&mut self, source: &Source, scope: &Scope) {
        for template in source.templates.iter().filter(|template| is_variable(template)) {
            let Err(error) = preview(&template.text, scope) else { continue };
            match &error.kind {
                // One circle is told once, where it was met first.
                TemplateErrorKind::Circular { chain } if self.is_told(chain) => continue,
                TemplateErrorKind::Circular { chain } => self.circular.extend(chain.iter().cloned()),
                _ if is_own(&error) => {}
                _ => continue,
            }
            self.problems.push(source.problem(template, error));
        }
    }

    fn is_told(&self, chain: &[String]) -> bool {
        chain.iter().any(|name| self.circular.contains(name))
    }

    fn folder(&mut self, folder: &Folder) {
        let source = Source::read(folder_file(&self.collection.folder, &folder.id), self.collection);
        let mut scope = Scope::default();
        scope.push(VarOrigin::Folder(folder.id.clone()), folder.defaults.vars.clone());
        self.definitions(&source, &scope);
        self.above.push((folder.id.clone(), source));
        for node in &folder.children {
            match node {
                Node::Folder(child) => self.folder(child),
                Node::Request(node) => {
                    if let Ok(request) = &node.content {
                        self.request(&node.id, request);
                    }
                }
            }
        }
        self.above.pop();
    }

    fn request(&mut self, id: &NodeId, request: &Request) {
        let Some(effective) = self.workspace.effective(id, request) else { return };
        let source = Source::read(path_of(&self.collection.folder, id, NodeKind::Request), self.collection);
        let mut own = Scope::default();
        own.push(VarOrigin::Request, request.vars.clone());
        self.definitions(&source, &own);
        let scopes = self.scopes(&effective);
        let mut found = Vec::new();
        for source in self.above.iter().map(|(_, source)| source).chain([&source]) {
            let is_inherited = source.path != path_of(&self.collection.folder, id, NodeKind::Request);
            for template in source.templates.iter().filter(|template| !is_variable(template)) {
                if is_inherited && !reaches(template, &effective.request) {
                    continue;
                }
                found.extend(self.rendered(source, template, &scopes));
                found.extend(not_json(source, template, &scopes));
                found.extend(missing_upload(source, template, &scopes, &effective.base));
            }
        }
        self.problems.append(&mut found);
    }

    /// One scope for each environment; without environments, one.
    fn scopes(&self, effective: &Effective) -> Vec<Scope> {
        let scope = |environment: Option<&Environment>| {
            scope_without_secrets(Some(effective), environment, &Vec::new())
        };
        match self.collection.environments.as_slice() {
            [] => vec![scope(None)],
            environments => environments.iter().map(|environment| scope(Some(environment))).collect(),
        }
    }

    /// What is wrong with a template of a request.
    fn rendered(&self, source: &Source, template: &Template, scopes: &[Scope]) -> Option<Problem> {
        let errors: Vec<TemplateError> =
            scopes.iter().filter_map(|scope| preview(&template.text, scope).err()).collect();
        let is_undefined = |error: &&TemplateError| matches!(error.kind, TemplateErrorKind::Undefined { .. });
        let is_everywhere = errors.iter().filter(is_undefined).count() == scopes.len();
        let error = errors.into_iter().find(|error| match &error.kind {
            TemplateErrorKind::Undefined { .. } => is_everywhere,
            TemplateErrorKind::Circular { chain } => !self.is_told(chain),
            TemplateErrorKind::TooLarge => true,
            // A fault in the value of a variable is told where that stands.
            _ => is_own(error),
        })?;
        Some(source.problem(template, error))
    }
}

/// A fault that stands in the text itself, whatever the variables.
fn is_own(error: &TemplateError) -> bool {
    use TemplateErrorKind::{BadArgument, Syntax, UnknownFunction};
    error.path.is_empty() && matches!(error.kind, Syntax | UnknownFunction { .. } | BadArgument { .. })
}

fn is_variable(template: &Template) -> bool {
    template.key.first().is_some_and(|table| table == "vars")
}

/// Whether what a folder's file gives is part of the request, or something nearer has taken its place.
fn reaches(template: &Template, request: &Request) -> bool {
    let text = &template.text;
    match template.key.first().map(String::as_str) {
        Some("headers") => request.headers.iter().any(|row| row.enabled && row.value == *text),
        Some("auth") => request.auth.clone().is_some_and(|mut auth| {
            auth.texts_mut().iter().any(|(_, own)| *own == text)
                || auth.params_mut().into_iter().flatten().any(|(_, own)| own == text)
        }),
        _ => true,
    }
}

/// A text that has to be JSON and is none, whatever its variables are.
fn not_json(source: &Source, template: &Template, scopes: &[Scope]) -> Option<Problem> {
    let key: Vec<&str> = template.key.iter().map(String::as_str).collect();
    let what = match key.as_slice() {
        ["body", "json"] => "the body is",
        ["body", "graphql", "variables"] => "the GraphQL variables are",
        _ => return None,
    };
    let text = &template.text;
    let error = check_json_template(text).err().filter(|_| !text.trim().is_empty())?;
    // A template may stand for more than a value.
    let is_json = |scope| preview(text, scope).is_ok_and(|sent| check_json(sent.reveal()).is_ok());
    if scopes.iter().any(is_json) {
        return None;
    }
    Some(Problem {
        file: source.path.clone(),
        place: Some(template.place_of_byte(&source.text, error.offset)),
        message: format!("{what} not JSON: {}", error.message),
        hint: None,
    })
}

/// A file to upload that is there in no environment.
fn missing_upload(source: &Source, template: &Template, scopes: &[Scope], base: &Path) -> Option<Problem> {
    let key: Vec<&str> = template.key.iter().map(String::as_str).collect();
    if !matches!(key.as_slice(), ["body", "file"] | ["body", "multipart", _, "file"]) {
        return None;
    }
    let paths: Vec<String> = scopes
        .iter()
        .filter_map(|scope| preview(&template.text, scope).ok())
        .filter(|path| !path.has_secret())
        .map(|path| path.reveal().to_owned())
        .collect();
    let first = paths.first()?;
    // A file outside of the folder is not looked for: whether it is there is known when it was agreed to.
    let is_known = |path: &String| ask_for_file(base, Path::new(path)).is_some() || base.join(path).is_file();
    if paths.iter().any(is_known) {
        return None;
    }
    Some(Problem {
        file: source.path.clone(),
        place: Some(template.place(&source.text, &(0..0))),
        message: format!("the file `{first}` to upload is not there"),
        hint: Some(format!("its path starts from {}", base.display())),
    })
}
