//! `POST /oauth/token`: each grant, redeemed for a token.

use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    super::{
        auth::{PASSWORD, USER},
        state::Practice,
    },
    CLIENT, Form, REFRESH_TOKEN, Refusal, client,
    state::{Access, Refresh},
};

/// An hour, unless `expires_in` says how many seconds up to a day.
const LIFE: u64 = 3600;
const LONGEST: u64 = 86_400;

/// What is granted.
struct Grant {
    name: &'static str,
    client: String,
    user: Option<&'static str>,
    scope: String,
    life: Duration,
    is_refreshable: bool,
}

pub(super) fn redeem(practice: &Practice, headers: &HeaderMap, form: &Form) -> Result<Value, Refusal> {
    let client = client(headers, form)?;
    let grant = match form.need("grant_type")? {
        "client_credentials" if client == CLIENT => Grant {
            name: "client_credentials",
            client,
            user: None,
            scope: form.scope()?,
            life: life(form)?,
            is_refreshable: false,
        },
        "client_credentials" => {
            return Err(Refusal::new(
                "unauthorized_client",
                "a client without a secret has no token of its own",
            ));
        }
        "password" => password(client, form)?,
        "refresh_token" => refresh(practice, client, form)?,
        "authorization_code" => code(practice, client, form)?,
        "urn:ietf:params:oauth:grant-type:device_code" => device(practice, client, form)?,
        other => return Err(Refusal::new("unsupported_grant_type", format!("there is no grant {other}"))),
    };
    Ok(issue(practice, grant))
}

pub(super) fn life(form: &Form) -> Result<Duration, Refusal> {
    form.seconds("expires_in", LIFE, LONGEST).map(Duration::from_secs)
}

fn password(client: String, form: &Form) -> Result<Grant, Refusal> {
    if form.need("username")? != USER || form.need("password")? != PASSWORD {
        return Err(Refusal::new("invalid_grant", format!("it is {USER} and {PASSWORD}")));
    }
    let (scope, life) = (form.scope()?, life(form)?);
    Ok(Grant { name: "password", client, user: Some(USER), scope, life, is_refreshable: true })
}

fn refresh(practice: &Practice, client: String, form: &Form) -> Result<Grant, Refusal> {
    let given = form.need("refresh_token")?;
    let kept = if given == REFRESH_TOKEN {
        let (scope, life) = (form.scope()?, life(form)?);
        Refresh { token: String::new(), client: client.clone(), user: Some(USER), scope, life }
    } else {
        let kept = practice.oauth().take_refresh(given).filter(|kept| kept.client == client);
        kept.ok_or_else(|| {
            Refusal::new("invalid_grant", "this refresh token is not known here, or was used before")
        })?
    };
    let Refresh { user, scope, life, .. } = kept;
    Ok(Grant { name: "refresh_token", client, user, scope, life, is_refreshable: true })
}

fn code(practice: &Practice, client: String, form: &Form) -> Result<Grant, Refusal> {
    let kept = practice.oauth().take_code(form.need("code")?).filter(|kept| kept.client == client);
    let kept =
        kept.ok_or_else(|| Refusal::new("invalid_grant", "this code is not known here, or was used before"))?;
    if form.need("redirect_uri")? != kept.redirect_uri {
        return Err(Refusal::new(
            "invalid_grant",
            "redirect_uri is not the one that the code was asked with",
        ));
    }
    if let Some(challenge) = &kept.challenge {
        let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(form.need("code_verifier")?.as_bytes()));
        if proof != *challenge {
            return Err(Refusal::new("invalid_grant", "code_verifier does not fit to code_challenge"));
        }
    }
    let (scope, life) = (kept.scope, kept.life);
    Ok(Grant { name: "authorization_code", client, user: Some(USER), scope, life, is_refreshable: true })
}

fn device(practice: &Practice, client: String, form: &Form) -> Result<Grant, Refusal> {
    let wanted = form.need("device_code")?;
    let mut oauth = practice.oauth();
    let Some(device) = oauth.device(wanted).filter(|device| device.client == client) else {
        return Err(Refusal::new("invalid_grant", "this device code is not known here, or was used before"));
    };
    let now = Instant::now();
    if device.expires <= now {
        return Err(Refusal::new("expired_token", "nobody agreed in time"));
    }
    let is_early = device.asked.is_some_and(|asked| now.duration_since(asked) < device.interval);
    device.asked = Some(now);
    let (allowed, scope, life) = (device.allowed, device.scope.clone(), device.life);
    match allowed {
        None if is_early => Err(Refusal::new("slow_down", "ask five seconds later each time")),
        None => Err(Refusal::new("authorization_pending", "nobody has agreed yet")),
        Some(false) => {
            oauth.forget_device(wanted);
            Err(Refusal::new("access_denied", "whoever was asked said no"))
        }
        Some(true) => {
            oauth.forget_device(wanted);
            Ok(Grant { name: "device_code", client, user: Some(USER), scope, life, is_refreshable: true })
        }
    }
}

fn issue(practice: &Practice, grant: Grant) -> Value {
    let Grant { name, client, user, scope, life, is_refreshable } = grant;
    let token = || Uuid::new_v4().simple().to_string();
    let access_token = token();
    let mut body = json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": life.as_secs(), "scope": scope,
    });
    if scope.split_whitespace().any(|scope| scope == "openid") {
        body["id_token"] = id_token(&client, user).into();
    }
    let mut oauth = practice.oauth();
    if is_refreshable {
        let refresh = Refresh { token: token(), client: client.clone(), user, scope: scope.clone(), life };
        body["refresh_token"] = refresh.token.clone().into();
        oauth.keep_refresh(refresh);
    }
    let expires = Instant::now() + life;
    oauth.keep_access(Access { token: access_token, expires, grant: name, client, user, scope });
    body
}

/// Unsecured (RFC 7519, section 6): it proves nothing, and is for looking at.
fn id_token(client: &str, user: Option<&str>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "iss": "practice", "aud": client, "sub": user });
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
}
