//! `--json`: the form that docs/json.md promises.

use serde_json::Value;

use crate::support::program::{Practice, Sandbox};

/// The keys of a value and of what is in it, in order; a list counts by its first element.
fn shape(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let at = format!("{at}.{name}");
                out.push(at.clone());
                shape(value, &at, out);
            }
        }
        Value::Array(items) => {
            if let Some(item) = items.first() {
                shape(item, &format!("{at}[]"), out);
            }
        }
        _ => {}
    }
}

fn shape_of(value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    shape(value, "", &mut out);
    out
}

const REQUEST: &str = "url = \"{{ base_url }}/redirect/307\"\n[auth]\nbearer = \"{{ token }}\"\n";

fn with_secret(practice: &Practice) -> Sandbox {
    let sandbox =
        Sandbox::with_collection(&practice.url(), &[("orders/list.toml", REQUEST), (".env", "T=hunter2\n")]);
    let environment =
        format!("[vars]\nbase_url = \"{}\"\n[secrets]\ntoken = {{ env = \"T\" }}\n", practice.url());
    sandbox.write("environments/local.toml", environment);
    sandbox
}

#[test]
fn the_example_in_the_docs_has_the_shape_that_is_printed() {
    let page = include_str!("../../docs/json.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let example: Value = serde_json::from_str(example).unwrap();
    let practice = Practice::start();
    let sandbox = with_secret(&practice);
    let sent = sandbox.json(&["send", "orders/list", "--json"]);
    assert_eq!(shape_of(&sent), shape_of(&example));
    let shown = sandbox.json(&["history", "show", "1", "--json"]);
    assert_eq!(shape_of(&shown), shape_of(&example), "history has the same form");
    for key in shape_of(&sent) {
        let name = key.rsplit('.').next().unwrap();
        assert!(page.contains(&format!("`{name}`")), "docs/json.md says nothing of {key}");
    }
}

#[test]
fn the_whole_exchange_is_there_and_no_secret() {
    let practice = Practice::start();
    let sandbox = with_secret(&practice);
    let run = sandbox.run(&["send", "orders/list", "--json"]).ended(0);
    let sent: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&sent["source"], &sent["environment"]), (&"orders/list".into(), &"local".into()));
    assert_eq!(sent["request"]["method"], "GET");
    assert_eq!(sent["request"]["url"], practice.url() + "/redirect/307");
    let headers = sent["request"]["headers"].as_array().unwrap();
    assert!(headers.contains(&serde_json::json!(["Authorization", "Bearer ••••••"])), "{headers:?}");
    let hops = sent["attempts"][0]["hops"].as_array().unwrap();
    assert_eq!(hops.len(), 2, "{sent:#}");
    assert_eq!((&hops[0]["response"]["status"], &hops[1]["response"]["status"]), (&307.into(), &200.into()));
    assert!(hops[0]["timing"]["connect"].is_f64() && hops[0]["timing"]["tls"].is_null(), "{sent:#}");
    assert!(sent["timing"]["total"].as_f64() >= hops[1]["timing"]["total"].as_f64());
    assert_eq!((&sent["connection"]["reused"], &sent["connection"]["tls"]), (&true.into(), &Value::Null));
    assert_eq!(sent["connection"]["http_version"], "HTTP/1.1");
    let response = &sent["response"];
    assert_eq!((&response["status"], &response["body_encoding"]), (&200.into(), &"text".into()));
    let body = response["body"].as_str().unwrap();
    // The server repeats the secret. Its size is as it came, the text is without it.
    assert_eq!(response["size"]["decoded"], body.replace("••••••", "hunter2").len());
    assert!(serde_json::from_str::<Value>(body).is_ok());
    assert_eq!(sent["error"], Value::Null);
    let request = sent["request"].to_string() + &sent["attempts"].to_string();
    assert!(!request.contains("hunter2") && !body.contains("hunter2"), "{request}");
}

#[test]
fn the_body_that_was_sent_is_there_without_its_secrets() {
    let practice = Practice::start();
    let sandbox = with_secret(&practice);
    let bodies = [
        ("json = '{\"key\": \"{{ token }}\"}'", "body", "{\"key\": \"••••••\"}"),
        ("form = { \"a b\" = \"{{ token }}&\" }", "body", "a+b=••••••%26"),
        ("file = \"data.bin\"", "body_file", "data.bin"),
    ];
    sandbox.write("data.bin", [0, 159, 146, 150]);
    for (body, key, expected) in bodies {
        let file = format!("method = \"POST\"\nurl = \"{{{{ base_url }}}}/echo\"\n[body]\n{body}\n");
        sandbox.write("orders/body.toml", file);
        let sent = sandbox.json(&["send", "orders/body", "--json"]);
        assert_eq!(sent["request"][key], expected, "{sent:#}");
    }
}

#[test]
fn bodies_that_are_not_text_are_base64_and_large_ones_are_whole() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let png = sandbox.json(&["send", &(practice.url() + "/content/png"), "--json"]);
    assert_eq!(png["response"]["body_encoding"], "base64");
    assert!(png["response"]["body"].as_str().unwrap().starts_with("iVBOR"), "{png:#}");
    let size = 20_000_000_usize;
    let large = sandbox.json(&["send", &format!("{}/download/{size}", practice.url()), "--json"]);
    assert_eq!(large["response"]["size"]["decoded"], size);
    let is_text = large["response"]["body_encoding"] == "text";
    let length = large["response"]["body"].as_str().unwrap().len();
    assert_eq!(length, if is_text { size } else { size.div_ceil(3) * 4 });
    let gzip = sandbox.json(&["send", &(practice.url() + "/compressed/gzip"), "--json"]);
    assert_ne!(gzip["response"]["size"]["wire"], gzip["response"]["size"]["decoded"]);
}

#[test]
fn a_failure_says_its_kind_and_keeps_what_arrived() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let run = sandbox.run(&["send", &(practice.url() + "/broken/cut-short"), "--json"]).ended(3);
    let failed: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(failed["error"]["kind"], "truncated");
    assert_eq!(failed["attempts"][0]["error"], failed["error"]);
    assert_eq!(failed["response"]["status"], 200);
    assert!(!failed["response"]["body"].as_str().unwrap().is_empty());
    assert!(run.err.starts_with("error: "), "{run:?}");

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let run = sandbox.run(&["send", &format!("http://{closed}/x"), "--json"]).ended(3);
    let failed: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(failed["error"]["kind"], "refused");
    assert_eq!((&failed["response"], &failed["connection"]), (&Value::Null, &Value::Null));
    assert_eq!(failed["request"]["url"], format!("http://{closed}/x"));
    assert!(failed["error"]["hint"].is_string());
}

#[test]
fn each_failed_attempt_says_why() {
    let request =
        "url = \"{{ base_url }}/status/503\"\n[retry]\nmax = 1\non = [\"503\"]\nbackoff = \"1ms\"\n";
    let practice = Practice::start();
    let sandbox = Sandbox::with_collection(&practice.url(), &[("again.toml", request)]);
    let sent = sandbox.json(&["send", "again", "--json"]);
    let attempts = sent["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[0]["error"], Value::Null, "an answer is no failure: {sent:#}");
    assert!(attempts[1]["waited"].as_f64().unwrap() > 0.0, "{sent:#}");
    assert_eq!(attempts[0]["hops"][0]["response"]["status"], 503);

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    sandbox.write(
        "again.toml",
        request.replace("{{ base_url }}", &format!("http://{closed}")).replace("503\"]", "connect\"]"),
    );
    let sent = sandbox.json(&["send", "again", "--json"]);
    let kinds: Vec<&Value> =
        sent["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["error"]["kind"]).collect();
    assert_eq!(kinds, ["refused", "refused"]);
}

#[test]
fn what_became_of_each_cookie_is_there() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let sent = sandbox.json(&["send", &format!("{}/cookies/refused", practice.url()), "--json"]);
    let cookies = &sent["attempts"][0]["hops"][0]["cookies"];
    let received = cookies["received"].as_array().unwrap();
    let fields = sent["response"]["headers"].as_array().unwrap().iter();
    let names = fields.filter(|field| field[0].as_str().unwrap().eq_ignore_ascii_case("set-cookie"));
    assert_eq!(received.len(), names.count(), "{sent:#}");
    let refused: Vec<_> = received.iter().filter(|cookie| cookie["verdict"] == "refused").collect();
    assert!(!refused.is_empty() && refused.iter().all(|cookie| cookie["reason"].is_string()), "{cookies:#}");
}
