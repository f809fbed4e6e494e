//! Whatever an exchange holds, it comes back: all but its secrets, which are masked.

use proptest::prelude::*;

use super::*;
use crate::model::{
    Auth, Body, Certificate, Connection, Expectation, HopCookies, Literal, Redactor, Row, TlsSummary,
};

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        "[a-z]{0,6}",
        ".{0,8}",
        prop::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
        Just("\0\u{1}\"\\ ••••••".to_owned()),
    ]
    .boxed()
}

fn marked() -> impl Strategy<Value = Marked> {
    (text(), prop::option::of(text())).prop_map(|(plain, secret)| {
        let mut marked = Marked::plain(plain);
        if let Some(secret) = secret {
            marked.push_secret(&secret, "token");
        }
        marked
    })
}

fn literal() -> impl Strategy<Value = Literal> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Integer),
        any::<f64>().prop_filter("nan is not equal to itself", |f| !f.is_nan()).prop_map(Literal::Float),
        text().prop_map(Literal::String),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Literal::List),
            prop::collection::vec((text(), inner), 0..3).prop_map(Literal::Table),
        ]
    })
}

fn duration() -> impl Strategy<Value = Duration> {
    (0..u64::from(u32::MAX), 0..1_000_000_000_u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos))
}

prop_compose! {
    fn request()(
        [doc, url, name, value, body] in [text(), text(), text(), text(), text()],
        enabled in any::<bool>(),
        predicate in literal(),
        max_body in any::<u64>(),
        read in duration(),
        kind in prop::sample::select(&Auth::KINDS[..]),
    ) -> Request {
        let mut auth = Auth::of_kind(kind).unwrap();
        auth.texts_mut().into_iter().for_each(|(_, text)| text.clone_from(&value));
        let mut request = Request { doc, url, auth: Some(auth), ..Request::default() };
        request.headers.push(Row { name, value, enabled, doc: String::new() });
        request.body = Some(Body::Json(body));
        request.http.max_body = Some(max_body);
        request.http.timeout.read = Some(read);
        request.expect.push(Expectation { query: "$.a".into(), predicate });
        request
    }
}

fn certificate(name: String) -> Certificate {
    Certificate {
        subject: format!("CN={name}"),
        issuer: "CN=root".into(),
        names: vec![name],
        not_before: jiff::Timestamp::UNIX_EPOCH,
        not_after: jiff::Timestamp::MAX,
        serial: "01".into(),
        key: "RSA".into(),
        key_bits: Some(2048),
        signature: "sha256WithRSAEncryption".into(),
        fingerprint: "00".repeat(32),
    }
}

prop_compose! {
    fn hop()(
        url in marked(),
        fields in prop::collection::vec((text(), marked()), 0..3),
        answer in prop::option::of((any::<u16>(), text(), prop::collection::vec((text(), text()), 0..3))),
        wait in prop::option::of(duration()),
        tls in prop::option::of(text()),
        [remote, version] in [text(), text()],
    ) -> Hop {
        let request = RequestHead { method: "GET".into(), url, version: version.clone(), fields, body_size: 1 };
        let field = |(name, value)| Field { name, value };
        let response = answer.map(|(status, reason, fields)| {
            ResponseHead { version, status, reason, fields: fields.into_iter().map(field).collect() }
        });
        let tls = tls.map(|cipher| {
            let protocol = "TLS 1.3".into();
            let certificates = vec![certificate(cipher.clone())];
            TlsSummary { protocol, cipher, alpn: None, verified: true, resumed: true, certificates }
        });
        let connection = Connection { id: 1, reused: true, remote, local: String::new(), tls, proxy: None };
        let trailers = response.iter().flat_map(|head: &ResponseHead| head.fields.clone()).collect();
        let interim = response.iter().cloned().collect();
        let timing = Timing { wait, ..Timing::default() };
        Hop {
            request,
            interim,
            response,
            trailers,
            body: None,
            timing,
            connection: Some(connection),
            cookies: HopCookies::default(),
            repeated: None,
        }
    }
}

prop_compose! {
    fn any_exchange()(
        (written, sent) in (request(), request()),
        (source, environment) in (prop::option::of(text()), prop::option::of(text())),
        nanoseconds in 0..4_000_000_000_000_000_000_i64,
        attempts in prop::collection::vec((prop::collection::vec(hop(), 0..3), duration()), 0..3),
        took in duration(),
        body in prop::option::of(prop::collection::vec(any::<u8>(), 1..200)),
        broken in prop::option::of(text()),
    ) -> Exchange {
        let payload = body.map(|bytes| {
            let size = bytes.len() as u64;
            Payload { media_type: None, wire_size: size, size, content: Content::Memory(bytes.into()) }
        });
        let failure = |message| {
            Failure { kind: FailureKind::Truncated, message, causes: vec!["cause".into()], hint: None }
        };
        let outcome = match (broken, payload) {
            (None, Some(payload)) => Outcome::Answered(payload),
            (message, partial) => Outcome::Failed { failure: failure(message.unwrap_or_default()), partial },
        };
        Exchange {
            id: ExchangeId(uuid::Uuid::now_v7().to_string()),
            source: source.map(NodeId::new),
            environment,
            started: Timestamp::from_nanosecond(nanoseconds.into()).unwrap(),
            duration: took,
            written,
            sent,
            attempts: attempts.into_iter().map(|(hops, waited)| Attempt { hops, waited, ..Attempt::default() }).collect(),
            outcome,
            secrets: Redactor::default(),
        }
    }
}

#[test]
fn any_exchange_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(folder.path());
    proptest!(ProptestConfig::with_cases(128), |(kept in any_exchange())| {
        history.record(&kept, Some(Path::new("/shop"))).unwrap();
        let back = history.get(&kept.id.0).unwrap().unwrap();
        // The written form masks on its way out: equal texts are equal exchanges.
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), serde_json::to_string(&kept).unwrap());
        prop_assert_eq!((&back.written, &back.sent), (&kept.written, &kept.sent));
        prop_assert_eq!(back.payload().map(|payload| &payload.content), kept.payload().map(|payload| &payload.content));
        let listed = history.list(&Filter { limit: 1, ..Filter::default() }).unwrap();
        prop_assert_eq!(&listed[0].id, &kept.id);
        prop_assert_eq!(listed[0].status, kept.response().map(|head| head.status));
        prop_assert_eq!(&listed[0].source, &kept.source);
    });
}
