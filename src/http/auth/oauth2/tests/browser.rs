//! The grants that need somebody: a test is the browser, by the URL that it is told.

use url::Url;

use super::*;

/// A send that tells what it waits for.
struct Waiting {
    told: tokio::sync::mpsc::UnboundedReceiver<Authorizing>,
    sending: tokio::task::JoinHandle<Exchange>,
    cancel: CancellationToken,
}

impl Waiting {
    fn begin(client: &Arc<Client>, server: &Server, oauth2: &Oauth2) -> Self {
        let (tell, told): (UnboundedSender<Authorizing>, _) = unbounded_channel();
        let cancel = CancellationToken::new();
        let (client, cancelled) = (Arc::clone(client), cancel.clone());
        let prepared = prepared(&format!("{}/oauth/resource", server.url()), oauth2);
        let sending = tokio::spawn(async move {
            let progress = move |progress| {
                if let Progress::Authorizing(authorizing) = progress {
                    let _ = tell.send(authorizing);
                }
            };
            client.send(prepared, progress, cancelled).await
        });
        Self { told, sending, cancel }
    }

    /// What the user is asked for.
    async fn question(&mut self) -> Authorizing {
        loop {
            match self.told.recv().await.unwrap() {
                Authorizing::Requesting | Authorizing::Sharing => {}
                question => return question,
            }
        }
    }

    async fn url(&mut self) -> Url {
        match self.question().await {
            Authorizing::Browser { url, .. } => Url::parse(url.reveal()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    async fn end(self) -> Exchange {
        self.sending.await.unwrap()
    }
}

/// Opens a URL, and follows where it leads. Answers the status and the page at the end.
async fn browse(url: &str) -> (u16, String) {
    let request = Request { url: url.into(), ..Request::default() };
    let effective = Effective { request, vars: Vec::new(), base: std::env::temp_dir() };
    let prepared = prepare(None, None, &effective, &Scope::default()).unwrap();
    let exchange = Client::default().send(prepared, |_| (), CancellationToken::new()).await;
    let status = status(&exchange);
    let page = match &exchange.payload().unwrap().content {
        crate::model::Content::Memory(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    };
    (status, page)
}

fn pair(url: &Url, wanted: &str) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn attended() -> Arc<Client> {
    Arc::new(client(None).0)
}

#[tokio::test]
async fn the_browser_brings_a_code() {
    let server = Server::start(0).await.unwrap();
    let client = attended();
    let oauth2 = Oauth2 { scope: "read profile".into(), ..practice(&server, Grant::AuthorizationCode) };
    let mut waiting = Waiting::begin(&client, &server, &oauth2);
    let url = waiting.url().await;
    assert_eq!(pair(&url, "scope").unwrap(), "read profile");
    assert_eq!(pair(&url, "code_challenge_method").unwrap(), "S256");
    let (status, page) = browse(&format!("{url}&answer=allow")).await;
    assert!(status == 200 && page.contains("Signed in"), "{page}");
    let exchange = waiting.end().await;
    assert_eq!(super::status(&exchange), 200);
    assert_eq!(purposes(&exchange), ["authorization_code"]);
    assert_eq!(trail(&exchange)[0].2, "a token for 1 h 0 min; it can be refreshed");
    let back = Url::parse(&pair(&url, "redirect_uri").unwrap()).unwrap();
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", back.port().unwrap())).await.is_err(), "closed");
}

#[tokio::test]
async fn what_the_browser_brings_may_be_a_no() {
    let server = Server::start(0).await.unwrap();
    let mut waiting = Waiting::begin(&attended(), &server, &practice(&server, Grant::AuthorizationCode));
    let url = waiting.url().await;
    let (_, page) = browse(&format!("{url}&answer=deny")).await;
    assert!(page.contains("Not signed in"), "{page}");
    let exchange = waiting.end().await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Authorization);
    assert_eq!(
        failure.message,
        "the authorization server says access_denied (whoever was asked said no): whoever was asked said no"
    );
}

#[tokio::test]
async fn an_answer_to_another_question_is_refused() {
    let server = Server::start(0).await.unwrap();
    let mut waiting = Waiting::begin(&attended(), &server, &practice(&server, Grant::AuthorizationCode));
    let url = waiting.url().await;
    let back = pair(&url, "redirect_uri").unwrap();
    let (status, _) = browse(&format!("{back}/favicon.ico")).await;
    assert_eq!(status, 404, "and it waits on");
    let (status, page) = browse(&format!("{back}?code=stolen&state=guessed")).await;
    assert!(status == 400 && page.contains("Refused"), "{page}");
    let exchange = waiting.end().await;
    assert!(failure(&exchange).message.contains("does not belong to this sign-in"));
    assert!(purposes(&exchange).is_empty(), "the code was not used");
}

#[tokio::test]
async fn cancelling_frees_the_port_that_was_named() {
    let server = Server::start(0).await.unwrap();
    let client = attended();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    let oauth2 = Oauth2 {
        redirect_url: format!("http://localhost:{port}/back"),
        ..practice(&server, Grant::AuthorizationCode)
    };
    let exchange = Waiting::begin(&client, &server, &oauth2).end().await;
    assert!(failure(&exchange).message.contains("cannot be waited for"), "the port is taken");
    drop(free);
    let mut waiting = Waiting::begin(&client, &server, &oauth2);
    assert_eq!(pair(&waiting.url().await, "redirect_uri").unwrap(), format!("http://localhost:{port}/back"));
    waiting.cancel.cancel();
    assert_eq!(failure(&waiting.end().await).kind, FailureKind::Cancelled);
    std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
}

#[tokio::test]
async fn a_device_waits_until_somebody_agrees() {
    let server = Server::start(0).await.unwrap();
    let client = attended();
    let oauth2 =
        Oauth2 { params: vec![("interval".into(), "0".into())], ..practice(&server, Grant::DeviceCode) };
    for (answer, expected) in [("allow", None), ("deny", Some("access_denied"))] {
        let mut waiting = Waiting::begin(&client, &server, &oauth2);
        let Authorizing::Device { code, url, complete, .. } = waiting.question().await else { panic!() };
        assert!(browse(&url).await.1.contains("user_code"));
        let (_, page) = browse(&format!("{}&answer={answer}", complete.unwrap())).await;
        assert!(page.contains("Done") && code.len() == 9, "{page}");
        let exchange = waiting.end().await;
        match expected {
            None => assert_eq!(status(&exchange), 200),
            Some(code) => assert!(failure(&exchange).message.contains(code)),
        }
        assert_eq!(purposes(&exchange)[0], "device code");
        assert_eq!(purposes(&exchange).len(), 2, "polls are one: {:?}", trail(&exchange));
        if let Some(token) = client.authorizer.kept_of_memory() {
            client.authorizer.drop_from_memory(&token);
        }
    }
}

#[tokio::test]
async fn a_code_that_nobody_gives_expires() {
    let server = Server::start(0).await.unwrap();
    let mut oauth2 = practice(&server, Grant::DeviceCode);
    oauth2.params = vec![("interval".into(), "0".into()), ("device_expires_in".into(), "0".into())];
    let exchange = Waiting::begin(&attended(), &server, &oauth2).end().await;
    let message = &failure(&exchange).message;
    assert!(message.contains("expired_token (nobody agreed in time, and the code expired)"), "{message}");
}

#[tokio::test]
async fn with_nobody_there_only_a_kept_token_is_sent() {
    let server = Server::start(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let oauth2 = practice(&server, Grant::AuthorizationCode);
    let options = ClientOptions { tokens: Some(folder.path().to_owned()), ..ClientOptions::default() };
    let alone = Client::new(options);
    let exchange = open(&alone, &server, &oauth2).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Invalid);
    let signed_in = Arc::new(client(Some(folder.path())).0);
    lock_clock(&signed_in, Timestamp::now());
    let mut waiting = Waiting::begin(&signed_in, &server, &oauth2);
    let url = waiting.url().await;
    browse(&format!("{url}&answer=allow")).await;
    assert_eq!(status(&waiting.end().await), 200);
    assert_eq!(status(&open(&alone, &server, &oauth2).await), 200);
}

fn lock_clock(client: &Client, now: Timestamp) {
    if let Clock::Set(time) = &client.authorizer.clock {
        *lock(time) = now;
    }
}

impl Authorizer {
    fn kept_of_memory(&self) -> Option<String> {
        match &self.shelf {
            Shelf::Memory(tokens) => lock(tokens).keys().next().cloned(),
            Shelf::Disk(_) => None,
        }
    }

    fn drop_from_memory(&self, digest: &str) {
        if let Shelf::Memory(tokens) = &self.shelf {
            lock(tokens).remove(digest);
        }
    }
}
