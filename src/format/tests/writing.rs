//! What a save changes in a file, and what it leaves alone.

use super::*;
use crate::model::{Auth, Body, Part, PartContent, Row, Timeouts};

/// `text` after `change` was made to its request.
fn saved(text: &str, change: impl FnOnce(&mut Request)) -> String {
    let mut request = parse_request(text, Path::new("")).unwrap();
    change(&mut request);
    let written = write_request(text, &request).unwrap();
    assert_eq!(parse_request(&written, Path::new("")).unwrap(), request, "{written}");
    written
}

/// The same in a file with CRLF line ends.
fn check(before: &str, change: impl Fn(&mut Request), after: &str) {
    assert_eq!(saved(before, &change), after, "from\n{before}");
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(saved(&crlf(before), &change), crlf(after), "with CRLF, from\n{before}");
}

fn row(name: &str, value: &str) -> Row {
    Row::new(name, value)
}

#[test]
fn a_new_file_is_laid_out_by_the_book() {
    let request = Request {
        doc: "Create an order".into(),
        tags: vec!["smoke".into()],
        method: "POST".into(),
        url: "{{ base_url }}/orders".into(),
        headers: vec![row("Accept", "application/json"), row("X-A", "1"), row("X-A", "2")],
        params: vec![Row { enabled: false, doc: "d".into(), ..row("debug", "1") }],
        auth: Some(Auth::Basic { username: "u".into(), password: "{{ p }}".into() }),
        body: Some(Body::Json("{\n  \"a\": 1\n}\n".into())),
        ..Request::default()
    };
    let expected = r#"doc    = "Create an order"
tags   = ["smoke"]
method = "POST"
url    = "{{ base_url }}/orders"

[params]
debug = { value = "1", enabled = false, doc = "d" }

[headers]
Accept = "application/json"
X-A    = ["1", "2"]

[auth]
basic = { username = "u", password = "{{ p }}" }

[body]
json = '''
{
  "a": 1
}
'''
"#;
    let written = write_request("", &request).unwrap();
    assert_eq!(written, expected);
    assert_eq!(parse_request(&written, Path::new("")).unwrap(), request);
}

#[test]
fn a_changed_value_keeps_its_comment_and_its_quotes() {
    check(
        "# top\nmethod='GET'   # why\nurl = \"/a\"\t# where\n",
        |r| r.method = "POST".into(),
        "# top\nmethod='POST'   # why\nurl = \"/a\"\t# where\n",
    );
    check(
        "[headers]\nA = 'x' # c\nB    =    \"y\"\n",
        |r| r.headers[1].value = "say \"z\"".into(),
        "[headers]\nA = 'x' # c\nB    =    'say \"z\"'\n",
    );
    check(
        "[params]\nlimit = 10 # few\n",
        |r| r.params[0].value = "20".into(),
        "[params]\nlimit = 20 # few\n",
    );
    check(
        "[body]\njson = \"\"\"{\n  \"a\": 1\n}\"\"\" # end\n",
        |r| r.body = Some(Body::Json("{\n  \"a\": 2\n}".into())),
        "[body]\njson = \"\"\"{\n  \"a\": 2\n}\"\"\" # end\n",
    );
    check(
        "[http]\ntimeout = { connect = \"3s\", total = \"9s\" } # t\nredirects = false\n",
        |r| {
            r.http.timeout.total = Some(std::time::Duration::from_secs(8));
            r.http.redirects = Some(3);
        },
        "[http]\ntimeout = { connect = \"3s\", total = \"8s\" } # t\nredirects = 3\n",
    );
}

#[test]
fn rows_come_and_go_by_the_line() {
    let before = "url = \"/\"\n\n[headers]\n# one\nAccept        = \"a\"  # first\nAuthorization = \"b\"\n\n# about auth\n[auth]\nbearer = \"t\"\n";
    check(
        before,
        |r| r.headers.push(row("X", "1")),
        &before.replace("= \"b\"\n", "= \"b\"\nX             = \"1\"\n"),
    );
    check(
        before,
        |r| r.headers.insert(0, row("X", "1")),
        &before.replace("Accept  ", "X             = \"1\"\nAccept  "),
    );
    check(before, |r| _ = r.headers.remove(0), &before.replace("Accept        = \"a\"  # first\n", ""));
    check(
        before,
        |r| r.headers.swap(0, 1),
        &before
            .replace("Authorization = \"b\"\n", "")
            .replace("Accept        = \"a\"", "Authorization = \"b\"\nAccept        = \"a\""),
    );
    check(
        before,
        |r| r.headers[0].name = "Accepted".into(),
        &before.replace("Accept        =", "Accepted      ="),
    );
    check(
        before,
        |r| r.headers[1].enabled = false,
        &before.replace("= \"b\"", "= { value = \"b\", enabled = false }"),
    );
    check(
        before,
        |r| r.headers.insert(1, row("Accept", "c")),
        &before.replace("= \"a\"", "= [\"a\", \"c\"]"),
    );
    check(
        before,
        |r| r.headers.clear(),
        &before.replace("Accept        = \"a\"  # first\nAuthorization = \"b\"\n", ""),
    );
}

#[test]
fn the_last_row_takes_its_table_along() {
    let before = "url = \"/\"\n\n[params]\na = \"1\"\n\n[headers]\nB = \"2\"\n";
    check(before, |r| r.params.clear(), "url = \"/\"\n\n[headers]\nB = \"2\"\n");
    check(before, |r| r.headers.clear(), "url = \"/\"\n\n[params]\na = \"1\"\n");
    check("[params]\na = \"1\"\n\n[headers]\nB = \"2\"\n", |r| r.params.clear(), "[headers]\nB = \"2\"\n");
    check("url = \"/\"\nparams = { a = \"1\" }\n", |r| r.params.clear(), "url = \"/\"\n");
}

#[test]
fn a_table_comes_in_its_canonical_place() {
    let before = "url = \"/\"\n\n[path]\nid = \"1\"\n# more\n\n# the body\n[body]\ntext = \"x\"\n";
    check(
        before,
        |r| r.headers.push(row("A", "1")),
        &before.replace("# more\n", "# more\n\n[headers]\nA = \"1\"\n"),
    );
    check(before, |r| r.http.verify = Some(false), &format!("{before}\n[http]\nverify = false\n"));
    check(
        before,
        |r| r.vars.push(("a".into(), "1".into())),
        &before.replace("[path]", "[vars]\na = \"1\"\n\n[path]"),
    );
    let unended = saved("url = \"/\"", |r| r.headers.push(row("A", "1")));
    assert_eq!(unended, "url = \"/\"\n\n[headers]\nA = \"1\"");
    check("[headers]\nA = \"1\"\n", |r| r.url = "/".into(), "url = \"/\"\n\n[headers]\nA = \"1\"\n");
    check("url = \"/\"\n", |r| r.method = "PUT".into(), "method = \"PUT\"\nurl = \"/\"\n");
    check("# about\nurl = \"/\"\n", |r| r.doc = "d".into(), "# about\ndoc = \"d\"\nurl = \"/\"\n");
    check("# only this\n", |r| r.url = "/".into(), "# only this\nurl = \"/\"\n");
}

#[test]
fn another_kind_of_auth_or_body_replaces_the_first() {
    let before =
        "url = \"/\"\n\n[auth]  # who\nbearer = \"t\"\n\n[body]\njson = \"{}\"\n\n[http]\nverify = true\n";
    check(
        before,
        |r| r.auth = Some(Auth::Digest { username: "u".into(), password: "p".into() }),
        &before.replace("bearer = \"t\"", "digest = { username = \"u\", password = \"p\" }"),
    );
    check(
        before,
        |r| r.auth = Some(Auth::None),
        &before
            .replace("\n[auth]  # who\nbearer = \"t\"\n", "")
            .replace("\"/\"\n", "\"/\"\nauth = \"none\"\n"),
    );
    check(before, |r| r.auth = None, &before.replace("\n[auth]  # who\nbearer = \"t\"\n", ""));
    check(
        before,
        |r| r.body = Some(Body::Form(vec![row("a", "1")])),
        &before.replace("[body]\njson = \"{}\"\n", "[body.form]\na = \"1\"\n"),
    );
    check(before, |r| r.body = Some(Body::Text("{}".into())), &before.replace("json = ", "text = "));
    check(
        "url = \"/\"\nauth = \"inherit\" # as above\n",
        |r| r.auth = Some(Auth::None),
        "url = \"/\"\nauth = \"none\" # as above\n",
    );
    check(
        "url = \"/\"\nauth = \"none\"\n\n[body.form]\na = \"1\"\n",
        |r| r.auth = Some(Auth::Bearer("t".into())),
        "url = \"/\"\n\n[auth]\nbearer = \"t\"\n\n[body.form]\na = \"1\"\n",
    );
    check(
        "[body.form]\na = \"1\"\n\n[http]\nverify = true\n",
        |r| r.body = Some(Body::Text("x\ny".into())),
        "[body]\ntext = '''\nx\ny'''\n\n[http]\nverify = true\n",
    );
}

#[test]
fn the_rest_of_a_list_or_an_inline_table_stays() {
    check("tags = [ 'a', \"b\" ,\"c\" ]\n", |r| r.tags[1] = "x".into(), "tags = [ 'a', \"x\" ,\"c\" ]\n");
    check("tags = [ 'a', \"b\" ,\"c\" ]\n", |r| _ = r.tags.remove(0), "tags = [ \"b\" ,\"c\" ]\n");
    check("tags = [\"a\", \"b\"]\n", |r| _ = r.tags.pop(), "tags = [\"a\"]\n");
    check("tags = [\"a\"]\n", |r| r.tags.push("b".into()), "tags = [\"a\", \"b\"]\n");
    check(
        "tags = [\n  \"a\", # first\n  \"b\", # second\n]\n",
        |r| r.tags.push("c".into()),
        "tags = [\n  \"a\", # first\n  \"b\", # second\n  \"c\",\n]\n",
    );
    check(
        "tags = [\n  \"a\", # first\n  \"b\" # second\n]\n",
        |r| r.tags.push("c".into()),
        "tags = [\n  \"a\", # first\n  \"b\", # second\n  \"c\"\n]\n",
    );
    check(
        "tags = [\n  \"a\", # first\n  \"b\", # second\n]\n",
        |r| _ = r.tags.remove(0),
        "tags = [\n  \"b\", # second\n]\n",
    );
    let debug = "[params]\ndebug = {value='1',  doc = \"d\" } # off\n";
    check(debug, |r| r.params[0].value = "2".into(), &debug.replace("'1'", "'2'"));
    check(debug, |r| r.params[0].doc = String::new(), "[params]\ndebug = '1' # off\n");
    check(debug, |r| r.params[0].enabled = false, &debug.replace("'1'", "'1', enabled = false"));
    check(
        "[params]\ndebug = { value = \"1\", enabled = true }\n",
        |r| r.params[0].enabled = false,
        "[params]\ndebug = { value = \"1\", enabled = false }\n",
    );
    check(
        "headers = { A = \"1\", B = \"2\" } # h\n",
        |r| r.headers.push(row("C", "3")),
        "headers = { A = \"1\", B = \"2\", C = \"3\" } # h\n",
    );
    check(
        "headers = { A = \"1\", B = \"2\" } # h\n",
        |r| r.headers[0].name = "Z".into(),
        "headers = { Z = \"1\", B = \"2\" } # h\n",
    );
}

#[test]
fn a_row_switched_off_and_on_again_is_as_before() {
    let before = "[headers]\nA = 'x' # a\nB = [ 'y', \"z\" ]\n";
    let off = "[headers]\nA = { value = 'x', enabled = false } # a\nB = [ 'y', { value = \"z\", enabled = false } ]\n";
    let switch = |on: bool| {
        move |r: &mut Request| {
            r.headers[0].enabled = on;
            r.headers[2].enabled = on;
        }
    };
    check(before, switch(false), off);
    check(off, switch(true), before);
    check(
        "[headers]\nA = { value = \"x\", enabled = false, doc = \"d\" }\n",
        |r| r.headers[0].enabled = true,
        "[headers]\nA = { value = \"x\", doc = \"d\" }\n",
    );
}

#[test]
fn a_header_kept_over_comments_is_used_again() {
    let empty = "url = \"/\"\n\n[headers]\n# A = \"1\"\n\n[auth]\n# bearer = \"t\"\n";
    check(empty, |r| r.headers.push(row("B", "2")), &empty.replace("[headers]\n", "[headers]\nB = \"2\"\n"));
    check(
        empty,
        |r| r.auth = Some(Auth::Bearer("u".into())),
        &empty.replace("[auth]\n", "[auth]\nbearer = \"u\"\n"),
    );
    check(
        empty,
        |r| r.auth = Some(Auth::None),
        "url = \"/\"\nauth = \"none\"\n\n[headers]\n# A = \"1\"\n# bearer = \"t\"\n",
    );
}

#[test]
fn dotted_keys_and_subtables_are_edited_where_they_stand() {
    check(
        "url = \"/\"\nheaders.A = \"1\"\nheaders.B = \"2\"\n",
        |r| r.headers.insert(1, row("C", "3")),
        "url = \"/\"\nheaders.A = \"1\"\nheaders.C = \"3\"\nheaders.B = \"2\"\n",
    );
    check(
        "[http]\nverify = true\n\n[http.timeout]\nread = \"1s\"\n",
        |r| r.http.timeout = Timeouts { connect: Some(std::time::Duration::from_secs(2)), ..r.http.timeout },
        "[http]\nverify = true\n\n[http.timeout]\nconnect = \"2s\"\nread = \"1s\"\n",
    );
    check(
        "[params.debug]\nvalue = \"1\" # one\nenabled = false\n",
        |r| r.params[0].enabled = true,
        "[params.debug]\nvalue = \"1\" # one\n",
    );
    let text = saved("[params.debug]\nvalue = \"1\" # one\n", |r| r.params.insert(0, row("a", "b")));
    assert!(text.contains("[params]\na"), "{text}");
}

#[test]
fn parts_of_a_multipart_body() {
    let before = "[body.multipart]\nnote = \"hi\" # n\nphoto = { file = \"a.png\", type = \"image/png\" }\n";
    let change = |r: &mut Request| {
        let Some(Body::Multipart(parts)) = &mut r.body else { panic!() };
        parts[1].content = PartContent::File("b.png".into());
        parts.push(Part {
            name: "note".into(),
            content: PartContent::Text("x".into()),
            media_type: None,
            filename: None,
            enabled: true,
            doc: String::new(),
        });
    };
    let mut request = parse_request(before, Path::new("")).unwrap();
    change(&mut request);
    let written = write_request(before, &request).unwrap();
    assert_eq!(written, before.replace("\"hi\"", "[\"hi\", \"x\"]").replace("a.png", "b.png"));
}

#[test]
fn what_toml_cannot_hold_is_refused() {
    let request =
        Request { vars: vec![("a".into(), "1".into()), ("a".into(), "2".into())], ..Request::default() };
    let problems = write_request("", &request).unwrap_err();
    assert_eq!(problems[0].message, "`a` stands twice in `vars`");
    assert!(write_request("url = 1", &Request::default()).is_err());
}

#[test]
fn folders_and_environments_are_edited_in_place_too() {
    let text = "name = 'Shop' # n\n\n[vars]\na = 1\n";
    let mut folder = parse_folder(text, Path::new("")).unwrap();
    folder.order = vec!["b".into(), "a".into()];
    folder.defaults.vars[0].1 = "2".into();
    assert_eq!(
        write_folder(text, &folder).unwrap(),
        "name = 'Shop' # n\norder = [\"b\", \"a\"]\n\n[vars]\na = 2\n"
    );

    let text = "[vars]\na = \"1\" # a\n[secrets]\nt = { env = \"T\" } # t\n";
    let mut local = parse_environment(text, "local", Path::new("")).unwrap();
    local.secrets[0].1 = crate::model::SecretSource::Keyring("s/u".into());
    local.vars.push(("b".into(), "2".into()));
    assert_eq!(
        write_environment(text, &local).unwrap(),
        "[vars]\na = \"1\" # a\nb = \"2\"\n[secrets]\nt = { keyring = \"s/u\" } # t\n"
    );
}
