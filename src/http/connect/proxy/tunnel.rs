//! Tunnels through HTTP proxies, by CONNECT (RFC 9110, section 9.3.6).

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Refusal, Stream};
use crate::http::USER_AGENT;

/// Longest head of an answer that is read.
const LARGEST_HEAD: usize = 64 << 10;
/// Letters of what a proxy says that are shown.
const SHOWN: usize = 120;

/// Opens a tunnel; `authorization` is the value of `Proxy-Authorization`.
pub(super) async fn open(
    stream: &mut dyn Stream,
    authorization: Option<&str>,
    host: &str,
    port: u16,
) -> Result<(), Refusal> {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let mut head =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: {USER_AGENT}\r\n");
    if let Some(value) = authorization {
        head.extend(["Proxy-Authorization: ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.flush().await?;
    let answer = read_head(stream).await?;
    judge(&answer, authorization.is_some())
}

fn judge(head: &str, had_credentials: bool) -> Result<(), Refusal> {
    let line = shown(head.lines().next().unwrap_or_default());
    let Some(status) = line.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok()) else {
        return Err(not_http(&line));
    };
    match status {
        200..300 => Ok(()),
        407 => Err(unauthorized(head, &line, had_credentials)),
        403 | 405 => Err(Refusal::new(
            format!("its rules do not allow it: {line}"),
            "many proxies open tunnels to port 443 alone, and to some hosts only",
        )),
        502..=504 => Err(Refusal::new(
            format!("it could not reach the host: {line}"),
            "check the host and the port; is it reachable from the proxy?",
        )),
        _ => Err(Refusal::new(
            format!("it answered {line}"),
            "is this the address of an HTTP proxy, and may it be used for this host?",
        )),
    }
}

fn unauthorized(head: &str, line: &str, had_credentials: bool) -> Refusal {
    let schemes: Vec<&str> = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authenticate"))
        .filter_map(|(_, value)| value.split_whitespace().next())
        .collect();
    if !schemes.is_empty() && !schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("basic")) {
        return Refusal::new(
            format!("it wants authentication by {}: {line}", shown(&schemes.join(" or "))),
            "only basic authentication is spoken to proxies; a local proxy such as cntlm can speak the rest",
        );
    }
    if had_credentials {
        return Refusal::credentials(format!("it did not take the user and the password: {line}"));
    }
    Refusal::credentials(format!("it wants a user and a password: {line}"))
}

/// A head up to its empty line, byte by byte: what follows belongs to the tunnel.
async fn read_head(stream: &mut dyn Stream) -> Result<String, Refusal> {
    const BEGIN: &[u8] = b"HTTP/";
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        head.push(stream.read_u8().await?);
        let is_http = BEGIN.iter().zip(&head).all(|(expected, byte)| expected == byte);
        // What is not HTTP may never come to an empty line: its first line is enough.
        if head.len() > LARGEST_HEAD || (!is_http && (head.ends_with(b"\n") || head.len() >= SHOWN)) {
            return Err(not_http(&shown(&String::from_utf8_lossy(&head))));
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn not_http(said: &str) -> Refusal {
    Refusal::new(format!("its answer is not HTTP: {said}"), "is this the port of an HTTP proxy?")
}

/// What a proxy says, fit to be shown in a line.
fn shown(text: &str) -> String {
    text.trim().chars().filter(|letter| !letter.is_control()).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_words() {
        let cases = [
            ("HTTP/1.1 403 Forbidden\r\n", false, "rules do not allow"),
            ("HTTP/1.1 502 Bad Gateway\r\n", false, "could not reach"),
            ("HTTP/1.1 302 Found\r\n", false, "answered HTTP/1.1 302"),
            ("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\n", false, "wants a user"),
            ("HTTP/1.1 407 Who\r\nproxy-authenticate: basic\r\n", true, "did not take"),
            (
                "HTTP/1.1 407 Who\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n",
                true,
                "Negotiate or NTLM",
            ),
            ("HTTP/1.1 407\r\n", true, "did not take"),
            ("HTTP/1.1 \u{1b}[31mred\r\n", true, "not HTTP: HTTP/1.1 [31mred"),
        ];
        for (head, had_credentials, expected) in cases {
            let Refusal { cause, hint } = judge(head, had_credentials).unwrap_err();
            assert!(cause.contains(expected) && !hint.is_empty(), "{head}: {cause}");
        }
        assert!(judge("HTTP/1.0 200 Connection established\r\n", false).is_ok());
    }
}
