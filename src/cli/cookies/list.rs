//! The cookies of a jar, for people and as JSON.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::json;

use crate::{
    http::jars::{Cookie, JarName, Jars, SameSite},
    model::MASK,
};

use super::{
    super::{
        CliError, Exit,
        output::{Output, visible},
        print::print,
    },
    found,
};

pub(super) fn run(
    jars: &Jars,
    name: &JarName,
    is_json: bool,
    is_revealed: bool,
    now: Timestamp,
) -> Result<Exit, CliError> {
    let jar = found(jars, name)?;
    if is_json {
        let list: Vec<_> = jar.cookies().iter().map(|cookie| as_json(cookie, is_revealed)).collect();
        return print(format!("{:#}\n", serde_json::Value::Array(list)).as_bytes());
    }
    let output = Output::stdout();
    let theme = output.theme();
    let mut cookies: Vec<&Cookie> = jar.cookies().iter().collect();
    cookies.sort_by_key(|cookie| &cookie.domain);
    let (mut text, mut domain) = (String::new(), None);
    for cookie in cookies {
        if domain != Some(&cookie.domain) {
            domain = Some(&cookie.domain);
            let _ = writeln!(text, "{}", output.paint(theme.title, &visible(&cookie.domain)));
        }
        let value = if is_revealed { cookie.value.as_str() } else { MASK };
        let name = visible(&cookie.name).into_owned();
        let facts = format!("  {}  {}", visible(&cookie.path), facts(cookie, now));
        let _ = writeln!(
            text,
            "  {}={}{}",
            output.paint(theme.syntax_key, &name),
            visible(value),
            output.paint(theme.dim, &facts),
        );
    }
    if jar.cookies().is_empty() {
        text = format!("{}\n", output.paint(theme.dim, &format!("no cookies in the jar of {name}")));
    }
    print(text.as_bytes())
}

/// When it ends, and what it says of where it goes.
fn facts(cookie: &Cookie, now: Timestamp) -> String {
    let end = match cookie.expires {
        None => "session".to_owned(),
        Some(at) if at <= now => format!("expired {}", at.strftime("%Y-%m-%d %H:%M")),
        Some(at) => format!("until {}", at.strftime("%Y-%m-%d %H:%M")),
    };
    let flags = [
        (!cookie.host_only).then_some("subdomains"),
        cookie.secure.then_some("Secure"),
        cookie.http_only.then_some("HttpOnly"),
        cookie.same_site.map(SameSite::name),
    ];
    std::iter::once(end.as_str()).chain(flags.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

fn as_json(cookie: &Cookie, is_revealed: bool) -> serde_json::Value {
    json!({
        "name": cookie.name,
        "value": is_revealed.then_some(&cookie.value),
        "domain": cookie.domain,
        "host_only": cookie.host_only,
        "path": cookie.path,
        "secure": cookie.secure,
        "http_only": cookie.http_only,
        "same_site": cookie.same_site.map(SameSite::name),
        "expires": cookie.expires.map(|at| at.to_string()),
        "created": cookie.created.to_string(),
    })
}
