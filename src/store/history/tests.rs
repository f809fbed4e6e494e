use bytes::Bytes;

use super::*;
use crate::model::{
    Attempt, BodyFile, Content, FailureKind, Field, Hop, HopCookies, Marked, Payload, Redactor, Request,
    RequestHead, ResponseHead, Timing,
};

mod faults;
mod generated;

fn exchange(number: u64, body: Content, size: u64) -> Exchange {
    let payload =
        Payload { media_type: Some("application/json".into()), wire_size: size, size, content: body };
    let mut url = Marked::plain("http://shop.example/products?key=");
    url.push_secret("hunter2hunter2", "key");
    let request = RequestHead {
        method: "GET".into(),
        url,
        version: "HTTP/1.1".into(),
        fields: Vec::new(),
        body_size: 0,
    };
    let fields = vec![Field { name: "X-A".into(), value: "ü".into() }];
    let head = ResponseHead { version: "HTTP/1.1".into(), status: 200, reason: "OK".into(), fields };
    let hop = Hop {
        request,
        interim: Vec::new(),
        response: Some(head),
        trailers: Vec::new(),
        body: None,
        timing: Timing::default(),
        connection: None,
        cookies: HopCookies::default(),
        repeated: None,
    };
    Exchange {
        id: ExchangeId(format!("0190{number:04x}-0000-7000-8000-000000000000")),
        source: Some(NodeId::new("shop/products/list")),
        environment: Some("local".into()),
        started: Timestamp::from_second(1_700_000_000).unwrap(),
        duration: Duration::from_millis(number),
        written: Request { url: "{{ base_url }}/products".into(), ..Request::default() },
        sent: Request { url: "http://shop.example/products?key={{ key }}".into(), ..Request::default() },
        attempts: vec![Attempt { hops: vec![hop], ..Attempt::default() }],
        outcome: Outcome::Answered(payload),
        secrets: Redactor::default(),
    }
}

fn memory(text: &'static str) -> Content {
    Content::Memory(Bytes::from_static(text.as_bytes()))
}

fn open(folder: &Path) -> History {
    History::open(&Places::below(folder)).unwrap()
}

#[test]
fn an_exchange_comes_back_whole_and_masked() {
    let folder = tempfile::tempdir().unwrap();
    let kept = exchange(1, memory("{\"a\":1}"), 7);
    open(folder.path()).record(&kept, Some(Path::new("/shop"))).unwrap();
    let history = open(folder.path());
    let back = history.get("01900001").unwrap().unwrap();
    assert_eq!(back.payload().unwrap().content, memory("{\"a\":1}"));
    assert_eq!(back.sent, kept.sent);
    assert_eq!(back.attempts[0].hops[0].response, kept.attempts[0].hops[0].response);
    assert_eq!(back.attempts[0].hops[0].request.url.reveal(), "http://shop.example/products?key=••••••");
    let latest = history.latest(&NodeId::new("shop/products/list"), Path::new("/shop")).unwrap().unwrap();
    assert_eq!(latest.id, kept.id);
    assert!(history.latest(&NodeId::new("shop/products/list"), Path::new("/other")).unwrap().is_none());
    let stored = std::fs::read(Places::below(folder.path()).history()).unwrap();
    assert!(!stored.windows(7).any(|window| window == b"hunter2"));
}

#[test]
fn entries_are_listed_newest_first_and_filtered() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    for number in 1..=5 {
        history.record(&exchange(number, memory("x"), 1), None).unwrap();
    }
    let mut failed = exchange(6, memory(""), 0);
    failed.attempts.clear();
    failed.outcome = Outcome::Failed {
        failure: Failure {
            kind: FailureKind::Refused,
            message: "refused".into(),
            causes: vec![],
            hint: None,
        },
        partial: None,
    };
    failed.source = None;
    history.record(&failed, None).unwrap();
    let list = |filter| history.list(&filter).unwrap();
    let all = list(Filter::default());
    assert_eq!(all.len(), 6);
    assert_eq!(all[0].failure.as_ref().unwrap().kind, FailureKind::Refused);
    assert_eq!((all[1].status, all[1].duration), (Some(200), Duration::from_millis(5)));
    assert_eq!(list(Filter { text: "GET 200 shop.example".into(), ..Filter::default() }).len(), 5);
    assert_eq!(list(Filter { text: "100%".into(), ..Filter::default() }).len(), 0);
    assert_eq!(
        list(Filter { request: Some(NodeId::new("shop/products/list")), ..Filter::default() }).len(),
        5
    );
    let page = list(Filter { limit: 2, before: Some(all[1].id.clone()), ..Filter::default() });
    assert_eq!(page, all[2..4]);
    assert_eq!(history.count().unwrap(), 6);
    assert!(matches!(history.get("0190"), Err(HistoryError::Ambiguous(_))));
    assert!(history.get("ffff").unwrap().is_none());
}

#[test]
fn a_large_body_is_a_file_and_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    let body = Bytes::from("0123456789abcdef".repeat(1 << 19));
    let size = body.len() as u64;
    let spilled = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(spilled.path(), &body).unwrap();
    let spilled = Content::File(BodyFile::temporary(spilled.into_temp_path()));
    history.record(&exchange(1, Content::Memory(body.clone()), size), None).unwrap();
    history.record(&exchange(2, spilled, size), None).unwrap();
    let files = || std::fs::read_dir(folder.path().join("data/bodies")).unwrap().count();
    assert_eq!(files(), 1);
    let back = history.get("01900002").unwrap().unwrap();
    let Content::File(file) = &back.payload().unwrap().content else { panic!("it is large") };
    assert_eq!(std::fs::read(file.path()).unwrap(), body);
    assert!(history.delete(&back.id).unwrap());
    assert_eq!(files(), 1);
    assert!(history.delete(&exchange(1, memory(""), 0).id).unwrap());
    assert_eq!(files(), 0);
    assert!(!history.delete(&back.id).unwrap());
}

#[test]
fn a_damaged_file_is_set_aside_and_a_newer_one_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = Places::below(folder.path()).history();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "this is no database, however long it is ".repeat(100)).unwrap();
    let history = open(folder.path());
    assert!(history.set_aside.as_ref().unwrap().exists());
    history.record(&exchange(1, memory("x"), 1), None).unwrap();
    history.lock().pragma_update(None, "user_version", 99).unwrap();
    drop(history);
    assert!(matches!(History::open(&Places::below(folder.path())), Err(HistoryError::Newer { .. })));
}

#[test]
fn two_programs_write_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let folder = folder.path();
            scope.spawn(move || {
                let history = open(folder);
                for number in 0..50 {
                    history.record(&exchange(writer * 100 + number, memory("x"), 1), None).unwrap();
                }
            });
        }
    });
    assert_eq!(open(folder.path()).count().unwrap(), 100);
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).record(&exchange(1, memory("x"), 1), None).unwrap();
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(Places::below(folder.path()).history()), 0o600);
    assert_eq!(mode(folder.path().join("data")), 0o700);
}
