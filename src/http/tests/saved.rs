//! Bodies that are saved, and answers that have none to save.

use super::*;
use crate::http::Download;

#[tokio::test]
async fn an_answer_without_a_body_leaves_the_file_as_it_is() {
    let cases = [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"),
    ];
    for (method, answer) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "as it was").unwrap();
        let server = Server::start(&[answer]).await;
        let mut download = Download::to_file(&path, false).unwrap();
        let request = prepared(Request { method: method.into(), ..get(server.url("/")) });
        let exchange = client().download(request, &mut download, |_| (), CancellationToken::new()).await;
        assert_eq!(text(&exchange), "", "{answer}");
        drop(download);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "as it was", "{answer}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no part is left");
    }
}
