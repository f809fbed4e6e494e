//! What a collection may not do before it was agreed to, and each way around that somebody may think of.

use std::{
    fs,
    io::{Read, Write},
    os::unix::{fs::symlink, net::UnixListener},
};

use crate::support::program::{Practice, Run, Sandbox};

/// A collection with these files, and a file beside its folder that is not its own.
fn sandbox(practice: &Practice, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_collection(&practice.url(), files);
    fs::write(sandbox.work().join("../outside.txt"), "not-its-own").unwrap();
    sandbox
}

fn outside(sandbox: &Sandbox) -> String {
    let path = fs::canonicalize(sandbox.work()).unwrap().with_file_name("outside.txt");
    path.to_str().unwrap().to_owned()
}

/// It is not sent, and what it asks for is told.
#[track_caller]
fn refused(run: Run, asks: &str) -> Run {
    let run = run.ended(2);
    assert!(run.err.contains("asks for more than its own folder"), "{run:?}");
    assert!(run.err.contains(asks), "`{asks}` is not told: {run:?}");
    assert!(run.err.contains("--trust"), "{run:?}");
    run
}

fn upload(path: &str) -> String {
    format!("method = \"POST\"\nurl = \"{{{{ base_url }}}}/echo\"\n[body]\nfile = \"{path}\"\n")
}

#[test]
fn no_path_leads_out_of_the_folder_unasked() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, &[("own.txt", "its-own"), ("sub/x", "")]);
    let outside = outside(&sandbox);
    symlink(&outside, sandbox.work().join("link.txt")).unwrap();
    symlink("..", sandbox.work().join("up")).unwrap();
    symlink("/", sandbox.work().join("root")).unwrap();
    let vars = format!("[vars]\nup = \"..\"\nfar = \"{outside}\"\nhalf = \"{{{{ up }}}}/outside\"\n");
    let ways = [
        "../outside.txt".to_owned(),
        "sub/../../outside.txt".to_owned(),
        outside.clone(),
        "link.txt".to_owned(),
        "up/outside.txt".to_owned(),
        format!("root{outside}"),
        "{{ up }}/outside.txt".to_owned(),
        "{{ far }}".to_owned(),
        "{{ half }}.txt".to_owned(),
        "{{ concat('.', './') }}outside.txt".to_owned(),
        "{{ 'Li4vb3V0c2lkZS50eHQ=' | base64_decode }}".to_owned(),
    ];
    let written = ways.iter().map(|way| upload(way) + &vars);
    let multipart = ways.iter().map(|way| {
        format!("method = \"POST\"\nurl = \"{{{{ base_url }}}}/echo\"\n[body.multipart]\na = {{ file = \"{way}\" }}\n{vars}")
    });
    for request in written.chain(multipart) {
        sandbox.write("way.toml", &request);
        let run = refused(sandbox.run(&["send", "way"]), &outside);
        assert!(!run.out.contains("not-its-own"), "{request}");
    }
    sandbox.write("way.toml", upload("own.txt"));
    assert!(sandbox.run(&["send", "way"]).ended(0).out.contains("its-own"));
    sandbox.write("way.toml", upload("sub/../up/work/own.txt"));
    assert!(sandbox.run(&["send", "way"]).ended(0).out.contains("its-own"));
}

#[test]
fn a_path_that_a_secret_or_an_override_makes_is_judged_too() {
    let practice = Practice::start();
    let sandbox =
        sandbox(&practice, &[(".env", "WHERE=../outside.txt\n"), ("way.toml", &upload("{{ where }}"))]);
    sandbox.write(
        "environments/local.toml",
        format!("[vars]\nbase_url = \"{}\"\n[secrets]\nwhere = {{ env = \"WHERE\" }}\n", practice.url()),
    );
    let run = sandbox.run(&["send", "way"]).ended(2);
    assert!(
        run.err.contains("asks for more than its own folder") && !run.err.contains("outside.txt"),
        "{run:?}"
    );
    let run = sandbox.run(&["send", "way", "--trust"]).ended(0);
    assert!(run.out.contains("not-its-own"), "{run:?}");
    let record = fs::read_to_string(sandbox.home().join("data/trust.json")).unwrap();
    assert!(!record.contains("outside.txt"), "{record}");
    sandbox.write("way.toml", upload("{{ here }}"));
    refused(sandbox.run(&["send", "way", "--var", "here=../other.txt"]), "other.txt");
}

#[test]
fn files_of_tls_and_sockets_are_asked_for_also_when_they_are_inherited() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, &[("a/way.toml", "url = \"{{ base_url }}/echo\"\n")]);
    let outside = outside(&sandbox);
    for key in ["ca", "cert"] {
        sandbox.write("a/folder.toml", format!("[http]\n{key} = \"../outside.txt\"\n"));
        refused(sandbox.run(&["send", "a/way"]), &format!("read {outside}"));
    }
    let socket = sandbox.work().join("../socket");
    let listener = UnixListener::bind(&socket).unwrap();
    listener.set_nonblocking(true).unwrap();
    sandbox.write("a/folder.toml", "[http]\nunix_socket = \"../socket\"\n");
    refused(sandbox.run(&["send", "a/way"]), "talk to the socket");
    assert!(listener.accept().is_err(), "nobody came");
    listener.set_nonblocking(false).unwrap();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 4096];
        let _ = stream.read(&mut bytes).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").unwrap();
    });
    let run = sandbox.run(&["send", "a/way", "--trust"]).ended(0);
    served.join().unwrap();
    assert_eq!(run.out, "hi");
}

#[test]
fn a_redirect_reads_no_file() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice, &[]);
    let outside = outside(&sandbox);
    sandbox.write("way.toml", format!("url = \"{{{{ base_url }}}}/redirect/302?to=file://{outside}\"\n"));
    let run = sandbox.run(&["send", "way"]).ended(3);
    assert!(!run.out.contains("not-its-own"), "{run:?}");
    sandbox.write("way.toml", format!("url = \"file://{outside}\"\n"));
    let run = sandbox.run(&["send", "way"]).ended(2);
    assert!(!run.out.contains("not-its-own"), "{run:?}");
}

const COMMAND: &str = "token = { command = [\"sh\", \"token.sh\"] }";

fn with_command(practice: &Practice) -> Sandbox {
    let sandbox = sandbox(
        practice,
        &[
            ("way.toml", "url = \"{{ base_url }}/echo\"\n[headers]\nX-Token = \"{{ token }}\"\n"),
            ("token.sh", "echo ran >> ran\necho first-value\n"),
        ],
    );
    environment(&sandbox, practice, COMMAND);
    sandbox
}

fn environment(sandbox: &Sandbox, practice: &Practice, secrets: &str) {
    let text = format!("[vars]\nbase_url = \"{}\"\n[secrets]\n{secrets}\n", practice.url());
    sandbox.write("environments/local.toml", text);
}

#[test]
fn an_agreement_is_remembered_for_what_was_agreed_to() {
    let practice = Practice::start();
    let sandbox = with_command(&practice);
    refused(sandbox.run(&["send", "way"]), "run sh token.sh");
    assert!(!sandbox.work().join("ran").exists());
    sandbox.run(&["send", "way", "--trust"]).ended(0);
    assert!(sandbox.run(&["send", "way"]).ended(0).out.contains("first-value"));
    // Ordinary edits do not ask again.
    sandbox.write("other.toml", "url = \"{{ base_url }}/\"\n");
    sandbox.write("way.toml", "url = \"{{ base_url }}/echo?x=1\"\n[headers]\nX-Token = \"{{ token }}\"\n");
    environment(&sandbox, &practice, &format!("{COMMAND}\nunused = {{ command = [\"x\"] }}"));
    sandbox.run(&["send", "way"]).ended(0);
    // Another command does, and so does the same with another script.
    environment(&sandbox, &practice, "token = { command = [\"sh\", \"token.sh\", \"-x\"] }");
    refused(sandbox.run(&["send", "way"]), "run sh token.sh -x");
    environment(&sandbox, &practice, COMMAND);
    sandbox.run(&["send", "way"]).ended(0);
    sandbox.write("token.sh", "echo other-value\n");
    refused(sandbox.run(&["send", "way"]), "run sh token.sh");
}

#[test]
fn a_copy_in_another_folder_and_a_neighbour_have_no_agreement() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    for name in ["one", "two"] {
        let file = |path: &str, text: &str| sandbox.write(&format!("collections/{name}/{path}"), text);
        file("collection.toml", "");
        file("way.toml", "url = \"{{ base_url }}/echo\"\n[headers]\nX-Token = \"{{ token }}\"\n");
        let secret = "[secrets]\ntoken = { command = [\"echo\", \"a-value\"] }\n";
        file("environments/local.toml", &format!("[vars]\nbase_url = \"{}\"\n{secret}", practice.url()));
    }
    sandbox.run(&["send", "one/way", "--trust"]).ended(0);
    sandbox.run(&["send", "one/way"]).ended(0);
    refused(sandbox.run(&["send", "two/way"]), "run echo a-value");
    fs::rename(sandbox.work().join("collections/one"), sandbox.work().join("collections/copy")).unwrap();
    refused(sandbox.run(&["send", "copy/way"]), "run echo a-value");
    // From one collection, the other's files are not its own.
    sandbox.write("collections/copy/way.toml", upload("../two/collection.toml"));
    refused(sandbox.run(&["send", "copy/way"]), "two/collection.toml");
}

#[test]
fn an_environment_that_a_typed_url_borrows_is_its_collections() {
    let practice = Practice::start();
    let sandbox = with_command(&practice);
    let url = format!("{}/echo", practice.url());
    let typed = ["send", &url, "--env", "local", "-H", "X-Token: {{ token }}"];
    refused(sandbox.run(&typed), "run sh token.sh");
    assert!(!sandbox.work().join("ran").exists());
    // What the user types is the user's own, what a variable makes of it is not.
    let named = format!("@{}", outside(&sandbox));
    assert!(sandbox.run(&["send", &url, "-d", &named]).ended(0).out.contains("not-its-own"));
    assert!(
        sandbox
            .run(&["send", "way", "-d", "@../outside.txt", "--trust"])
            .ended(0)
            .out
            .contains("not-its-own")
    );
    sandbox.write("environments/local.toml", format!("[vars]\nfile = \"{}\"\n", outside(&sandbox)));
    refused(sandbox.run(&["send", &url, "--env", "local", "-d", "@{{ file }}"]), "outside.txt");
}

#[test]
fn a_dotenv_that_is_a_link_is_asked_for() {
    let practice = Practice::start();
    let sandbox = with_command(&practice);
    environment(&sandbox, &practice, "token = { env = \"ELSEWHERE\" }");
    fs::write(sandbox.work().join("../variables"), "ELSEWHERE=stolen\n").unwrap();
    symlink("../variables", sandbox.work().join(".env")).unwrap();
    refused(sandbox.run(&["send", "way"]), "read variables from");
    let listed = sandbox.run(&["env", "list"]).ended(0);
    assert!(!listed.out.contains("stolen"), "{listed:?}");
    assert!(sandbox.run(&["send", "way", "--trust"]).ended(0).out.contains("stolen"));
}

#[test]
fn a_replay_asks_as_a_send_does() {
    let practice = Practice::start();
    let sandbox = with_command(&practice);
    sandbox.run(&["send", "way", "--trust"]).ended(0);
    sandbox.run(&["trust", "revoke"]).ended(0);
    refused(sandbox.run(&["history", "replay", "1"]), "run sh token.sh");
    refused(sandbox.run(&["history", "replay", "1", "--today"]), "run sh token.sh");
    sandbox.run(&["history", "replay", "1", "--trust"]).ended(0);
}

#[test]
fn agreements_are_seen_and_taken_back() {
    let practice = Practice::start();
    let sandbox = with_command(&practice);
    sandbox.write("upload.toml", upload("../outside.txt"));
    let shown = sandbox.run(&["trust", "show"]).ended(0);
    for expected in
        ["not agreed", "run sh token.sh", "by environments/local.toml: secret token", "by upload.toml: body"]
    {
        assert!(shown.out.contains(expected), "{expected}: {shown:?}");
    }
    assert!(!sandbox.work().join("ran").exists());
    let agreed = sandbox.run(&["trust", "agree"]).ended(0);
    assert!(agreed.out.contains("run sh token.sh") && agreed.out.contains("outside.txt"), "{agreed:?}");
    sandbox.run(&["send", "way"]).ended(0);
    assert!(sandbox.run(&["send", "upload"]).ended(0).out.contains("not-its-own"));
    let shown = sandbox.json(&["trust", "show", "--json"]);
    assert!(shown.as_array().unwrap().iter().all(|ask| ask["agreed"] == true), "{shown:#}");
    let listed = sandbox.json(&["trust", "list", "--json"]);
    assert_eq!(listed[0]["agreed"].as_array().unwrap().len(), 2, "{listed:#}");
    assert!(sandbox.run(&["trust", "list"]).ended(0).out.contains("run sh token.sh"));
    assert_eq!(sandbox.run(&["trust", "revoke"]).ended(0).out, "2 agreements taken back\n");
    refused(sandbox.run(&["send", "way"]), "run sh token.sh");
    refused(sandbox.run(&["send", "upload"]), "outside.txt");
    assert_eq!(sandbox.run(&["trust", "list"]).ended(0).out, "");
}
