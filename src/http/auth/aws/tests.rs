//! Published signatures: AWS's test suite for Signature Version 4, and the examples of S3's documentation.

use ::http::Method;

use super::*;
use crate::http::body::{Content, PreparedBody};

fn signer(access: &str, secret: &str) -> Signer {
    let keys = Keys { access: access.into(), secret: Marked::secret(secret, "secret_key"), token: None };
    let Aws { region, service, place, payload, .. } = Aws::default();
    Signer { keys, region, service, place, payload }
}

/// That of the test suite.
fn suite() -> Signer {
    let signer = signer("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    Signer { region: "us-east-1".into(), service: "service".into(), ..signer }
}

/// That of S3's documentation.
fn storage() -> Signer {
    signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

fn ask<'a>(method: &str, url: &str, body: Option<&'a PreparedBody>) -> Ask<'a> {
    let url = Url::parse(url).unwrap();
    let shown_url = Marked::plain(url.as_str());
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    Ask { method, url, shown_url, fields: Vec::new(), body }
}

async fn signed(signer: &Signer, ask: &mut Ask<'_>, time: &str) {
    let time: jiff::Timestamp = time.parse().unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time.as_second().unsigned_abs());
    signer.sign(ask, None, time).await.unwrap();
}

fn field<'a>(ask: &'a Ask<'_>, name: &str) -> &'a str {
    ask.fields.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.reveal())
}

#[tokio::test]
async fn the_test_suites_signatures() {
    let time = "2015-08-30T12:36:00Z";
    let cases = [
        (
            "GET",
            "https://example.amazonaws.com/",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "GET",
            "https://example.amazonaws.com/?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "POST",
            "https://example.amazonaws.com/",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            "GET",
            "https://example.amazonaws.com/example/..",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
    ];
    for (method, url, signature) in cases {
        let mut ask = ask(method, url, None);
        signed(&suite(), &mut ask, time).await;
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        assert_eq!(field(&ask, "Authorization"), expected, "{method} {url}");
        assert_eq!(field(&ask, "X-Amz-Date"), "20150830T123600Z");
    }
}

#[tokio::test]
async fn the_body_and_its_type_are_signed() {
    let body = PreparedBody {
        content: Content::Bytes("Param1=value1".into()),
        media_type: Some("application/x-www-form-urlencoded".into()),
    };
    let mut ask = ask("POST", "https://example.amazonaws.com/", Some(&body));
    signed(&suite(), &mut ask, "2015-08-30T12:36:00Z").await;
    assert!(
        field(&ask, "Authorization").ends_with(
            "SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        ),
        "{}",
        field(&ask, "Authorization")
    );
}

#[tokio::test]
async fn the_examples_of_s3() {
    let cases = [
        (
            "https://examplebucket.s3.amazonaws.com/?lifecycle",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ];
    for (url, signature) in cases {
        let mut ask = ask("GET", url, None);
        signed(&storage(), &mut ask, "2013-05-24T00:00:00Z").await;
        let got = field(&ask, "Authorization");
        assert!(got.ends_with(&format!("Signature={signature}")), "{url}: {got}");
        assert!(got.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date"), "{got}");
    }
}

#[tokio::test]
async fn a_presigned_url_has_all_in_its_query_and_shows_no_secret() {
    let token = Some(Marked::secret("to/ken", "session_token"));
    let keys = Keys { token, ..storage().keys };
    let signer = Signer { keys, place: AwsPlace::Query, ..storage() };
    let mut ask = ask("GET", "https://examplebucket.s3.amazonaws.com/test.txt?a=1#part", None);
    signed(&signer, &mut ask, "2013-05-24T00:00:00Z").await;
    let names: Vec<_> = ask.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    for name in ["a", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature"]
    {
        assert!(names.iter().any(|own| own == name), "{name} in {names:?}");
    }
    assert!(ask.url.as_str().contains("X-Amz-Security-Token=to%2Fken"), "{}", ask.url);
    assert!(ask.url.as_str().ends_with("#part"));
    assert_eq!(ask.shown_url.reveal(), ask.url.as_str());
    let shown = ask.shown_url.to_string();
    assert!(!shown.contains("to%2Fken") && !shown.contains("AKIAIOSFODNN7EXAMPLE"), "{shown}");
    assert!(field(&ask, "Authorization").is_empty());
}

#[tokio::test]
async fn an_unsigned_payload_says_so() {
    let signer = Signer { payload: AwsPayload::Unsigned, ..suite() };
    let mut ask = ask("PUT", "https://example.amazonaws.com/", None);
    signed(&signer, &mut ask, "2015-08-30T12:36:00Z").await;
    assert_eq!(field(&ask, "X-Amz-Content-Sha256"), "UNSIGNED-PAYLOAD");
}

#[test]
fn a_path_of_s3_is_encoded_as_the_server_does() {
    let url = Url::parse("https://b.s3.amazonaws.com/a%20b/c:d(e)/../f%2Fg?x=1").unwrap();
    // `..` is the URL's own affair: it is gone before anything is sent.
    assert_eq!(canonical(&url, true), "https://b.s3.amazonaws.com/a%20b/f%2Fg?x=1");
    let url = Url::parse("https://b.s3.amazonaws.com/c:d(e)").unwrap();
    assert_eq!(canonical(&url, true), "https://b.s3.amazonaws.com/c%3Ad%28e%29");
    assert_eq!(canonical(&url, false), "https://b.s3.amazonaws.com/c:d(e)");
}

#[test]
fn a_host_that_says_nothing_needs_region_and_service() {
    let own = Url::parse("http://127.0.0.1/").unwrap();
    let error = storage().check(&own).unwrap_err().failure;
    assert!(error.message.contains("127.0.0.1 does not say"), "{error}");
    assert!(suite().check(&own).is_ok());
}
