//! `[auth]`.

use super::{Fields, Reader, nearest};
use crate::{
    format::source::{Kind, Node},
    model::{Auth, Choice},
};

/// What `auth` may be instead of a table.
const WORDS: [&str; 3] = ["none", "inherit", "netrc"];

impl Reader<'_> {
    /// `None` inherits, and so does a table without keys (one that is commented out, say).
    pub(super) fn auth(&mut self, node: &Node) -> Option<Auth> {
        let entries = match &node.kind {
            Kind::Table(entries, _) => entries,
            Kind::String(_) => {
                // Of these, "inherit" is no kind.
                return Auth::of_kind(&self.one_of(node, "`auth`", &WORDS)?);
            }
            _ => {
                self.wrong_type(node, "`auth`", "a table, \"none\", \"inherit\" or \"netrc\"");
                return None;
            }
        };
        for entry in entries.iter().filter(|entry| !Auth::KINDS.contains(&entry.name.as_str())) {
            let message = format!("unknown kind `{}` in `[auth]`", entry.name);
            let near = nearest(&entry.name, &Auth::KINDS).filter(|hint| hint.starts_with("did"));
            let hint = near.unwrap_or_else(|| format!("there are: {}", Auth::KINDS.join(", ")));
            self.problem(entry.key.start, message, hint);
        }
        let mut known = entries.iter().filter(|entry| Auth::KINDS.contains(&entry.name.as_str()));
        let one = known.next()?;
        if let Some(second) = known.next() {
            let message = format!("`[auth]` has both `{}` and `{}`", one.name, second.name);
            self.problem(second.key.start, message, "keep one of them".to_owned());
        }
        self.auth_kind(&one.name, &one.node)
    }

    fn auth_kind(&mut self, kind: &str, node: &Node) -> Option<Auth> {
        let mut auth = Auth::of_kind(kind)?;
        if let Auth::Bearer(only) | Auth::Netrc(only) = &mut auth {
            *only = self.string(node, &format!("`{kind}`"))?;
            return Some(auth);
        }
        let mut fields = self.fields(node, &format!("`{kind}`"))?;
        let keys = auth.texts().into_iter().map(|(key, _)| key);
        let keys: Vec<_> = keys.chain(auth.choices().iter().map(|choice| choice.key)).collect();
        fields.known.extend(keys.into_iter().chain(auth.params_mut().map(|_| "params")));
        self.finish(&fields);
        let mut is_whole = true;
        for Choice { key, words, default, .. } in auth.choices() {
            match fields.take(key) {
                Some(node) => match self.choice(node, key, words) {
                    Some(word) => auth.choose(key, &word),
                    None => is_whole = false,
                },
                None if default.is_none() => {
                    let hint = format!("it is one of: {}", words.join(", "));
                    self.lacking(&fields, key, node, format!("{} has no `{key}`", fields.what), hint);
                    return None;
                }
                None => {}
            }
        }
        for (key, text) in auth.texts_mut() {
            let Some(node) = fields.take(key) else { continue };
            match self.auth_text(node, key) {
                Some(found) => *text = found,
                None => is_whole = false,
            }
        }
        if let Some(params) = auth.params_mut()
            && let Some(node) = fields.take("params")
        {
            *params = self.pairs(node, "`params`")?;
        }
        for key in auth.required() {
            if fields.take(key).is_none() {
                self.lacking(&fields, key, node, missing(&auth, key), None);
                is_whole = false;
            }
        }
        is_whole.then_some(auth)
    }

    /// The word of a choice; one between `true` and `false` is a boolean.
    fn choice(&mut self, node: &Node, key: &str, words: &[&str]) -> Option<String> {
        let what = format!("`{key}`");
        if words.contains(&"true") {
            return self.bool(node, &what).map(|flag| flag.to_string());
        }
        self.one_of(node, &what, words)
    }

    /// A string; scopes may be a list of them too.
    fn auth_text(&mut self, node: &Node, key: &str) -> Option<String> {
        let what = format!("`{key}`");
        match &node.kind {
            Kind::List(_) if key == "scope" => self.strings(node, &what).map(|scopes| scopes.join(" ")),
            _ => self.string(node, &what),
        }
    }

    /// A string that has to be there.
    pub(super) fn required(&mut self, fields: &mut Fields, key: &'static str, of: &Node) -> Option<String> {
        let Some(node) = fields.take(key) else {
            self.lacking(fields, key, of, format!("{} has no `{key}`", fields.what), None);
            return None;
        };
        self.string(node, &format!("`{key}`"))
    }
}

fn missing(auth: &Auth, key: &str) -> String {
    match auth {
        Auth::Oauth2(oauth2) => {
            format!("`oauth2` has no `{key}`, which the grant {} needs", oauth2.grant.word())
        }
        _ => format!("`{}` has no `{key}`", auth.kind()),
    }
}
