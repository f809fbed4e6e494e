//! The form of an authentication: a line for each text and each choice that says anything with what is chosen.

use crate::{
    model::{Auth, Choice},
    tui::widgets::text_field::TextField,
};

/// A line of the form.
#[derive(Debug)]
pub enum AuthLine {
    Choice(Choice),
    Text { key: &'static str, field: TextField },
}

impl AuthLine {
    pub fn key(&self) -> &'static str {
        match self {
            Self::Choice(choice) => choice.key,
            Self::Text { key, .. } => key,
        }
    }

    /// The key as people say it.
    pub fn label(&self) -> String {
        match self.key() {
            "bearer" => "token".into(),
            "netrc" => "file".into(),
            "in" => "sent in".into(),
            "pkce" => "PKCE".into(),
            // Beside "scope" and the rest, "token" alone would be taken for one to type in.
            "token" => "which token".into(),
            key => key.replace("_url", " URL").replace("_id", " ID").replace('_', " "),
        }
    }

    /// What an empty text stands for.
    pub fn placeholder(&self) -> &'static str {
        match self.key() {
            "netrc" => "your own ~/.netrc",
            "access_key" | "secret_key" => "from the profile, or the environment",
            "session_token" => "of temporary keys",
            "profile" => "a section of ~/.aws/credentials",
            "region" | "service" => "as the host says",
            "scope" => "scopes, with spaces between",
            "redirect_url" => "a free port of 127.0.0.1",
            "header_prefix" => "nothing before the token",
            key if Auth::is_secret(key) => "{{ name }} of a secret",
            _ => "",
        }
    }

    /// A secret is hidden, unless it stands elsewhere and only its name is here.
    pub fn mask(&mut self) {
        if let Self::Text { key, field } = self {
            field.set_masked(is_hidden(key, field.text()));
        }
    }
}

/// Whether a text is a secret itself.
pub fn is_hidden(key: &str, text: &str) -> bool {
    Auth::is_secret(key) && !text.contains("{{")
}

/// The lines of an authentication: first the choice that the others depend on.
pub(super) fn form(auth: Option<&Auth>) -> Vec<AuthLine> {
    let Some(auth) = auth else { return Vec::new() };
    let says = |key: &str| match auth {
        Auth::Oauth2(oauth2) => oauth2.grant.uses(key),
        _ => true,
    };
    let (rest, first): (Vec<_>, Vec<_>) =
        auth.choices().into_iter().partition(|choice| choice.default.is_some());
    let texts = auth.texts().into_iter().map(|(key, text)| {
        let mut line = AuthLine::Text { key, field: TextField::new(text) };
        line.mask();
        line
    });
    let lines = first.into_iter().map(AuthLine::Choice).chain(texts);
    lines.chain(rest.into_iter().map(AuthLine::Choice)).filter(|line| says(line.key())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Grant, Oauth2};

    #[test]
    fn a_form_has_what_its_grant_uses() {
        let keys = |grant| {
            let auth = Auth::Oauth2(Box::new(Oauth2 { grant, ..Oauth2::default() }));
            form(Some(&auth)).iter().map(AuthLine::key).collect::<Vec<_>>()
        };
        let password = keys(Grant::Password);
        assert_eq!(password.first(), Some(&"grant"));
        assert!(password.contains(&"username") && !password.contains(&"pkce"));
        let code = keys(Grant::AuthorizationCode);
        assert!(code.contains(&"auth_url") && code.contains(&"pkce") && !code.contains(&"device_url"));
    }

    #[test]
    fn a_secret_is_hidden_and_its_name_is_not() {
        for (text, hidden) in [("hunter2", true), ("{{ password }}", false), ("", true)] {
            let auth = Auth::Basic { username: text.into(), password: text.into() };
            let lines = form(Some(&auth));
            let masked = |at: usize| match &lines[at] {
                AuthLine::Text { field, .. } => field.is_masked(),
                AuthLine::Choice(_) => panic!(),
            };
            assert_eq!((masked(0), masked(1)), (false, hidden), "{text}");
        }
    }
}
