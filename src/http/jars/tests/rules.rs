//! RFC 6265bis, rule by rule.

use super::*;

const SHOP: &str = "https://shop.example/a/b";

#[test]
fn what_may_not_be_kept_is_refused_with_the_reason() {
    let long_name = format!("{}=1", "n".repeat(4096));
    let cases = [
        ("a=1; Domain=example", SHOP, "Domain=example is a public suffix"),
        ("a=1; Domain=co.uk", "https://bbc.co.uk/", "Domain=co.uk is a public suffix"),
        ("a=1; Domain=.co.uk", "https://127.0.0.1/", "Domain=co.uk is a public suffix"),
        ("a=1; Domain=github.io", "https://me.github.io/", "Domain=github.io is a public suffix"),
        ("a=1; Domain=xn--p1ai", "https://кто.рф/", "Domain=xn--p1ai is a public suffix"),
        ("a=1; Domain=other.example", SHOP, "Domain=other.example does not cover shop.example"),
        ("a=1; Domain=api.shop.example", SHOP, "Domain=api.shop.example does not cover shop.example"),
        ("a=1; Domain=hop.example", SHOP, "Domain=hop.example does not cover shop.example"),
        ("a=1; Domain=0.0.1", "https://127.0.0.1/", "Domain=0.0.1 does not cover 127.0.0.1"),
        ("a=1; Domain=127.0.0.2", "https://127.0.0.1/", "Domain=127.0.0.2 does not cover 127.0.0.1"),
        (
            "a=1; Domain=bücher.example",
            "https://bücher.example/",
            "Domain=bücher.example is not ASCII; write xn--bcher-kva.example",
        ),
        ("a=1; Secure", "http://shop.example/", "Secure, and it came over http"),
        ("__Secure-a=1", SHOP, "the __Secure- prefix needs Secure"),
        ("__secure-a=1", SHOP, "the __Secure- prefix needs Secure"),
        ("__Host-a=1; Path=/", SHOP, "the __Host- prefix needs Secure"),
        ("__Host-a=1; Secure", SHOP, "the __Host- prefix needs Path=/"),
        ("__Host-a=1; Secure; Path=/a", SHOP, "the __Host- prefix needs Path=/"),
        ("__Host-a=1; Secure; Path=/; Domain=shop.example", SHOP, "the __Host- prefix forbids Domain"),
        ("=__Host-a; Secure; Path=/", SHOP, "a cookie without a name must not begin with __Host-"),
        ("__Secure-a", SHOP, "a cookie without a name must not begin with __Secure-"),
        ("", SHOP, "it has neither a name nor a value"),
        (" = ; Path=/", SHOP, "it has neither a name nor a value"),
        ("a=1\u{1}", SHOP, "there is a control character (U+0001) in it"),
        ("a=1; Path=/\u{7f}", SHOP, "there is a control character (U+007F) in it"),
        (&long_name, SHOP, "name and value have 4097 bytes; 4096 are allowed"),
    ];
    for (field, from, reason) in cases {
        assert_eq!(verdict(field, from), CookieVerdict::Refused(reason.into()), "{field} from {from}");
    }
}

#[test]
fn what_may_be_kept_is_kept_as_it_says() {
    let largest = format!("n={}", "v".repeat(4095));
    // The field, its URL, then domain, path and flags as kept.
    let cases = [
        ("a=1", SHOP, "shop.example! /a"),
        ("a=1; Path=", SHOP, "shop.example! /a"),
        ("a=1; Path=b", SHOP, "shop.example! /a"),
        ("a=1; Path=/", SHOP, "shop.example! /"),
        ("a=1; Path=/x; Path=/y", SHOP, "shop.example! /y"),
        ("a=1; Domain=shop.example", SHOP, "shop.example /a"),
        ("a=1; DOMAIN=.Shop.Example; path=/", SHOP, "shop.example /"),
        ("a=1; Domain=other.example; Domain=shop.example", SHOP, "shop.example /a"),
        ("a=1; Domain=", SHOP, "shop.example! /a"),
        ("a=1; Domain=shop.example", "https://API.shop.example/", "shop.example /"),
        ("a=1; Domain=github.io", "https://github.io/", "github.io! /"),
        ("a=1; Domain=localhost", "http://localhost/", "localhost! /"),
        ("a=1; Domain=127.0.0.1", "http://127.0.0.1/", "127.0.0.1 /"),
        ("a=1", "http://[::1]:8080/", "::1! /"),
        ("a=1; Domain=xn--bcher-kva.example", "https://www.bücher.example/", "xn--bcher-kva.example /"),
        ("a=1; Secure; HttpOnly", SHOP, "shop.example! /a Secure HttpOnly"),
        ("a=1; Secure", "http://localhost:1/", "localhost! / Secure"),
        ("a=1; Secure", "http://127.0.0.1/", "127.0.0.1! / Secure"),
        ("a=1; samesite=strict", SHOP, "shop.example! /a Strict"),
        ("a=1; SameSite=Lax; SameSite=None; Secure", SHOP, "shop.example! /a Secure None"),
        ("__Host-a=1; Secure; Path=/", SHOP, "shop.example! / Secure"),
        ("__Secure-a=1; Secure; Domain=shop.example", SHOP, "shop.example /a Secure"),
        ("a=1; Flavour=oat;; Secure=no", SHOP, "shop.example! /a Secure"),
        (&largest, SHOP, "shop.example! /a"),
    ];
    for (field, from, expected) in cases {
        let jar = jar(&[(field, from)]);
        let [cookie] = jar.cookies() else { panic!("{field}") };
        let mut kept =
            format!("{}{} {}", cookie.domain, if cookie.host_only { "!" } else { "" }, cookie.path);
        for (is_set, flag) in [(cookie.secure, " Secure"), (cookie.http_only, " HttpOnly")] {
            kept.push_str(if is_set { flag } else { "" });
        }
        if let Some(same_site) = cookie.same_site {
            kept.push(' ');
            kept.push_str(same_site.name());
        }
        assert_eq!(kept, expected, "{field} from {from}");
    }
}

#[test]
fn names_and_values_are_taken_as_they_stand() {
    let cases = [
        (" a = 1 ; Path=/", "a", "1"),
        ("a=b=c", "a", "b=c"),
        ("a=\"q, r\"", "a", "\"q, r\""),
        ("a=", "a", ""),
        ("=b", "", "b"),
        ("alone", "", "alone"),
        ("a=1\t2", "a", "1\t2"),
        ("é=ü", "é", "ü"),
    ];
    for (field, name, value) in cases {
        let jar = jar(&[(field, SHOP)]);
        let cookie = &jar.cookies()[0];
        assert_eq!((cookie.name.as_str(), cookie.value.as_str()), (name, value), "{field}");
    }
}

#[test]
fn cookies_end_when_they_say_but_never_later_than_in_400_days() {
    let day = 24 * 3600;
    let cases = [
        ("a=1", None),
        ("a=1; Max-Age=60", Some(60)),
        ("a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Some(60)),
        ("a=1; Expires=Sun, 01 Mar 2026 12:01:00 GMT", Some(60)),
        ("a=1; Expires=soon", None),
        ("a=1; Max-Age=1e3", None),
        ("a=1; Max-Age=", None),
        ("a=1; Max-Age=99999999999999999999", Some(400 * day)),
        ("a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", Some(400 * day)),
        ("a=1; Max-Age=34560000", Some(400 * day)),
    ];
    for (field, seconds) in cases {
        let jar = jar(&[(field, SHOP)]);
        assert_eq!(jar.cookies()[0].expires, seconds.map(later), "{field}");
    }
}

#[test]
fn a_second_set_cookie_replaces_and_deletes() {
    let mut jar = Jar::default();
    let mut receive = |field: &str, from: &str| jar.receive(field, &url(from), now()).verdict;
    assert_eq!(receive("a=1", SHOP), CookieVerdict::Kept);
    assert_eq!(receive("a=2", SHOP), CookieVerdict::Replaced);
    assert_eq!(receive("A=2", SHOP), CookieVerdict::Kept);
    assert_eq!(receive("a=2; Path=/", SHOP), CookieVerdict::Kept);
    assert_eq!(receive("a=2; Domain=shop.example", SHOP), CookieVerdict::Kept);
    assert_eq!(receive("a=; Max-Age=0", SHOP), CookieVerdict::Deleted);
    assert_eq!(receive("a=; Max-Age=-9999999999999999999", SHOP), CookieVerdict::Expired);
    assert_eq!(receive("b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", SHOP), CookieVerdict::Expired);
    assert_eq!(sent(&jar, SHOP), "A=2; a=2; a=2");
}

#[test]
fn http_does_not_overwrite_what_came_secure() {
    let secure = [("a=1; Secure; Domain=shop.example; Path=/login", "https://shop.example/")];
    let refused =
        |field: &str, from: &str| jar(&secure).receive(field, &url(from), now()).verdict.is_refused();
    assert!(refused("a=2; Path=/login", "http://shop.example/"));
    assert!(refused("a=2; Path=/login/deep", "http://api.shop.example/"));
    assert!(refused("a=; Path=/login; Max-Age=0; Domain=shop.example", "http://shop.example/"));
    assert!(!refused("a=2; Path=/", "http://shop.example/"));
    assert!(!refused("b=2; Path=/login", "http://shop.example/"));
    assert!(!refused("a=2; Path=/login", "https://shop.example/"));
    assert!(!refused("a=2; Path=/login", "http://other.example/"));
}

#[test]
fn a_request_takes_along_what_is_for_it() {
    let jar = jar(&[
        ("host=1; Path=/", "https://shop.example/"),
        ("wide=1; Path=/; Domain=shop.example", "https://shop.example/"),
        ("safe=1; Path=/; Secure", "https://shop.example/"),
        ("deep=1; Path=/a/b", "https://shop.example/"),
        ("short=1; Path=/; Max-Age=30", "https://shop.example/"),
        ("strict=1; Path=/; SameSite=Strict", "https://shop.example/"),
        ("local=1; Secure", "http://localhost/"),
    ]);
    let cases = [
        ("https://shop.example/", "host=1; wide=1; safe=1; strict=1"),
        ("http://shop.example/", "host=1; wide=1; strict=1"),
        ("https://shop.example/a/b/c", "deep=1; host=1; wide=1; safe=1; strict=1"),
        ("https://shop.example:8443/a/bc", "host=1; wide=1; safe=1; strict=1"),
        ("https://api.shop.example/", "wide=1"),
        ("https://example/", ""),
        ("http://localhost:9/", "local=1"),
        ("http://127.0.0.1/", ""),
    ];
    for (to, expected) in cases {
        assert_eq!(sent(&jar, to), expected, "{to}");
    }
}

#[test]
fn the_longest_path_comes_first_and_then_the_oldest() {
    let mut jar = jar(&[
        ("old=1; Path=/", SHOP),
        ("mid=1; Path=/a", SHOP),
        ("new=1; Path=/", SHOP),
        ("deep=1; Path=/a/b", SHOP),
    ]);
    assert_eq!(sent(&jar, SHOP), "deep=1; mid=1; old=1; new=1");
    // A new value keeps the age.
    jar.receive("old=2; Path=/", &url(SHOP), later(9));
    assert_eq!(sent(&jar, SHOP), "deep=1; mid=1; old=2; new=1");
}

#[test]
fn what_is_odd_in_a_kept_cookie_is_said() {
    let field = "a=1; SameSite=None; Expires=soon; Max-Age=99999999999";
    let notes = Jar::default().receive(field, &url(SHOP), now()).notes;
    assert_eq!(
        notes,
        [
            "Expires=soon is not a date, and ignored",
            "browsers refuse SameSite=None without Secure",
            "it is kept for 400 days, the longest there is",
        ]
    );
    let long = format!("a=1; Path=/{}", "p".repeat(1024));
    let notes = Jar::default().receive(&long, &url(SHOP), now()).notes;
    assert_eq!(notes, ["Path is longer than 1024 bytes, and ignored"]);
}

#[test]
fn no_server_fills_a_jar() {
    let mut jar = jar(&[("safe=1; Secure", SHOP), ("elsewhere=1", "https://other.example/")]);
    for number in 0..400 {
        jar.receive(&format!("n{number}=1"), &url(SHOP), later(number));
    }
    let names: Vec<&str> = jar.cookies().iter().map(|cookie| cookie.name.as_str()).collect();
    assert_eq!(names.len(), 181);
    assert_eq!(&names[..3], ["safe", "elsewhere", "n221"]);
    assert_eq!(names.last(), Some(&"n399"));
}

#[test]
fn debug_shows_no_value() {
    let jar = jar(&[("session=hunter2", SHOP)]);
    assert!(!format!("{jar:?}").contains("hunter2"));
}
