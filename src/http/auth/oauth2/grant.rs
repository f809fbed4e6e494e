//! A grant redeemed at the token endpoint, and the grants that need nobody: the client's own, a password, a refresh
//! token (RFC 6749, sections 4.3, 4.4 and 6).

use crate::model::{Failure, Grant, Marked, Secret, TokenKind, duration};

use super::{
    answer::{self, Granted, Refused},
    code, device,
    endpoint::Asking,
    explain,
    wanted::WantedToken,
};

/// Why there is no token.
#[derive(Debug)]
pub(super) enum NoToken {
    /// The server said no.
    Refused(Refused),
    /// There is no answer of the server.
    Failed(Failure),
}

impl NoToken {
    pub(super) fn into_failure(self, wanted: &WantedToken) -> Failure {
        match self {
            Self::Refused(refused) => explain::refused(wanted, refused),
            Self::Failed(failure) => failure,
        }
    }
}

/// Asks the token endpoint with this form.
pub(super) async fn redeem(asking: &mut Asking<'_>, form: Vec<(String, Marked)>) -> Result<Granted, NoToken> {
    let wanted = asking.wanted;
    let purpose = form.first().map(|(_, grant)| grant.masked()).unwrap_or_default();
    let answer = asking.post(&wanted.token_url, &purpose, form).await.map_err(NoToken::Failed)?;
    match answer::token(&answer.head, &answer.body).and_then(|granted| usable(wanted, granted)) {
        Ok(granted) => {
            asking.note(&described(wanted, &granted));
            Ok(granted)
        }
        Err(refused) => {
            let words = match &refused {
                Refused::Named { code, .. } => code.clone(),
                Refused::Unreadable(words) => words.clone(),
            };
            asking.note(&wanted.redacted(&words));
            Err(NoToken::Refused(refused))
        }
    }
}

/// A new token by the grant that was written, which may need the user.
pub(super) async fn authorize(asking: &mut Asking<'_>) -> Result<Granted, Failure> {
    let wanted = asking.wanted;
    let mut form = match wanted.grant {
        Grant::AuthorizationCode => return code::authorize(asking).await,
        Grant::DeviceCode => return device::authorize(asking).await,
        Grant::RefreshToken => {
            let token = wanted.refresh_token.clone();
            return refresh(asking, token).await.map_err(|refused| refused.into_failure(wanted));
        }
        Grant::ClientCredentials => vec![("grant_type".to_owned(), Marked::plain("client_credentials"))],
        Grant::Password => vec![
            ("grant_type".to_owned(), Marked::plain("password")),
            ("username".to_owned(), wanted.username.clone()),
            ("password".to_owned(), wanted.password.clone()),
        ],
    };
    wanted.add_scope(&mut form);
    wanted.add_params(&mut form);
    redeem(asking, form).await.map_err(|refused| refused.into_failure(wanted))
}

/// A new token for a refresh token.
pub(super) async fn refresh(asking: &mut Asking<'_>, token: Marked) -> Result<Granted, NoToken> {
    let mut form =
        vec![("grant_type".to_owned(), Marked::plain("refresh_token")), ("refresh_token".to_owned(), token)];
    // The grants of a person keep the scopes that were agreed to (RFC 6749, section 6).
    if asking.wanted.grant == Grant::RefreshToken {
        asking.wanted.add_scope(&mut form);
    }
    asking.wanted.add_params(&mut form);
    redeem(asking, form).await
}

impl WantedToken {
    /// The scope and the audience, where there are some.
    pub(super) fn add_scope(&self, form: &mut Vec<(String, Marked)>) {
        for (name, value) in [("scope", &self.scope), ("audience", &self.audience)] {
            if !value.reveal().is_empty() {
                form.push((name.to_owned(), value.clone()));
            }
        }
    }

    pub(super) fn add_params(&self, form: &mut Vec<(String, Marked)>) {
        form.extend(self.params.iter().cloned());
    }
}

/// A token that can be sent as it was asked for.
fn usable(wanted: &WantedToken, granted: Granted) -> Result<Granted, Refused> {
    if wanted.token == TokenKind::IdToken && granted.id_token.is_none() {
        let message = "its answer has no id_token; ask for the scope openid, or set token = \"access_token\"";
        return Err(Refused::Unreadable(message.into()));
    }
    let kind = &granted.token_type;
    // Servers that say nothing mean a bearer token; a prefix of the user's own says how another is sent.
    let is_bearer = kind.is_empty() || kind.eq_ignore_ascii_case("bearer");
    let is_prefix = kind.eq_ignore_ascii_case(&wanted.header_prefix);
    if !is_bearer && !is_prefix && wanted.header_prefix == "Bearer" {
        let message = format!(
            "it gave a token of the type {kind}, which takes more than a field to send; \
             if it is sent as it is, write header_prefix = \"{kind}\""
        );
        return Err(Refused::Unreadable(message));
    }
    let is_sendable = |token: &Secret| token.reveal().bytes().all(|byte| (0x21..0x7f).contains(&byte));
    let sent = [Some(&granted.access_token), granted.id_token.as_ref()];
    if !sent.into_iter().flatten().all(is_sendable) {
        let message = "its token has characters that no header can hold";
        return Err(Refused::Unreadable(message.into()));
    }
    Ok(granted)
}

/// "a token for 1 h, for the scope read".
fn described(wanted: &WantedToken, granted: &Granted) -> String {
    let mut words = match granted.expires_in {
        Some(life) => format!("a token for {}", duration::human(life)),
        None => "a token".to_owned(),
    };
    let other = granted.scope.as_deref().filter(|scope| !is_same_scope(scope, wanted.scope.reveal()));
    if let Some(scope) = other {
        let asked = wanted.scope.masked();
        let instead = if asked.is_empty() { String::new() } else { format!(", not {asked} as asked") };
        let granted = if scope.is_empty() { "empty" } else { scope };
        words.extend(["; the scope is ", granted, &instead]);
    }
    if granted.refresh_token.is_some() {
        words.push_str("; it can be refreshed");
    }
    wanted.redacted(&words)
}

/// Scopes are a set (RFC 6749, section 3.3).
fn is_same_scope(one: &str, other: &str) -> bool {
    let set =
        |text: &str| text.split_whitespace().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    set(one) == set(other)
}
