//! `antiphon query` as a user runs it: in files, in pipes, on a terminal.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, Stdio},
};

mod support;

use support::program::{Run, Sandbox};
#[cfg(unix)]
use support::terminal::Terminal;

const SHOP: &str = r#"{
  "items": [
    {"name": "Tea", "price": 3.50, "tags": ["hot", "green"]},
    {"name": "Co\u0066fee \"x\"", "price": 4e0, "tags": []}
  ],
  "open": true,
  "owner": null
}
"#;

fn shop() -> Sandbox {
    Sandbox::new(&[("shop.json", SHOP), ("log.ndjson", "{\"n\":1}\n{\"n\":2}\n[3]\n")])
}

/// Runs the program with that text in its standard input.
fn piped(sandbox: &Sandbox, args: &[&str], text: &str) -> Run {
    let mut command = sandbox.command(args);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // What is not read, because the program ended before, is no failure of the test.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    Run::from(child.wait_with_output().unwrap())
}

#[test]
fn a_jsonpath_prints_what_stands_in_the_file_one_result_a_line() {
    let sandbox = shop();
    let table: [(&[&str], &str); 12] = [
        (&["$.items[*].price"], "3.50\n4e0\n"),
        (&["$.items[0]"], "{\"name\":\"Tea\",\"price\":3.50,\"tags\":[\"hot\",\"green\"]}\n"),
        (&["$.items[1].name"], "\"Co\\u0066fee \\\"x\\\"\"\n"),
        (&["--raw", "$.items[1]['name','price']"], "Coffee \"x\"\n4e0\n"),
        (&["$.items[?@.price < 4].tags[-1]"], "\"green\"\n"),
        (
            &["--pretty", "$.items[1:]"],
            "{\n  \"name\": \"Co\\u0066fee \\\"x\\\"\",\n  \"price\": 4e0,\n  \"tags\": []\n}\n",
        ),
        (&["--paths", "$..price"], "$.items[0].price\n$.items[1].price\n"),
        (&["--paths=normalized", "$..[?@.price > 3.5].tags"], "$['items'][1]['tags']\n"),
        (&["--count", "$..tags[*]"], "2\n"),
        (&["--count", "$.nothing"], "0\n"),
        (&["$.nothing"], ""),
        (&["--jsonpath", " $.open "], "true\n"),
    ];
    for (args, expected) in table {
        let run = sandbox.run(&[&["query"][..], args, &["shop.json"]].concat()).ended(0);
        assert_eq!((run.out.as_str(), run.err.as_str()), (expected, ""), "{args:?}");
        let run = piped(&sandbox, &[&["query"][..], args, &["-"]].concat(), SHOP).ended(0);
        assert_eq!((run.out.as_str(), run.err.as_str()), (expected, ""), "{args:?} from a pipe");
    }
}

#[test]
fn a_jq_filter_prints_what_it_makes() {
    let sandbox = shop();
    let table: [(&[&str], &str); 6] = [
        (&[".items | length"], "2\n"),
        (&[".items[0] | {name, n: (.tags | length)}"], "{\"name\":\"Tea\",\"n\":2}\n"),
        (&["-r", ".items[].name"], "Tea\nCoffee \"x\"\n"),
        (&["--pretty", ".items[0].tags"], "[\n  \"hot\",\n  \"green\"\n]\n"),
        (&["--count", ".items[]"], "2\n"),
        (&["--jq", " .open"], "true\n"),
    ];
    for (args, expected) in table {
        let run = sandbox.run(&[&["query"][..], args, &["shop.json"]].concat());
        assert_eq!((run.out.as_str(), run.err.as_str(), run.code), (expected, "", 0), "{args:?}");
    }
    assert_eq!(piped(&sandbox, &["query", ". + 1"], "1 2\n3").ended(0).out, "2\n3\n4\n");
}

#[test]
fn values_that_follow_each_other() {
    let sandbox = shop();
    assert_eq!(sandbox.run(&["query", "$[*].n", "log.ndjson"]).ended(0).out, "1\n2\n");
    assert_eq!(sandbox.run(&["query", "$[-1]", "log.ndjson"]).ended(0).out, "[3]\n");
    assert_eq!(sandbox.run(&["query", "$", "log.ndjson"]).ended(0).out, "{\"n\":1}\n{\"n\":2}\n[3]\n");
    assert_eq!(sandbox.run(&["query", "--paths", "$..n", "log.ndjson"]).ended(0).out, "$[0].n\n$[1].n\n");
    assert_eq!(piped(&sandbox, &["query", "$[1].n"], "{\"n\":1}\n{\"n\":2}\n").ended(0).out, "2\n");
    let run = piped(&sandbox, &["query", "$[1]"], "[1] [2]").ended(2);
    assert!(run.err.contains("standard input:1:5: ") && run.err.contains("hint: --ndjson"), "{run:?}");
    assert_eq!(piped(&sandbox, &["query", "--ndjson", "$[1]"], "[1] [2]").ended(0).out, "[2]\n");
}

#[test]
fn several_files_follow_each_other_and_one_that_is_wrong_does_not_stop_the_rest() {
    let sandbox = shop();
    sandbox.write("broken.json", "[1,\n 2 oops]");
    let run = sandbox.run(&["query", "$..*", "broken.json", "nowhere.json", ".", "log.ndjson"]).ended(2);
    assert_eq!(run.out, "1\n2\n{\"n\":1}\n1\n{\"n\":2}\n2\n[3]\n3\n");
    for part in
        ["broken.json:2:4: expected `,` or `]`", "cannot read nowhere.json", ". is a folder", "cause: "]
    {
        assert!(run.err.contains(part), "{part} in {}", run.err);
    }
}

#[test]
fn a_count_is_that_of_all_files_that_could_be_read() {
    let sandbox = shop();
    assert_eq!(sandbox.run(&["query", "--count", "$..*", "log.ndjson", "shop.json"]).ended(0).out, "19\n");
    assert_eq!(sandbox.run(&["query", "--count", "$", "nowhere.json"]).ended(2).out, "");
    assert_eq!(sandbox.run(&["query", "--count", "$", "nowhere.json", "shop.json"]).ended(2).out, "1\n");
}

#[test]
fn a_wrong_query_is_shown_with_a_caret() {
    let sandbox = shop();
    for (args, caret) in [
        (&["$.items[?@.price <> 3]"][..], "  $.items[?@.price <> 3]\n                    ^\n"),
        (&[".items | nothing"], "  .items | nothing\n           ^\n"),
        (&["--jsonpath", ".items"], "  .items\n  ^\n"),
    ] {
        let run = sandbox.run(&[&["query"][..], args, &["shop.json"]].concat()).ended(2);
        assert!(run.err.contains(caret) && run.out.is_empty(), "{run:?}");
    }
    let run = sandbox.run(&["query", "--paths", ".items", "shop.json"]).ended(2);
    assert!(run.err.contains("--paths is for JSONPath"), "{run:?}");
    let run = sandbox.run(&["query", ".items.name", "shop.json"]).ended(2);
    assert!(run.err.contains("shop.json: cannot index"), "{run:?}");
}

#[test]
fn the_exit_status_says_whether_something_holds() {
    let sandbox = shop();
    for (query, code) in [
        ("$.open", 0),
        ("$.owner", 1),
        ("$.nothing", 1),
        ("$.items[9]", 1),
        (".open, .owner", 1),
        (".owner, .open", 0),
        ("empty", 1),
        (".items[0].price > 9", 1),
    ] {
        sandbox.run(&["query", "--exit-status", query, "shop.json"]).ended(code);
        sandbox.run(&["query", query, "shop.json"]).ended(0);
    }
    assert_eq!(sandbox.run(&["query", "-e", "--count", "$..none", "shop.json"]).ended(1).out, "0\n");
    sandbox.run(&["query", "-e", "$.nothing", "nowhere.json"]).ended(2);
}

/// The program with a pipe on either side.
fn started(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = sandbox.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn results_come_while_the_pipe_is_open() {
    let sandbox = shop();
    for (args, pieces) in [
        (&["$.items[*].id"][..], ["{\"items\":\n[{\"id\":0},", "{\"id\":1},", "{\"id\":2},"]),
        (&["$..[?@.id].id"], ["[[{\"id\":0}],", "[{\"id\":1}],", "[{\"id\":2}],"]),
        (&["--ndjson", "$[*].id"], ["{\"id\":0}\n", "{\"id\":1}\n", "{\"id\":2}\n"]),
        (&[".id"], ["{\"id\":0}", "{\"id\":1}", "{\"id\":2}"]),
    ] {
        let mut child = started(&sandbox, &[&["query"][..], args].concat());
        let mut into = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for (number, piece) in pieces.iter().enumerate() {
            into.write_all(piece.as_bytes()).unwrap();
            assert_eq!(lines.next().unwrap().unwrap(), number.to_string(), "{args:?}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn a_large_pipe_finds_what_the_file_finds() {
    let sandbox = Sandbox::new(&[]);
    let item = |number: u32| {
        let (price, tags) = (number % 100, format!("[{number},{{\"x\":0}}]"));
        format!("{{\"id\":{number},\"name\":\"item {number}\",\"price\":{price},\"tags\":{tags}}}")
    };
    let items: Vec<_> = (0..20_000).map(item).collect();
    let text = format!("{{\"items\":[{}],\"limit\":1}}", items.join(","));
    sandbox.write("large.json", &text);
    for query in [
        "$.items[?@.price < 2].id",
        "$..[?@.price < 1].tags[-1]",
        "$.items[-2:].name",
        "$..['id','name']",
        "$.items[?@.price == $.limit].id",
        ".items[] | select(.price == 3) | .name",
    ] {
        let file = sandbox.run(&["query", query, "large.json"]).ended(0);
        assert!(file.out.lines().count() > 1, "{query}");
        assert_eq!(piped(&sandbox, &["query", query], &text).ended(0).out, file.out, "{query}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let sandbox = Sandbox::new(&[]);
    sandbox.write("large.json", format!("[{}0]", "123456789,".repeat(1_000_000)));
    for query in ["$[*]", ".[]"] {
        let mut command = sandbox.command(&["query", query, "large.json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        assert_eq!(&first, b"123456789\n");
        let run = Run::from(child.wait_with_output().unwrap()).ended(0);
        assert_eq!(run.err, "");
    }
}

#[test]
fn what_is_no_json_says_where() {
    let sandbox = shop();
    for (text, place) in [
        ("hello", "standard input:1:1: "),
        ("", "standard input:1:1: the text ends here"),
        ("[\"ü\"\n,\"é\" x", "standard input:2:6: expected"),
        ("{\"a\": 1", "standard input:1:8: the text ends here"),
    ] {
        let run = piped(&sandbox, &["query", "$"], text).ended(2);
        assert!(run.err.contains(place), "{text}: {}", run.err);
    }
    assert_eq!(piped(&sandbox, &["query", "$.a"], "\u{feff}{\"a\":1}").ended(0).out, "1\n");
    assert_eq!(piped(&sandbox, &["query", "."], " \n").ended(0).out, "");
}

#[cfg(unix)]
#[test]
fn a_terminal_gets_colours_and_lines() {
    let sandbox = shop();
    let args = ["query", "$.items[0]", "shop.json"];
    let mut terminal = Terminal::spawn(&args, 80, 24, &sandbox.variables(), &sandbox.work());
    assert_eq!(terminal.wait_exit(), 0);
    let raw = terminal.raw();
    for part in ["  \u{1b}[", "\"price\"", "3.50", "\u{1b}[37m}\u{1b}[0m\r\n"] {
        assert!(raw.contains(part), "{part:?} in {raw:?}");
    }
    sandbox.write("escape.json", "[\"\\u001b[2Jx\"]");
    let args = ["query", "--raw", "--compact", "$[*]", "escape.json"];
    let mut terminal = Terminal::spawn(&args, 80, 24, &sandbox.variables(), &sandbox.work());
    assert_eq!(terminal.wait_exit(), 0);
    assert_eq!(terminal.raw(), "\u{fffd}[2Jx\r\n");

    let mut terminal = Terminal::spawn(&["query", "$"], 80, 24, &sandbox.variables(), &sandbox.work());
    assert_eq!(terminal.wait_exit(), 2);
    assert!(terminal.raw().contains("no file is named"), "{}", terminal.raw());
}
