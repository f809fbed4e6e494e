//! The same requests to httpbin (beside.json) with Python's requests, with curl (both in beside.py) and with antiphon:
//! what comes of them has to be the same, but where a case says who differs, and how.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    thread,
};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::{port, support::program::Sandbox, told};

/// Cases that are sent at the same time.
const AT_ONCE: usize = 4;

#[derive(Deserialize)]
struct Case {
    what: String,
    /// One after the other, with the cookies of those before.
    steps: Vec<Map<String, Value>>,
    /// Who does it in another way than antiphon, and how.
    #[serde(default)]
    differs: Map<String, Value>,
}

/// The cases, as the peers get them too: with whole URLs.
fn cases() -> Value {
    let port = port("HTTPBIN");
    let text = include_str!("beside.json").replace("@PORT@", &port.to_string());
    let mut cases: Value = serde_json::from_str(&text).unwrap();
    for case in cases.as_array_mut().unwrap() {
        for step in case["steps"].as_array_mut().unwrap() {
            if let Some(path) = step.get("path").and_then(Value::as_str) {
                step["url"] = format!("http://127.0.0.1:{port}{path}").into();
            }
        }
    }
    cases
}

/// What came of each case with requests and with curl.
fn with_peers(cases: &Value) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/beside.py");
    let mut child = Command::new(told("PEER_PYTHON"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(cases.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "beside.py");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn arguments(step: &Map<String, Value>, sandbox: &Sandbox) -> Vec<String> {
    let mut args: Vec<String> = vec!["send".into(), step["url"].as_str().unwrap().into(), "--json".into()];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs = |name: &str| step.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut add = |flag: &str, value: String| args.extend([flag.to_owned(), value]);
    for (name, flag, between) in [
        ("query", "--param", "="),
        ("headers", "--header", ": "),
        ("form", "--form", "="),
        ("parts", "--multipart", "="),
    ] {
        for pair in pairs(name) {
            add(flag, format!("{}{between}{}", text(&pair[0]), text(&pair[1])));
        }
    }
    for (name, flag) in [
        ("method", "-X"),
        ("json", "--json-body"),
        ("text", "--text"),
        ("bearer", "--bearer"),
        ("redirects", "--redirects"),
    ] {
        if let Some(value) = step.get(name) {
            add(flag, text(value));
        }
    }
    for (name, flag) in [("basic", "--basic"), ("digest", "--digest")] {
        if let Some(pair) = step.get(name) {
            add(flag, format!("{}:{}", text(&pair[0]), text(&pair[1])));
        }
    }
    if let Some(file) = step.get("file") {
        sandbox.write(&text(&file[1]), text(&file[2]));
        add("-F", format!("{}=@{}", text(&file[0]), text(&file[1])));
    }
    if let Some(seconds) = step.get("patience").and_then(Value::as_f64) {
        add("--timeout", format!("{}ms", seconds * 1000.0));
    }
    args
}

fn with_antiphon(case: &Case) -> Vec<Value> {
    let sandbox = Sandbox::new(&[]);
    let send = |step| {
        let args = arguments(step, &sandbox);
        told_by(&sandbox.json(&args.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    case.steps.iter().map(send).collect()
}

/// An exchange in the form that the script has.
fn told_by(exchange: &Value) -> Value {
    if let Some(kind) = exchange["error"]["kind"].as_str() {
        let word = match kind {
            "refused" => "connect",
            "too_many_redirects" => "redirects",
            kind if kind.ends_with("timeout") => "timeout",
            kind => kind,
        };
        return json!({ "error": word });
    }
    let hops = exchange["attempts"][0]["hops"].as_array().unwrap();
    let request = &hops.last().unwrap()["request"];
    let statuses: Vec<&Value> = hops.iter().map(|hop| &hop["response"]["status"]).collect();
    let body = exchange["response"]["body"].as_str().unwrap_or_default();
    let body =
        if exchange["response"]["body_encoding"] == "base64" { body.to_owned() } else { encoded(body) };
    json!({ "statuses": statuses, "method": request["method"], "url": request["url"], "body": body })
}

fn encoded(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// What has to be the same: URLs by what they mean, bodies without the fields that tell programs apart.
fn comparable(outcome: &Value, step: &Map<String, Value>) -> Value {
    use base64::Engine as _;
    let mut outcome = outcome.clone();
    if let Some(url) = outcome["url"].as_str() {
        outcome["url"] = meant(url);
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(outcome["body"].as_str().unwrap()).unwrap();
        if let Ok(text) = String::from_utf8(bytes) {
            let sees: Vec<&str> = step
                .get("sees")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            outcome["body"] = match serde_json::from_str(&text) {
                Ok(echo) => without_programs(echo, &sees),
                Err(_) => text.lines().map(|line| line_of(line, &sees)).collect(),
            };
        }
    }
    outcome
}

fn meant(url: &str) -> Value {
    let url = Url::parse(url).unwrap();
    let query: Vec<_> = url.query_pairs().collect();
    json!([url.scheme(), url.host_str(), url.port(), url.path(), query])
}

fn line_of(line: &str, sees: &[&str]) -> Value {
    serde_json::from_str(line).map_or_else(|_| line.into(), |echo| without_programs(echo, sees))
}

fn without_programs(mut echo: Value, sees: &[&str]) -> Value {
    if let Some(fields) = echo.get_mut("headers").and_then(Value::as_object_mut) {
        fields.retain(|name, _| sees.contains(&name.as_str()));
    }
    // As it is meant, however the spaces between its parts are.
    if echo.get("json").is_some_and(|json| !json.is_null()) {
        echo["data"] = Value::Null;
    }
    if let Some(url) = echo.get("url").and_then(Value::as_str) {
        echo["url"] = meant(url);
    }
    echo
}

/// What is not as it has to be with a case.
fn faults(case: &Case, peers: &Value) -> Vec<String> {
    let own = with_antiphon(case);
    let mut faults = Vec::new();
    for peer in ["requests", "curl"] {
        let theirs = peers[peer].as_array().unwrap();
        let mut differ = case.steps.iter().zip(&own).zip(theirs).filter_map(|((step, own), theirs)| {
            let (own, theirs) = (comparable(own, step), comparable(theirs, step));
            (own != theirs)
                .then(|| format!("{}: {}\n  antiphon {own}\n  {peer} {theirs}", case.what, step["url"]))
        });
        match case.differs.get(peer) {
            None => faults.extend(differ),
            // curl's version is the machine's: a later one may have come round.
            Some(how) if peer == "requests" && differ.next().is_none() => {
                faults.push(format!("{}: {peer} does not differ, though it {how}", case.what));
            }
            Some(_) => {}
        }
    }
    faults
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn what_requests_and_curl_do_is_done_here_too() {
    let cases = cases();
    let peers = with_peers(&cases);
    let cases: Vec<Case> = serde_json::from_value(cases).unwrap();
    let all: Vec<(&Case, &Value)> = cases.iter().zip(&peers).collect();
    let faults: Vec<String> = thread::scope(|scope| {
        let each = |share: &[(&Case, &Value)]| -> Vec<String> {
            share.iter().flat_map(|(case, peers)| faults(case, peers)).collect()
        };
        let threads: Vec<_> =
            all.chunks(all.len().div_ceil(AT_ONCE)).map(|share| scope.spawn(move || each(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
}
