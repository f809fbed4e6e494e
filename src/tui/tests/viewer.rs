//! What keys do in a document: folding, going to places, searching, asking, copying.

use super::*;
use crate::{
    document::{Document, Query},
    tui::{
        app::viewer::{Pattern, QueryState, Verdict, Viewer},
        event::QueryId,
    },
};

const ORDER: &str = r#"{"page":1,"items":[{"id":7,"name":"Ch\u0061ir","tags":["oak","old"]},{"id":8,"name":"Table","tags":[]}],"total":2}"#;

impl Bench {
    fn viewer(&self) -> &Viewer {
        self.app.response.viewer.as_ref().unwrap()
    }

    /// The lines that are on the screen, as text.
    fn lines(&self) -> Vec<String> {
        let lines = &self.viewer().sheet().lines;
        lines.window(0..lines.len()).iter().map(crate::document::Line::text).collect()
    }

    fn cursor(&self) -> usize {
        self.viewer().sheet().place.cursor()
    }

    fn copied(&self) -> &str {
        match self.effects.last() {
            Some(Effect::CopyText { text, .. }) => text,
            other => panic!("nothing was copied: {other:?}"),
        }
    }

    /// Does what the runtime does with the last query that was asked for.
    pub(super) fn run_query(&mut self) -> QueryId {
        let asked = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::RunQuery { run, document, text } => Some((*run, document.clone(), text.clone())),
            _ => None,
        });
        let (run, document, text) = asked.expect("a query was asked");
        let query = match Query::parse(&text) {
            Ok(query) => query,
            Err(error) => {
                self.event(Event::QueryEnded { run, count: 0, failure: Some(error.to_string()) });
                return run;
            }
        };
        let (results, mut writer) = Document::results();
        let count = document.query(&query, &mut writer, |_| true).unwrap();
        writer.finish();
        results.index_more(u64::MAX);
        self.event(Event::QueryBegan { run, results });
        self.event(Event::QueryEnded { run, count, failure: None });
        run
    }
}

fn opened() -> Bench {
    let mut bench = Bench::new(80, 24);
    bench.answer(ORDER).press("alt+a");
    bench
}

#[test]
fn containers_fold_and_open_where_the_cursor_is() {
    let mut bench = opened();
    let whole = bench.lines();
    bench.press("down down enter");
    assert_eq!(bench.lines(), ["{", r#"  "page": 1,"#, r#"  "items": […] 2 items"#, r#"  "total": 2"#, "}"]);
    assert_eq!(bench.cursor(), 2);
    bench.press("enter");
    assert_eq!(bench.lines(), whole);
    bench.press("down z s");
    assert_eq!(bench.lines().len(), 8, "{:#?}", bench.lines());
    bench.press("z R");
    assert_eq!(bench.lines(), whole);
    bench.press("z 1");
    assert_eq!(bench.lines().len(), 5);
    assert_eq!(bench.cursor(), 2, "on the line that now stands for where it was");
    bench.press("'+");
    assert!(bench.lines().len() > 5);
    bench.press("- -");
    assert_eq!(bench.lines().len(), 1, "{:#?}", bench.lines());
}

#[test]
fn a_key_goes_to_what_encloses_the_line() {
    let mut bench = opened();
    bench.press("down down down down (");
    assert_eq!(bench.viewer().path().as_deref(), Some("$.items[0]"));
    bench.press("( (");
    assert_eq!(bench.viewer().path().as_deref(), Some("$"));
}

#[test]
fn places_are_lines_shares_and_paths() {
    let mut bench = opened();
    bench.press(": '3 enter");
    assert_eq!(bench.cursor(), 2);
    bench.press(": '100% enter");
    assert_eq!(bench.cursor() + 1, bench.lines().len());
    bench.press("g : '$.items[1].name enter");
    let Some(Effect::LocatePath { document, path }) = bench.effects.last().cloned() else {
        panic!("{:?}", bench.effects)
    };
    let at = document.locate(&Query::json_path(&path).unwrap()).unwrap().map(|range| range.start);
    bench.press("z 1");
    bench.event(Event::PathLocated { document, path, at: Ok(at) });
    assert_eq!(bench.viewer().path().as_deref(), Some("$.items[1].name"), "what hid it is open");
    bench.press(": 'nowhere enter");
    assert!(bench.text().contains("no place in a document"), "{}", bench.text());
}

#[test]
fn a_search_is_gone_to_as_one_types_and_esc_goes_back() {
    let mut bench = opened();
    bench.press("down / 'table");
    let Some(Effect::FindMatch { document, pattern, from, forward: true }) =
        bench.effects.iter().rev().find(|effect| matches!(effect, Effect::FindMatch { .. })).cloned()
    else {
        panic!("{:?}", bench.effects)
    };
    assert_eq!(pattern, Pattern { text: "table".into(), is_regex: false });
    let at = document.find_next(&crate::document::Search::literal("table"), from);
    bench.event(Event::MatchFound { document: document.clone(), pattern: pattern.clone(), at: Ok(at) });
    assert_eq!(bench.viewer().path().as_deref(), Some("$.items[1].name"));
    bench.event(Event::MatchesCounted { document: document.clone(), pattern, count: 1, is_all: true });
    // A late answer to what is not searched for any more.
    let late = Pattern { text: "tab".into(), is_regex: false };
    bench.event(Event::MatchesCounted { document, pattern: late, count: 9, is_all: true });
    assert_eq!(bench.viewer().sheet().search.as_ref().unwrap().count, 1);
    bench.press("esc");
    assert_eq!(bench.cursor(), 1);
    assert!(bench.viewer().sheet().search.is_none());
}

#[test]
fn a_pattern_that_is_no_regular_expression_says_so() {
    let mut bench = opened();
    bench.press("/ alt+x '[a");
    let pattern = Pattern { text: "[a".into(), is_regex: true };
    let document = bench.viewer().document().clone();
    assert!(
        bench
            .effects
            .contains(&Effect::CountMatches { document: document.clone(), pattern: pattern.clone() })
    );
    bench.event(Event::MatchFound { document, pattern, at: Err("unclosed".into()) });
    let search = bench.viewer().sheet().search.as_ref().unwrap();
    assert_eq!(search.verdict, Verdict::Malformed("unclosed".into()));
}

#[test]
fn a_query_shows_its_results_as_a_document_of_their_own() {
    let mut bench = opened();
    bench.press("down f '.items[*].id");
    bench.run_query();
    assert_eq!(bench.lines(), ["7", "8"]);
    assert_eq!(bench.viewer().query.as_ref().unwrap().count, 2);
    bench.press("enter down");
    assert_eq!(bench.viewer().path().as_deref(), Some("$[1]"));
    bench.press("c");
    assert_eq!(bench.copied(), "8");
    bench.press("esc");
    assert!(bench.effects.contains(&Effect::CancelQuery));
    assert_eq!(bench.cursor(), 1, "where one was in the document");
    bench.press("f up");
    assert_eq!(bench.viewer().query.as_ref().unwrap().field.text(), "$.items[*].id", "it is kept");
}

#[test]
fn a_late_result_is_dropped_and_a_malformed_query_says_why() {
    let mut bench = opened();
    bench.press("f '.page");
    let late = bench.viewer().query.as_ref().unwrap().run;
    bench.press("'[");
    let effects = bench.effects.clone();
    bench.event(Event::QueryEnded { run: late, count: 5, failure: None });
    bench.effects = effects;
    assert_eq!(bench.viewer().query.as_ref().unwrap().state, QueryState::Running);
    bench.run_query();
    let query = bench.viewer().query.as_ref().unwrap();
    assert!(matches!(&query.state, QueryState::Failed(message) if message.contains("column")), "{query:?}");
}

#[test]
fn values_keys_paths_and_lines_are_copied() {
    let mut bench = opened();
    bench.press(": '6 enter c");
    assert_eq!(bench.copied(), "Chair", "{:#?}", bench.lines());
    bench.press("K");
    assert_eq!(bench.copied(), "name");
    bench.press("p");
    assert_eq!(bench.copied(), "$.items[0].name");
    bench.press("( c");
    assert_eq!(bench.copied(), r#"{"id":7,"name":"Ch\u0061ir","tags":["oak","old"]}"#);
    bench.press("g V down c");
    assert_eq!(bench.copied(), "{\n  \"page\": 1,");
    bench.press("y");
    assert_eq!(bench.copied(), ORDER);
}
