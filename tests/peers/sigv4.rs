//! A server that checks signatures with botocore, AWS's own signer (sigv4.py).

use serde_json::{Value, json};

use super::{asking, json as ask, plain, send};

const KEYS: &str = "access_key = \"AKIDEXAMPLE\"\nsecret_key = \"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\"";
const TEMPORARY: &str = "access_key = \"ASIATEMPORARY\"\nsecret_key = \"temporary/secret\"\n\
    session_token = \"session//token+with/signs==\"";

/// A request for the verifier: what stands before its `[auth.aws]`, and what is in it besides region and service.
fn signed(path: &str, before: &str, service: &str, auth: &str) -> String {
    let url = plain("SIGV4", path);
    format!("url = {url:?}\n{before}\n[auth.aws]\nregion = \"eu-west-1\"\nservice = \"{service}\"\n{auth}")
}

#[track_caller]
fn is_let_in(request: &str) -> Value {
    let answer = ask(request);
    assert_eq!(
        answer["refused"],
        Value::Null,
        "{request}\n{}",
        answer["refused"].as_str().unwrap_or_default()
    );
    answer
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn fields_and_queries_are_signed_under_the_rules_of_any_service() {
    let paths = [
        "/",
        "/a%20b/c",
        "/a/./b/../c//d",
        "/%C3%BC/~x;y=1,2",
        "/?b=2&a=1&a=0&empty&e=",
        "/?q=a%20b%2Bc&%C3%A4=%2F*~",
    ];
    for service in ["execute-api", "s3"] {
        for path in paths {
            let answer = is_let_in(&signed(path, "", service, KEYS));
            assert_eq!((&answer["in"], &answer["service"]), (&json!("header"), &json!(service)), "{path}");
            let answer = is_let_in(&signed(path, "", service, &format!("{KEYS}\nin = \"query\"")));
            assert_eq!(answer["in"], "query", "{path}");
        }
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn bodies_are_signed_unless_one_says_otherwise() {
    let before =
        "method = \"POST\"\n[headers]\nX-Amz-Target = \"Things.List\"\n[body]\njson = '{\"a\": \"ü\"}'";
    let answer = is_let_in(&signed("/things", before, "dynamodb", KEYS));
    assert!(answer["signed"].as_array().unwrap().contains(&json!("x-amz-target")), "{answer}");
    assert_eq!(answer["size"], 11);
    let answer = is_let_in(&signed("/bucket/key", before, "s3", &format!("{KEYS}\npayload = \"unsigned\"")));
    assert_eq!(answer["payload"], "UNSIGNED-PAYLOAD");

    let file = signed("/bucket/file.bin", "method = \"PUT\"\n[body]\nfile = \"file.bin\"", "s3", KEYS);
    let sandbox = asking(&file);
    sandbox.write("file.bin", [0, 159, 146, 150].repeat(100_000));
    let answer = sandbox.json(&["send", "it"]);
    assert_eq!((&answer["refused"], &answer["size"]), (&Value::Null, &json!(400_000)));
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn temporary_keys_bring_their_token() {
    for more in ["", "\nin = \"query\""] {
        for service in ["sts", "s3"] {
            let answer = is_let_in(&signed("/?Action=Get", "", service, &format!("{TEMPORARY}{more}")));
            assert_eq!((&answer["key"], &answer["token"]), (&json!("ASIATEMPORARY"), &json!(true)));
        }
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_wrong_key_is_found_out() {
    for more in ["", "\nin = \"query\""] {
        let auth = format!("{}{more}", KEYS.replace("wJalr", "wrong"));
        let run = send(&signed("/", "", "execute-api", &auth), &["--fail"]).1.ended(1);
        assert!(run.out.contains("does not match"), "{run:?}");
    }
}
