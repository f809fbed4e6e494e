//! A body that is shown while it arrives.

use super::*;
use crate::{http::Progress, tui::event::SendId};

/// Sends, and lets a stream of events begin.
pub(super) fn events_arrive(bench: &mut Bench) -> SendId {
    bench.press("ctrl+j");
    let send = bench.sent().send;
    let mut progressed = |seconds: u64, progress: Progress| {
        bench.event(Event::SendProgressed { send, now: Duration::from_secs(seconds), progress });
    };
    let head = ResponseHead {
        version: "HTTP/1.1".into(),
        status: 200,
        reason: "OK".into(),
        fields: vec![Field { name: "Content-Type".into(), value: "text/event-stream".into() }],
    };
    progressed(1, Progress::Head(head));
    let mut bytes = 0;
    for event in
        ["id: 1\r\ndata: {\"stock\": 7}\r\n\r\n", "id: 2\r\ndata: {\"stock\": 6}\r\n\r\n", "id: 3\r\nda"]
    {
        bytes += event.len() as u64;
        let last = Bytes::from_static(event.as_bytes());
        progressed(2, Progress::Received { bytes, wire: bytes, last });
    }
    send
}

#[test]
fn events_are_read_as_they_come() {
    let mut bench = Bench::new(100, 30);
    events_arrive(&mut bench);
    let text = bench.text();
    for shown in ["200 OK", "up reads back", "data: {\"stock\": 7}", "data: {\"stock\": 6}", "id: 3"] {
        assert!(text.contains(shown), "{shown}:\n{text}");
    }
    bench.press("esc");
    assert!(matches!(bench.effects[..], [Effect::CancelSend(_)]), "{:?}", bench.effects);
}

#[test]
fn what_arrived_is_read_back_while_more_arrives() {
    let mut bench = Bench::new(100, 30);
    let send = events_arrive(&mut bench);
    let mut bytes = 67;
    let mut line = |bench: &mut Bench, text: &str| {
        bytes += text.len() as u64;
        let last = Bytes::copy_from_slice(text.as_bytes());
        let progress = Progress::Received { bytes, wire: bytes, last };
        bench.event(Event::SendProgressed { send, now: Duration::from_secs(5), progress });
    };
    (1..=100).for_each(|number| line(&mut bench, &format!("line {number} of many\n")));
    assert!(bench.text().contains("line 100 of many") && bench.text().contains("/s"), "{}", bench.text());
    bench.press("alt+a home");
    line(&mut bench, "line 101 of many\n");
    let text = bench.text();
    assert!(text.contains("id: 1") && text.contains("line 1 of 1"), "{text}");
    assert!(!text.contains("line 101 of many"), "{text}");
    bench.press("G");
    line(&mut bench, "line 102 of many\n");
    assert!(bench.text().contains("line 102 of many"), "{}", bench.text());
    bench.press("esc");
    assert!(matches!(bench.effects[..], [Effect::CancelSend(_)]), "{:?}", bench.effects);
}

#[test]
fn bytes_that_are_no_text_are_counted_and_not_shown() {
    let mut bench = Bench::new(100, 30);
    bench.press("ctrl+j");
    let send = bench.sent().send;
    let head = ResponseHead {
        version: "HTTP/1.1".into(),
        status: 200,
        reason: "OK".into(),
        fields: vec![Field { name: "Content-Type".into(), value: "image/png".into() }],
    };
    let now = Duration::from_secs(1);
    bench.event(Event::SendProgressed { send, now, progress: Progress::Head(head) });
    let last = Bytes::from_static(b"\x89PNG that is no text");
    bench.event(Event::SendProgressed {
        send,
        now,
        progress: Progress::Received { bytes: 20, wire: 20, last },
    });
    let text = bench.text();
    assert!(text.contains("20 B") && !text.contains("PNG"), "{text}");
}
