//! Round trips of any model, and saves into files of odd layout.

use std::time::Duration;

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;
use crate::model::{
    Auth, Body, Capture, CookieUse, Expectation, HttpVersion, Literal, Need, Paginate, Part, PartContent,
    Poll, Proxy, Retry, Row, SecretSource, Settings, Timeouts,
};

/// Boxed, as are all below: built of each other, they would not fit on a test's stack.
fn text() -> BoxedStrategy<String> {
    prop_oneof![
        4 => "[a-z{} /:.-]{0,12}",
        2 => "\\PC{0,12}",
        2 => "[a-z'\"\\\\\\n\\t\\r#=\\[\\]]{0,16}",
        1 => "(\n|'''|\"\"\"|[\u{0}-\u{20}\u{7f}]|é|\r\n){0,6}",
    ]
    .boxed()
}

fn name() -> BoxedStrategy<String> {
    prop_oneof![5 => "[A-Za-z][A-Za-z0-9-]{0,8}", 1 => text()].boxed()
}

/// Values under names that each stand once.
fn named<T: std::fmt::Debug + Clone>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<(String, T)>> {
    vec((name(), value), 0..4).prop_map(|mut pairs| {
        let mut seen = std::collections::HashSet::new();
        pairs.retain(|(name, _)| seen.insert(name.clone()));
        pairs
    })
}

/// Values under names of which some stand several times, gathered as a file does it.
fn repeated<T: std::fmt::Debug + Clone>(
    value: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Vec<(String, T)>> {
    named(vec(value, 1..3)).prop_map(|named| {
        named
            .into_iter()
            .flat_map(|(name, values)| values.into_iter().map(move |v| (name.clone(), v)))
            .collect()
    })
}

fn rows() -> BoxedStrategy<Vec<Row>> {
    repeated((text(), any::<bool>(), text()).boxed())
        .prop_map(|rows| {
            rows.into_iter().map(|(name, (value, enabled, doc))| Row { name, value, enabled, doc }).collect()
        })
        .boxed()
}

fn parts() -> BoxedStrategy<Vec<Part>> {
    let content = prop_oneof![text().prop_map(PartContent::Text), text().prop_map(PartContent::File)];
    repeated((content, option::of(text()), option::of(text()), any::<bool>(), text()).boxed())
        .prop_map(|parts| {
            let part = |(name, (content, media_type, filename, enabled, doc))| Part {
                name,
                content,
                media_type,
                filename,
                enabled,
                doc,
            };
            parts.into_iter().map(part).collect()
        })
        .boxed()
}

/// Any kind with any of its choices and texts, some of them left out.
fn auth() -> BoxedStrategy<Auth> {
    let kinds = select([&["none"], &Auth::KINDS[..]].concat());
    let texts = vec(option::of(text()), 12);
    (kinds, texts, vec(any::<proptest::sample::Index>(), 4), named(text()))
        .prop_map(|(kind, texts, picks, params)| {
            let mut auth = Auth::of_kind(kind).unwrap();
            for ((_, own), text) in auth.texts_mut().into_iter().zip(texts) {
                *own = text.unwrap_or_else(|| own.clone());
            }
            for (choice, pick) in auth.choices().into_iter().zip(picks) {
                auth.choose(choice.key, choice.words[pick.index(choice.words.len())]);
            }
            auth.params_mut().into_iter().for_each(|own| own.clone_from(&params));
            auth
        })
        .boxed()
}

fn body() -> BoxedStrategy<Body> {
    prop_oneof![
        text().prop_map(Body::Json),
        text().prop_map(Body::Text),
        text().prop_map(Body::Xml),
        rows().prop_map(Body::Form),
        parts().prop_map(Body::Multipart),
        text().prop_map(Body::File),
        (text(), text(), text()).prop_map(|(query, variables, operation)| Body::Graphql {
            query,
            variables,
            operation
        }),
        text().prop_map(Body::Base64),
    ]
    .boxed()
}

fn duration() -> BoxedStrategy<Duration> {
    prop_oneof![
        (0..100_000_u64).prop_map(Duration::from_millis),
        (0..1000_u64, 0..1_000_000_000_u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
    ]
    .boxed()
}

fn settings() -> BoxedStrategy<Settings> {
    let timeouts = (option::of(duration()), option::of(duration()), option::of(duration()))
        .prop_map(|(connect, read, total)| Timeouts { connect, read, total });
    let proxy = prop_oneof![
        Just(Proxy::System),
        Just(Proxy::None),
        "(https?|socks5h?)://[a-z]{1,5}".prop_map(Proxy::Url)
    ];
    let cookies = prop_oneof![Just(CookieUse::On), Just(CookieUse::Off), text().prop_map(CookieUse::Jar)];
    let versions = select(vec![HttpVersion::Auto, HttpVersion::Http11, HttpVersion::Http2]);
    let one = (
        timeouts,
        option::of(0..50_u32),
        option::of(any::<bool>()),
        (option::of(text()), option::of(text()), option::of(text())),
        option::of(versions),
    );
    let other = (
        option::of(proxy),
        option::of(vec(text(), 0..3)),
        option::of(0..=i64::MAX as u64),
        option::of(cookies),
        option::of(named(text())),
    );
    (one, other, option::of(select(vec!["gzip", "br"])), option::of(text()))
        .prop_map(
            |(
                (timeout, redirects, verify, (ca, cert, cert_password), version),
                (proxy, no_proxy, max_body, cookies, resolve),
                compress,
                rate,
            )| {
                Settings {
                    timeout,
                    redirects,
                    verify,
                    ca,
                    cert,
                    cert_password,
                    version,
                    proxy,
                    no_proxy,
                    max_body,
                    cookies,
                    resolve,
                    compress: compress.map(str::to_owned),
                    rate,
                    ..Settings::default()
                }
            },
        )
        .boxed()
}

fn literal() -> impl Strategy<Value = Literal> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Integer),
        any::<f64>().prop_filter("equal to itself", |f| !f.is_nan()).prop_map(Literal::Float),
        text().prop_map(Literal::String),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![vec(inner.clone(), 0..3).prop_map(Literal::List), named(inner).prop_map(Literal::Table),]
    })
}

prop_compose! {
    fn retry()(
        max in option::of(0..9_u32),
        on in option::of(vec(select(vec!["connect", "timeout", "429", "5xx"]), 0..3)),
        backoff in option::of((duration(), duration())),
    ) -> Retry {
        let backoff = backoff.map(|(a, b)| (a.min(b), a.max(b)));
        Retry { max, on: on.map(|on| on.into_iter().map(str::to_owned).collect()), backoff }
    }
}

prop_compose! {
    fn needs()(needs in named((text(), named(text()), option::of(duration())))) -> Vec<Need> {
        needs.into_iter().map(|(name, (run, with, max_age))| Need { name, run, with, max_age }).collect()
    }
}

prop_compose! {
    fn last_parts()(
        expect in named(literal()),
        capture in named((text(), any::<bool>())),
        poll in option::of((duration(), duration())),
        paginate in option::of((option::of(text()), option::of(0..99_u64))),
        cases in option::of(text()),
    ) -> Request {
        Request {
            expect: expect.into_iter().map(|(query, predicate)| Expectation { query, predicate }).collect(),
            capture: capture.into_iter().map(|(name, (query, secret))| Capture { name, query, secret }).collect(),
            poll: poll.map(|(every, within)| Poll { every, within }),
            paginate: paginate.map(|(next, max)| Paginate { next, max, ..Paginate::default() }),
            cases,
            ..Request::default()
        }
    }
}

prop_compose! {
    fn request()(
        (doc, tags, method, url) in (text(), vec(text(), 0..3), "[A-Z]{0,5}", text()),
        vars in named(text()),
        (path, params, headers) in (rows(), rows(), rows()),
        auth in option::of(auth()),
        body in option::of(body()),
        http in settings(),
        retry in retry().boxed(),
        needs in needs().boxed(),
        last in last_parts().boxed(),
    ) -> Request {
        Request { doc, tags, method, url, path, params, headers, auth, body, http, retry, vars, needs, ..last }
    }
}

fn parsed(text: &str) -> Request {
    parse_request(text, Path::new("a.toml")).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

/// Lines of a request file in an odd layout, as people leave them: each is valid at its place in any mix.
fn odd_file() -> impl Strategy<Value = String> {
    let gap = || select(vec!["", "\n", "# a comment\n", "  # indented = \"comment\"\n", "\n\n\t\n"]);
    let end = || select(vec!["", " # why", "   ", "\t#'quoted\""]);
    let equals = || select(vec![" = ", "=", "   =  ", "\t= "]);
    let value = || {
        select(vec![
            "\"x\"",
            "'y'",
            "\"{{ z }}\"",
            "'''long'''",
            "\"\"\"\nlines\nof it\"\"\"",
            "'''\nraw\n'''",
        ])
    };
    let row = || {
        prop_oneof![
            value().prop_map(str::to_owned),
            (value(), value()).prop_map(|(a, b)| format!("[ {a},{b} ]")),
            (value(), value()).prop_map(|(a, b)| format!("[\n  {a}, # one\n  {b} # two\n]")),
            value().prop_map(|a| format!("{{value={a}, enabled = false }}")),
            Just("7".to_owned()),
        ]
    };
    let line = move |name: String| {
        (gap(), select(vec!["", "  ", "\t"]), equals(), row(), end()).prop_map(
            move |(gap, indent, equals, row, end)| format!("{gap}{indent}{name}{equals}{row}{end}\n"),
        )
    };
    let table = move |header: &'static str| {
        let lines: Vec<_> =
            ["A", "\"b c\"", "d-e"].iter().map(|name| line((*name).to_owned()).boxed()).collect();
        (gap(), end(), proptest::sample::subsequence(lines, 1..=3)).prop_flat_map(move |(gap, end, lines)| {
            lines.prop_map(move |lines| format!("{gap}[{header}]{end}\n{}", lines.concat()))
        })
    };
    let root = (gap(), equals(), value(), end())
        .prop_map(|(gap, equals, value, end)| format!("{gap}url{equals}{value}{end}\n"));
    let tables = (
        option::of(table("headers")),
        option::of(table("body.form")),
        option::of(table(" params ")),
        option::of(table("path")),
        gap(),
    );
    // The other ways to write a table, each of another one, so that any of them go together.
    let dotted = proptest::sample::subsequence(
        vec![
            "http.timeout.read = '9s'",
            "vars={a='1',  b = \"2\" } # v",
            "auth = \"inherit\"",
            "http . 'verify' = true",
            "needs.\"l o\" = { run = 'x', with={ u = 'a' }}",
            "expect = {\n  status = 200, # ok\n  'body' = { count = 2 },\n}",
        ],
        0..=6,
    );
    let below = proptest::sample::subsequence(
        vec![
            "[capture.id]\nfrom = '$.id' # id\n",
            "[poll]\nfor='9s'\nevery=\"1s\"\n",
            "[retry] # none\n# max = 1\n",
        ],
        0..=3,
    );
    let odd = (dotted.prop_shuffle(), below.prop_shuffle(), any::<bool>());
    (root, tables, odd, any::<bool>(), any::<bool>()).prop_map(|(root, tables, odd, crlf, ended)| {
        let ((a, b, c, d, last), (dotted, below, first)) = (tables, odd);
        let tables = [a, b, c, d].into_iter().flatten().collect::<Vec<_>>().concat();
        let dotted: String = dotted.iter().flat_map(|line| [*line, "\n"]).collect();
        let below = below.concat();
        let tables = if first { format!("{below}{tables}") } else { format!("{tables}{below}") };
        let text = format!("{root}{dotted}{tables}{last}");
        let text = if ended { text.as_str() } else { text.trim_end_matches('\n') };
        if crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
    })
}

/// What is left of the lines of both texts when those that they share at both ends are taken off.
fn differing_lines<'t>(one: &'t str, other: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let (one, other): (Vec<_>, Vec<_>) = (one.split('\n').collect(), other.split('\n').collect());
    let head = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (one[head..one.len() - tail].to_vec(), other[head..other.len() - tail].to_vec())
}

proptest! {
    #[test]
    fn any_request_survives(request in request().boxed()) {
        let text = write_request("", &request).unwrap();
        prop_assert_eq!(&parsed(&text), &request, "{}", text);
        prop_assert_eq!(&write_request(&text, &request).unwrap(), &text);
    }

    #[test]
    fn any_request_can_be_saved_over_any_other(before in request().boxed(), after in request().boxed()) {
        let text = write_request("", &before).unwrap();
        let saved = write_request(&text, &after).unwrap();
        prop_assert_eq!(&parsed(&saved), &after, "{}", saved);
        prop_assert_eq!(write_request(&saved, &after).unwrap(), saved);
    }

    #[test]
    fn any_request_can_be_saved_into_any_file(text in odd_file().boxed(), after in request().boxed()) {
        let saved = write_request(&text, &after).unwrap();
        prop_assert_eq!(&parsed(&saved), &after, "{}\ninto\n{}", saved, text);
        prop_assert_eq!(write_request(&saved, &after).unwrap(), saved);
    }

    #[test]
    fn any_environment_and_folder_survive(
        doc in text(), vars in named(text()), sources in named((0..4, text())), headers in rows(), name in option::of(text()),
    ) {
        let source = |(kind, text): (i32, String)| match kind {
            0 => SecretSource::Env(text),
            1 => SecretSource::Keyring(text),
            2 => SecretSource::Prompt(text),
            _ => SecretSource::Command(vec![text]),
        };
        let secrets = sources.into_iter().map(|(name, text)| (name, source(text))).collect();
        let local = Environment { name: "local".into(), doc: doc.clone(), vars: vars.clone(), secrets };
        let text = write_environment("", &local).unwrap();
        prop_assert_eq!(parse_environment(&text, "local", Path::new("")).unwrap(), local);
        let folder = FolderFile { name, doc, defaults: Defaults { vars, headers, ..Defaults::default() }, ..FolderFile::default() };
        let text = write_folder("", &folder).unwrap();
        prop_assert_eq!(parse_folder(&text, Path::new("")).unwrap(), folder);
    }

    #[test]
    fn saving_without_a_change_changes_no_byte(text in odd_file().boxed()) {
        prop_assert_eq!(write_request(&text, &parsed(&text)).unwrap(), text);
    }

    #[test]
    fn one_changed_row_changes_its_lines_alone(
        text in odd_file().boxed(), pick in any::<proptest::sample::Index>(), value in "[a-z]{1,8}",
    ) {
        let mut request = parsed(&text);
        let Request { headers, params, path, body, .. } = &mut request;
        let form = match body { Some(Body::Form(rows)) => rows.as_mut_slice(), _ => &mut [] };
        let mut rows: Vec<_> = headers.iter_mut().chain(params).chain(path).chain(form).collect();
        prop_assume!(!rows.is_empty());
        let index = pick.index(rows.len());
        let old = std::mem::replace(&mut rows[index].value, format!("new-{value}"));
        let saved = write_request(&text, &request).unwrap();
        prop_assert_eq!(&parsed(&saved), &request);
        let (gone, come) = differing_lines(&text, &saved);
        prop_assert_eq!(come.len(), 1, "{:?}\nto\n{:?}", gone, come);
        let new = format!("new-{value}");
        prop_assert!(come[0].contains(&new));
        prop_assert!(gone.len() <= old.split('\n').count() + 1, "{:?}", gone);
        prop_assert_eq!(saved.matches('#').count(), text.matches('#').count(), "comments stay");
    }

    #[test]
    fn adding_and_removing_leaves_all_else(text in odd_file().boxed(), value in "[a-z]{1,8}") {
        let before = parsed(&text);
        let mut with = before.clone();
        with.headers.push(Row::new("X-New", value));
        let added = write_request(&text, &with).unwrap();
        prop_assert_eq!(&parsed(&added), &with);
        prop_assert!(text.lines().all(|line| added.contains(line)), "{}", added);
        let removed = write_request(&added, &before).unwrap();
        prop_assert_eq!(&parsed(&removed), &before);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}", cut in any::<proptest::sample::Index>(), file in odd_file()) {
        parse_request(&text, Path::new("")).ok();
        parse_environment(&text, "x", Path::new("")).ok();
        let half: String = file.chars().take(cut.index(file.chars().count() + 1)).collect();
        parse_request(&half, Path::new("")).ok();
        write_request(&half, &Request::default()).ok();
    }
}
