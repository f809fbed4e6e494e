//! Tokens over real sockets: every grant against the practice API, and servers that say exactly what a test wants.

use std::path::Path;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    demo::Server,
    http::{Client, ClientOptions, prepare},
    model::{Auth, ClientAuth, Effective, Exchange, NodeId, Oauth2, Outcome, Request},
    template::Scope,
};

mod browser;
mod errors;
mod keeping;

/// A client whose clock a test sets, with somebody who can sign in.
fn client(folder: Option<&Path>) -> (Client, Arc<Mutex<Timestamp>>) {
    let mut client = Client::new(ClientOptions {
        tokens: folder.map(Path::to_owned),
        is_attended: true,
        ..ClientOptions::default()
    });
    let time = Arc::new(Mutex::new("2026-01-02T03:00:00Z".parse().unwrap()));
    client.authorizer.clock = Clock::Set(Arc::clone(&time));
    (client, time)
}

fn advance(time: &Arc<Mutex<Timestamp>>, by: Duration) {
    let mut time = lock(time);
    *time = time.checked_add(by).unwrap();
}

/// What the practice API wants for a grant.
fn practice(server: &Server, grant: Grant) -> Oauth2 {
    let secret =
        if matches!(grant, Grant::AuthorizationCode | Grant::DeviceCode) { "" } else { "practice-secret" };
    Oauth2 {
        grant,
        token_url: format!("{}/oauth/token", server.url()),
        auth_url: format!("{}/oauth/authorize", server.url()),
        device_url: format!("{}/oauth/device", server.url()),
        client_id: if secret.is_empty() { "practice-app" } else { "practice-client" }.into(),
        client_secret: secret.into(),
        username: "demo".into(),
        password: "practice".into(),
        refresh_token: "practice-refresh-token".into(),
        ..Oauth2::default()
    }
}

fn prepared(url: &str, oauth2: &Oauth2) -> crate::http::Prepared {
    let request =
        Request { url: url.into(), auth: Some(Auth::Oauth2(Box::new(oauth2.clone()))), ..Request::default() };
    let effective = Effective { request, vars: Vec::new(), base: std::env::temp_dir() };
    let source = Some(NodeId::new("shop/account/token"));
    prepare(source, Some("local"), &effective, &Scope::default()).unwrap()
}

async fn send(client: &Client, url: &str, oauth2: &Oauth2) -> Exchange {
    client.send(prepared(url, oauth2), |_| (), CancellationToken::new()).await
}

/// Sends to what the practice API's tokens open.
async fn open(client: &Client, server: &Server, oauth2: &Oauth2) -> Exchange {
    send(client, &format!("{}/oauth/resource", server.url()), oauth2).await
}

fn status(exchange: &Exchange) -> u16 {
    if let Outcome::Failed { failure, .. } = &exchange.outcome {
        panic!("{failure}: {failure:?}");
    }
    exchange.response().unwrap().status
}

fn failure(exchange: &Exchange) -> &Failure {
    match &exchange.outcome {
        Outcome::Failed { failure, .. } => failure,
        Outcome::Answered(_) => panic!("answered: {:?}", exchange.response()),
    }
}

/// Every token request: what for, how often, and what came of it.
fn trail(exchange: &Exchange) -> Vec<(String, u32, String)> {
    let requests = exchange.attempts.iter().flat_map(|attempt| &attempt.token_requests);
    requests.map(|asked| (asked.purpose.clone(), asked.times, asked.outcome.clone())).collect()
}

fn purposes(exchange: &Exchange) -> Vec<String> {
    trail(exchange).into_iter().map(|(purpose, ..)| purpose).collect()
}

#[tokio::test]
async fn the_grants_that_need_nobody() {
    let server = Server::start(0).await.unwrap();
    for grant in [Grant::ClientCredentials, Grant::Password, Grant::RefreshToken] {
        for client_auth in [ClientAuth::Basic, ClientAuth::Body] {
            let (client, _) = client(None);
            let oauth2 = Oauth2 { client_auth, scope: "read write".into(), ..practice(&server, grant) };
            let exchange = open(&client, &server, &oauth2).await;
            assert_eq!(status(&exchange), 200, "{grant:?} {client_auth:?}");
            assert_eq!(purposes(&exchange), [grant.word()]);
            let exchange = open(&client, &server, &oauth2).await;
            assert_eq!((status(&exchange), purposes(&exchange).len()), (200, 0), "kept: {grant:?}");
        }
    }
}

#[tokio::test]
async fn nothing_that_proves_something_is_shown() {
    let server = Server::start(0).await.unwrap();
    let (client, _) = client(None);
    let exchange = open(&client, &server, &practice(&server, Grant::Password)).await;
    assert_eq!(status(&exchange), 200);
    let [attempt] = exchange.attempts.as_slice() else { panic!("{:?}", exchange.attempts) };
    let asked = &attempt.token_requests[0];
    let password = asked.form.iter().find(|(name, _)| name == "password").unwrap();
    assert_eq!(password.1.reveal(), "practice");
    assert!(asked.hop.connection.is_some() && asked.hop.timing.wait.is_some());
    let sent = attempt.hops[0].request.fields.iter().find(|(name, _)| name == "Authorization").unwrap();
    let token = sent.1.reveal().strip_prefix("Bearer ").unwrap();
    assert_eq!(sent.1.masked(), "Bearer ••••••");
    for text in [format!("{attempt:?}"), serde_json::to_string(attempt).unwrap()] {
        for secret in [token, "practice-secret", "\"practice\"", "cHJhY3RpY2UtY2xpZW50"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn a_client_and_its_secret_are_encoded_as_the_standard_wants() {
    let server = crate::http::tests::Server::start(&[
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"access_token\":\"t\"}",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    .await;
    let oauth2 = Oauth2 {
        token_url: server.url("/token"),
        client_id: "a b".into(),
        client_secret: "c:d%é".into(),
        audience: "https://api".into(),
        params: vec![("resource".into(), "x y".into())],
        ..Oauth2::default()
    };
    let (client, _) = client(None);
    assert_eq!(status(&send(&client, &server.url("/"), &oauth2).await), 204);
    let got = server.got();
    // Base64 of `a+b:c%3Ad%25%C3%A9`.
    assert!(got[0].contains("Authorization: Basic YStiOmMlM0FkJTI1JUMzJUE5"), "{}", got[0]);
    let form = "grant_type=client_credentials&audience=https%3A%2F%2Fapi&resource=x+y";
    assert!(got[0].ends_with(form), "{}", got[0]);
    assert!(got[1].contains("Authorization: Bearer t\r\n"), "{}", got[1]);
}

#[tokio::test]
async fn the_user_says_which_token_and_how_it_is_sent() {
    let server = Server::start(0).await.unwrap();
    let (client, _) = client(None);
    let url = format!("{}/echo", server.url());
    let sent = async |oauth2: &Oauth2| {
        let exchange = send(&client, &url, oauth2).await;
        assert_eq!(status(&exchange), 200);
        let hop = exchange.last_hop().unwrap().clone();
        hop.request.fields.into_iter().find(|(name, _)| name == "Authorization").unwrap().1
    };
    let usual = practice(&server, Grant::Password);
    let id_token = Oauth2 { scope: "openid".into(), token: TokenKind::IdToken, ..usual.clone() };
    assert!(sent(&id_token).await.reveal().starts_with("Bearer eyJ"));
    assert_eq!(
        sent(&Oauth2 { header_prefix: "Token".into(), ..usual.clone() }).await.masked(),
        "Token ••••••"
    );
    assert_eq!(sent(&Oauth2 { header_prefix: String::new(), ..usual.clone() }).await.masked(), "••••••");
    let without = Oauth2 { token: TokenKind::IdToken, ..usual };
    let exchange = send(&client, &url, &without).await;
    assert!(
        failure(&exchange)
            .message
            .ends_with("no id_token; ask for the scope openid, or set token = \"access_token\"")
    );
}
