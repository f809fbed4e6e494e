//! Tokens kept: expiry by the clock, rotation, renewal after a 401, one renewal for all.

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_token_is_refreshed_before_it_expires_and_rotated() {
    let server = Server::start(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (client, time) = client(Some(folder.path()));
    let oauth2 = practice(&server, Grant::Password);
    let mut sent = Vec::new();
    for (wait, expected) in [(0, "password"), (59, ""), (1, "refresh_token"), (60, "refresh_token")] {
        advance(&time, MINUTE * wait);
        let exchange = open(&client, &server, &oauth2).await;
        assert_eq!(status(&exchange), 200);
        assert_eq!(purposes(&exchange).join(" "), expected, "after {wait} minutes");
        let kept = Tokens::in_folder(folder.path().to_owned()).list().unwrap().remove(0);
        sent.push(kept.refresh_token.unwrap().reveal().to_owned());
    }
    assert!(sent[0] == sent[1] && sent[1] != sent[2] && sent[2] != sent[3], "rotated");
}

#[tokio::test]
async fn a_refresh_token_that_is_refused_begins_anew() {
    let server = Server::start(0).await.unwrap();
    let (client, time) = client(None);
    let oauth2 = practice(&server, Grant::Password);
    assert_eq!(status(&open(&client, &server, &oauth2).await), 200);
    if let Shelf::Memory(tokens) = &client.authorizer.shelf {
        lock(tokens).values_mut().for_each(|token| token.refresh_token = Some(Secret::new("revoked")));
    }
    advance(&time, MINUTE * 60);
    let exchange = open(&client, &server, &oauth2).await;
    assert_eq!(status(&exchange), 200);
    let again = "a token for 1 h 0 min; the scope is read; it can be refreshed";
    let expected = [("refresh_token", 1, "invalid_grant"), ("password", 1, again)];
    let expected = expected.map(|(purpose, times, outcome)| (purpose.to_owned(), times, outcome.to_owned()));
    assert_eq!(trail(&exchange), expected);
}

#[tokio::test]
async fn a_kept_token_that_is_refused_is_renewed_once() {
    let server = Server::start(0).await.unwrap();
    let (client, _) = client(None);
    let oauth2 = practice(&server, Grant::ClientCredentials);
    // The practice API lets it expire at once; nobody here knows, by the clock that stands.
    let brief = Oauth2 { params: vec![("expires_in".into(), "0".into())], ..oauth2.clone() };
    let exchange = open(&client, &server, &brief).await;
    assert_eq!((status(&exchange), exchange.attempts.len()), (401, 1), "a new one is not renewed");
    assert_eq!(status(&open(&client, &server, &oauth2).await), 200);
    if let Shelf::Memory(tokens) = &client.authorizer.shelf {
        lock(tokens).values_mut().for_each(|token| token.access_token = Secret::new("forgotten"));
    }
    let exchange = open(&client, &server, &oauth2).await;
    assert_eq!((status(&exchange), exchange.attempts.len()), (200, 2));
    assert_eq!(exchange.attempts[0].hops[0].response.as_ref().unwrap().status, 401);
    assert!(exchange.attempts[0].error.is_some() && exchange.attempts[0].token_requests.is_empty());
    assert_eq!(exchange.attempts[1].token_requests.len(), 1);
    let url = format!("{}/status/401", server.url());
    let exchange = send(&client, &url, &oauth2).await;
    assert_eq!((status(&exchange), exchange.attempts.len()), (401, 2), "once, and no more");
}

#[tokio::test]
async fn a_download_is_not_given_the_body_of_a_refusal() {
    let server = Server::start(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (client, _) = client(None);
    let oauth2 = practice(&server, Grant::ClientCredentials);
    assert_eq!(status(&open(&client, &server, &oauth2).await), 200);
    if let Shelf::Memory(tokens) = &client.authorizer.shelf {
        lock(tokens).values_mut().for_each(|token| token.access_token = Secret::new("forgotten"));
    }
    let file = folder.path().join("resource.json");
    let mut download = crate::http::Download::to_file(&file, false).unwrap().only_success();
    let prepared = prepared(&format!("{}/oauth/resource", server.url()), &oauth2);
    let exchange = client.download(prepared, &mut download, |_| (), CancellationToken::new()).await;
    assert_eq!((status(&exchange), exchange.attempts.len()), (200, 2));
    assert!(std::fs::read_to_string(file).unwrap().contains("\"authenticated\": true"));
}

#[tokio::test]
async fn many_sends_share_one_request() {
    let server = Server::start(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Two clients, as two programs have: the file's lock keeps them apart.
    let clients = [client(Some(folder.path())).0, client(Some(folder.path())).0];
    let oauth2 = practice(&server, Grant::ClientCredentials);
    let sends = (0..10).map(|number| open(&clients[number % 2], &server, &oauth2));
    let exchanges = futures_util::future::join_all(sends).await;
    assert!(exchanges.iter().all(|exchange| status(exchange) == 200));
    assert_eq!(exchanges.iter().map(|exchange| purposes(exchange).len()).sum::<usize>(), 1);
}

#[tokio::test]
async fn many_sends_share_one_refusal() {
    let server = Server::start(0).await.unwrap();
    let (client, _) = client(None);
    let oauth2 = Oauth2 { client_secret: "wrong".into(), ..practice(&server, Grant::ClientCredentials) };
    let exchanges = futures_util::future::join_all((0..5).map(|_| open(&client, &server, &oauth2))).await;
    for exchange in &exchanges {
        assert!(failure(exchange).message.contains("invalid_client"), "{:?}", exchange.outcome);
    }
    let asked =
        |exchanges: &[Exchange]| exchanges.iter().map(|exchange| purposes(exchange).len()).sum::<usize>();
    assert_eq!(asked(&exchanges), 1, "by whoever was first");
    // Who comes later, or has another secret, asks for himself.
    let right = practice(&server, Grant::ClientCredentials);
    let (wrong, right) = tokio::join!(open(&client, &server, &oauth2), open(&client, &server, &right));
    assert_eq!((asked(&[wrong]), status(&right)), (1, 200));
}

#[tokio::test]
async fn a_token_is_kept_for_its_owner_without_what_proves_the_client() {
    let server = Server::start(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (client, _) = client(Some(folder.path()));
    let oauth2 = practice(&server, Grant::Password);
    assert_eq!(status(&open(&client, &server, &oauth2).await), 200);
    let files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let text = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect::<String>();
    assert!(text.contains("access_token") && text.contains("practice-client"), "{text}");
    assert!(!text.contains("practice-secret") && !text.contains("\"practice\""), "{text}");
    let kept = Tokens::in_folder(folder.path().to_owned()).list().unwrap().remove(0);
    assert_eq!((kept.owner.collection.as_str(), kept.owner.environment.as_deref()), ("shop", Some("local")));
    // Another program finds it.
    let (other, _) = super::client(Some(folder.path()));
    let exchange = open(&other, &server, &oauth2).await;
    assert_eq!((status(&exchange), purposes(&exchange).len()), (200, 0));
}

#[test]
fn another_place_or_question_is_another_token() {
    let of = |folder: &Path, environment: &str, collection: &str, change: &dyn Fn(&mut Oauth2)| {
        let mut oauth2 = Oauth2 {
            token_url: "http://id.example/token".into(),
            client_id: "c".into(),
            client_secret: "s".into(),
            ..Oauth2::default()
        };
        change(&mut oauth2);
        let auth = Some(Auth::Oauth2(Box::new(oauth2)));
        let request = Request { url: "http://shop.example".into(), auth, ..Request::default() };
        let effective = Effective { request, vars: Vec::new(), base: folder.to_owned() };
        let id = NodeId::new(format!("{collection}/x"));
        let prepared = prepare(Some(id), Some(environment), &effective, &Scope::default()).unwrap();
        prepared.token_errand().unwrap().owner().digest.clone()
    };
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let usual = of(folder.path(), "local", "shop", &|_| ());
    let others = [
        of(elsewhere.path(), "local", "shop", &|_| ()),
        of(folder.path(), "live", "shop", &|_| ()),
        of(folder.path(), "local", "bank", &|_| ()),
        of(folder.path(), "local", "shop", &|oauth2| oauth2.scope = "read".into()),
        of(folder.path(), "local", "shop", &|oauth2| oauth2.audience = "a".into()),
        of(folder.path(), "local", "shop", &|oauth2| oauth2.client_id = "d".into()),
        of(folder.path(), "local", "shop", &|oauth2| oauth2.params = vec![("a".into(), "b".into())]),
    ];
    assert!(others.iter().all(|other| *other != usual));
    assert_eq!(of(folder.path(), "local", "shop", &|oauth2| oauth2.client_secret = "new".into()), usual);
}
