//! JSONPath against the compliance test suite of RFC 9535, which `tests/jsonpath/run` gets and names in
//! `JSONPATH_SUITE`.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::{collections::BTreeMap, fs};

use antiphon::document::{Answer, Document, PathStyle, Query};
use serde_json::Value;

/// How a case came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// As the suite has it.
    Same,
    /// The same nodes in another order: that of the document, where the suite has each level before the next.
    Reordered,
    Different,
}

fn answer(selector: &str, document: &Value) -> Option<Vec<(Value, String)>> {
    let query = Query::json_path(selector).ok()?;
    let document = Document::new(document.to_string().into(), Some("application/json"));
    let mut found = Vec::new();
    let asked = document.ask(&query, Some(PathStyle::Normalized), |answer| {
        if let Answer::Found { range, path } = answer {
            let value = serde_json::from_slice(&document.read(range)).unwrap();
            found.push((value, path.unwrap()));
        }
        true
    });
    asked.unwrap();
    Some(found)
}

fn list<T: Clone>(case: &Value, one: &str, several: &str, of: impl Fn(&Value) -> T) -> Vec<Vec<T>> {
    let lists = match (&case[one], &case[several]) {
        (Value::Array(only), _) => vec![only],
        (_, Value::Array(lists)) => lists.iter().map(|list| list.as_array().unwrap()).collect(),
        _ => Vec::new(),
    };
    lists.into_iter().map(|list| list.iter().map(&of).collect()).collect()
}

fn judge(case: &Value) -> Outcome {
    let selector = case["selector"].as_str().unwrap();
    let found = answer(selector, &case["document"]);
    if case["invalid_selector"] == true {
        return if found.is_none() { Outcome::Same } else { Outcome::Different };
    }
    let Some(found) = found else { return Outcome::Different };
    let values = list(case, "result", "results", Value::clone);
    let paths = list(case, "result_paths", "results_paths", |path| path.as_str().unwrap().to_owned());
    let expected: Vec<Vec<_>> = values
        .into_iter()
        .zip(paths)
        .map(|(values, paths)| values.into_iter().zip(paths).collect())
        .collect();
    let sorted = |list: &Vec<(Value, String)>| {
        let mut list = list.clone();
        list.sort_by(|a, b| a.1.cmp(&b.1));
        list
    };
    if expected.contains(&found) {
        Outcome::Same
    } else if expected.iter().any(|list| sorted(list) == sorted(&found)) {
        Outcome::Reordered
    } else {
        Outcome::Different
    }
}

#[test]
#[ignore = "needs the suite: tests/jsonpath/run"]
fn the_compliance_test_suite_holds() {
    let file = std::env::var("JSONPATH_SUITE").expect("JSONPATH_SUITE names the suite's cts.json");
    let suite: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mut outcomes: BTreeMap<Outcome, Vec<String>> = BTreeMap::new();
    for case in suite["tests"].as_array().unwrap() {
        let name = format!("{}: {}", case["name"].as_str().unwrap(), case["selector"]);
        outcomes.entry(judge(case)).or_default().push(name);
    }
    for (outcome, names) in &outcomes {
        let which =
            if *outcome == Outcome::Same { String::new() } else { format!("\n  {}", names.join("\n  ")) };
        println!("{outcome:?}: {}{which}", names.len());
    }
    let count = |outcome| outcomes.get(&outcome).map_or(0, Vec::len);
    assert_eq!(count(Outcome::Different), 0);
    // docs/cli.md names these figures.
    assert_eq!((count(Outcome::Same), count(Outcome::Reordered)), (701, 2));
}
