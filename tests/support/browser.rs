//! As much of a browser as a sign-in needs: it opens a page and goes where that leads.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

/// An answer with its head, as it came.
fn get(url: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn location(answer: &str) -> Option<&str> {
    let fields = answer.lines().filter_map(|line| line.split_once(": "));
    fields.into_iter().find_map(|(name, value)| name.eq_ignore_ascii_case("location").then_some(value))
}

/// Opens a page and follows its redirects. Answers the last page.
pub fn browse(url: &str) -> String {
    let answer = get(url);
    match location(&answer) {
        Some(location) => browse(location),
        None => answer,
    }
}

/// Where a page leads.
pub fn leads_to(url: &str) -> String {
    let answer = get(url);
    location(&answer).unwrap_or_else(|| panic!("{url} leads nowhere: {answer}")).to_owned()
}

/// The page on a screen where one signs in with PKCE. Its URL may go over several lines.
pub fn page(screen: &str) -> Option<String> {
    let start = screen.find("http://127.0.0.1")?;
    let whole: String =
        screen[start..].chars().filter(|c| !c.is_whitespace() && !"│┃╮╯".contains(*c)).collect();
    let end = whole.find("code_challenge_method=S256")? + "code_challenge_method=S256".len();
    Some(whole[..end].to_owned())
}
