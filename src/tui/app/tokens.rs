//! The tokens of OAuth 2 that are kept, as far as they are shown: whose, and until when.

use jiff::Timestamp;

use crate::{
    model::{Auth, Oauth2, Token, TokenOwner},
    template::preview,
};

use super::App;

/// A token, without what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptToken {
    pub owner: TokenOwner,
    /// `None` where the server did not say.
    pub expires: Option<Timestamp>,
    pub is_refreshable: bool,
}

impl From<Token> for KeptToken {
    fn from(token: Token) -> Self {
        Self { owner: token.owner, expires: token.expires, is_refreshable: token.refresh_token.is_some() }
    }
}

impl App {
    /// How the open request gets its token; `None` where it is sent without one.
    pub fn wanted_token(&self) -> Option<Oauth2> {
        match self.effective(self.open_id()?)?.request.auth? {
            Auth::Oauth2(wanted) => Some(*wanted),
            _ => None,
        }
    }

    /// The token that is kept for the open request, which wants that one. Where a secret names it, every token like it
    /// is taken for its own.
    pub fn kept_token(&self, wanted: &Oauth2) -> Option<&KeptToken> {
        let id = self.open_id()?;
        let collection = self.workspace()?.collection(id.collection())?;
        let environment = self.environment_of(collection).map(|environment| environment.name.as_str());
        let is = |template: &str, shown: &str| {
            preview(template, &self.editor.scope).is_ok_and(|text| text.masked().trim() == shown)
        };
        self.tokens.iter().find(|KeptToken { owner, .. }| {
            owner.collection == id.collection()
                && owner.environment.as_deref() == environment
                && owner.grant == wanted.grant.word()
                && is(&wanted.token_url, &owner.token_url)
                && is(&wanted.client_id, &owner.client_id)
                && is(&wanted.scope, &owner.scope)
                && is(&wanted.username, &owner.username)
        })
    }
}
