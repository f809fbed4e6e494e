//! The keys of `[http]` and `[retry]`, wherever they are read, shown or chosen: in one table.

/// Each setting with what it takes, in the order of the documentation. A key of a table inside is behind a dot, and
/// one of `[retry]` behind `retry.`.
pub const SETTINGS: [(&str, &str); 24] = [
    ("timeout.connect", "a time such as 10s, until the connection stands"),
    ("timeout.read", "a time such as 60s, between two pieces of the answer"),
    ("timeout.total", "a time such as 5m, for all of an attempt"),
    ("redirects", "how many to follow, or false"),
    ("verify", "true or false: whether certificates are verified"),
    ("ca", "a PEM file with roots to trust as well"),
    ("cert", "a PEM or PKCS#12 file with the client's certificate"),
    ("cert_password", "the password of cert; {{ a secret }} keeps it out of the file"),
    ("min_tls", "1.2 or 1.3"),
    ("version", "auto, 1.1 or 2"),
    ("proxy", "system, none, or a URL: http, https, socks5, socks5h"),
    ("no_proxy", "hosts with commas between: localhost, .corp, 10.0.0.0/8"),
    ("max_body", "a size such as 100 MiB"),
    ("cookies", "true, false, or the name of a jar"),
    ("compress", "gzip, br, zstd or deflate, for the request's body"),
    ("expect_continue", "true or false: ask before a body is sent"),
    ("resolve", "host:port = address, with commas between several"),
    ("unix_socket", "the path of a socket"),
    ("https_only", "true or false: refuse plain http, also after a redirect"),
    ("rate", "a rate such as 10/s"),
    ("idempotent", "true or false: whether it may be sent again"),
    ("retry.max", "how many repetitions after the first attempt"),
    ("retry.on", "of connect, timeout, 429, 5xx, with commas between"),
    ("retry.backoff", "two times such as 200ms..5s"),
];

/// The keys of `[http]` itself.
pub fn http_keys() -> Vec<&'static str> {
    let names = SETTINGS.iter().map(|(name, _)| *name).filter(|name| !name.starts_with("retry."));
    let mut keys: Vec<&str> =
        names.map(|name| name.split_once('.').map_or(name, |(table, _)| table)).collect();
    keys.dedup();
    keys
}

/// The keys of a table: `timeout` of `[http]`, or `retry`.
pub fn keys_in(table: &str) -> Vec<&'static str> {
    let inside = |name: &'static str| name.strip_prefix(table)?.strip_prefix('.');
    SETTINGS.iter().filter_map(|(name, _)| inside(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_inside_is_one_key() {
        assert_eq!(http_keys()[..3], ["timeout", "redirects", "verify"]);
        assert_eq!(http_keys().len(), 19);
        assert_eq!(keys_in("timeout"), ["connect", "read", "total"]);
        assert_eq!(keys_in("retry"), ["max", "on", "backoff"]);
    }
}
