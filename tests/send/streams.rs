//! Bodies that are printed while they arrive: the server here waits until the client has shown what it had so far.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Stdio},
};

use super::support::program::{Run, Sandbox};
#[cfg(unix)]
use super::support::terminal::Terminal;

/// A server of which each answer is written by the test.
struct Scripted {
    listener: TcpListener,
}

impl Scripted {
    fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    fn url(&self) -> String {
        format!("http://{}/events", self.listener.local_addr().unwrap())
    }

    /// The next request's connection, once its head is read; the answer's head is on its way.
    fn answer(&self, head: &str) -> TcpStream {
        let (mut stream, _) = self.listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert!(reader.read_line(&mut line).unwrap() > 0, "the request ends");
        }
        stream.write_all(head.replace('\n', "\r\n").as_bytes()).unwrap();
        stream
    }
}

/// An answer of that type whose body ends with the connection.
fn head(media_type: &str) -> String {
    format!("HTTP/1.1 200 OK\nContent-Type: {media_type}\nConnection: close\n\n")
}

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = sandbox.command(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends with these flags, and has each of the answers in its turn.
fn answered(flags: &[&str], answers: &[&str]) -> Run {
    let server = Scripted::start();
    let sandbox = Sandbox::new(&[]);
    let child = start(&sandbox, &[&["send", &server.url()][..], flags].concat());
    for answer in answers {
        drop(server.answer(answer));
    }
    Run::from(child.wait_with_output().unwrap())
}

/// An answer that retries are for.
const BUSY: &str = "HTTP/1.1 503 Busy\nContent-Length: 5\nConnection: close\n\nlater";

/// The next of what the program prints, as long as `wanted`.
fn next(stdout: &mut impl Read, wanted: &str) {
    let mut bytes = vec![0; wanted.len()];
    stdout.read_exact(&mut bytes).unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), wanted);
}

#[test]
fn a_pipe_has_each_event_before_the_next_is_sent() {
    for (media_type, flags) in [
        ("text/event-stream", &[][..]),
        ("application/x-ndjson", &["-v"][..]),
        ("application/octet-stream", &[]),
        ("application/json", &["-o", "-"]),
    ] {
        let server = Scripted::start();
        let sandbox = Sandbox::new(&[]);
        let url = server.url();
        let mut child = start(&sandbox, &[&["send", &url][..], flags].concat());
        let mut stream = server.answer(&head(media_type));
        let mut stdout = child.stdout.take().unwrap();
        for event in ["data: 1\n\n", "half a line", " and the rest\n"] {
            stream.write_all(event.as_bytes()).unwrap();
            next(&mut stdout, event);
        }
        drop(stream);
        assert_eq!(stdout.read(&mut [0]).unwrap(), 0, "printed once");
        Run::from(child.wait_with_output().unwrap()).ended(0);
        if flags.is_empty() {
            let shown = sandbox.run(&["history", "show", "1", "--body"]).ended(0);
            assert_eq!(shown.out, "data: 1\n\nhalf a line and the rest\n");
        }
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_printed_and_the_exchange() {
    let server = Scripted::start();
    let sandbox = Sandbox::new(&[]);
    let mut child = start(&sandbox, &["send", &server.url()]);
    let mut stream = server.answer(&head("text/event-stream"));
    stream.write_all(b"data: 1\n\n").unwrap();
    let mut stdout = child.stdout.take().unwrap();
    next(&mut stdout, "data: 1\n\n");
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0, "the socket is closed");
    let run = Run::from(child.wait_with_output().unwrap()).ended(130);
    assert!(run.err.contains("error: cancelled"), "{run:?}");
    let shown = sandbox.json(&["history", "show", "1", "--json"]);
    assert_eq!(shown["response"]["body"], "data: 1\n\n");
    assert_eq!(shown["error"]["kind"], "cancelled");
}

#[test]
fn a_reader_that_has_enough_ends_it_quietly() {
    let server = Scripted::start();
    let sandbox = Sandbox::new(&[]);
    let mut child = start(&sandbox, &["send", &server.url()]);
    let mut stream = server.answer(&head("text/event-stream"));
    stream.write_all(b"data: 1\n\n").unwrap();
    let mut stdout = child.stdout.take().unwrap();
    next(&mut stdout, "data: 1\n\n");
    drop(stdout);
    // It goes on for as long as somebody takes it.
    while stream.write_all(b"data: more\n\n").is_ok() {}
    let run = Run::from(child.wait_with_output().unwrap()).ended(0);
    assert_eq!(run.err, "");
    assert_eq!(sandbox.json(&["history", "list", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_status_still_decides_how_it_ends() {
    let answer = "HTTP/1.1 503 Busy\nContent-Type: text/plain\nConnection: close\n\nlater";
    let run = answered(&["--check-status"], &[answer]).ended(5);
    assert_eq!(run.out, "later");
}

#[test]
fn an_answer_that_is_asked_for_again_is_not_printed() {
    let now = "HTTP/1.1 200 OK\nContent-Length: 3\nConnection: close\n\nnow";
    let run = answered(&["--retry", "2", "--backoff", "1ms..1ms"], &[BUSY, BUSY, now]).ended(0);
    assert_eq!(run.out, "now");
}

#[test]
fn the_last_of_several_failures_is_printed() {
    let run = answered(&["--retry", "1", "--backoff", "1ms..1ms"], &[BUSY, BUSY]).ended(0);
    assert_eq!(run.out, "later");
}

#[test]
fn what_was_printed_is_not_followed_by_another_attempt() {
    let server = Scripted::start();
    let sandbox = Sandbox::new(&[]);
    let mut child = start(&sandbox, &["send", &server.url(), "--retry", "3", "--backoff", "1ms..1ms"]);
    let mut stdout = child.stdout.take().unwrap();
    let stream = server.answer("HTTP/1.1 200 OK\nContent-Length: 100\n\nhalf of it");
    next(&mut stdout, "half of it");
    drop(stream);
    let run = Run::from(child.wait_with_output().unwrap()).ended(3);
    assert!(run.err.contains("broke off") || run.err.contains("closed"), "{}", run.err);
    assert_eq!(stdout.read(&mut [0]).unwrap(), 0);
}

#[cfg(unix)]
#[test]
fn a_terminal_has_events_and_values_as_they_come() {
    for (media_type, sent, shown) in [
        ("text/event-stream", "data: first\n\n", "data: first"),
        ("application/x-ndjson", "{\"n\": 1}\n", "\"n\": 1"),
        ("text/plain", "first line\n", "first line"),
        ("application/json", "{\"n\":\n1}", "{\n  \"n\": 1\n}"),
    ] {
        let server = Scripted::start();
        let sandbox = Sandbox::new(&[]);
        let url = server.url();
        let mut envs = sandbox.variables();
        envs.push(("NO_COLOR".to_owned(), "1".to_owned()));
        let mut terminal = Terminal::spawn(&["send", &url], 100, 30, &envs, &sandbox.work());
        let mut stream = server.answer(&head(media_type));
        stream.write_all(sent.as_bytes()).unwrap();
        let screen = terminal.wait_for_text(shown);
        assert!(screen.starts_with("200 OK\n"), "{screen}");
        stream.write_all(b"the \x1b[31mrest").unwrap();
        drop(stream);
        assert_eq!(terminal.wait_exit(), 0);
        let screen = terminal.screen();
        let end = screen.split(shown).nth(1).unwrap();
        assert!(end.contains("the ") && end.contains(" B in "), "{media_type}: {screen}");
        assert!(!terminal.raw().contains("\u{1b}[31m"), "{:?}", terminal.raw());
    }
}

#[test]
fn verbose_tells_interim_heads_while_the_answer_is_waited_for() {
    let server = Scripted::start();
    let sandbox = Sandbox::new(&[]);
    let mut child = start(&sandbox, &["send", &server.url(), "-v"]);
    let mut stream = server.answer("HTTP/1.1 103 Early Hints\nLink: </a.css>\n\n");
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("Link: </a.css>") {
        assert!(stderr.read_line(&mut told).unwrap() > 0, "{told}");
    }
    stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /next\r\n").unwrap();
    stream.write_all(b"Content-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    drop(stream);
    drop(server.answer("HTTP/1.1 200 OK\nContent-Length: 2\nConnection: close\n\nok"));
    stderr.read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut at = 0;
    for line in [
        "> GET /events HTTP/1.1",
        "< HTTP/1.1 103 Early Hints",
        "< Link: </a.css>",
        "< HTTP/1.1 102 Processing",
        "< HTTP/1.1 302 Found",
        "── hop 2",
        "> GET /next HTTP/1.1",
        "< HTTP/1.1 200 OK",
    ] {
        let found = told[at..].find(line).unwrap_or_else(|| panic!("{line} after {at} in {told}"));
        at += found + line.len();
    }
    assert_eq!(told.matches("103 Early Hints").count(), 1);
    let shown = sandbox.run(&["history", "show", "1"]).ended(0);
    assert!((shown.out + &shown.err).contains("103 Early Hints"));
}

#[test]
fn a_head_is_printed_before_its_body() {
    let server = Scripted::start();
    let sandbox = Sandbox::new(&[]);
    let mut child = start(&sandbox, &["send", &server.url(), "-i"]);
    let mut stream = server.answer(&head("text/event-stream"));
    let mut stdout = child.stdout.take().unwrap();
    stream.write_all(b"data: 1\n\n").unwrap();
    next(&mut stdout, "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nConnection: close\n\ndata: 1\n\n");
    drop(stream);
    Run::from(child.wait_with_output().unwrap()).ended(0);
    let run = answered(&["-I"], &["HTTP/1.1 404 Not Found\nContent-Length: 9\n\n"]).ended(0);
    assert_eq!(run.out, "HTTP/1.1 404 Not Found\nContent-Length: 9\n\n");
}

#[test]
fn what_other_tools_take_behind_a_url_is_told_as_it_is_written_here() {
    let sandbox = Sandbox::new(&[]);
    for (args, hint) in [
        (["put", "http://h.example/"], "antiphon send -X PUT http://h.example/"),
        (["http://h.example/", "a=b"], "-d '{\"a\": \"b\"}', or --form a=b"),
        (["http://h.example/", "a==b"], "-p a=b"),
        (["http://h.example/", "X-A:b"], "-H 'X-A: b'"),
    ] {
        let run = sandbox.run(&[&["send"][..], &args].concat()).ended(2);
        assert!(run.err.contains(hint), "{run:?}");
    }
}
