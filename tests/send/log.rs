//! The log of what is sent.

use super::support::program::{Practice, Sandbox};

fn log(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.home().join("state/antiphon.log")).unwrap_or_default()
}

#[test]
fn each_exchange_is_logged_with_what_came_of_it() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url();
    sandbox.run(&["send", &format!("{url}/status/204")]).ended(0);
    sandbox.run(&["send", "http://127.0.0.1:1/"]).ended(3);
    let text = log(&sandbox);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].contains(" INFO ") && lines[0].contains("status=204"), "{text}");
    assert!(lines[1].contains(" WARN ") && lines[1].contains("kind=Refused"), "{text}");
}

#[test]
fn the_command_line_names_the_level_on_either_side() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = format!("{}/status/204", practice.url());
    sandbox.run(&["--log-level", "warn", "send", &url]).ended(0);
    assert_eq!(log(&sandbox), "");
    sandbox.run(&["send", &url, "--log-level", "debug"]).ended(0);
    let text = log(&sandbox);
    assert!(text.contains("DEBUG") && text.contains("reused=false"), "{text}");
    let run = sandbox.run(&["--env", "local", "send", &url]).ended(2);
    assert!(run.err.contains("write them after the command"), "{}", run.err);
}

#[test]
fn the_settings_ask_for_json() {
    let sandbox = Sandbox::new(&[]);
    let config = sandbox.home().join("config");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("config.toml"), "[log]\nformat = \"json\"\n").unwrap();
    sandbox.run(&["send", "http://127.0.0.1:1/"]).ended(3);
    let line: serde_json::Value = serde_json::from_str(&log(&sandbox)).unwrap();
    assert_eq!(
        (&line["level"], &line["kind"], &line["method"]),
        (&"WARN".into(), &"Refused".into(), &"GET".into())
    );
}

#[test]
fn a_secret_is_in_the_log_in_no_form() {
    let practice = Practice::start();
    let request = "url = \"{{ base_url }}/redirect/302\"\n[params]\nto = \"/status/204?echo={{ token }}\"\n\
        [headers]\nX-Key = \"{{ token }}\"\n";
    let sandbox = Sandbox::with_collection(&practice.url(), &[("go.toml", request)]);
    let environment = format!(
        "[vars]\nbase_url = \"{}\"\n[secrets]\ntoken = {{ env = \"LOG_TEST_TOKEN\" }}\n",
        practice.url()
    );
    sandbox.write("environments/local.toml", environment);
    sandbox.write(".env", "LOG_TEST_TOKEN=s3cret/of mine\n");
    sandbox.run(&["--log-level", "trace", "send", "go"]);
    let text = log(&sandbox);
    assert!(text.contains("echo="), "{text}");
    for form in ["s3cret/of mine", "s3cret%2Fof", "s3cret/of", "czNjcmV0L29mIG1pbm"] {
        assert!(!text.contains(form), "{form}: {text}");
    }
}
