//! A body that is shown while it arrives.

use super::*;
use crate::{
    document::{Document, Writer},
    http::Progress,
};

/// A send whose head has arrived, and the end that its body is written to.
pub(super) struct Arriving {
    outgoing: Outgoing,
    document: Document,
    writer: Writer,
    bytes: u64,
}

impl Arriving {
    /// Sends, and lets a body of that type begin with `first`.
    fn begin(bench: &mut Bench, media_type: &str, first: &'static str) -> Self {
        bench.press("ctrl+j");
        let outgoing = bench.sent().clone();
        let head = ResponseHead {
            version: "HTTP/1.1".into(),
            status: 200,
            reason: "OK".into(),
            fields: vec![Field { name: "Content-Type".into(), value: media_type.into() }],
        };
        let (document, writer) = Document::growing(Bytes::from_static(first.as_bytes()), Some(media_type));
        let bytes = first.len() as u64;
        let arriving = Self { outgoing, document: document.clone(), writer, bytes };
        arriving.tell(bench, 1, Progress::Head(head));
        arriving.tell(bench, 1, Progress::Shown(document));
        arriving.tell(bench, 1, Progress::Received { bytes, wire: bytes });
        arriving
    }

    fn more(&mut self, bench: &mut Bench, text: &str) {
        self.writer.append(Bytes::copy_from_slice(text.as_bytes()));
        self.document.index_more(u64::MAX);
        self.bytes += text.len() as u64;
        self.tell(bench, 5, Progress::Received { bytes: self.bytes, wire: self.bytes });
        bench.event(Event::DocumentIndexed);
    }

    fn tell(&self, bench: &mut Bench, seconds: u64, progress: Progress) {
        let now = Duration::from_secs(seconds);
        bench.event(Event::SendProgressed { send: self.outgoing.send, now, progress });
    }

    /// The body is whole.
    fn end(self, bench: &mut Bench, body: &'static str) {
        self.writer.finish();
        self.document.index_more(u64::MAX);
        let exchange = Box::new(exchange(&self.outgoing, Outcome::Answered(payload(body))));
        let send = self.outgoing.send;
        bench.event(Event::ExchangeEnded { send, exchange, document: Some(self.document) });
    }
}

/// Sends, and lets a stream of events begin.
pub(super) fn events_arrive(bench: &mut Bench) -> Arriving {
    let mut arriving = Arriving::begin(bench, "text/event-stream", "id: 1\r\ndata: {\"stock\": 7}\r\n\r\n");
    arriving.more(bench, "id: 2\r\ndata: {\"stock\": 6}\r\n\r\n");
    arriving.more(bench, "id: 3\r\nda");
    arriving
}

#[test]
fn events_are_read_as_they_come() {
    let mut bench = Bench::new(100, 30);
    let _arriving = events_arrive(&mut bench);
    let text = bench.text();
    for shown in ["200 OK", "following the end", "data: {\"stock\": 7}", "data: {\"stock\": 6}", "id: 3"] {
        assert!(text.contains(shown), "{shown}:\n{text}");
    }
    bench.press("esc");
    assert!(matches!(bench.effects[..], [Effect::CancelSend(_)]), "{:?}", bench.effects);
}

#[test]
fn what_arrived_is_read_back_while_more_arrives() {
    let mut bench = Bench::new(100, 30);
    let mut arriving = events_arrive(&mut bench);
    (1..=100).for_each(|number| arriving.more(&mut bench, &format!("line {number} of many\n")));
    assert!(bench.text().contains("line 100 of many") && bench.text().contains("/s"), "{}", bench.text());
    bench.press("alt+a home");
    arriving.more(&mut bench, "line 101 of many\n");
    let text = bench.text();
    assert!(text.contains("id: 1") && !text.contains("line 101 of many"), "{text}");
    bench.press("G");
    arriving.more(&mut bench, "line 102 of many\n");
    assert!(bench.text().contains("line 102 of many"), "{}", bench.text());
    bench.press("esc");
    assert!(matches!(bench.effects[..], [Effect::CancelSend(_)]), "{:?}", bench.effects);
}

#[test]
fn json_is_read_from_its_start_and_stays_where_one_is_when_it_is_whole() {
    const WHOLE: &str = r#"{"items":[{"id":1},{"id":2}],"total":2}"#;
    let mut bench = Bench::new(100, 40);
    let mut arriving = Arriving::begin(&mut bench, "application/json", r#"{"items":[{"id":1},"#);
    bench.press("alt+a down down down");
    let path = |bench: &Bench| bench.app.response.viewer.as_ref().unwrap().path();
    assert_eq!(path(&bench).as_deref(), Some("$.items[0].id"), "{}", bench.text());
    arriving.more(&mut bench, r#"{"id":2}],"total":2}"#);
    assert!(bench.text().contains("\"total\": 2"), "{}", bench.text());
    arriving.end(&mut bench, WHOLE);
    assert!(bench.app.shown_answer().is_some());
    assert_eq!(path(&bench).as_deref(), Some("$.items[0].id"), "{}", bench.text());
}

#[test]
fn esc_goes_out_of_a_search_before_it_cancels() {
    let mut bench = Bench::new(100, 30);
    let _arriving = events_arrive(&mut bench);
    bench.press("alt+a / 'stock esc");
    assert!(
        !bench.effects.iter().any(|effect| matches!(effect, Effect::CancelSend(_))),
        "{:?}",
        bench.effects
    );
    bench.press("esc");
    assert!(matches!(bench.effects[..], [Effect::CancelSend(_)]), "{:?}", bench.effects);
}

#[test]
fn what_arrives_is_read_whichever_tab_was_shown_before() {
    let mut bench = Bench::new(100, 30);
    bench.answer(BODY).press("alt+a 2");
    let mut arriving = events_arrive(&mut bench);
    (1..=100).for_each(|number| arriving.more(&mut bench, &format!("line {number} of many\n")));
    bench.press("alt+a home");
    assert!(bench.text().contains("id: 1"), "{}", bench.text());
    arriving.end(&mut bench, "");
    assert_eq!(bench.app.response.tab, crate::tui::app::response::Tab::Headers, "as it was chosen");
}
