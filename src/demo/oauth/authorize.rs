//! `GET /oauth/authorize`: where the browser goes, agrees, and is sent back with a code (RFC 6749, section 4.1).

use std::time::{Duration, Instant};

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use url::{Host, Url};
use uuid::Uuid;

use super::{
    super::state::{Practice, Shared},
    CLIENT, Form, PUBLIC_CLIENT, Refusal, escaped, grants, page,
    state::Code,
};

/// A page that asks; with `answer` as allow or deny, the way back.
pub(in crate::demo) async fn authorize(State(practice): State<Shared>, uri: Uri) -> Response {
    let form = Form::of(uri.query().unwrap_or_default().as_bytes());
    // What is wrong with these is told here: nobody knows yet whether the way back is safe (section 4.1.2.1).
    let known = known(&form);
    let (client, back) = match known {
        Ok(known) => known,
        Err(problem) => {
            let mut response = page("That cannot be asked", &format!("<p>{}</p>", escaped(&problem)));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            return response;
        }
    };
    let answer = match form.get("answer") {
        None => match check(&client, &form) {
            Ok(_) => return ask(&client, &uri),
            Err(refusal) => Err(refusal),
        },
        Some("allow") => issue(&practice, &client, &form),
        Some(_) => Err(Refusal::new("access_denied", "whoever was asked said no")),
    };
    sent_back(back, &form, &answer)
}

/// The client, and the URL to go back to: any port of the loopback interface (RFC 8252, section 7.3).
fn known(form: &Form) -> Result<(String, Url), String> {
    let client = form.get("client_id").unwrap_or_default();
    if ![CLIENT, PUBLIC_CLIENT].contains(&client) {
        return Err(format!("client_id is {CLIENT} or {PUBLIC_CLIENT}, not {client:?}"));
    }
    let back = form.get("redirect_uri").unwrap_or_default();
    let url = Url::parse(back).map_err(|_| format!("redirect_uri is not a URL: {back:?}"))?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if url.scheme() != "http" || !is_here {
        return Err(format!("redirect_uri leads away from this machine: {back}"));
    }
    Ok((client.to_owned(), url))
}

/// What a code would be good for: its challenge, scope and the life of its token.
fn check(client: &str, form: &Form) -> Result<(Option<String>, String, Duration), Refusal> {
    if form.need("response_type")? != "code" {
        return Err(Refusal::new("unsupported_response_type", "response_type is code"));
    }
    let challenge = form.get("code_challenge");
    if challenge.is_some() && form.get("code_challenge_method") != Some("S256") {
        return Err(Refusal::new("invalid_request", "code_challenge_method is S256"));
    }
    if challenge.is_none() && client == PUBLIC_CLIENT {
        return Err(Refusal::new("invalid_request", "a client without a secret needs a code_challenge"));
    }
    Ok((challenge.map(str::to_owned), form.scope()?, grants::life(form)?))
}

fn ask(client: &str, uri: &Uri) -> Response {
    let here = escaped(&uri.to_string());
    let body = format!(
        "<p>The program <b>{}</b> asks for access to the practice API as <b>demo</b>.</p>\
         <p><a href=\"{here}&amp;answer=allow\">Allow</a><a href=\"{here}&amp;answer=deny\">Deny</a></p>",
        escaped(client)
    );
    page("May it?", &body)
}

fn issue(practice: &Practice, client: &str, form: &Form) -> Result<String, Refusal> {
    let (challenge, scope, life) = check(client, form)?;
    let code = Uuid::new_v4().simple().to_string();
    practice.oauth().keep_code(Code {
        text: code.clone(),
        client: client.to_owned(),
        redirect_uri: form.need("redirect_uri")?.to_owned(),
        challenge,
        scope,
        life,
        expires: Instant::now() + Duration::from_mins(1),
    });
    Ok(code)
}

fn sent_back(mut back: Url, form: &Form, answer: &Result<String, Refusal>) -> Response {
    {
        let mut pairs = back.query_pairs_mut();
        match answer {
            Ok(code) => pairs.append_pair("code", code),
            Err(refusal) => pairs
                .append_pair("error", refusal.code)
                .append_pair("error_description", &refusal.description),
        };
        if let Some(state) = form.get("state") {
            pairs.append_pair("state", state);
        }
    }
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
}
