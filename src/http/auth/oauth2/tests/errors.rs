//! What goes wrong on the way to a token, in words.

use super::*;

type Canned = crate::http::tests::Server;

fn json(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
}

async fn told(answer: &str, grant: Grant) -> Failure {
    let server = Canned::start(&[answer]).await;
    let oauth2 = Oauth2 {
        grant,
        token_url: server.url("/token"),
        client_id: "client".into(),
        client_secret: "hunter2-secret".into(),
        username: "u".into(),
        password: "hunter2-password".into(),
        ..Oauth2::default()
    };
    let exchange = send(&client(None).0, &server.url("/"), &oauth2).await;
    assert_eq!(server.got().len(), 1, "the request itself is not sent");
    assert!(!trail(&exchange)[0].2.is_empty());
    failure(&exchange).clone()
}

#[tokio::test]
async fn refusals_are_told_with_what_to_do() {
    let password = Grant::Password;
    let client = Grant::ClientCredentials;
    let cases = [
        (json("401 No", r#"{"error":"invalid_client"}"#), client, "does not know this client", "client_auth"),
        (
            json("400 No", r#"{"error":"invalid_grant"}"#),
            password,
            "says invalid_grant",
            "username and password",
        ),
        (json("400 No", r#"{"error":"invalid_scope"}"#), client, "does not grant it", "scope"),
        (json("400 No", r#"{"error":"unauthorized_client"}"#), client, "may not use this grant", "allow it"),
        (json("400 No", r#"{"error":"made_up","error_description":"so"}"#), client, "says made_up: so", ""),
        (json("200 OK", r#"{"access_token":"t","token_type":"DPoP"}"#), client, "of the type DPoP", ""),
        (json("200 OK", "{\"access_token\":\"a\\nb\"}"), client, "no header can hold", ""),
        (json("503 Busy", "{}"), client, "it answered 503 Busy", "token_url"),
        (
            json("400 No", r#"{"error":"x","error_uri":"https://h/why"}"#),
            client,
            "says x",
            "says more at https://h/why",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\nContent-Length: 0\r\n\r\n".into(),
            client,
            "gave none",
            "not sent on by a redirect",
        ),
    ];
    for (answer, grant, message, hint) in cases {
        let failure = told(&answer, grant).await;
        assert_eq!(failure.kind, FailureKind::Authorization, "{answer}");
        assert!(failure.message.contains(message), "{failure:?}");
        assert!(failure.hint.clone().unwrap_or_default().contains(hint), "{failure:?}");
    }
}

#[tokio::test]
async fn a_client_that_is_not_known_may_prove_itself_otherwise() {
    let answer = json("401 No", r#"{"error":"invalid_client"}"#);
    for (client_auth, client_secret, hint) in [
        (ClientAuth::Basic, "s", "sent by basic authentication: try client_auth = \"body\""),
        (ClientAuth::Body, "s", "sent in the body: try client_auth = \"basic\""),
        (ClientAuth::Basic, "", "needs client_secret"),
    ] {
        let server = Canned::start(&[&answer]).await;
        let oauth2 = Oauth2 {
            grant: Grant::Password,
            token_url: server.url("/token"),
            client_id: "client".into(),
            client_secret: client_secret.into(),
            client_auth,
            username: "u".into(),
            password: "p".into(),
            ..Oauth2::default()
        };
        let exchange = send(&client(None).0, &server.url("/"), &oauth2).await;
        let told = failure(&exchange).hint.clone().unwrap();
        assert!(told.contains(hint), "{told}");
    }
}

#[tokio::test]
async fn a_server_that_repeats_secrets_is_not_repeated() {
    let body =
        r#"{"error":"invalid_client","error_description":"hunter2-secret or hunter2-password is wrong"}"#;
    let failure = told(&json("401 No", body), Grant::Password).await;
    assert!(failure.message.ends_with("•••••• or •••••• is wrong"), "{failure:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_with_its_own_failure() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let token_url = format!("http://{}/token", free.local_addr().unwrap());
    drop(free);
    let oauth2 = Oauth2 { token_url, client_id: "c".into(), client_secret: "s".into(), ..Oauth2::default() };
    let exchange = send(&client(None).0, "http://127.0.0.1:1/", &oauth2).await;
    let failure = failure(&exchange);
    assert_eq!(
        (failure.kind, failure.message.as_str()),
        (FailureKind::Refused, "no token: the authorization server gave none")
    );
    assert!(failure.causes[0].contains("refuses connections"), "{failure:?}");
}

#[test]
fn what_cannot_be_asked_is_told_before() {
    let usual = Oauth2 {
        token_url: "http://h/token".into(),
        client_id: "c".into(),
        client_secret: "s".into(),
        ..Oauth2::default()
    };
    let cases: [(Oauth2, &str); 4] = [
        (
            Oauth2 { token_url: "h/token".into(), ..usual.clone() },
            "token_url under [auth.oauth2] is not an http",
        ),
        (
            Oauth2 { token_url: "http://h/#x".into(), ..usual.clone() },
            "token_url under [auth.oauth2] has a fragment",
        ),
        (Oauth2 { client_id: "{{ '' }}".into(), ..usual.clone() }, "client_id under [auth.oauth2] is empty"),
        (Oauth2 { scope: "{{ nobody }}".into(), ..usual }, "nobody"),
    ];
    for (oauth2, expected) in cases {
        let request = Request {
            url: "http://h/".into(),
            auth: Some(Auth::Oauth2(Box::new(oauth2))),
            ..Request::default()
        };
        let effective = Effective { request, vars: Vec::new(), base: std::env::temp_dir() };
        let error = prepare(None, None, &effective, &Scope::default()).unwrap_err();
        assert!(error.failure.message.contains(expected), "{error:?}");
        assert_eq!(error.part.as_deref(), Some("auth"));
    }
}
