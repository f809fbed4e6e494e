//! `-o`, `-O` and `--resume`, against a server that answers as each test says.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Stdio,
    thread::JoinHandle,
};

use crate::support::program::{Practice, Run, Sandbox};

const WHOLE: &str = "0123456789abcdefghij";

/// Answers one connection after the other with these bytes, and gives the heads that were asked.
struct Server {
    url: String,
    heads: JoinHandle<Vec<String>>,
}

impl Server {
    fn answering(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/files/report.txt", listener.local_addr().unwrap());
        let heads = std::thread::spawn(move || {
            answers.iter().map(|answer| answer_one(&listener.accept().unwrap().0, answer)).collect()
        });
        Self { url, heads }
    }

    fn heads(self) -> Vec<String> {
        self.heads.join().unwrap()
    }
}

fn answer_one(mut stream: &TcpStream, answer: &str) -> String {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "a head: {head}");
    }
    stream.write_all(answer.as_bytes()).unwrap();
    head.to_ascii_lowercase()
}

/// An answer with `Content-Length: length`, of which only `body` comes.
fn answer(status: &str, fields: &str, length: usize, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{fields}\r\n{body}")
}

fn cut_short(fields: &str) -> String {
    answer("200 OK", fields, WHOLE.len(), &WHOLE[..8])
}

fn rest(fields: &str) -> String {
    answer("206 Partial Content", fields, 12, &WHOLE[8..])
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Downloads twice: what the first time leaves is gone on with by the second.
fn twice(answers: Vec<String>) -> (Sandbox, Run, Vec<String>) {
    let sandbox = Sandbox::new(&[("out.txt", "old")]);
    let server = Server::answering(answers);
    let run = sandbox.run(&["send", &server.url, "-o", "out.txt"]).ended(3);
    assert!(run.err.contains("out.txt.part") && run.err.contains("cut short"), "{run:?}");
    assert_eq!(read(&sandbox.work().join("out.txt")), "old", "half of a file replaces none");
    let run = sandbox.run(&["send", &server.url, "-o", "out.txt", "--resume"]);
    let heads = server.heads();
    (sandbox, run, heads)
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_download_that_broke_off_is_gone_on_with() {
    let range = "ETag: \"v1\"\r\nContent-Range: bytes 8-19/20\r\n";
    let (sandbox, run, heads) = twice(vec![cut_short("ETag: \"v1\"\r\n"), rest(range)]);
    let run = run.ended(0);
    assert_eq!((run.out.as_str(), read(&sandbox.work().join("out.txt")).as_str()), ("", WHOLE));
    assert_eq!(names(&sandbox.work()), ["out.txt"], "no part is left");
    assert!(heads[0].contains("accept-encoding: identity") && !heads[0].contains("range:"), "{heads:?}");
    assert!(heads[1].contains("range: bytes=8-\r\n") && heads[1].contains("if-range: \"v1\""), "{heads:?}");
}

#[test]
fn a_server_that_has_another_or_ignores_the_range_begins_anew() {
    let anew = answer("200 OK", "ETag: \"v2\"\r\n", 6, "second");
    let (sandbox, run, heads) = twice(vec![cut_short("ETag: \"v1\"\r\n"), anew]);
    run.ended(0);
    assert_eq!(read(&sandbox.work().join("out.txt")), "second");
    assert!(heads[1].contains("if-range: \"v1\""), "{heads:?}");
}

#[test]
fn without_a_strong_validator_nothing_is_gone_on_with() {
    let (sandbox, run, heads) =
        twice(vec![cut_short("ETag: W/\"v1\"\r\n"), answer("200 OK", "", 5, "fresh")]);
    run.ended(0);
    assert_eq!(read(&sandbox.work().join("out.txt")), "fresh");
    assert!(!heads[1].contains("range:"), "{heads:?}");
}

#[test]
fn a_range_that_was_not_asked_for_is_refused() {
    for range in ["bytes 9-20/21", "bytes 8-18/20", "bytes 8-19/21", "nonsense"] {
        let range = format!("ETag: \"v1\"\r\nContent-Range: {range}\r\n");
        let (sandbox, run, _) = twice(vec![cut_short("ETag: \"v1\"\r\n"), rest(&range)]);
        let run = run.ended(3);
        assert!(run.err.contains("did not go on where the download broke off"), "{run:?}");
        assert_eq!(read(&sandbox.work().join("out.txt")), "old");
        assert_eq!(read(&sandbox.work().join("out.txt.part")), WHOLE[..8], "it is as it was");
    }
}

#[test]
fn a_part_that_is_the_whole_is_put_in_its_place() {
    let none = |total: u64| {
        let fields = format!("ETag: \"v1\"\r\nContent-Range: bytes */{total}\r\n");
        answer("416 Range Not Satisfiable", &fields, 4, "none")
    };
    let (sandbox, run, _) = twice(vec![cut_short("ETag: \"v1\"\r\n"), none(8)]);
    run.ended(0);
    assert_eq!(read(&sandbox.work().join("out.txt")), WHOLE[..8]);
    let (sandbox, run, _) = twice(vec![cut_short("ETag: \"v1\"\r\n"), none(5)]);
    let run = run.ended(3);
    assert!(run.err.contains("it has 5 bytes") && run.err.contains("without --resume"), "{run:?}");
    assert_eq!(read(&sandbox.work().join("out.txt")), "old");
}

#[test]
fn an_error_replaces_no_part_and_with_fail_no_file() {
    let error = || answer("503 Service Unavailable", "", 4, "busy");
    let (sandbox, run, _) = twice(vec![cut_short("ETag: \"v1\"\r\n"), error()]);
    assert_eq!(run.ended(0).out, "busy", "it is shown instead");
    assert_eq!(read(&sandbox.work().join("out.txt.part")), WHOLE[..8]);

    let server = Server::answering(vec![error(), error(), error()]);
    let sandbox = Sandbox::new(&[("out.txt", "old")]);
    sandbox.run(&["send", &server.url, "-o", "out.txt", "--fail"]).ended(1);
    sandbox.run(&["send", &server.url, "-o", "out.txt", "--check-status"]).ended(5);
    assert_eq!(
        (read(&sandbox.work().join("out.txt")), names(&sandbox.work())),
        ("old".into(), vec!["out.txt".into()])
    );
    sandbox.run(&["send", &server.url, "-o", "out.txt"]).ended(0);
    assert_eq!(read(&sandbox.work().join("out.txt")), "busy", "as curl does");
}

#[test]
fn a_digest_that_differs_keeps_the_file_from_its_place() {
    // RFC 9530, appendix B.1.
    let digest = "Repr-Digest: sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:\r\n";
    let right = "{\"hello\": \"world\"}\n";
    let wrong = right.replace('w', "W");
    let server =
        Server::answering([&wrong, right].map(|body| answer("200 OK", digest, body.len(), body)).to_vec());
    let sandbox = Sandbox::new(&[("out.txt", "old")]);
    let run = sandbox.run(&["send", &server.url, "-o", "out.txt"]).ended(3);
    assert!(run.err.contains("the digests differ"), "{run:?}");
    assert_eq!(read(&sandbox.work().join("out.txt")), "old");
    sandbox.run(&["send", &server.url, "-o", "out.txt"]).ended(0);
    assert_eq!(read(&sandbox.work().join("out.txt")), right);
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let sandbox = Sandbox::new(&[("folder/file", "")]);
    for (path, said) in [("folder", "it is a folder"), ("no/such/out", "cannot be written")] {
        let run = sandbox.run(&["send", &url, "-o", path]).ended(2);
        assert!(run.err.contains(said), "{run:?}");
    }
    assert!(listener.accept().is_err(), "nobody connected");
    sandbox.run(&["send", &url, "-C"]).ended(2);
}

#[test]
fn the_server_names_the_file_and_replaces_none() {
    let named = "Content-Disposition: attachment; filename=\"../../sum.csv\"\r\n";
    let server = Server::answering(vec![
        answer("200 OK", named, 1, "a"),
        answer("200 OK", named, 1, "b"),
        answer("200 OK", "", 1, "c"),
    ]);
    let sandbox = Sandbox::new(&[]);
    for _ in 0..3 {
        sandbox.run(&["send", &server.url, "-O"]).ended(0);
    }
    let work = sandbox.work();
    assert_eq!(names(&work), ["report.txt", "sum-1.csv", "sum.csv"]);
    assert_eq!((read(&work.join("sum.csv")), read(&work.join("sum-1.csv"))), ("a".into(), "b".into()));
}

#[test]
fn a_saved_body_is_in_the_file_and_not_in_memory_json_or_history() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = format!("{}/download/40000000", practice.url());
    let sent = sandbox.json(&["send", &url, "-o", "big.bin", "--json"]);
    let file = sandbox.work().join("big.bin");
    assert_eq!(fs::metadata(&file).unwrap().len(), 40_000_000);
    assert_eq!(sent["response"]["body"], serde_json::Value::Null);
    assert!(sent["response"]["body_file"].as_str().unwrap().ends_with("big.bin"), "{sent:#}");
    assert_eq!(sent["response"]["size"]["decoded"], 40_000_000);
    let shown = sandbox.json(&["history", "show", "1", "--json"]);
    assert_eq!(shown["response"]["body"], serde_json::Value::Null);
    assert_eq!(sandbox.run(&["send", &url, "-o", "-"]).ended(0).bytes, fs::read(file).unwrap());
    #[cfg(unix)]
    sandbox.run(&["send", &url, "-o", "/dev/null"]).ended(0);
    #[cfg(target_os = "linux")]
    {
        let run = sandbox.run(&["send", &url, "-o", "/dev/full"]).ended(2);
        assert!(run.err.contains("No space left"), "{run:?}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_part_and_says_how_to_go_on() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sandbox = Sandbox::new(&[]);
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut command = sandbox.command(&["send", &url, "-o", "out.txt"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stream, _) = listener.accept().unwrap();
    answer_one(&stream, &cut_short("ETag: \"v1\"\r\n"));
    let part = sandbox.work().join("out.txt.part");
    while fs::read(&part).is_ok_and(|bytes| bytes.len() < 8) || !part.exists() {
        std::thread::yield_now();
    }
    let interrupt =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let run = Run::from(child.wait_with_output().unwrap()).ended(130);
    assert!(run.err.contains("out.txt.part") && run.err.contains("--resume"), "{run:?}");
    assert_eq!(read(&part), WHOLE[..8]);
    assert!(!sandbox.work().join("out.txt").exists());
}
