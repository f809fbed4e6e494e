//! What comes over the wire, as a user of the command line sees it: charsets, codings that are not known, bombs.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread::JoinHandle,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::support::program::Sandbox;
#[cfg(unix)]
use crate::support::terminal::Terminal;

/// A server that gives the same answer to each connection's first request, and its URL.
pub(crate) fn serve(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let _: JoinHandle<()> = std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let mut got = Vec::new();
            while !got.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                got.extend(byte);
            }
            // Who has had enough of a long answer goes.
            let _ = stream.write_all(&answer);
        }
    });
    url
}

/// An answer with that head's fields and body.
pub(crate) fn answer(fields: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{fields}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Bodies in each charset: the fields that say so, the bytes, the text in them, and the charset's name as it is told.
fn charsets() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let utf16 = |text: &str, is_big: bool| -> Vec<u8> {
        let mark = std::iter::once(0xfeff);
        let units = mark.chain(text.encode_utf16());
        units.flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    vec![
        ("Content-Type: text/plain; charset=ISO-8859-1\r\n", b"caf\xe9".to_vec(), "café", "windows-1252"),
        (
            "Content-Type: text/plain; charset=Shift_JIS\r\n",
            b"\x93\xfa\x96\x7b".to_vec(),
            "日本",
            "Shift_JIS",
        ),
        ("Content-Type: text/plain\r\n", utf16("größe", false), "größe", "UTF-16LE"),
        ("Content-Type: text/plain\r\n", utf16("größe", true), "größe", "UTF-16BE"),
        (
            "Content-Type: text/html\r\n",
            b"<meta charset=\"iso-8859-2\"><p>\xb1</p>".to_vec(),
            "<p>ą</p>",
            "ISO-8859-2",
        ),
        (
            "Content-Type: text/html\r\n",
            b"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\"><p>\xc4\xe0</p>"
                .to_vec(),
            "<p>Да</p>",
            "windows-1251",
        ),
        (
            "Content-Type: application/xml\r\n",
            b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>".to_vec(),
            "<a>ü</a>",
            "windows-1252",
        ),
        (
            "Content-Type: application/json; charset=iso-8859-1\r\n",
            b"{\"a\": \"\xfc\"}".to_vec(),
            "\"ü\"",
            "windows-1252",
        ),
        ("Content-Type: text/plain\r\n", "größe".into(), "größe", "UTF-8"),
    ]
}

#[test]
fn json_has_the_text_and_names_its_charset() {
    let sandbox = Sandbox::new(&[]);
    for (fields, bytes, text, charset) in charsets() {
        let url = serve(answer(fields, &bytes));
        let sent = sandbox.json(&["send", &url, "--json"]);
        let response = &sent["response"];
        assert!(response["body"].as_str().unwrap().contains(text), "{fields} {response:#}");
        assert_eq!(response["body_encoding"], "text");
        assert_eq!(response["charset"], charset, "{fields}");
        assert_eq!(response["size"]["decoded"], bytes.len());
        // The archive's text is in UTF-8 as well (HAR 1.2, content).
        let har = sandbox.json(&["send", &url, "--har"]);
        let content = &har["log"]["entries"][0]["response"]["content"];
        assert!(content["text"].as_str().unwrap().contains(text), "{content:#}");
        // And a pipe has the bytes as they came.
        assert_eq!(sandbox.run(&["send", &url]).ended(0).bytes, bytes, "{fields}");
    }
}

/// What is not in the charset that it names, or names none, is bytes; a guess is for the eye alone.
#[test]
fn json_guesses_nothing() {
    let sandbox = Sandbox::new(&[]);
    for (fields, bytes) in [
        ("Content-Type: text/plain\r\n", b"caf\xe9".as_slice()),
        ("Content-Type: text/plain; charset=utf-8\r\n", b"caf\xe9"),
        ("Content-Type: text/plain; charset=Shift_JIS\r\n", b"\x93\xfa\x96"),
        ("Content-Type: image/x; charset=iso-8859-1\r\n", b"\xff\xfe\x00\x01"),
    ] {
        let sent = sandbox.json(&["send", &serve(answer(fields, bytes)), "--json"]);
        let response = &sent["response"];
        assert_eq!(response["body_encoding"], "base64", "{fields}");
        assert_eq!(response["charset"], Value::Null);
        assert_eq!(STANDARD.decode(response["body"].as_str().unwrap()).unwrap(), bytes);
    }
}

/// A server that repeats a secret in another charset does not bring it into what others keep.
#[test]
fn a_secret_in_another_charset_is_masked() {
    let utf16: Vec<u8> = "\u{feff}it is hunter2".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases = [
        ("Content-Type: text/plain; charset=iso-8859-1\r\n", b"\xfc hunter2 \xfc".to_vec(), "ü •••••• ü"),
        ("Content-Type: text/plain\r\n", utf16, "it is ••••••"),
    ];
    for (fields, bytes, text) in cases {
        let url = serve(answer(fields, &bytes));
        let request = format!("url = \"{url}?t={{{{ token }}}}\"\n");
        let sandbox =
            Sandbox::with_collection("http://unused/", &[("one.toml", &request), (".env", "T=hunter2\n")]);
        sandbox.write("environments/local.toml", "[secrets]\ntoken = { env = \"T\" }\n");
        let sent = sandbox.json(&["send", "one", "--json"]);
        assert_eq!(sent["response"]["body"], text, "{sent:#}");
    }
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_the_text() {
    let sandbox = Sandbox::new(&[]);
    for (fields, bytes, text, _) in charsets() {
        let url = serve(answer(fields, &bytes));
        let mut terminal = Terminal::spawn(&["send", &url], 100, 12, &sandbox.variables(), &sandbox.work());
        assert_eq!(terminal.wait_exit(), 0);
        let screen = terminal.screen();
        // Markup is laid out: its text may stand on a line of its own.
        let inner = text.trim_start_matches(|letter| letter != '>').trim_start_matches('>');
        let inner = inner.split('<').next().filter(|inner| !inner.is_empty()).unwrap_or(text);
        assert!(screen.contains(inner), "{fields}: {screen}");
    }
}

#[test]
fn a_coding_that_is_not_known_is_named() {
    let sandbox = Sandbox::new(&[]);
    let url = serve(answer("Content-Encoding: x-unheard-of\r\n", b"as it came"));
    let sent = sandbox.json(&["send", &url, "--json"]);
    let note = "the body is shown as it came: the Content-Encoding x-unheard-of is not known";
    assert_eq!(sent["response"]["notes"], serde_json::json!([note]));
    assert_eq!(sent["response"]["body"], "as it came");
    let run = sandbox.run(&["send", &url, "-v"]).ended(0);
    assert!(run.err.contains(&format!("* {note}")), "{run:?}");
    assert_eq!(run.out, "as it came");
    let run = sandbox.run(&["history", "show", "1"]).ended(0);
    assert!(run.out.contains(note), "{run:?}");
}

/// A gigabyte in a megabyte, or less, in as much memory as any other answer takes.
#[cfg(target_os = "linux")]
#[test]
fn a_bomb_takes_no_memory() {
    use std::process::Command;
    let bomb = zstd::stream::encode_all(std::io::repeat(b'0').take(1 << 30), 1).unwrap();
    let url = serve(answer("Content-Encoding: zstd\r\nContent-Type: text/plain\r\n", &bomb));
    let sandbox = Sandbox::new(&[]);
    // All the addresses that the program may have, in kilobytes; a thread's own arena alone would take 64 megabytes.
    let limited = "ulimit -v 400000; exec \"$0\" send \"$1\" -o out --max-body 300MB";
    let mut command = Command::new("sh");
    command.args(["-c", limited]).arg(crate::support::program::program()).arg(&url);
    command.current_dir(sandbox.work()).envs(sandbox.variables());
    command.env("MALLOC_ARENA_MAX", "1").env("TOKIO_WORKER_THREADS", "2");
    let run = crate::support::program::Run::from(command.output().unwrap()).ended(3);
    assert!(run.err.contains("larger than 300000000 bytes"), "{run:?}");
    assert!(!sandbox.work().join("out").exists());
}
