//! Every key of `[http]` and `[retry]` as a flag: it stands over what the request's file and its folders say.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::{
    format::{duration, size},
    model::{CookieUse, HttpVersion, Proxy, Retry, Settings, Timeouts},
    template::escape,
};

use super::{super::CliError, login::Login};

const HTTP: &str = "How it is sent";
const AGAIN: &str = "Sending again";

/// `[http]`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = HTTP)]
#[expect(clippy::struct_excessive_bools, reason = "flags are bools")]
pub(super) struct HttpArgs {
    /// How long the whole exchange may take, redirects and retries included: 30s, 1m30s, 500ms
    #[arg(long, value_name = "TIME", value_parser = time)]
    timeout: Option<Duration>,
    /// How long until the connection stands: DNS, TCP and TLS
    #[arg(long, value_name = "TIME", value_parser = time)]
    connect_timeout: Option<Duration>,
    /// How long nothing may come, between two pieces of the answer and before its first
    #[arg(long, value_name = "TIME", value_parser = time)]
    read_timeout: Option<Duration>,
    /// How many redirects are followed; 0 shows the redirect itself
    #[arg(long, value_name = "NUMBER")]
    redirects: Option<u32>,
    /// Follow no redirect
    #[arg(long, conflicts_with = "redirects")]
    no_redirects: bool,
    /// Follow redirects, also where the settings say not to
    #[arg(short = 'L', long, visible_alias = "location", conflicts_with_all = ["redirects", "no_redirects"])]
    follow: bool,
    /// Accept any certificate: whoever is in between can read and change everything
    #[arg(short = 'k', long, visible_alias = "insecure")]
    no_verify: bool,
    /// Verify certificates, also where the settings say not to
    #[arg(long, conflicts_with = "no_verify")]
    verify: bool,
    /// More root certificates, as PEM
    #[arg(long, value_name = "FILE", visible_alias = "cacert")]
    ca: Option<PathBuf>,
    /// A client certificate with its key
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    /// The password of that certificate's file; '{{ name }}' takes a secret
    #[arg(long, value_name = "PASSWORD")]
    cert_password: Option<String>,
    /// The oldest TLS version to speak
    #[arg(long, value_name = "VERSION", value_parser = ["1.2", "1.3"])]
    min_tls: Option<String>,
    /// The HTTP version to speak
    #[arg(long = "http", value_name = "VERSION", value_parser = version)]
    version: Option<HttpVersion>,
    /// The same as --http 1.1
    #[arg(long = "http1.1", conflicts_with = "version")]
    http11: bool,
    /// The same as --http 2
    #[arg(long = "http2", conflicts_with_all = ["version", "http11"])]
    http2: bool,
    /// A proxy's URL (http, https, socks5, socks5h), `system` for the environment's, or `none`
    #[arg(short = 'x', long, value_name = "URL")]
    proxy: Option<String>,
    /// Hosts that need no proxy, separated by commas: names, .suffixes, addresses, CIDR blocks
    #[arg(long, value_name = "HOSTS", value_delimiter = ',')]
    no_proxy: Option<Vec<String>>,
    /// The most decoded bytes of body that are accepted: 10MiB, 500kB
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    max_body: Option<u64>,
    /// The cookie jar to use, by its name; without a name the environment's
    #[arg(long, value_name = "JAR", num_args = 0..=1, default_missing_value = "", require_equals = true)]
    cookies: Option<String>,
    /// Send and keep no cookies
    #[arg(long, conflicts_with = "cookies")]
    no_cookies: bool,
    /// Send the body in a content coding
    #[arg(long, value_name = "CODING", value_parser = ["gzip", "br", "zstd", "deflate"])]
    compress: Option<String>,
    /// Let the body wait until the server says that it wants it
    #[arg(long)]
    expect_continue: bool,
    /// Connect to an address in a name's place; may be repeated
    #[arg(long, value_name = "HOST:PORT:ADDRESS", value_parser = resolve)]
    resolve: Vec<(String, String)>,
    /// Connect to a socket of this machine in the host's place
    #[arg(long, value_name = "PATH")]
    unix_socket: Option<PathBuf>,
    /// Send and follow nothing but https
    #[arg(long)]
    https_only: bool,
}

/// `[retry]`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = AGAIN)]
pub(super) struct RetryArgs {
    /// How often it is sent again when it fails
    #[arg(long, value_name = "NUMBER")]
    retry: Option<u32>,
    /// What is a failure, separated by commas: connect, timeout, a status (429), a class (5xx)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = condition)]
    retry_on: Option<Vec<String>>,
    /// The first wait and the longest: 200ms..5s
    #[arg(long, value_name = "TIME..TIME", value_parser = backoff)]
    backoff: Option<(Duration, Duration)>,
    /// Say that it may be repeated although its method does not
    #[arg(long)]
    idempotent: bool,
}

impl HttpArgs {
    /// Over those of the request. A path is meant from the current folder.
    pub(super) fn over(
        &self,
        written: &Settings,
        retry: &RetryArgs,
        login: &mut Login,
    ) -> Result<Settings, CliError> {
        let cookies = self.cookies.as_deref().map(|jar| match jar {
            "" => CookieUse::On,
            jar => CookieUse::Jar(jar.to_owned()),
        });
        let version = flag(self.http11, HttpVersion::Http11).or(flag(self.http2, HttpVersion::Http2));
        let typed = Settings {
            timeout: Timeouts { connect: self.connect_timeout, read: self.read_timeout, total: self.timeout },
            redirects: self.redirects.or(flag(self.no_redirects, 0)).or(flag(self.follow, 10)),
            verify: flag(self.no_verify, false).or(flag(self.verify, true)),
            ca: self.ca.as_ref().map(absolute).transpose()?,
            cert: self.cert.as_ref().map(absolute).transpose()?,
            cert_password: self.cert_password.as_deref().map(|typed| login.hidden("cert_password", typed)),
            min_tls: self.min_tls.clone(),
            version: self.version.or(version),
            proxy: self
                .proxy
                .as_deref()
                .map(|typed| proxy(&login.hidden_in("proxy_password", typed)))
                .transpose()?,
            no_proxy: self.no_proxy.clone(),
            max_body: self.max_body,
            cookies: cookies.or(flag(self.no_cookies, CookieUse::Off)),
            compress: self.compress.clone(),
            expect_continue: flag(self.expect_continue, true),
            resolve: Some(self.resolve.clone()).filter(|pairs| !pairs.is_empty()),
            unix_socket: self.unix_socket.as_ref().map(absolute).transpose()?,
            https_only: flag(self.https_only, true),
            rate: None,
            idempotent: flag(retry.idempotent, true),
        };
        Ok(typed.over(written))
    }
}

impl RetryArgs {
    pub(super) fn over(&self, written: &Retry) -> Retry {
        let typed = Retry { max: self.retry, on: self.retry_on.clone(), backoff: self.backoff };
        typed.over(written)
    }
}

/// The value that a flag without one stands for.
fn flag<T>(is_on: bool, value: T) -> Option<T> {
    is_on.then_some(value)
}

/// From the current folder, where a saved request's own paths are from its collection's.
pub(super) fn absolute(path: &PathBuf) -> Result<String, CliError> {
    let whole = std::path::absolute(path)
        .map_err(|error| CliError::io("cannot find the current folder for", path, &error))?;
    Ok(whole.to_string_lossy().into_owned())
}

/// The same, for a path that may hold templates.
pub(super) fn absolute_template(path: &str) -> Result<String, CliError> {
    if PathBuf::from(path).is_absolute() || path.starts_with("{{") {
        return Ok(path.to_owned());
    }
    Ok(format!("{}/{path}", escape(&absolute(&PathBuf::from("."))?)))
}

/// Not by clap, which would repeat a password in its message.
fn proxy(text: &str) -> Result<Proxy, CliError> {
    // curl's word for none.
    let word = if text.is_empty() { "none" } else { text };
    Proxy::read(word).ok_or_else(|| {
        let scheme = text.split_inclusive("://").next().unwrap_or_default();
        CliError::usage(format!("--proxy cannot be {scheme}…")).hint(format!("write {}", Proxy::EXPECTED))
    })
}

fn time(text: &str) -> Result<Duration, String> {
    // curl takes a bare number as seconds.
    let seconds = || text.parse().ok().and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
    let time = duration::parse(text).or_else(seconds).filter(|time| !time.is_zero());
    time.ok_or_else(|| format!("write {}", duration::EXPECTED))
}

fn bytes(text: &str) -> Result<u64, String> {
    text.parse().ok().or_else(|| size::parse(text)).ok_or_else(|| format!("write {}", size::EXPECTED))
}

fn version(text: &str) -> Result<HttpVersion, String> {
    HttpVersion::of_word(text).ok_or_else(|| "write auto, 1.1 or 2".to_owned())
}

/// `HOST:PORT:ADDRESS` as curl has it, or `HOST:PORT=ADDRESS` as a file does.
fn resolve(text: &str) -> Result<(String, String), String> {
    let expected = || "write HOST:PORT:ADDRESS, as in example.org:443:127.0.0.1".to_owned();
    if let Some((name, address)) = text.split_once('=') {
        return Ok((name.trim().to_owned(), address.trim().to_owned()));
    }
    let host = text.find("]:").map_or(0, |at| at + 1);
    let port = text[host..].find(':').map(|at| host + at + 1).ok_or_else(expected)?;
    let end = text[port..].find(':').map(|at| port + at).ok_or_else(expected)?;
    let (name, address) = (&text[..end], &text[end + 1..]);
    let is_whole = text[port..end].parse::<u16>().is_ok() && !address.is_empty() && port > 1;
    is_whole.then(|| (name.to_owned(), address.to_owned())).ok_or_else(expected)
}

fn condition(text: &str) -> Result<String, String> {
    Retry::is_condition(text).then(|| text.to_owned()).ok_or_else(|| format!("write {}", Retry::CONDITIONS))
}

fn backoff(text: &str) -> Result<(Duration, Duration), String> {
    Retry::read_backoff(text).ok_or_else(|| format!("write {}", Retry::BACKOFF))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::Value;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        http: HttpArgs,
        #[command(flatten)]
        retry: RetryArgs,
    }

    /// Each key as settings files have it, and a flag that sets it.
    const FLAGS: &[(&str, &str)] = &[
        ("timeout.connect", "--connect-timeout=1s"),
        ("timeout.read", "--read-timeout=1s"),
        ("timeout.total", "--timeout=1s"),
        ("redirects", "--redirects=2"),
        ("redirects", "--no-redirects"),
        ("redirects", "--follow"),
        ("verify", "--no-verify"),
        ("verify", "--verify"),
        ("ca", "--ca=a.pem"),
        ("cert", "--cert=a.pem"),
        ("cert_password", "--cert-password=x"),
        ("min_tls", "--min-tls=1.3"),
        ("version", "--http=2"),
        ("version", "--http1.1"),
        ("proxy", "--proxy=none"),
        ("no_proxy", "--no-proxy=a,b"),
        ("max_body", "--max-body=1kB"),
        ("cookies", "--cookies"),
        ("cookies", "--no-cookies"),
        ("compress", "--compress=gzip"),
        ("expect_continue", "--expect-continue"),
        ("resolve", "--resolve=a:1:b"),
        ("unix_socket", "--unix-socket=s"),
        ("https_only", "--https-only"),
        ("idempotent", "--idempotent"),
        ("retry.max", "--retry=1"),
        ("retry.on", "--retry-on=5xx"),
        ("retry.backoff", "--backoff=1s..2s"),
    ];

    /// How many requests may go out says nothing of one.
    const OF_MANY: &str = "rate";

    /// The values by their keys, as they stand in the model.
    fn values(settings: &Settings, retry: &Retry) -> Vec<(String, Value)> {
        let mut values = Vec::new();
        let mut add = |prefix: &str, value: Value| {
            let Value::Object(fields) = value else { panic!("{value}") };
            values.extend(fields.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value)));
        };
        add("", serde_json::to_value(settings).unwrap());
        add("retry.", serde_json::to_value(retry).unwrap());
        let at = values.iter().position(|(key, _)| key == "timeout").unwrap();
        let Value::Object(timeout) = values.remove(at).1 else { panic!("timeout") };
        values.extend(timeout.into_iter().map(|(key, value)| (format!("timeout.{key}"), value)));
        values
    }

    #[test]
    fn every_setting_is_a_flag() {
        let nothing = values(&Settings::default(), &Retry::default());
        for (key, _) in &nothing {
            let has_flag = FLAGS.iter().any(|(own, _)| own == key);
            assert!(has_flag || key == OF_MANY, "{key} has no flag");
        }
        for (key, flag) in FLAGS {
            let flags = Flags::try_parse_from(["send", flag]).unwrap_or_else(|error| panic!("{error}"));
            let typed = flags.http.over(&Settings::default(), &flags.retry, &mut Login::default()).unwrap();
            let set = values(&typed, &flags.retry.over(&Retry::default()));
            let changed: Vec<_> = set.iter().zip(&nothing).filter(|(now, before)| now != before).collect();
            assert!(changed.len() == 1 && changed[0].0.0 == *key, "{flag}: {changed:?}");
        }
    }

    #[test]
    fn an_address_in_a_names_place() {
        let pair = |name: &str, address: &str| Ok((name.to_owned(), address.to_owned()));
        assert_eq!(resolve("example.org:443:127.0.0.1"), pair("example.org:443", "127.0.0.1"));
        assert_eq!(resolve("example.org:443:127.0.0.1:8443"), pair("example.org:443", "127.0.0.1:8443"));
        assert_eq!(resolve("[::1]:80:[::2]"), pair("[::1]:80", "[::2]"));
        assert_eq!(resolve("a:1=b"), pair("a:1", "b"));
        for wrong in ["a", "a:1", "a:b:c", ":1:b", "a:1:"] {
            assert!(resolve(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_sizes_and_waits() {
        assert_eq!(time("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(time("250ms"), Ok(Duration::from_millis(250)));
        assert!(time("0").is_err() && time("soon").is_err() && time("-1").is_err());
        assert_eq!(bytes("10"), Ok(10));
        assert!(backoff("5s..1s").is_err() && backoff("200ms..5").is_err());
        assert!(proxy("socks4://p").is_err());
        assert_eq!(proxy(""), Ok(Proxy::None));
        assert!(condition("5xx").is_ok() && condition("6x").is_err());
    }
}
