//! What a file says, and what is said about a wrong one.

use std::time::Duration;

use super::*;
use crate::model::{
    Auth, Aws, AwsPayload, AwsPlace, Body, ClientAuth, Grant, Literal, PartContent, Place, Row, SecretSource,
    TokenKind,
};

const ORDER: &str = r#"
doc    = "Create an order"
tags   = ["smoke", "orders"]
method = "POST"
url    = "{{ base_url }}/v1/customers/:customer/orders"

[path]
customer = "{{ customer_id }}"

[params]
expand = ["items", "customer"]
debug  = { value = "1", enabled = false, doc = "extra fields" }
limit  = 10

[headers]
Accept          = "application/json"
Idempotency-Key = "{{ uuid() }}"

[auth]
bearer = "{{ login.token }}"

[body]
json = '''
{
  "sku": "{{ sku }}",
  "quantity": 2
}
'''

[http]
timeout   = { connect = "3s", read = "10s", total = "30s" }
redirects = false
verify    = true
max_body  = "1 GiB"
proxy     = "system"
cookies   = "staff"
resolve   = { "api.test:443" = "127.0.0.1" }

[retry]
max     = 4
on      = ["connect", "timeout", "429", "5xx"]
backoff = "200ms..5s"

[needs]
login = "auth/login"
bob   = { run = "auth/login", with = { user = "bob" }, max_age = "10m" }

[expect]
status                = 201
duration              = { lt = "800ms" }
"header content-type" = { starts = "application/json" }
"$.items[*].price"    = { each = { gte = 0, lt = 1000.5 } }

[capture]
order_id = "$.id"
receipt  = { from = "$.receipt_token", secret = true }

[poll]
every = "1s"
for   = "30s"

[paginate]
next = "header link | link next"
max  = 5
"#;

fn request(text: &str) -> Request {
    parse_request(text, Path::new("a.toml")).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// `line:column message | hint` of every problem.
fn problems(text: &str) -> Vec<String> {
    let problems = parse_request(text, Path::new("a.toml")).unwrap_err();
    problems.iter().map(short).collect()
}

fn short(problem: &Problem) -> String {
    let Place { line, column } = problem.place.unwrap();
    let hint = problem.hint.as_ref().map(|hint| format!(" | {hint}")).unwrap_or_default();
    format!("{line}:{column} {}{hint}", problem.message)
}

#[test]
fn every_part_of_a_request_is_read() {
    let order = request(ORDER);
    assert_eq!(order.tags, ["smoke", "orders"]);
    assert_eq!(order.params.len(), 4);
    assert_eq!(order.params[1], Row::new("expand", "customer"));
    assert!(!order.params[2].enabled);
    assert_eq!(order.params[3].value, "10");
    assert_eq!(order.auth, Some(Auth::Bearer("{{ login.token }}".into())));
    assert!(matches!(&order.body, Some(Body::Json(text)) if text.starts_with("{\n")));
    assert_eq!(order.http.timeout.read, Some(Duration::from_secs(10)));
    assert_eq!(order.http.redirects, Some(0));
    assert_eq!(order.http.max_body, Some(1 << 30));
    assert_eq!(order.retry.backoff, Some((Duration::from_millis(200), Duration::from_secs(5))));
    assert_eq!(order.needs[1].with, [("user".to_owned(), "bob".to_owned())]);
    assert_eq!(order.expect[0].predicate, Literal::Integer(201));
    assert!(order.capture[1].secret);
    assert_eq!(order.poll.unwrap().within, Duration::from_secs(30));
    assert_eq!(order.paginate.unwrap().max, Some(5));
}

#[test]
fn a_table_may_be_written_in_any_way_toml_has() {
    let plain = request("[http]\ntimeout = { connect = \"3s\" }\n[headers]\nA = \"1\"\n");
    let odd = "headers.A = \"1\"\n[http.timeout]\nconnect = \"3000ms\"\n";
    assert_eq!(request(odd), plain);
    assert_eq!(request("headers = { A = '1' }\nhttp.timeout.connect = \"3s\""), plain);
    assert_eq!(request("\u{feff}headers = { A = '1' }\r\nhttp.timeout.connect = \"3s\"\r\n"), plain);
}

#[test]
fn line_ends_of_a_checkout_are_not_sent() {
    let text = "[body]\njson = '''\n{\n}\n'''\n".replace('\n', "\r\n");
    assert_eq!(request(&text).body, Some(Body::Json("{\n}\n".into())));
    let escaped = "[body]\ntext = \"\"\"a\\r\nb\"\"\"\n".replace('\n', "\r\n");
    assert_eq!(request(&escaped).body, Some(Body::Text("a\r\nb".into())));
}

#[test]
fn oauth2_with_all_that_it_may_have() {
    let text = r#"
        [auth.oauth2]
        grant = "authorization_code"
        token_url = "{{ idp }}/token"
        auth_url = "{{ idp }}/authorize"
        client_id = "shop"
        scope = ["read", "write"]
        client_auth = "body"
        token = "id_token"
        header_prefix = ""
        pkce = false
        params = { prompt = "login" }
    "#;
    let Some(Auth::Oauth2(oauth2)) = request(text).auth else { panic!() };
    assert_eq!((oauth2.grant, oauth2.client_auth), (Grant::AuthorizationCode, ClientAuth::Body));
    assert_eq!((oauth2.token, oauth2.pkce), (TokenKind::IdToken, false));
    assert_eq!((oauth2.scope.as_str(), oauth2.header_prefix.as_str()), ("read write", ""));
    assert_eq!(oauth2.params, [("prompt".to_owned(), "login".to_owned())]);
    let least = "auth.oauth2 = { grant = 'refresh_token', token_url = 't', refresh_token = 'r' }";
    let Some(Auth::Oauth2(oauth2)) = request(least).auth else { panic!() };
    assert_eq!((oauth2.pkce, oauth2.header_prefix.as_str()), (true, "Bearer"));
}

#[test]
fn aws_with_and_without_keys() {
    assert_eq!(request("[auth.aws]").auth, Some(Auth::Aws(Aws::default())));
    let text = "auth.aws = { access_key = 'a', secret_key = 's', in = 'query', payload = 'unsigned' }";
    let Some(Auth::Aws(aws)) = request(text).auth else { panic!() };
    assert_eq!((aws.place, aws.payload), (AwsPlace::Query, AwsPayload::Unsigned));
    assert_eq!((aws.access_key.as_str(), aws.region.as_str()), ("a", ""));
}

#[test]
fn parts_and_kinds_of_auth() {
    let text = r#"
        [auth]
        api_key = { name = "key", value = "{{ k }}", in = "query" }
        [body.multipart]
        note = "hi"
        tag = ["a", { value = "b", enabled = false }]
        photo = { file = "a.png", type = "image/png", filename = "b.png", doc = "x" }
    "#;
    let request = request(text);
    assert_eq!(request.auth.unwrap().kind(), "api_key");
    let Some(Body::Multipart(parts)) = request.body else { panic!() };
    assert_eq!(parts.len(), 4);
    assert_eq!(parts[3].content, PartContent::File("a.png".into()));
    assert!(!parts[2].enabled);
    assert_eq!(super::parse_request("auth = \"none\"", Path::new("")).unwrap().auth, Some(Auth::None));
    assert_eq!(super::parse_request("auth = \"inherit\"", Path::new("")).unwrap().auth, None);
    let netrc = super::parse_request("auth = \"netrc\"", Path::new("")).unwrap().auth;
    assert_eq!(netrc, Some(Auth::Netrc(String::new())));
}

#[test]
fn wrong_files_say_what_where_and_what_to_do() {
    for (text, expected) in [
        ("metod = \"GET\"", "1:1 unknown key `metod` in a request | did you mean `method`?"),
        ("url = 5", "1:7 `url` must be a string, found an integer"),
        (
            "[http]\nredirects = true",
            "2:13 `redirects` cannot be true | write how many to follow: redirects = 10",
        ),
        ("[http]\nredirects = \"5\"", "2:13 `redirects` must be a number or false, found a string"),
        ("[http]\nredirects = -1", "2:13 `redirects` is out of range: -1"),
        (
            "[http]\ntimeout = { conect = \"3s\" }",
            "2:13 unknown key `conect` in `timeout` | did you mean `connect`?",
        ),
        (
            "[http.timeout]\nread = \"3\"",
            "2:8 `read` cannot be \"3\" | write a duration such as \"1.5s\", \"250ms\" or \"2m\"",
        ),
        (
            "[http]\nmin_tls = \"1.1\"",
            "2:11 `min_tls` cannot be \"1.1\" | write \"1.2\" or \"1.3\": older versions are not safe",
        ),
        ("[http]\nmin_tls = 1.2", "2:11 `min_tls` must be a string, found a"),
        (
            "[http]\nproxy = \"socks4://me:word@p\"",
            "2:9 `proxy` cannot be \"socks4://…\" | write \"system\", \"none\" or a URL: http://, https://, socks5:// or socks5h://",
        ),
        ("[headers]\nA = { enabled = true }", "2:5 `A` has no `value`"),
        ("[auth]\nbasik = { }", "2:1 unknown kind `basik` in `[auth]` | did you mean `basic`?"),
        (
            "[auth]\nkerberos = { }",
            "2:1 unknown kind `kerberos` in `[auth]` | there are: bearer, basic, digest, api_key, aws, oauth2, netrc",
        ),
        ("[auth]\nbasic = { username = \"x\" }", "2:9 `basic` has no `password`"),
        (
            "[auth.oauth2]\nclient_id = \"x\"",
            "1:1 `oauth2` has no `grant` | it is one of: client_credentials, password, refresh_token, \
             authorization_code, device_code",
        ),
        (
            "[auth.oauth2]\ngrant = \"pasword\"",
            "2:9 `grant` cannot be \"pasword\" | did you mean `password`?",
        ),
        (
            "auth.oauth2 = { grant = \"device_code\", token_url = \"/t\", client_id = \"c\" }",
            "1:15 `oauth2` has no `device_url`, which the grant device_code needs",
        ),
        ("[auth.aws]\nsecret_key = \"x\"", "1:1 `aws` has no `access_key`"),
        ("[auth.aws]\nin = \"header\"", "2:6 `in` cannot be \"header\" | did you mean `headers`?"),
        ("[auth]\nnetrc = 1", "2:9 `netrc` must be a string, found an integer"),
        ("auth = \"non\"", "1:8 `auth` cannot be \"non\" | did you mean `none`?"),
        ("[body]\njson = \"\"\ntext = \"\"", "3:1 `[body]` has both `json` and `text` | keep one of them"),
        (
            "[expect]\nstatus = 2020-01-01",
            "2:10 a date cannot be expected | JSON has no dates: write it as a string, in quotes",
        ),
        ("doc = \"ü\" url = 1", "1:11 "),
        ("url = \"a\"\nurl = \"b\"", "2:1 the key `url` stands twice"),
        ("[http]\n[http]", "2:2 the key `http` stands twice"),
        ("url = ", "1:"),
        ("[retry]\non = [\"5xxx\"]", "2:7 each of `on` cannot be \"5xxx\" | write "),
        ("[body]\njson = { a = 1 }", "2:8 `json` must be a string, found a table"),
    ] {
        let found = problems(text);
        assert!(found.iter().any(|found| found.starts_with(expected)), "{text}\n{found:#?}");
    }
}

#[test]
fn a_misspelling_is_told_and_not_what_it_leads_to() {
    let url = "token_url = \"u\"";
    for (text, expected) in [
        (
            "[auth.oauth2]\ngrant = \"refresh_token\"\ntoken_ur = \"u\"\nrefresh_token = \"r\"".to_owned(),
            "3:1 unknown key `token_ur` in `oauth2` | did you mean `token_url`?",
        ),
        (
            format!("[auth.oauth2]\ngrnt = \"password\"\n{url}"),
            "2:1 unknown key `grnt` in `oauth2` | did you mean `grant`?",
        ),
        (
            "[auth.basic]\nusername = \"u\"\npasword = \"p\"".to_owned(),
            "3:1 unknown key `pasword` in `basic` | did you mean `password`?",
        ),
        (
            "[headers]\nA = { valu = \"1\" }".to_owned(),
            "2:7 unknown key `valu` in `A` | did you mean `value`?",
        ),
        (
            "[body.graphql]\nqery = \"{ a }\"".to_owned(),
            "2:1 unknown key `qery` in `[body.graphql]` | did you mean `query`?",
        ),
    ] {
        assert_eq!(problems(&text), [expected], "{text}");
    }
}

#[test]
fn every_problem_is_told_in_the_order_of_the_file() {
    let found =
        problems("urll = 1\n[http]\nverify = 1\nrate = 2\n[nope]\na = 1\n[headers]\nA = []\nB = [1, [2]]\n");
    let lines: Vec<_> = found.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(lines, ["1", "3", "4", "5", "9"], "{found:#?}");
}

#[test]
fn a_secrets_value_is_refused() {
    let text = "[vars]\na = 1\n[secrets]\ntoken = \"hunter2\"\nother = { env = \"OTHER\" }\n";
    let problems = parse_environment(text, "local", Path::new("local.toml")).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(
        problems[0].to_string().split('\n').next(),
        Some("local.toml:4:9: the secret `token` must be a table, found a string")
    );
    let hint = problems[0].hint.as_ref().unwrap();
    assert!(hint.contains("never write") && hint.contains("token = { env = \"TOKEN\" }"), "{hint}");
    assert!(!problems[0].to_string().contains("hunter2"));
}

#[test]
fn an_environment_and_a_folder() {
    let text = "doc = \"d\"\n[vars]\nn = 1\nb = true\nf = 1.50\ns = \"x\"\n[secrets]\na = { env = \"A\" }\nb = { keyring = \"s/u\" }\nc = { prompt = \"?\" }\nd = { command = [\"pass\", \"x\"] }\n";
    let local = parse_environment(text, "local", Path::new("")).unwrap();
    assert_eq!(local.name, "local");
    let values: Vec<_> = local.vars.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["1", "true", "1.50", "x"]);
    assert_eq!(local.secrets[3].1, SecretSource::Command(vec!["pass".into(), "x".into()]));

    let folder = "name = \"Shop\"\norder = [\"b\", \"a\"]\nauth = \"none\"\n[vars]\nx = \"1\"\n[expect]\nstatus = 200\n";
    let folder = parse_folder(folder, Path::new("")).unwrap();
    assert_eq!(folder.name.as_deref(), Some("Shop"));
    assert_eq!(folder.defaults.expect.len(), 1);
    assert!(parse_folder("url = \"x\"", Path::new("")).is_err());
}

#[test]
fn a_commented_out_table_says_nothing() {
    assert_eq!(request("[auth]\n# bearer = \"x\"\n[body]\n[params]\n"), Request::default());
}
