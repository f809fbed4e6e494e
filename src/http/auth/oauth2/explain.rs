//! A refusal in words: what the server said, what the standard means by it, and what to do.

use crate::model::{ClientAuth, Failure, Grant};

use super::{answer::Refused, endpoint, wanted::WantedToken};

/// The failure that a refusal is.
pub(super) fn refused(wanted: &WantedToken, refused: Refused) -> Failure {
    match refused {
        Refused::Named { code, description, uri } => {
            named(wanted, &code, description.as_deref(), uri.as_deref())
        }
        Refused::Unreadable(words) => {
            let words = wanted.redacted(&words);
            let hint = "is token_url under [auth.oauth2] the token endpoint, and not a page for people?";
            let message = format!("no token from {}: {words}", wanted.token_url.shown);
            endpoint::refused(message, Some(hint.into()))
        }
    }
}

/// The failure that an error code is (RFC 6749, sections 4.1.2.1 and 5.2; RFC 8628, section 3.5).
pub(super) fn named(
    wanted: &WantedToken,
    code: &str,
    description: Option<&str>,
    uri: Option<&str>,
) -> Failure {
    let meaning = meaning(code);
    let said = description.map(|description| format!(": {}", wanted.redacted(description)));
    let meant = meaning.map(|meaning| format!(" ({meaning})")).unwrap_or_default();
    let message =
        format!("the authorization server says {}{meant}{}", wanted.redacted(code), said.unwrap_or_default());
    let mut hint = match code {
        "invalid_client" => Some(of_client(wanted)),
        _ => hint(code, wanted.grant).map(str::to_owned),
    };
    if let Some(uri) = uri {
        let more = format!("the server says more at {}", wanted.redacted(uri));
        hint = Some(hint.map_or(more.clone(), |hint| format!("{hint}; {more}")));
    }
    endpoint::refused(message, hint)
}

fn meaning(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalid_request" => "something in the request is missing, wrong or there twice",
        "invalid_client" => "it does not know this client, or not by this proof",
        "invalid_grant" => "what was to be redeemed is wrong, used up, expired or revoked",
        "unauthorized_client" => "this client may not use this grant",
        "unsupported_grant_type" => "it does not have this grant",
        "unsupported_response_type" => "it gives no codes this way",
        "invalid_scope" => "it does not know the scope, or does not grant it",
        "access_denied" => "whoever was asked said no",
        "expired_token" => "nobody agreed in time, and the code expired",
        "server_error" => "it has an error of its own",
        "temporarily_unavailable" => "it is busy or being mended",
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => {
            "it wants to ask the user something"
        }
        _ => return None,
    })
}

/// What a client may do that is not known, or not by its proof: servers differ in where they look for the secret
/// (RFC 6749, section 2.3.1).
fn of_client(wanted: &WantedToken) -> String {
    if wanted.client_secret.reveal().is_empty() {
        return "look at client_id under [auth.oauth2]; a client that has a secret needs client_secret"
            .into();
    }
    let (sent, other) = match wanted.client_auth {
        ClientAuth::Basic => ("by basic authentication", "body"),
        ClientAuth::Body => ("in the body", "basic"),
    };
    format!(
        "its secret was sent {sent}: try client_auth = \"{other}\" under [auth.oauth2]; or is client_id or \
         client_secret wrong?"
    )
}

fn hint(code: &str, grant: Grant) -> Option<&'static str> {
    Some(match (code, grant) {
        ("invalid_grant", Grant::Password) => "look at username and password under [auth.oauth2]",
        ("invalid_grant", Grant::RefreshToken) => "get a new refresh_token, and write it under [auth.oauth2]",
        ("invalid_grant", Grant::AuthorizationCode) => {
            "send again; if it stays so, is redirect_url the one that is registered, and pkce as the server wants it?"
        }
        ("invalid_request", Grant::AuthorizationCode) => {
            "is redirect_url under [auth.oauth2] the one that is registered for the client?"
        }
        ("invalid_grant" | "expired_token", _) => {
            "send again, and agree in the browser before the code expires"
        }
        ("unauthorized_client" | "unsupported_grant_type" | "unsupported_response_type", _) => {
            "let the server's settings allow it for this client, or choose another grant under [auth.oauth2]"
        }
        ("invalid_scope", _) => "look at scope under [auth.oauth2]: names with spaces between them",
        ("access_denied", Grant::AuthorizationCode | Grant::DeviceCode) => {
            "send again, and agree in the browser; or ask who runs the server for access"
        }
        ("access_denied", _) => "ask who runs the server for access",
        ("server_error" | "temporarily_unavailable", _) => "send again later",
        ("invalid_request", _) => {
            "look at the keys and the params under [auth.oauth2]: the server may want an audience"
        }
        _ => return None,
    })
}
