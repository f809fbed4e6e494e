//! `--har`: archives that other tools read.

use serde_json::{Value, json};

use super::support::program::{Practice, Sandbox};

/// What HAR 1.2 asks of each object, by the path that leads to it: a key and the kind of its value. A path ends in `[]`
/// for each of a list.
const REQUIRED: &[(&str, &[(&str, &str)])] = &[
    ("log", &[("version", "string"), ("creator", "object"), ("entries", "array")]),
    ("log.creator", &[("name", "string"), ("version", "string")]),
    (
        "log.entries[]",
        &[
            ("startedDateTime", "string"),
            ("time", "number"),
            ("request", "object"),
            ("response", "object"),
            ("cache", "object"),
            ("timings", "object"),
        ],
    ),
    (
        "log.entries[].request",
        &[
            ("method", "string"),
            ("url", "string"),
            ("httpVersion", "string"),
            ("cookies", "array"),
            ("headers", "array"),
            ("queryString", "array"),
            ("headersSize", "number"),
            ("bodySize", "number"),
        ],
    ),
    (
        "log.entries[].response",
        &[
            ("status", "number"),
            ("statusText", "string"),
            ("httpVersion", "string"),
            ("cookies", "array"),
            ("headers", "array"),
            ("content", "object"),
            ("redirectURL", "string"),
            ("headersSize", "number"),
            ("bodySize", "number"),
        ],
    ),
    ("log.entries[].response.content", &[("size", "number"), ("mimeType", "string")]),
    ("log.entries[].timings", &[("send", "number"), ("wait", "number"), ("receive", "number")]),
    ("log.entries[].request.headers[]", &[("name", "string"), ("value", "string")]),
    ("log.entries[].request.cookies[]", &[("name", "string"), ("value", "string")]),
    ("log.entries[].request.queryString[]", &[("name", "string"), ("value", "string")]),
    ("log.entries[].request.postData", &[("mimeType", "string")]),
    ("log.entries[].request.postData.params[]", &[("name", "string")]),
    ("log.entries[].response.headers[]", &[("name", "string"), ("value", "string")]),
    ("log.entries[].response.cookies[]", &[("name", "string"), ("value", "string")]),
];

/// What stands at a path; nothing where an optional part of it is not there.
fn at<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(vec![value], |found, step| {
        let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        let values = found.into_iter().filter_map(|value| value.get(key));
        if is_list { values.flat_map(|list| list.as_array().unwrap()).collect() } else { values.collect() }
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "null",
        Value::Bool(_) => "boolean",
    }
}

#[track_caller]
fn valid(har: &Value) -> Vec<Value> {
    assert_eq!(har["log"]["version"], "1.2");
    for (path, keys) in REQUIRED {
        for object in at(har, path) {
            for (key, wanted) in *keys {
                assert_eq!(kind(&object[*key]), *wanted, "{key} of {path}: {object:#}");
            }
        }
    }
    let entries = har["log"]["entries"].as_array().unwrap().clone();
    for entry in &entries {
        let timings = &entry["timings"];
        for key in ["send", "wait", "receive"] {
            assert!(timings[key].as_f64().unwrap() >= 0.0, "{key} of {timings}");
        }
        entry["startedDateTime"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        let data = &entry["request"]["postData"];
        assert!(
            data.is_null() || data["text"].is_string() != data["params"].is_array(),
            "one of them: {data}"
        );
    }
    let starts: Vec<_> = entries.iter().map(|entry| entry["startedDateTime"].as_str().unwrap()).collect();
    assert!(starts.is_sorted(), "{starts:?}");
    entries
}

#[test]
fn every_hop_is_an_entry_with_its_body() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/redirect/302?a=b%20c";
    let har = sandbox.json(&["send", &url, "--har", "-H", "Cookie: one=1", "--bearer", "hunter22"]);
    let entries = valid(&har);
    assert_eq!(entries.len(), 2);
    let first = &entries[0];
    assert_eq!(first["request"]["queryString"][0], json!({ "name": "a", "value": "b c" }));
    assert_eq!(first["request"]["cookies"][0], json!({ "name": "one", "value": "1" }));
    assert!(!first["request"].to_string().contains("hunter22"));
    let content = &first["response"]["content"];
    assert!(!content["text"].as_str().unwrap().is_empty(), "the redirect's own: {content}");
    assert_eq!(content["size"], first["response"]["bodySize"]);
    assert!(entries[1]["response"]["content"]["text"].as_str().unwrap().contains("GET"));
    assert_eq!(entries[1]["timings"]["ssl"], -1);
}

#[test]
fn attempts_and_challenges_are_entries_with_their_bodies() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = format!("{}/flaky/har?fails=1", practice.url());
    let har = sandbox.json(&["send", &url, "--har", "--retry", "2", "--backoff", "1ms..1ms"]);
    let entries = valid(&har);
    assert_eq!(entries.len(), 2, "{har:#}");
    assert!(!entries[0]["response"]["content"]["text"].as_str().unwrap().is_empty());
    let url = practice.url() + "/auth/digest";
    let har = sandbox.json(&["send", &url, "--har", "--digest", "demo:practice"]);
    let entries = valid(&har);
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["response"]["status"], 401);
    assert!(
        entries[0]["response"]["content"]["text"].as_str().unwrap().contains("answer the challenge"),
        "{har:#}"
    );
}

#[test]
fn requests_for_tokens_are_entries_without_what_is_secret() {
    let practice = Practice::start();
    let request = format!(
        "url = \"{{{{ base_url }}}}/oauth/resource\"\n[auth.oauth2]\ngrant = \"password\"\n\
         token_url = \"{}/oauth/token\"\nclient_id = \"practice-client\"\nclient_secret = \"practice-secret\"\n\
         client_auth = \"body\"\nusername = \"demo\"\npassword = \"practice\"\n",
        practice.url()
    );
    let sandbox = Sandbox::with_collection(&practice.url(), &[("token.toml", &request)]);
    let run = sandbox.run(&["send", "token", "--har"]).ended(0);
    let entries = valid(&serde_json::from_str(&run.out).unwrap());
    assert_eq!(entries.len(), 2);
    let asked = &entries[0]["request"];
    assert!(asked["url"].as_str().unwrap().ends_with("/oauth/token"));
    let form = asked["postData"]["params"].as_array().unwrap();
    assert!(form.contains(&json!({ "name": "grant_type", "value": "password" })), "{form:?}");
    assert!(form.contains(&json!({ "name": "password", "value": "••••••" })), "{form:?}");
    assert!(form.contains(&json!({ "name": "client_secret", "value": "••••••" })), "{form:?}");
    assert_eq!(entries[0]["response"]["status"], 200);
    assert!(entries[0]["response"]["content"]["text"].is_null(), "it has the token");
    let kept = sandbox.run(&["auth", "list", "--json", "--reveal"]).ended(0);
    let kept: Value = serde_json::from_str(&kept.out).unwrap();
    let token = kept[0]["access_token"].as_str().unwrap();
    assert!(token.len() > 8 && !run.out.contains(token) && !run.out.contains("practice-secret"));
}
