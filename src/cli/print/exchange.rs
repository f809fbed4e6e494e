//! An exchange for people: its heads as they were on the wire, and what is known about them.

use std::{fmt::Write as _, time::Duration};

use jiff::Timestamp;

use crate::{
    format::{duration, size},
    model::{Connection, Exchange, Failure, Outcome, Phase, RequestHead, ResponseHead, Timing, TokenRequest},
};

use super::super::output::{Output, visible};

/// `200 OK · 12 ms · 3.1 KiB`, of an answer.
pub(in crate::cli) fn summary(exchange: &Exchange, output: &Output) -> Option<String> {
    let head = exchange.response()?;
    let bytes = exchange.payload().map_or(0, |payload| payload.size);
    let rest = format!(" · {} · {}", duration::human(exchange.duration), size::human(bytes));
    Some(format!("{}{}", status(head, output), output.paint(output.theme().dim, &rest)))
}

/// `3.1 KiB in 12 ms`, behind a body that was printed as it came.
pub(in crate::cli) fn size_and_time(exchange: &Exchange, output: &Output) -> String {
    let bytes = exchange.payload().map_or(0, |payload| payload.size);
    let text = format!("{} in {}", size::human(bytes), duration::human(exchange.duration));
    output.paint(output.theme().dim, &text).into_owned()
}

/// `200 OK`, in the colour of its class.
pub(in crate::cli) fn status(head: &ResponseHead, output: &Output) -> String {
    let reason = if head.reason.is_empty() {
        http::StatusCode::from_u16(head.status).ok().and_then(|status| status.canonical_reason())
    } else {
        Some(head.reason.as_str())
    };
    let text = [head.status.to_string(), reason.unwrap_or_default().to_owned()].join(" ");
    output.paint(output.theme().status(head.status), visible(text.trim_end()).as_ref()).into_owned()
}

/// Every hop's heads and times, and the sum of it all.
pub(in crate::cli) fn exchange(exchange: &Exchange, output: &Output) -> String {
    let mut text = String::new();
    let mut number = 0;
    let several = exchange.attempts.iter().map(|attempt| attempt.hops.len()).sum::<usize>() > 1;
    for (index, attempt) in exchange.attempts.iter().enumerate() {
        if index > 0 {
            text.push_str(&attempts_again(index as u32, attempt.waited, output));
        }
        for asked in &attempt.token_requests {
            text.push_str(&token_requested(asked, output));
        }
        for hop in &attempt.hops {
            number += 1;
            if several {
                text.push_str(&heading(number, output));
            }
            text.push_str(&asking(&hop.request, hop.connection.as_ref(), output));
            text.extend(hop.interim.iter().map(|head| received(head, output)));
            text.push_str(&hop.response.as_ref().map(|head| received(head, output)).unwrap_or_default());
            text.push_str(&times(None, &hop.timing, hop.request.body_size, output));
        }
    }
    text + &notes(exchange, output) + &in_all(exchange, output)
}

/// What is worth a word, a line each.
fn notes(exchange: &Exchange, output: &Output) -> String {
    exchange.notes().iter().map(|note| fact(note, output)).collect()
}

/// Of these, what was not told as it happened.
pub(in crate::cli) fn body_note(exchange: &Exchange, output: &Output) -> String {
    exchange.body_note().map(|note| fact(&note, output)).unwrap_or_default()
}

/// `── hop 2`, between the requests of one exchange.
pub(in crate::cli) fn heading(number: u32, output: &Output) -> String {
    format!("{}\n", output.paint(output.theme().title, &format!("── hop {number}")))
}

/// `*` what carries a request, `>` its head as it goes out, with secrets masked.
pub(in crate::cli) fn asking(
    request: &RequestHead,
    connection: Option<&Connection>,
    output: &Output,
) -> String {
    let mut text = connection.map(|connection| carrier(connection, output)).unwrap_or_default();
    let mark = output.paint(output.theme().dim, ">");
    let _ = write!(text, "{mark} {}", request_line(request, output));
    for (name, value) in &request.fields {
        let _ = write!(text, "{mark} {}", field(name, &value.masked(), output));
    }
    let _ = writeln!(text, "{mark}");
    text
}

/// A request's head as it goes out, with secrets masked and a blank line behind it.
pub(in crate::cli) fn head(request: &RequestHead, output: &Output) -> String {
    let mut text = request_line(request, output);
    text.extend(request.fields.iter().map(|(name, value)| field(name, &value.masked(), output)));
    text + "\n"
}

/// The head of an answer by itself, with a blank line behind it.
pub(in crate::cli) fn answered(head: &ResponseHead, output: &Output) -> String {
    let mut text = format!("{} {}\n", visible(&head.version), status(head, output));
    text.extend(head.fields.iter().map(|received| field(&received.name, &received.value, output)));
    text + "\n"
}

/// `<` the head of an answer.
pub(in crate::cli) fn received(head: &ResponseHead, output: &Output) -> String {
    let mark = output.paint(output.theme().dim, "<");
    let mut text = format!("{mark} {} {}\n", visible(&head.version), status(head, output));
    for received in &head.fields {
        let _ = write!(text, "{mark} {}", field(&received.name, &received.value, output));
    }
    let _ = writeln!(text, "{mark}");
    text
}

/// `* connect 1 ms · wait 12 ms`; `number` says of which hop, where that is not plain.
pub(in crate::cli) fn times(number: Option<u32>, timing: &Timing, body: u64, output: &Output) -> String {
    let mut parts: Vec<String> = Phase::ALL
        .into_iter()
        .filter_map(|phase| Some(format!("{phase} {}", duration::human(timing.phase(phase)?))))
        .collect();
    if body > 0 {
        parts.push(format!("{} of body sent", size::human(body)));
    }
    if parts.is_empty() {
        return String::new();
    }
    let hop = number.map(|number| format!("hop {number}: ")).unwrap_or_default();
    fact(&format!("{hop}{}", parts.join(" · ")), output)
}

/// That an authorization server was asked for a token, and what came of it.
pub(in crate::cli) fn token_requested(asked: &TokenRequest, output: &Output) -> String {
    let head = asked.hop.response.as_ref();
    let status = head.map_or_else(|| "no answer".to_owned(), |head| head.status.to_string());
    let TokenRequest { purpose, hop, outcome, .. } = asked;
    let url = hop.request.url.masked();
    fact(&format!("token request ({purpose}) {} {url}: {status}, {outcome}", hop.request.method), output)
}

/// That a request goes out once more, and why.
pub(in crate::cli) fn asking_again(why: &Failure, output: &Output) -> String {
    fact(&format!("{}; the request is sent again on a new connection", why.message), output)
}

/// That an attempt was not the last, and how long is waited before the next.
pub(in crate::cli) fn attempts_again(made: u32, wait: Duration, output: &Output) -> String {
    fact(&format!("attempt {made} did not do; the next one after {}", duration::human(wait)), output)
}

/// How long it took and how much came.
pub(in crate::cli) fn in_all(exchange: &Exchange, output: &Output) -> String {
    let body = exchange.payload().map(|payload| {
        let coded = (payload.wire_size != payload.size)
            .then(|| format!(", {} on the wire", size::human(payload.wire_size)));
        format!(" · body {}{}", size::human(payload.size), coded.unwrap_or_default())
    });
    let failed = if matches!(exchange.outcome, Outcome::Failed { .. }) { " · failed" } else { "" };
    let body = body.unwrap_or_default();
    fact(&format!("in all {}{body}{failed}", duration::human(exchange.duration)), output)
}

/// A line about an exchange.
fn fact(text: &str, output: &Output) -> String {
    format!("{}\n", output.paint(output.theme().dim, &format!("* {}", visible(text))))
}

/// The first line of a request's head.
fn request_line(request: &RequestHead, output: &Output) -> String {
    let url = request.url.masked();
    let line = format!("{} {} {}", request.method, visible(target(&url)), request.version);
    format!("{}\n", output.paint(output.theme().title, &line))
}

/// A line of a head.
fn field(name: &str, value: &str, output: &Output) -> String {
    let name = visible(name);
    format!("{}: {}\n", output.paint(output.theme().syntax_key, &name), visible(value))
}

/// What a request asks its server for (RFC 9112, section 3.2.1), as far as its URL tells.
fn target(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    url.get(after..).and_then(|rest| rest.find(['/', '?'])).map_or("/", |at| &url[after + at..])
}

fn carrier(connection: &Connection, output: &Output) -> String {
    let age = if connection.reused { "reused" } else { "new" };
    let Connection { id, remote, local, .. } = connection;
    let mut text = fact(&format!("connection {id} ({age}) to {remote} from {local}"), output);
    if let Some(proxy) = &connection.proxy {
        text.push_str(&fact(&format!("through the proxy {proxy}"), output));
    }
    if let Some(tls) = &connection.tls {
        let alpn = tls.alpn.as_ref().map(|alpn| format!(", ALPN {alpn}")).unwrap_or_default();
        text.push_str(&fact(&format!("{} {}{alpn}", tls.protocol, tls.cipher), output));
        if let Some(leaf) = tls.certificates.first() {
            let (names, issuer, end) = (leaf.names.join(", "), visible(&leaf.issuer), leaf.not_after);
            let names = visible(&names);
            let (end, left) = (end.strftime("%Y-%m-%d"), leaf.validity(Timestamp::now()));
            text.push_str(&fact(
                &format!("certificate for {names} by {issuer}, until {end}, {left}"),
                output,
            ));
        }
        if !tls.verified {
            let warning = "* the certificate was not verified";
            let _ = writeln!(text, "{}", output.paint(output.theme().notice_error, warning));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn a_target_is_the_url_behind_its_host() {
        assert_eq!(target("http://a.b/c?d=••••••"), "/c?d=••••••");
        assert_eq!(target("http://a.b?x"), "?x");
        assert_eq!(target("http://a.b"), "/");
    }
}
