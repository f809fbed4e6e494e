//! What keys do: state and effects.

use super::*;
use crate::{
    model::{Request, Row},
    tui::app::{answers::Subject, overlay::Overlay, panes::Pane},
};

fn list_products() -> NodeId {
    NodeId::new("shop/products/list-products")
}

#[test]
fn the_first_request_is_open_at_the_start() {
    let bench = Bench::new(80, 24);
    assert_eq!(bench.app.open_id(), Some(&list_products()));
    assert_eq!(bench.app.environment().unwrap().name, "local");
}

#[test]
fn sending_carries_what_is_inherited_and_the_environment() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+j");
    let outgoing = bench.sent();
    assert_eq!(outgoing.environment.as_ref().unwrap().name, "local");
    let headers: Vec<_> = outgoing.effective.request.headers.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(headers, ["Accept", "X-Request-Id"]);
    bench.press("ctrl+e 'broken enter ctrl+j");
    assert_eq!(bench.sent().environment.as_ref().unwrap().name, "broken");
}

#[test]
fn sending_again_replaces_and_esc_cancels() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+j");
    let first = bench.sent().send;
    bench.press("ctrl+j");
    assert!(bench.effects.contains(&Effect::CancelSend(first)));
    let second = bench.sent().send;
    bench.press("esc");
    assert_eq!(bench.effects, [Effect::CancelSend(second)]);
}

#[test]
fn a_late_answer_is_dropped() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+j");
    let late = bench.sent().clone();
    bench.press("ctrl+j");
    let exchange = exchange(&late, Outcome::Answered(payload("{}")));
    bench.event(Event::ExchangeEnded { send: late.send, exchange: Box::new(exchange), document: None });
    assert!(bench.app.shown_answer().is_none());
}

#[test]
fn an_edited_header_is_kept_as_a_draft_and_saved() {
    let mut bench = Bench::new(140, 40);
    bench.press("alt+r alt+2 down 'X-New tab 'yes enter");
    let drafts = bench.effects.iter().filter(|effect| matches!(effect, Effect::KeepDraft { .. })).count();
    assert!(drafts > 0, "{:?}", bench.effects);
    assert!(bench.app.edits.is_edited(&list_products()));
    bench.press("ctrl+s");
    let saved = bench.effects.iter().find_map(|effect| match effect {
        Effect::SaveRequest { id, request, base, force: false } if *id == list_products() => {
            Some((request, base))
        }
        _ => None,
    });
    let (request, base) = saved.unwrap();
    assert_eq!(request.headers.last(), Some(&Row::new("X-New", "yes")));
    assert_eq!(base.as_ref().unwrap().headers.len() + 1, request.headers.len());
    let request = request.clone();
    bench.event(Event::RequestSaved { id: list_products(), request });
    assert!(!bench.app.edits.is_edited(&list_products()));
    assert!(bench.effects.contains(&Effect::DiscardDraft { id: list_products() }));
}

#[test]
fn an_open_cell_counts_when_one_sends_or_saves() {
    let mut bench = Bench::new(140, 40);
    bench.press("alt+r alt+1 '2 ctrl+j");
    assert_eq!(bench.sent().effective.request.params[0].name, "2");
}

#[test]
fn a_file_changed_under_an_edit_is_asked_about() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+l end 'x ctrl+s");
    let theirs = Request { url: "theirs".into(), ..Request::default() };
    bench.event(Event::RequestChangedOnDisk { id: list_products(), theirs: Some(Box::new(theirs)) });
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Question(_))));
    assert!(bench.app.edits.is_edited(&list_products()), "nothing is lost by asking");
    bench.press("o");
    assert!(matches!(bench.effects[..], [Effect::SaveRequest { force: true, .. }]), "{:?}", bench.effects);
}

#[test]
fn quitting_with_unsaved_edits_asks_first() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+q");
    assert!(bench.effects.contains(&Effect::Quit));
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+l end 'x ctrl+q");
    assert!(!bench.effects.contains(&Effect::Quit));
    bench.press("k");
    assert!(bench.effects.contains(&Effect::Quit));
}

#[test]
fn letters_are_text_in_a_field_and_keys_outside() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+l end '?n/q");
    assert!(bench.app.overlays.is_empty());
    assert!(bench.app.request(&list_products()).unwrap().url.ends_with("?n/q"));
    bench.press("esc ?");
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Help(_))));
}

#[test]
fn selected_text_is_copied_and_cut_and_never_quits() {
    let mut bench = Bench::new(140, 40);
    bench.press("ctrl+l ctrl+c");
    let copied = |bench: &Bench| {
        bench.effects.iter().any(
            |effect| matches!(effect, Effect::CopyText { text, .. } if text == "{{ base_url }}/v1/products"),
        )
    };
    assert!(copied(&bench), "{:?}", bench.effects);
    bench.press("ctrl+x");
    assert!(copied(&bench), "{:?}", bench.effects);
    assert_eq!(bench.app.request(&list_products()).unwrap().url, "");
    bench.press("ctrl+c");
    assert!(bench.effects.is_empty() && !bench.app.is_quitting);
}

#[test]
fn a_path_parameter_gets_its_row_from_the_url() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+l end '/:id");
    assert_eq!(bench.app.request(&list_products()).unwrap().path, [Row::new("id", "")]);
    bench.press("backspace backspace backspace");
    assert_eq!(bench.app.request(&list_products()).unwrap().path, []);
}

#[test]
fn deleting_asks_and_can_be_undone() {
    let mut bench = Bench::new(80, 24);
    bench.press("alt+c delete");
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Question(_))));
    bench.press("d");
    let kind = workspace::NodeKind::Request;
    assert_eq!(bench.effects, [Effect::DeleteNode { id: list_products(), kind }]);
}

#[test]
fn a_past_exchange_is_opened_replayed_and_left() {
    let mut bench = Bench::new(140, 40);
    bench.press("ctrl+j");
    let outgoing = bench.sent().clone();
    let past = exchange(&outgoing, Outcome::Answered(payload("{}")));
    let query = bench.app.history.query;
    let mut listed = entries();
    listed[0].id = past.id.clone();
    bench.event(Event::HistoryListed { query, entries: listed });
    bench.press("alt+h enter");
    assert_eq!(bench.effects, [Effect::OpenExchange { id: past.id.clone() }]);
    bench.event(Event::ExchangeOpened { exchange: Box::new(past.clone()), document: None });
    assert_eq!(bench.app.subject, Some(Subject::Past(past.id.clone())));
    bench.press("r");
    assert_eq!(bench.sent().effective.request, past.sent, "as it was sent");
    let again = bench.sent().clone();
    let exchange = exchange(&again, Outcome::Answered(payload("{}")));
    bench.event(Event::ExchangeEnded { send: again.send, exchange: Box::new(exchange), document: None });
    bench.press("ctrl+l 'x");
    assert!(bench.app.edits.is_empty(), "what was sent cannot be changed");
    bench.press("esc esc");
    assert_eq!(bench.app.subject, Some(Subject::Request(list_products())));
}

#[test]
fn panes_are_hidden_maximised_and_jumped_to() {
    let mut bench = Bench::new(140, 40);
    bench.press("ctrl+o a");
    assert_eq!(bench.app.focus, Pane::Response);
    bench.press("F4");
    assert_eq!(bench.app.panes.maximised, Some(Pane::Response));
    bench.press("F4 tab");
    assert_eq!(bench.app.focus, Pane::Tree);
}

#[test]
fn a_theme_is_chosen_live_and_remembered() {
    let mut bench = Bench::new(80, 24);
    bench.press("F8 'light enter");
    assert_eq!(bench.app.theme().name, "light");
    assert_eq!(bench.app.remembered().theme.as_deref(), Some("light"));
}

#[test]
fn an_environments_variable_is_edited_and_saved() {
    let mut bench = Bench::new(140, 40);
    bench.press("alt+e right enter end '/x enter ctrl+s");
    let saved = bench.effects.iter().find_map(|effect| match effect {
        Effect::SaveEnvironment { environment, .. } => Some(environment),
        _ => None,
    });
    assert_eq!(saved.unwrap().vars, [("base_url".to_owned(), "http://127.0.0.1:4280/x".to_owned())]);
}

#[test]
fn what_is_pasted_goes_to_the_focused_text_as_one_edit() {
    let mut bench = Bench::new(140, 40);
    bench.press("alt+c down enter alt+r alt+4");
    bench.tell(Message::Paste("a\nb".into()));
    let id = NodeId::new("shop/products/create-product");
    let Some(crate::model::Body::Json(text)) = &bench.app.request(&id).unwrap().body else { panic!() };
    assert!(text.contains("a\nb"), "{text}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 60, ..Default::default() })]
    #[test]
    fn no_key_makes_it_panic(keys in proptest::collection::vec(0usize..48, 1..60)) {
        const KEYS: [&str; 48] = [
            "up", "down", "left", "right", "enter", "esc", "tab", "home", "end", "pagedown", "backspace", "delete",
            "space", "a", "d", "e", "g", "h", "j", "k", "l", "n", "N", "r", "R", "u", "v", "w", "x", "y", "/", "?",
            "ctrl+e", "ctrl+j", "ctrl+l", "ctrl+n", "ctrl+o", "ctrl+p", "ctrl+s", "alt+1", "alt+2", "alt+3", "alt+4",
            "alt+6", "alt+7", "alt+e", "alt+k", "F4",
        ];
        let mut bench = Bench::new(80, 24);
        for key in keys {
            bench.press(KEYS[key]);
        }
    }
}

#[test]
fn what_is_said_of_a_choice_never_hides_its_name() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+e");
    let Some(Overlay::Picker(picker)) = bench.app.overlays.last_mut() else { panic!("no list is open") };
    for item in &mut picker.items {
        item.detail =
            "A description that is longer than the list is wide, as people like to write them".into();
    }
    let text = bench.text();
    assert!(text.contains("local  A description"), "{text}");
    assert!(text.contains("broken  A description"), "{text}");
}

#[test]
fn an_open_cell_becomes_a_draft_when_one_goes_to_another_tab() {
    let mut bench = Bench::new(140, 40);
    bench.press("alt+r alt+2 down 'X-New tab 'yes");
    bench.press("alt+1");
    assert!(bench.app.edits.is_edited(&list_products()));
    let kept = bench.effects.iter().any(|effect| matches!(effect, Effect::KeepDraft { .. }));
    assert!(kept, "{:?}", bench.effects);
}

#[test]
fn quitting_asks_about_an_open_cell() {
    let mut bench = Bench::new(140, 40);
    bench.press("alt+r alt+2 down 'X-New tab 'yes ctrl+q");
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Question(_))), "{:?}", bench.effects);
}
