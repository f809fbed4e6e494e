//! Authentication as flags, and what a dry run shows of it.

use super::support::program::{Practice, Run, Sandbox};
#[cfg(unix)]
use super::support::terminal::Terminal;

/// Sends to the route that verifies signatures.
fn signed(practice: &Practice, flags: &[&str]) -> Run {
    let url = practice.url() + "/auth/aws?b=2%20x&a=1";
    let sandbox = Sandbox::new(&[]);
    let mut command = sandbox.command(&[&["send", &url][..], flags].concat());
    command.env("KEY", "practice-secret-key");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        command.env_remove(name);
    }
    command.env("AWS_SHARED_CREDENTIALS_FILE", sandbox.work().join("credentials"));
    sandbox.write(
        "credentials",
        "[work]\naws_access_key_id = PRACTICEACCESSKEY\naws_secret_access_key = practice-secret-key\n",
    );
    Run::from(command.output().unwrap())
}

const SCOPE: &str = "--aws-sigv4=aws:amz:eu-west-1:execute-api";

#[test]
fn a_request_is_signed_for_aws() {
    let practice = Practice::start();
    let ways: [&[&str]; 4] = [
        &[SCOPE, "-u", "PRACTICEACCESSKEY:practice-secret-key"],
        &[SCOPE, "-u", "PRACTICEACCESSKEY:{{ key }}", "--secret", "key=KEY", "-d", "{\"a\": 1}"],
        &[SCOPE, "--aws-profile", "work", "-X", "DELETE"],
        &["--aws-sigv4", "aws:amz:us-east-1:s3", "--aws-profile", "work", "-d", "text"],
    ];
    for flags in ways {
        let run = signed(&practice, &[flags, &["--check-status"]].concat()).ended(0);
        assert!(run.out.contains("\"authenticated\": true"), "{flags:?}: {run:?}");
        assert!(!run.out.contains("practice-secret-key"));
    }
    let wrong = signed(&practice, &[SCOPE, "-u", "PRACTICEACCESSKEY:wrong", "--check-status"]).ended(4);
    assert!(wrong.out.contains("SignatureDoesNotMatch") && wrong.out.contains("a=1&b=2%20x"), "{wrong:?}");
    let other = signed(&practice, &[SCOPE, "-u", "other:x", "--check-status"]).ended(4);
    assert!(other.out.contains("InvalidClientTokenId"), "{other:?}");
    let none = signed(&practice, &["--check-status"]).ended(4);
    assert!(none.out.contains("sign the request"), "{none:?}");
}

#[test]
fn what_a_signature_needs_is_told() {
    let practice = Practice::start();
    let told = signed(&practice, &["--aws-sigv4", "aws:amz", "-u", "a:b"]).ended(2);
    assert!(told.err.contains("does not say which AWS service and region"), "{told:?}");
    assert!(told.err.contains("--aws-sigv4 aws:amz:eu-west-1:s3"), "{told:?}");
    let told = signed(&practice, &[SCOPE]).ended(2);
    assert!(told.err.contains("there are no AWS keys") && told.err.contains("-u ACCESS:SECRET"), "{told:?}");
    let told = signed(&practice, &["--aws-sigv4", "gcp"]).ended(2);
    assert!(told.err.contains("write aws:amz:REGION:SERVICE"), "{told:?}");
    let told = signed(&practice, &["--aws-profile", "work"]).ended(2);
    assert!(told.err.contains("--aws-sigv4"), "{told:?}");
}

#[test]
fn a_login_comes_from_netrc() {
    let practice = Practice::start();
    let netrc = "machine 127.0.0.1 login ada password hunter2-netrc\n";
    let sandbox = Sandbox::new(&[("my-netrc", netrc), ("../home/.netrc", netrc)]);
    #[cfg(unix)]
    for file in [sandbox.work().join("my-netrc"), sandbox.home().join(".netrc")] {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let url = practice.url() + "/auth/basic/ada/hunter2-netrc";
    for flags in [&["--netrc-file", "my-netrc"][..], &["-n"]] {
        let mut command = sandbox.command(&[&["send", &url, "--fail", "-v"][..], flags].concat());
        let run = Run::from(command.env("HOME", sandbox.home()).output().unwrap());
        if cfg!(unix) {
            let run = run.ended(0);
            assert!(!run.err.replace(&url, "").contains("hunter2-netrc\n"), "{run:?}");
        }
    }
    let run = sandbox.run(&["send", "http://other.example/", "--netrc-file", "my-netrc"]).ended(2);
    assert!(run.err.contains("has no entry for other.example"), "{run:?}");
    let run = sandbox.run(&["send", &url, "--netrc", "--bearer", "x"]).ended(2);
    assert!(run.err.contains("cannot be used with"), "{run:?}");
}

#[test]
fn a_grant_is_asked_for_by_flags() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let (resource, tokens) = (practice.url() + "/oauth/resource", practice.url() + "/oauth/token");
    let base = ["send", &resource, "--fail", "--token-url", &tokens, "--client-id", "practice-client"];
    let ways: [&[&str]; 3] = [
        &["--oauth2", "client_credentials", "--client-secret", "practice-secret", "--scope", "read write"],
        &[
            "--oauth2",
            "password",
            "--client-secret={{ s }}",
            "--secret=s=S",
            "--client-auth=body",
            "-u=demo:practice",
        ],
        &[
            "--oauth2",
            "refresh_token",
            "--client-secret=practice-secret",
            "--refresh-token=practice-refresh-token",
        ],
    ];
    for flags in ways {
        let mut command = sandbox.command(&[&base[..], flags].concat());
        let run = Run::from(command.env("S", "practice-secret").output().unwrap()).ended(0);
        assert!(run.out.contains("\"authenticated\": true"), "{run:?}");
    }
    let told = sandbox.run(&[&base[..], &["--oauth2", "password"]].concat()).ended(2);
    assert!(told.err.contains("--oauth2 password needs -u USER:PASSWORD"), "{told:?}");
    let told = sandbox.run(&["send", &resource, "--oauth2", "client_credentials"]).ended(2);
    assert!(told.err.contains("needs --token-url, --client-id, --client-secret"), "{told:?}");
    let told = sandbox.run(&["send", &resource, "--client-id", "x"]).ended(2);
    assert!(told.err.contains("--oauth2 <GRANT>"), "{told:?}");
}

#[test]
fn a_bearer_token_goes_by_curls_name_too() {
    let practice = Practice::start();
    let url = practice.url() + "/auth/bearer";
    Sandbox::new(&[]).run(&["send", &url, "--fail", "--oauth2-bearer", "practice-token"]).ended(0);
}

#[cfg(unix)]
#[test]
fn a_password_that_is_not_written_is_asked_for() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/auth/basic/demo/hunter2-typed";
    let args = ["send", url.as_str(), "-u", "demo", "--fail"];
    let mut terminal = Terminal::spawn(&args, 100, 24, &sandbox.variables(), &sandbox.work());
    terminal.wait_for_text("the password of demo");
    terminal.type_text("hunter2-typed\r");
    assert_eq!(terminal.wait_exit(), 0, "{}", terminal.screen());
    assert!(!terminal.screen().contains("hunter2-typed"), "{}", terminal.screen());
}

/// A dry run against a port where nobody listens: stdout and stderr.
fn dry(sandbox: &Sandbox, flags: &[&str]) -> (String, String) {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{closed}/x?a=1");
    let run = sandbox.run(&[&["send", &url, "--dry-run"][..], flags].concat()).ended(0);
    (run.out, run.err)
}

#[test]
fn a_dry_run_shows_what_authentication_adds() {
    let sandbox = Sandbox::new(&[("my-netrc", "machine 127.0.0.1 login ada password hunter22\n")]);
    let (out, err) = dry(&sandbox, &[SCOPE, "-u", "AKIDEXAMPLE:hunter22"]);
    assert!(out.contains("\nX-Amz-Date: 20") && out.contains("\nAuthorization: ••••••\n"), "{out}");
    assert!(err.contains("note: the signature is of now"), "{err}");
    assert!(!out.contains("hunter22"));
    let (out, err) = dry(&sandbox, &["--netrc-file", "my-netrc"]);
    assert!(out.contains("\nAuthorization: Basic ••••••\n"), "{out}");
    assert_eq!(err, "");
    let (out, err) = dry(&sandbox, &["--digest", "u:hunter22"]);
    assert!(!out.contains("Authorization"), "{out}");
    assert!(err.contains("note: digest answers a challenge"), "{err}");
    let grant = ["--oauth2", "client_credentials", "--token-url", "http://id.example/t", "--client-id", "c"];
    let (out, err) = dry(&sandbox, &[&grant[..], &["--client-secret", "hunter22", "--json"]].concat());
    assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{out}");
    assert!(err.contains("note: no token is kept: sending gets one from http://id.example/t first"), "{err}");
}

#[test]
fn a_dry_run_shows_the_token_that_is_kept() {
    let practice = Practice::start();
    let request = format!(
        "url = \"{{{{ base_url }}}}/oauth/resource\"\n[auth.oauth2]\ngrant = \"client_credentials\"\n\
         token_url = \"{}/oauth/token\"\nclient_id = \"practice-client\"\nclient_secret = \"practice-secret\"\n",
        practice.url()
    );
    let sandbox = Sandbox::with_collection(&practice.url(), &[("token.toml", &request)]);
    sandbox.run(&["send", "token", "--fail"]).ended(0);
    let run = sandbox.run(&["send", "token", "--dry-run"]).ended(0);
    assert!(run.out.contains("Authorization: Bearer ••••••") && run.err.is_empty(), "{run:?}");
}
