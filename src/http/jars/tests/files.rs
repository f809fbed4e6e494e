//! The Netscape file: bytes as curl writes them, and round trips.

use proptest::prelude::*;

use super::{super::netscape, *};

#[test]
fn a_file_of_curl_is_read() {
    let text = "# Netscape HTTP Cookie File\r\n\
        # https://curl.se/docs/http-cookies.html\r\n\
        \r\n\
        shop.example\tFALSE\t/\tFALSE\t0\tsession\tabc\r\n\
        #HttpOnly_.shop.example\tTRUE\t/a\tTRUE\t1798761600\tlong\tx=y\tz\n\
        .shop.example\tTRUE\t/\tFALSE\t1798761600.5\tempty\t\n\
        shop.example\tFALSE\t/\tFALSE\t-1\tlost\n";
    let (cookies, bad) = netscape::read(text, now());
    assert_eq!(bad, []);
    let [session, long, empty, lost] = &cookies[..] else { panic!("{cookies:?}") };
    assert_eq!((session.name.as_str(), session.value.as_str(), session.expires), ("session", "abc", None));
    assert!(session.host_only && !session.secure && !session.http_only);
    assert_eq!(
        (long.domain.as_str(), long.path.as_str(), long.value.as_str()),
        ("shop.example", "/a", "x=y\tz")
    );
    assert!(!long.host_only && long.secure && long.http_only);
    assert_eq!(long.expires, Some("2027-01-01T00:00:00Z".parse().unwrap()));
    assert_eq!((empty.value.as_str(), empty.expires), ("", long.expires));
    assert_eq!((lost.name.as_str(), lost.value.as_str(), lost.expires), ("lost", "", None));
}

#[test]
fn what_is_no_cookie_is_told_by_its_line() {
    let text = "\u{feff}# head\n\
        shop.example\tFALSE\t/\tFALSE\t0\tgood\t1\n\
        shop.example FALSE / FALSE 0 a b\n\
        shop.example\tno\t/\tFALSE\t0\ta\tb\n\
        shop.example\tFALSE\t/\tFALSE\tnever\ta\tb\n\
        a b\tFALSE\t/\tFALSE\t0\ta\tb\n\
        shop.example\tFALSE\tx\tFALSE\t0\ta\tb\n\
        shop.example\tFALSE\t/\tFALSE\t0\t__Host-a\tb\n";
    let (cookies, bad) = netscape::read(text, now());
    assert_eq!(cookies.len(), 1);
    let bad: Vec<String> = bad.iter().map(ToString::to_string).collect();
    assert_eq!(
        bad,
        [
            "line 3: 1 fields between tabs where 7 are needed",
            "line 4: the second field is `no`, not TRUE or FALSE",
            "line 5: the time of expiry is `never`, not seconds since 1970",
            "line 6: `a b` is not a domain",
            "line 7: the path `x` does not begin with /",
            "line 8: the __Host- prefix needs Secure",
        ]
    );
}

#[test]
fn what_is_written_is_what_curl_reads() {
    let jar = jar(&[
        ("id=7; Path=/", "https://shop.example/"),
        (
            "t=x; Domain=shop.example; Secure; HttpOnly; Path=/a; Expires=Fri, 01 Jan 2027 00:00:00 GMT",
            "https://shop.example/",
        ),
    ]);
    let expected = "# Netscape HTTP Cookie File\n\
        shop.example\tFALSE\t/\tFALSE\t0\tid\t7\n\
        #HttpOnly_.shop.example\tTRUE\t/a\tTRUE\t1798761600\tt\tx\n";
    assert_eq!(netscape::write(jar.cookies()), expected);
}

fn cookies() -> impl Strategy<Value = Cookie> {
    let expires = prop::option::of(1_i64..4_000_000_000);
    let text = "[!#$%&'()*+./0-9:<>?@A-Z^_`a-zé€~-]{1,12}";
    let place = ("[a-z]{1,8}(\\.[a-z]{2,8}){1,2}", "/[a-z/%]{0,10}", any::<bool>(), any::<bool>());
    (text, "[ -:<-~é]{0,12}", place, any::<bool>(), expires).prop_map(
        |(name, value, (domain, path, host_only, secure), http_only, expires)| Cookie {
            name,
            value: value.trim().to_owned(),
            domain,
            host_only,
            path,
            secure,
            http_only,
            same_site: None,
            expires: expires.map(|at| Timestamp::from_second(at).unwrap()),
            created: now(),
        },
    )
}

proptest! {
    #[test]
    fn a_netscape_file_brings_back_what_was_written(written in prop::collection::vec(cookies(), 0..6)) {
        let (read, bad) = netscape::read(&netscape::write(&written), now());
        prop_assert_eq!(bad, []);
        prop_assert_eq!(read, written);
    }

    #[test]
    fn no_text_is_too_odd(text in "[\\x00-\\x7fé\u{feff}]{0,80}") {
        let _ = netscape::read(&text, now());
        let _ = Jar::default().receive(&text, &url("https://shop.example/"), now());
    }
}

proptest! {
    #[test]
    fn a_cookie_on_a_line_comes_back(cookie in cookies(), site in 0..4_usize) {
        let same_site = [None, Some(SameSite::Strict), Some(SameSite::Lax), Some(SameSite::None)][site];
        let cookie = Cookie { same_site, ..cookie };
        prop_assert_eq!(Cookie::parse_line(&cookie.line(), now()), Ok(cookie));
    }
}

#[test]
fn a_line_says_what_is_wrong_with_it() {
    let cases = [
        ("a", "begin with NAME=VALUE"),
        ("a=1", "say where it is sent: Host=… or Domain=…"),
        ("a=1; Host=a b", "`a b` is not a domain"),
        ("a=1; Host=h; Colour=red", "`Colour` is not an attribute of a cookie"),
        ("a=1; Host=h; Expires=soon", "Expires is a time, as in 2027-01-31T12:00:00Z"),
        ("a=1; Host=h; Max-Age=x", "Max-Age is a number of seconds"),
        ("a=1; Host=h; SameSite=x", "SameSite is Strict, Lax or None"),
        ("a=1; Host=h; Path=x", "the path `x` does not begin with /"),
        ("__Host-a=1; Domain=h; Secure", "the __Host- prefix forbids Domain"),
    ];
    for (line, reason) in cases {
        assert_eq!(Cookie::parse_line(line, now()), Err(reason.into()), "{line}");
    }
    let line = "id=7; HTTPONLY; Max-Age=60; Domain=.Shop.Example; Expires=Fri, 01 Jan 2027 00:00:00 GMT";
    let cookie = Cookie::parse_line(line, now()).unwrap();
    assert_eq!(cookie.line(), "id=7; Domain=shop.example; Path=/; Expires=2027-01-01T00:00:00Z; HttpOnly");
}
