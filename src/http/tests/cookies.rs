//! Cookies through redirects, across hosts and between clients.

use super::*;
use crate::{
    http::jars::{JarName, Jars},
    model::{CookieUse, CookieVerdict, Hop},
};

fn redirect(to: &str, cookie: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nSet-Cookie: {cookie}\r\nContent-Length: 0\r\n\r\n")
}

fn answer(cookies: &[&str]) -> String {
    let fields: Vec<String> = cookies.iter().map(|cookie| format!("Set-Cookie: {cookie}\r\n")).collect();
    let fields = fields.concat();
    format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: 0\r\n\r\n")
}

/// The `Cookie` of each request, or "".
fn cookies_of(requests: &[String]) -> Vec<String> {
    let field = |request: &String| {
        request.lines().find_map(|line| line.strip_prefix("Cookie: ")).unwrap_or_default().to_owned()
    };
    requests.iter().map(field).collect()
}

fn hops(exchange: &Exchange) -> &[Hop] {
    &exchange.attempts[0].hops
}

fn sent(hop: &Hop) -> Vec<&str> {
    hop.cookies.sent.iter().map(|cookie| cookie.name.as_str()).collect()
}

fn verdicts(hop: &Hop) -> Vec<CookieVerdict> {
    hop.cookies.received.iter().map(|cookie| cookie.verdict.clone()).collect()
}

#[tokio::test]
async fn each_hop_keeps_its_own_cookies() {
    let url = |port: u16, host: &str, path: &str| format!("http://{host}:{port}{path}");
    let answers = |address: SocketAddr| {
        let url = |host: &str, path: &str| url(address.port(), host, path);
        let answers = [
            redirect(&url("api.shop.example", "/b"), "wide=1; Domain=shop.example; Path=/"),
            redirect(&url("other.example", "/c"), "api=1; Path=/"),
            redirect(&url("shop.example", "/d"), "evil=1; Domain=shop.example"),
            answer(&["wide=2; Domain=shop.example; Path=/", "safe=1; Secure"]),
        ];
        answers.map(String::into_bytes).into()
    };
    let server = Server::start_knowing(answers).await;
    let port = server.address.port();
    let resolve = ["shop.example", "api.shop.example", "other.example"]
        .map(|host| (format!("{host}:{port}"), server.address.ip().to_string()));
    let settings = Settings { resolve: Some(resolve.into()), ..Settings::default() };
    let request = Request { http: settings, ..get(url(port, "shop.example", "/a")) };
    let exchange = send(&client(), request).await;
    let [first, second, third, last] = hops(&exchange) else { panic!("{exchange:?}") };
    assert_eq!(cookies_of(&server.got()), ["", "wide=1", "", "wide=1"]);
    assert_eq!(
        [sent(first), sent(second), sent(third), sent(last)],
        [vec![], vec!["wide"], vec![], vec!["wide"]]
    );
    assert_eq!(verdicts(first), [CookieVerdict::Kept]);
    assert_eq!(verdicts(second), [CookieVerdict::Kept]);
    let reason = "Domain=shop.example does not cover other.example";
    assert_eq!(verdicts(third), [CookieVerdict::Refused(reason.into())]);
    let reason = "Secure, and it came over http";
    assert_eq!(verdicts(last), [CookieVerdict::Replaced, CookieVerdict::Refused(reason.into())]);
}

#[tokio::test]
async fn the_requests_own_cookies_come_first() {
    let server = Server::start(&[&answer(&["a=1; Path=/"]), &answer(&[])]).await;
    let client = client();
    send(&client, get(server.url("/"))).await;
    let own = Request { headers: vec![row("Cookie", "own=1")], ..get(server.url("/")) };
    let exchange = send(&client, own).await;
    assert_eq!(cookies_of(&server.got()), ["", "own=1; a=1"]);
    assert_eq!(sent(&hops(&exchange)[0]), ["a"]);
}

#[tokio::test]
async fn cookies_can_be_off_and_said_to_be() {
    let server = Server::start(&[&answer(&["a=1", "alone"]), &answer(&[])]).await;
    let client = client();
    let off = || Settings { cookies: Some(CookieUse::Off), ..Settings::default() };
    let exchange = send(&client, Request { http: off(), ..get(server.url("/")) }).await;
    assert_eq!(verdicts(&hops(&exchange)[0]), [CookieVerdict::Off, CookieVerdict::Off]);
    assert_eq!(hops(&exchange)[0].cookies.jar, None);
    send(&client, get(server.url("/"))).await;
    assert_eq!(cookies_of(&server.got()), ["", ""]);
}

#[tokio::test]
async fn two_clients_share_a_jar_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let of = || {
        let jars = Some(folder.path().to_owned());
        Client::new(ClientOptions { jars, defaults: quick(), ..ClientOptions::default() })
    };
    let named = || Settings { cookies: Some(CookieUse::Jar("staff".into())), ..Settings::default() };
    let mut answers: Vec<String> = (0..8).map(|number| answer(&[&format!("c{number}=1; Path=/")])).collect();
    answers.push(answer(&[]));
    let server = Server::start(&answers.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let clients: Vec<Client> = (0..8).map(|_| of()).collect();
    let asking = clients.iter().map(|client| send(client, Request { http: named(), ..get(server.url("/")) }));
    futures_util::future::join_all(asking).await;
    let exchange = send(&of(), Request { http: named(), ..get(server.url("/")) }).await;
    assert_eq!(sent(&hops(&exchange)[0]).len(), 8);
    assert_eq!(hops(&exchange)[0].cookies.jar.as_deref(), Some("staff"));
    let jar = Jars::new(Some(folder.path().to_owned())).read(&JarName::Named("staff".into())).unwrap();
    assert_eq!(jar.content.cookies().len(), 8);
}

#[tokio::test]
async fn a_damaged_jar_stops_no_send_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let jars = Jars::new(Some(folder.path().to_owned()));
    std::fs::write(jars.file(&JarName::Loose).unwrap(), "oh no").unwrap();
    let options =
        ClientOptions { jars: Some(folder.path().into()), defaults: quick(), ..ClientOptions::default() };
    let server = Server::start(&[&answer(&["a=1"])]).await;
    let exchange = send(&Client::new(options), get(server.url("/"))).await;
    let cookies = &hops(&exchange)[0].cookies;
    assert!(cookies.problems[0].contains("damaged"), "{:?}", cookies.problems);
    assert_eq!(verdicts(&hops(&exchange)[0]), [CookieVerdict::Kept]);
}
