use proptest::prelude::*;

use super::*;
use crate::model::{Secret, SecretValue, VarOrigin};

/// A clock that stands still and randomness that does not surprise.
#[derive(Debug)]
struct Still;

impl Source for Still {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(1_700_000_000).unwrap()
    }

    fn random(&self) -> u64 {
        0x0123_4567_89ab_cdef
    }
}

fn scope() -> Scope {
    let mut scope = Scope::new(Still);
    let vars = [
        ("base_url", "http://{{ host }}:80"),
        ("host", "example.org"),
        ("one", "{{ two }}"),
        ("two", "{{ three }}"),
        ("three", "{{ one }}"),
        ("bearer", "Bearer {{ token }}"),
        ("broken", "{{ nowhere }}"),
        ("empty", ""),
        ("login.id", "7"),
    ];
    scope.push(
        VarOrigin::Environment("local".into()),
        vars.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
    );
    scope.push(VarOrigin::Request, vec![("host".into(), "weaker".into())]);
    let missing =
        SecretValue::Unavailable { reason: "TOKEN is not set".into(), hint: "put it in .env".into() };
    let values = vec![
        ("token".into(), SecretValue::Value(Secret::new("s3cret"))),
        ("absent".into(), missing),
        ("later".into(), SecretValue::Unresolved),
    ];
    scope.push_secrets("local", values);
    scope
}

#[test]
fn values() {
    let cases = [
        ("plain", "plain"),
        ("{{ base_url }}/x", "http://example.org:80/x"),
        ("{{ login.id }}", "7"),
        (r#"{{ "{{" }}"#, "{{"),
        ("{{{ host }}}", "{example.org}"),
        ("{% if %}{# no #}", "{% if %}{# no #}"),
        ("{{ host | upper | base64 }}", "RVhBTVBMRS5PUkc="),
        ("{{ nowhere | default('x') }}", "x"),
        ("{{ empty | default(host) }}", "example.org"),
        ("{{ absent | default('x') }}", "x"),
        ("{{ 'a b/ü' | url }}", "a%20b%2F%C3%BC"),
        (r#"{{ 'a"b' | json }}"#, r#""a\"b""#),
        ("{{ uuid() }}", "01234567-89ab-4def-8123-456789abcdef"),
        ("{{ uuid7() }}", "018bcfe5-6800-7123-8567-89abcdef0123"),
        ("{{ now() }}", "2023-11-14T22:13:20Z"),
        ("{{ now('%d.%m.%Y') }}", "14.11.2023"),
        ("{{ timestamp_ms() }}", "1700000000000"),
        ("{{ random(5, 5) }}", "5"),
        ("{{ random_hex(6) }}", "012345"),
        ("{{ 'abcdef' | slice(1, -1) }}", "bcde"),
        ("{{ 'hello' | sha256 }}", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        ("{{ 'hello' | md5 }}", "5d41402abc4b2a76b9719d911017c592"),
        // RFC 4231, test case 2.
        (
            "{{ 'what do ya want for nothing?' | hmac_sha256('Jefe') }}",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        ("{{ 'SGk=' | base64_decode }}", "Hi"),
        ("{{ 'a-b' | replace('-', '+') }}", "a+b"),
    ];
    for (template, expected) in cases {
        assert_eq!(render(template, &scope()).unwrap().reveal(), expected, "{template}");
    }
}

#[test]
fn faults_say_what_where_and_what_to_do() {
    let cases = [
        ("x {{ hots }}", "`hots` is not defined", 5..9, "did you mean `host`?"),
        (
            "{{ broken }}",
            "in the value of `broken`: `nowhere` is not defined",
            3..9,
            "define it under [vars]",
        ),
        ("{{ one }}", "variables need each other: one → two → three → one", 3..6, "a value of its own"),
        ("{{ host | uper }}", "there is no function `uper`", 10..14, "did you mean `upper`?"),
        ("{{ random(1) }}", "random: expected 2 arguments, not 1", 3..12, "random(1, 100)"),
        ("{{ random(9, 1) }}", "random: 9 is more than 1", 3..15, "random(1, 100)"),
        ("{{ absent }}", "the secret `absent`: TOKEN is not set", 3..9, "put it in .env"),
        ("{{ uuid }}", "`uuid` is not defined", 3..7, "a function is called: write `uuid()`"),
        ("{{ broken | default('x') }}", "in the value of `broken`: `nowhere` is not defined", 3..9, ""),
        ("{{ later }}", "the secret `later`: it was not looked up", 3..8, ""),
        ("{{ host", "an expression without its closing `}}`", 0..7, "literal braces"),
        ("{{ }}", "an expression without a name", 0..5, "variable's name"),
        ("{{ 'x }}", "a quoted text without its closing quote", 3..8, ""),
        ("{{ host ! }}", "expected `|` or `}}`, not `!`", 8..9, "literal braces"),
        ("{{ now('%!') }}", "now:", 3..12, "now("),
    ];
    for (template, message, span, hint) in cases {
        let error = render(template, &scope()).unwrap_err();
        assert!(error.message.starts_with(message), "{template}: {}", error.message);
        assert_eq!(error.span, span, "{template}");
        assert!(error.hint.unwrap_or_default().contains(hint), "{template}");
    }
}

#[test]
fn secrets_are_marked_with_what_gives_them_again() {
    let cases = [
        ("{{ token }}", "••••••", "{{ token }}"),
        ("x {{ bearer }} y", "x Bearer •••••• y", "x Bearer {{ token }} y"),
        ("{{ token | base64 }}", "••••••", "{{ base64(token) }}"),
        ("{{ bearer | upper }}", "••••••", r#"{{ upper(concat("Bearer ", token)) }}"#),
        ("{{ basic(host, token) }}", "••••••", r#"{{ basic("example.org", token) }}"#),
        ("{{ concat('{', token, host) }}", "{••••••example.org", "{{{ token }}example.org"),
        ("{{ token | default('x') }}", "••••••", "{{ token }}"),
        (
            "{{ hmac_sha256(uuid(), token) }}",
            "••••••",
            r#"{{ hmac_sha256("01234567-89ab-4def-8123-456789abcdef", token) }}"#,
        ),
    ];
    let mut secrets_only = Scope::new(Still);
    secrets_only.push_secrets("local", vec![("token".into(), SecretValue::Value(Secret::new("s3cret")))]);
    for (template, masked, reference) in cases {
        let rendered = render(template, &scope()).unwrap();
        assert_eq!(rendered.masked(), masked, "{template}");
        let frozen = rendered.replaced(|name| format!("{{{{ {name} }}}}"), escape);
        assert_eq!(frozen, reference, "{template}");
        assert_eq!(render(&frozen, &secrets_only).unwrap().reveal(), rendered.reveal(), "{template}");
    }
}

#[test]
fn a_field_is_coloured_piece_by_piece() {
    let text = "{{ host }}/{{ token }}/{{ hots }}/{{ uuid() }}{{ !";
    let kinds: Vec<_> = inspect(text, &scope()).into_iter().map(|segment| segment.kind).collect();
    assert_eq!(
        kinds[0],
        SegmentKind::Value {
            name: "host".into(),
            preview: "example.org".into(),
            origin: Some(VarOrigin::Environment("local".into())),
            secret: false,
        }
    );
    assert!(matches!(&kinds[2], SegmentKind::Value { secret: true, preview, .. } if preview == "••••••"));
    assert!(matches!(&kinds[4], SegmentKind::Undefined { name, .. } if name == "hots"));
    assert!(matches!(&kinds[6], SegmentKind::Value { preview, .. } if preview == "new at each send"));
    assert!(matches!(&kinds[7], SegmentKind::Error { .. }));
}

#[test]
fn names_are_found_where_they_stand() {
    let text = "{{ a }} {{ b | default(c) }}";
    let names: Vec<_> =
        references(text).into_iter().map(|(span, name)| (text[span].to_owned(), name)).collect();
    assert_eq!(
        names,
        [("a", "a"), ("b", "b"), ("c", "c")].map(|(one, two)| (one.to_owned(), two.to_owned()))
    );
}

#[test]
fn variables_that_multiply_each_other_end() {
    let mut scope = Scope::new(Still);
    let mut vars = vec![("v0".to_owned(), "x".repeat(1024))];
    vars.extend((1..30).map(|n| (format!("v{n}"), format!("{{{{ v{} }}}}{{{{ v{} }}}}", n - 1, n - 1))));
    scope.push(VarOrigin::Request, vars);
    assert_eq!(render("{{ v29 }}", &scope).unwrap_err().kind, TemplateErrorKind::TooLarge);
}

#[test]
fn neither_time_nor_the_stack_runs_out() {
    // A worker's stack, in a build whose frames are large.
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(|| {
        let mut scope = scope();
        let nested = |inner: String| format!("{{{{ {}{inner}{} }}}}", "upper(".repeat(90), ")".repeat(90));
        let piped = |n| (format!("p{n}"), format!("{{{{ p{} | upper }}}}", n + 1));
        let mut vars: Vec<_> = (0..40).map(|n| (format!("v{n}"), nested(format!("v{}", n + 1)))).collect();
        vars.extend((0..30).map(piped));
        vars.push(("p30".into(), "{{ token }}".into()));
        vars.extend((0..30).map(|n| (format!("e{n}"), format!("{{{{ e{0} }}}}{{{{ e{0} }}}}", n + 1))));
        vars.push(("e30".into(), String::new()));
        scope.push(VarOrigin::Request, vars);
        for template in ["{{ v0 }}", "{{ e0 }}"] {
            let error = render(template, &scope).unwrap_err();
            assert_eq!(error.kind, TemplateErrorKind::TooLarge, "{template}");
        }
        let marked = render("{{ p0 }}", &scope).unwrap();
        assert_eq!(marked.reveal(), "S3CRET");
        let frozen = marked.replaced(|name| format!("{{{{ {name} }}}}"), escape);
        assert_eq!(render(&frozen, &scope).unwrap(), marked);
        for text in [format!("{{{{ host{} }}}}", " | upper".repeat(100_000)), nested("f(".repeat(100_000))] {
            assert_eq!(render(&text, &scope).unwrap_err().kind, TemplateErrorKind::Syntax);
        }
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn a_long_text_of_many_expressions_is_no_attack() {
    let text = "{{ host }} and some more text of a line\n".repeat(20_000);
    assert!(render(&text, &scope()).is_ok());
}

#[test]
fn faults_do_not_tell_a_secret() {
    for template in [
        "{{ random(token, 1) }}",
        "{{ token | base64_decode }}",
        "{{ now(concat('%!', token)) }}",
        "{{ random_hex(bearer) }}",
    ] {
        let error = render(template, &scope()).unwrap_err();
        assert!(!format!("{error:?}").contains("s3cret"), "{template}: {error:?}");
        assert!(error.message.ends_with("what comes from a secret here does not fit"), "{error}");
    }
}

#[test]
fn a_look_needs_no_secret_and_is_the_same_each_time() {
    let mut scope = Scope::default();
    scope.push(
        VarOrigin::Request,
        vec![("id".into(), "r-{{ uuid() }}".into()), ("code".into(), "{{ id | base64_decode }}".into())],
    );
    scope.push_secrets("local", vec![("later".into(), SecretValue::Unresolved)]);
    for (template, expected) in [
        ("{{ id }}", "r-‹uuid›"),
        ("{{ code }}", "‹base64_decode›"),
        ("x{{ later }}", "x••••••"),
        ("{{ later | base64_decode }}", "••••••"),
    ] {
        assert_eq!(preview(template, &scope).unwrap().masked(), expected, "{template}");
        assert_eq!(inspect(template, &scope), inspect(template, &scope));
    }
    assert!(matches!(
        preview("{{ later | uper }}", &scope).unwrap_err().kind,
        TemplateErrorKind::UnknownFunction { .. }
    ));
}

/// Texts that are likely to be nearly templates.
fn nearly() -> impl Strategy<Value = String> {
    let tokens = prop::sample::select(vec![
        "{{",
        "}}",
        "{",
        "}",
        "host",
        "token",
        "bearer",
        "one",
        "|",
        "upper",
        "base64",
        "(",
        ")",
        ",",
        "\"",
        "'",
        "\\",
        " ",
        "\n",
        "ä",
        "1",
        "uuid()",
        "{{ host }}",
        "{{ bearer | base64 }}",
        "{{ token }}",
        "{{ concat(\"{{\", token) }}",
        "{{ uuid() | hmac_sha256(bearer) }}",
    ]);
    prop::collection::vec(tokens, 0..24).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn any_text_is_looked_at_without_a_panic(text in any::<String>()) {
        let segments = inspect(&text, &scope());
        let covered: String = segments.iter().map(|segment| &text[segment.span.clone()]).collect();
        prop_assert_eq!(covered, text.clone());
        let _ = render(&text, &scope());
        let _ = references(&text);
    }

    #[test]
    fn braces_of_all_kinds_are_looked_at_without_a_panic(text in "[{}|(),\"'a.0 \\\\\n-]{0,40}") {
        let segments = inspect(&text, &scope());
        let covered: String = segments.iter().map(|segment| &text[segment.span.clone()]).collect();
        prop_assert_eq!(covered, text.clone());
        let _ = render(&text, &scope());
    }

    #[test]
    fn an_escaped_text_renders_to_itself(text in "[{}a\"\\\\ \n]{0,30}|\\PC*") {
        let rendered = render(&escape(&text), &Scope::default()).unwrap();
        prop_assert_eq!(rendered.reveal(), text);
    }

    #[test]
    fn what_was_rendered_renders_again_from_its_secrets_alone(text in nearly()) {
        if let Ok(marked) = render(&text, &scope()) {
            let mut secrets = Scope::default();
            secrets.push_secrets("local", vec![("token".into(), SecretValue::Value(Secret::new("s3cret")))]);
            let frozen = marked.replaced(|name| format!("{{{{ {name} }}}}"), escape);
            prop_assert_eq!(render(&frozen, &secrets).unwrap(), marked);
        }
    }
}
