//! The dates of cookies (RFC 6265, section 5.1.1): read as loosely as servers write them.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The moment that an `Expires` names; `None` when it names none.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && set(&mut time, clock(token))
            || day.is_none() && set(&mut day, number(token, 1..=2))
            || month.is_none() && set(&mut month, month_of(token))
        {
            continue;
        }
        if year.is_none() {
            year = number(token, 2..=4);
        }
    }
    let (hour, minute, second) = time?;
    let year = match year? {
        short @ 0..=69 => short + 2000,
        short @ 70..=99 => short + 1900,
        year @ 1601.. => year,
        _ => return None,
    };
    let part = |number: u16| i8::try_from(number).ok();
    let date = DateTime::new(
        i16::try_from(year).ok()?,
        month?,
        part(day?)?,
        part(hour)?,
        part(minute)?,
        part(second)?,
        0,
    );
    // The end of the year 9999, which servers write for ever, is later than the last that can be held.
    Some(TimeZone::UTC.to_timestamp(date.ok()?).unwrap_or(Timestamp::MAX))
}

fn set<T>(slot: &mut Option<T>, found: Option<T>) -> bool {
    *slot = found;
    slot.is_some()
}

fn is_delimiter(c: char) -> bool {
    matches!(c, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

/// The digits that a token begins with, when there are as many as that; what follows must not be a digit.
fn number(token: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u16> {
    let length = token.bytes().take_while(u8::is_ascii_digit).count();
    if !digits.contains(&length) {
        return None;
    }
    token.get(..length)?.parse().ok()
}

fn clock(token: &str) -> Option<(u16, u16, u16)> {
    let mut parts = token.splitn(3, ':');
    let mut whole = || number_alone(parts.next()?);
    let (hour, minute) = (whole()?, whole()?);
    Some((hour, minute, number(parts.next()?, 1..=2)?))
}

fn number_alone(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| number(text, 1..=2)).flatten()
}

fn month_of(token: &str) -> Option<i8> {
    let start = token.get(..3)?;
    let index = MONTHS.iter().position(|month| start.eq_ignore_ascii_case(month))?;
    i8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_servers_write_them() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
            ("Wed, 09-Jun-2021 10:18:14 GMT", Some("2021-06-09T10:18:14Z")),
            ("10:18:14 9 june 21", Some("2021-06-09T10:18:14Z")),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some("1970-01-01T00:00:00Z")),
            ("1 Jan 69 1:2:3", Some("2069-01-01T01:02:03Z")),
            ("1 Jan 70 1:2:3", Some("1970-01-01T01:02:03Z")),
            ("01 Jan 2030 00:00:00x UTC", Some("2030-01-01T00:00:00Z")),
            ("29 Feb 2023 00:00:00", None),
            ("31 Dec 1600 00:00:00", None),
            ("1 Jan 2030 24:00:00", None),
            ("1 Jan 2030 00:60:00", None),
            ("1 Jan 2030", None),
            ("00:00:00 Jan 2030", None),
            ("1 January 20300 00:00:00", None),
            ("2030-01-01T00:00:00Z", None),
            ("0", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).map(|at| at.to_string()).as_deref(), expected, "{text}");
        }
    }
}
