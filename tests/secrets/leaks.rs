//! Sends requests that hold secrets wherever they can stand, to a server that repeats them all, and looks for the values
//! in everything that was written.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::program::{Practice, Run, Sandbox};

const TOKEN: &str = "tok-s3cr3t/+& =ü\"end";
const PASSWORD: &str = "pass:W0rd-of-mine";
const HOST: &str = "secret-host-name";

const ENVIRONMENT: &str = "[secrets]\ntoken = { env = \"T_TOKEN\" }\npassword = { env = \"T_PASSWORD\" }\n\
    host = { env = \"T_HOST\" }\n";
const DOTENV: &str =
    "T_TOKEN='tok-s3cr3t/+& =ü\"end'\nT_PASSWORD='pass:W0rd-of-mine'\nT_HOST=secret-host-name\n";

const EVERYWHERE: &str = r#"method = "POST"
url = "{{ base_url }}/echo/:place"
[path]
place = "{{ token }}"
[params]
q = "{{ token }}"
upper = "{{ token | upper }}"
[headers]
X-Token = "{{ token | url }}"
X-Both = "a {{ password }} b"
"X-{{ host }}" = "1"
[auth.basic]
username = "me"
password = "{{ password }}"
[body]
json = '{"token": {{ token | json }}, "twice": {{ concat(token, token) | json }}}'
"#;
const REDIRECTED: &str =
    "url = \"{{ base_url }}/redirect/302?to={{ '/echo?t=' | url }}{{ token | url | url }}\"\n";
const IN_HEAD: &str = "url = \"{{ base_url }}/response-fields\"\n[params]\nX-Echo = \"{{ password }}\"\n\
    Set-Cookie = \"c={{ password }}\"\n[http]\ncookies = false\n";
const REFUSED: &str = "url = \"http://127.0.0.1:1/{{ token | url }}?{{ password | url }}\"\n";
const UNKNOWN: &str = "url = \"http://{{ host }}.invalid/\"\n";
const LARGE: &str = "method = \"POST\"\nurl = \"{{ base_url }}/echo\"\n[body]\ntext = \"{{ filler }}{{ token }}{{ filler }}\"\n";
const NO_METHOD: &str = "method = \"{{ token }}\"\nurl = \"{{ base_url }}/\"\n";
const NO_FILE: &str = "url = \"{{ base_url }}/\"\n[body]\nfile = \"no-{{ host }}\"\n";
const WRONG_JSON: &str = "url = \"{{ base_url }}/\"\n[body]\njson = '{\"a\": {{ host }} }'\n";

const REQUESTS: [(&str, &str, i32); 9] = [
    ("everywhere", EVERYWHERE, 0),
    ("redirected", REDIRECTED, 0),
    ("in-head", IN_HEAD, 0),
    ("refused", REFUSED, 3),
    ("unknown", UNKNOWN, 3),
    ("large", LARGE, 0),
    ("no-method", NO_METHOD, 2),
    ("no-file", NO_FILE, 2),
    ("wrong-json", WRONG_JSON, 2),
];

/// What must not be found: each value as it is and as encoders write it, and long parts of it in base64.
fn forms() -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for value in [TOKEN, PASSWORD, HOST] {
        let json = serde_json::to_string(value).unwrap();
        let json = &json[1..json.len() - 1];
        let percent = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        forms.extend([value.to_owned(), json.to_owned(), json.replace('\\', "\\\\"), percent.clone()]);
        forms.push(utf8_percent_encode(&percent, NON_ALPHANUMERIC).to_string());
        forms.push(url::form_urlencoded::byte_serialize(value.as_bytes()).collect());
        forms.push(value.to_uppercase());
        for skipped in 0..3 {
            let text = format!("{}{value}", "x".repeat(skipped));
            for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                let (first, last) = ((skipped * 8_usize).div_ceil(6), encoded.len() - 2);
                forms.push(encoded[first..last].to_owned());
            }
        }
    }
    forms.into_iter().map(String::into_bytes).collect()
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for form in forms() {
        let found = bytes.windows(form.len()).position(|window| window == form);
        if let Some(at) = found {
            let around = &bytes[at.saturating_sub(40)..(at + form.len() + 20).min(bytes.len())];
            panic!(
                "{what} has {:?} in {:?}",
                String::from_utf8_lossy(&form),
                String::from_utf8_lossy(around)
            );
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Every file below, as it is and unpacked.
fn assert_folder_is_clean(folder: &Path) -> usize {
    let mut all = Vec::new();
    files(folder, &mut all);
    for path in &all {
        let name = path.display().to_string();
        let bytes = fs::read(path).unwrap();
        assert_clean(&name, &bytes);
        if path.extension().is_some_and(|extension| extension == "zst") {
            assert_clean(&name, &zstd::decode_all(&bytes[..]).unwrap());
        }
        if path.extension().is_some_and(|extension| extension == "sqlite") {
            let connection = rusqlite::Connection::open(path).unwrap();
            let mut statement =
                connection.prepare("SELECT content FROM body WHERE content IS NOT NULL").unwrap();
            let bodies = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
            let count = bodies
                .map(|body| assert_clean(&name, &zstd::decode_all(&body.unwrap()[..]).unwrap()))
                .count();
            assert!(count > 2, "the bodies were kept");
        }
    }
    all.len()
}

#[test]
fn nothing_that_is_written_has_a_secrets_value() {
    let practice = Practice::start();
    // Larger than what the history keeps in its database.
    let filler = "0123456789".repeat(300_000);
    let vars = format!("[vars]\nbase_url = \"{}\"\nfiller = \"{filler}\"\n{ENVIRONMENT}", practice.url());
    let mut sandbox = vec![(".env", DOTENV), ("collection.toml", "name = \"Shop\"\n")];
    sandbox.push(("environments/local.toml", &vars));
    let names: Vec<String> = REQUESTS.iter().map(|(name, ..)| format!("{name}.toml")).collect();
    sandbox.extend(names.iter().zip(REQUESTS).map(|(name, (_, text, _))| (name.as_str(), text)));
    let sandbox = Sandbox::new(&sandbox);
    for (name, _, code) in REQUESTS {
        let mut command = sandbox.command(&["send", "-v", name]);
        let run = Run::from(command.env("ANTIPHON_LOG", "trace").output().unwrap()).ended(code);
        assert_clean(&format!("stderr of {name}"), run.err.as_bytes());
        if name == "everywhere" {
            assert!(
                run.out.contains("pass:W0rd"),
                "the server repeats it, and stdout has what it said: {run:?}"
            );
        }
        if code != 2 {
            let run = sandbox.run(&["send", "--json", name]).ended(code);
            assert_clean(&format!("--json of {name}"), run.out.as_bytes());
        }
    }
    let listed = sandbox.run(&["history", "list", "--json"]).ended(0);
    assert_clean("history", listed.out.as_bytes());
    assert_clean("history", sandbox.run(&["history", "show", "1", "--json"]).ended(0).out.as_bytes());
    // What was kept is sent again with the values, which are looked up anew.
    let listed: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    let all = listed.as_array().unwrap();
    let first =
        all.iter().find(|entry| entry["source"] == "everywhere").unwrap()["id"].as_str().unwrap().to_owned();
    let again = sandbox.run(&["history", "replay", &first]).ended(0);
    assert!(again.out.contains("pass:W0rd"), "{again:?}");
    assert!(
        again.out.contains("X-secret-host-name") || again.out.contains("x-secret-host-name"),
        "{again:?}"
    );
    assert!(assert_folder_is_clean(&sandbox.home()) > 2);
}
