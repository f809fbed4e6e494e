//! nginx without TLS: files, ranges, codings, uploads, its manners at the edge.

use std::fs;

use super::{
    answer, asking, exchange, failure, file, header, hops, plain, secure, send, statuses,
    support::program::Sandbox,
};

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_file_comes_as_it_is_on_disk() {
    let (_, run) = send(&format!("url = {:?}", plain("HTTP", "/blob.bin")), &[]);
    assert!(run.ended(0).bytes == fs::read(file("files/blob.bin")).unwrap());
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn each_coding_is_undone_and_both_sizes_are_kept() {
    let whole = fs::read_to_string(file("files/numbers.txt")).unwrap();
    for (folder, coding) in [("gzipped", "gzip"), ("brotli", "br"), ("zstd", "zstd")] {
        let url = plain("HTTP", &format!("/{folder}/numbers.txt"));
        let (sandbox, run) = send(&format!("url = {url:?}"), &[]);
        assert!(run.ended(0).out == whole, "{coding}");
        let exchange = exchange(&sandbox);
        assert_eq!(header(&exchange, "content-encoding"), coding);
        let size = &exchange["response"]["size"];
        assert_eq!(size["decoded"], whole.len());
        assert!(size["wire"].as_u64().unwrap() < whole.len() as u64 / 2, "{coding}: {size}");
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_range_is_a_part_and_an_etag_that_still_holds_has_no_body() {
    let whole = fs::read(file("files/numbers.txt")).unwrap();
    let url = plain("HTTP", "/numbers.txt");
    let sandbox = Sandbox::new(&[]);
    let run = sandbox.run(&["send", &url, "-H", "Range: bytes=100-299", "-H", "Accept-Encoding: identity"]);
    assert!(run.ended(0).bytes == whole[100..300]);
    assert_eq!(statuses(&hops(&sandbox)), [206]);

    sandbox.run(&["send", &url]).ended(0);
    let unless = format!("If-None-Match: {}", header(&exchange(&sandbox), "etag"));
    let run = sandbox.run(&["send", &url, "-H", &unless]).ended(0);
    assert_eq!((run.out.as_str(), statuses(&hops(&sandbox))), ("", vec![304]));

    let run = sandbox.run(&["send", &url, "-H", "Range: bytes=99999999-", "--fail"]).ended(1);
    assert!(run.out.contains("416"), "{run:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn head_has_a_length_and_no_body() {
    let (sandbox, run) = send(&format!("method = \"HEAD\"\nurl = {:?}", plain("HTTP", "/blob.bin")), &[]);
    assert_eq!(run.ended(0).out, "");
    assert_eq!(header(&exchange(&sandbox), "content-length"), "3000000");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn basic_credentials_open_the_back_room() {
    let url = plain("HTTP", "/private");
    let request = |password| {
        format!("url = {url:?}\n[auth]\nbasic = {{ username = \"user\", password = \"{password}\" }}")
    };
    assert!(answer(&request("pass word")).starts_with("1\n2\n"));
    let (sandbox, run) = send(&request("wrong"), &["--fail"]);
    run.ended(1);
    assert_eq!(statuses(&hops(&sandbox)), [401]);
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_file_is_put_and_deleted() {
    let sandbox = asking(&format!(
        "method = \"PUT\"\nurl = {:?}\n[body]\nfile = \"upload.bin\"",
        plain("HTTP", "/received/put.bin")
    ));
    let bytes = fs::read(file("files/blob.bin")).unwrap();
    sandbox.write("upload.bin", &bytes);
    sandbox.run(&["send", "it"]).ended(0);
    assert_eq!(statuses(&hops(&sandbox)), [201]);
    assert!(fs::read(file("received/put.bin")).unwrap() == bytes);
    sandbox.run(&["send", &plain("HTTP", "/received/put.bin"), "-X", "DELETE"]).ended(0);
    assert_eq!(statuses(&hops(&sandbox)), [204]);
    assert!(!file("received/put.bin").exists());
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn an_upload_follows_to_another_server_with_its_body() {
    let request = format!(
        "method = \"PUT\"\nurl = {:?}\n[body]\ntext = \"moved along\"\n[http]\nca = {:?}",
        plain("HTTP", "/elsewhere"),
        super::certificate("authority.pem")
    );
    let (sandbox, run) = send(&request, &[]);
    run.ended(0);
    let hops = hops(&sandbox);
    assert_eq!(statuses(&hops), [307, 201]);
    assert_eq!(hops[1]["request"]["url"], secure("TLS", "/upload/moved.txt"));
    assert_eq!(fs::read_to_string(file("received/moved.txt")).unwrap(), "moved along");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_body_too_large_for_the_server_still_gets_its_answer() {
    let sandbox = asking(&format!(
        "method = \"PUT\"\nurl = {:?}\n[body]\nfile = \"upload.bin\"",
        plain("HTTP", "/received/large.bin")
    ));
    sandbox.write("upload.bin", vec![b'x'; 20_000_000]);
    sandbox.run(&["send", "it", "--fail"]).ended(1);
    assert_eq!(statuses(&hops(&sandbox)), [413]);
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_server_that_hangs_up_is_no_answer() {
    assert_eq!(failure(&format!("url = {:?}", plain("HTTP", "/hangs-up"))), "reset");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_limit_on_time_ends_a_body_that_crawls() {
    let request =
        format!("url = {:?}\n[http]\ntimeout = {{ total = \"2s\" }}", plain("HTTP", "/crawls/blob.bin"));
    let (sandbox, run) = send(&request, &[]);
    assert!(!run.ended(3).bytes.is_empty(), "what arrived is kept");
    assert_eq!(exchange(&sandbox)["error"]["kind"], "total_timeout");
    let request = format!("url = {:?}\n[http]\nmax_body = \"1 MB\"", plain("HTTP", "/blob.bin"));
    assert_eq!(failure(&request), "too_large");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_download_that_broke_off_is_gone_on_with() {
    let whole = fs::read(file("files/blob.bin")).unwrap();
    let url = plain("HTTP", "/crawls/blob.bin");
    let sandbox = Sandbox::new(&[]);
    sandbox.run(&["send", &url, "-o", "b.bin", "--timeout", "2s"]).ended(3);
    let part = sandbox.work().join("b.bin.part");
    let arrived = fs::metadata(&part).unwrap().len();
    assert!(arrived > 0 && !sandbox.work().join("b.bin").exists());
    sandbox.run(&["send", &url, "-o", "b.bin", "-C"]).ended(0);
    assert!(fs::read(sandbox.work().join("b.bin")).unwrap() == whole);
    assert!(!part.exists());
    assert_eq!(statuses(&hops(&sandbox)), [206]);
    assert_eq!(header(&exchange(&sandbox), "content-length"), (whole.len() as u64 - arrived).to_string());
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_body_waits_for_a_server_that_wants_it() {
    let sandbox = asking(&format!(
        "method = \"PUT\"\nurl = {:?}\n[body]\nfile = \"upload.bin\"\n[http]\nexpect_continue = true",
        plain("HTTP", "/received/waited.bin")
    ));
    sandbox.write("upload.bin", "x".repeat(1_000_000));
    sandbox.run(&["send", "it"]).ended(0);
    assert_eq!(statuses(&hops(&sandbox)), [201]);
    assert_eq!(fs::metadata(file("received/waited.bin")).unwrap().len(), 1_000_000);

    sandbox.write("upload.bin", "x".repeat(20_000_000));
    sandbox.run(&["send", "it"]).ended(0);
    let refused = &hops(&sandbox)[0];
    assert_eq!(refused["response"]["status"], 413);
    assert_eq!(refused["request"]["body_size"], 0, "{refused:#}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn trailers_are_shown() {
    let (sandbox, run) = send(&format!("url = {:?}", plain("HTTP", "/trailed")), &[]);
    run.ended(0);
    assert_eq!(exchange(&sandbox)["response"]["trailers"][0][1], "by nginx");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn netrc_knows_the_password() {
    let sandbox = asking(&format!("auth.netrc = \"netrc\"\nurl = {:?}", plain("HTTP", "/private")));
    sandbox.write("netrc", "machine 127.0.0.1 login user password \"pass word\"\n");
    assert!(sandbox.run(&["send", "it"]).ended(0).out.starts_with("1\n2\n"));
}

#[cfg(unix)]
#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_unix_socket_is_as_good_as_a_port() {
    let socket = file("nginx.sock");
    let request = format!("url = \"http://nginx.test/numbers.txt\"\n[http]\nunix_socket = {socket:?}");
    assert!(answer(&request).starts_with("1\n2\n"));
}
