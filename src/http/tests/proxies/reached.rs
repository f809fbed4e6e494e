//! Other ways to a server than the one that its name gives.

use super::*;

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_takes_the_place_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let listener = tokio::net::UnixListener::bind(folder.path().join("s")).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(OK.as_bytes()).await.unwrap();
    });
    let mut request = get("http://docker/info");
    request.http.unix_socket = Some("s".into());
    let prepared = prepared_in(folder.path().into(), request);
    let exchange = client().send(prepared, |_| (), CancellationToken::new()).await;
    assert_eq!(text(&exchange), "ok");
}

#[tokio::test]
async fn a_name_can_be_given_an_address() {
    let server = Server::start(&[OK]).await;
    let mut request = get(format!("http://shop.test:{}/", server.address.port()));
    request.http.resolve = Some(vec![("shop.test".into(), "127.0.0.1".into())]);
    let exchange = send(&client(), request).await;
    assert_eq!(text(&exchange), "ok");
    assert!(server.got()[0].contains("Host: shop.test:"));
}
