//! docs/file-format.md says what is true: its examples are read, and every key is in it.

use super::*;

const PAGE: &str = include_str!("../../../docs/file-format.md");

/// The blocks of the page with the word behind their fence's `toml`.
fn examples() -> Vec<(&'static str, &'static str)> {
    let blocks = PAGE.split("\n```toml").skip(1);
    blocks
        .map(|block| {
            let (kind, rest) = block.split_once('\n').unwrap();
            (kind.trim(), rest.split("```\n").next().unwrap())
        })
        .collect()
}

#[test]
fn every_example_is_read_and_kept() {
    let file = Path::new("docs/file-format.md");
    let examples = examples();
    assert!(examples.len() > 10);
    for (kind, text) in examples {
        let problems = match kind {
            "request" => parse_request(text, file).err(),
            "folder" => parse_folder(text, file).err(),
            "environment" => parse_environment(text, "staging", file).err(),
            other => panic!("an example is a request, a folder or an environment, not {other:?}"),
        };
        assert_eq!(problems, None, "{text}");
    }
}

/// The examples are laid out as a new file is, but for numbers that may stand without quotes.
#[test]
fn examples_are_written_as_they_stand() {
    for (kind, text) in examples() {
        let written = match kind {
            "request" => write_request("", &parse_request(text, Path::new("")).unwrap()),
            "folder" => write_folder("", &parse_folder(text, Path::new("")).unwrap()),
            _ => continue,
        };
        let quoted = text.replace("page = 2", "page = \"2\"").replace("limit = 20", "limit = \"20\"");
        assert_eq!(written.unwrap(), quoted);
    }
}

#[test]
fn every_key_is_named() {
    let keys = "doc tags method url cases name order value enabled bearer basic digest api_key username password \
        json text xml form multipart file graphql base64 query variables operation type filename timeout connect \
        read total redirects verify ca cert cert_password min_tls version proxy no_proxy max_body cookies compress \
        expect_continue resolve unix_socket https_only rate idempotent max on backoff run with max_age from secret every for next page \
        offset cursor env keyring prompt command";
    for key in keys.split_whitespace() {
        let named = [format!("`{key}`"), format!("{key} ="), format!("`{key}`,"), format!("`{{ {key} =")];
        assert!(named.iter().any(|named| PAGE.contains(named.as_str())), "{key} is not in the page");
    }
    for table in [
        "path", "params", "headers", "auth", "body", "vars", "http", "retry", "needs", "expect", "capture",
        "poll", "paginate", "secrets",
    ] {
        assert!(PAGE.contains(&format!("[{table}]")), "[{table}] is not in the page");
    }
}
