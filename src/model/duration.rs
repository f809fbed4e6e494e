//! Durations as people write them: `"1.5s"`, `"250ms"`, `"2m"`, `"1h 30m"`.

use std::time::Duration;

/// Longest first, as in a written combination.
const UNITS: [(&str, u128); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// What [`parse`] asks for where it returns `None`.
pub const EXPECTED: &str = "a duration such as \"1.5s\", \"250ms\" or \"2m\"";

/// Reads one or more numbers with units (d, h, m, s, ms, us, ns), spaces between allowed. `None` for anything else,
/// a number without a unit included: whether `30` means seconds is not guessed.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut nanos: u128 = 0;
    let mut seen = false;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit = if unit == "µs" || unit == "μs" { "us" } else { unit };
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        nanos = nanos.checked_add(scaled(number, *size)?)?;
        rest = after.trim_start();
        seen = true;
    }
    let secs = u64::try_from(nanos / 1_000_000_000).ok()?;
    seen.then(|| Duration::new(secs, (nanos % 1_000_000_000) as u32))
}

/// `number` (digits with at most one point) times `size`, exactly; digits below one are dropped.
pub(in crate::model) fn scaled(number: &str, size: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole = whole.parse::<u128>().ok()?.checked_mul(size)?;
    let fraction = fraction.get(..fraction.len().min(18))?;
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    whole.checked_add(fraction.parse::<u128>().ok()?.checked_mul(size)? / scale)
}

/// The shortest plain writing that [`parse`] reads back exactly.
pub fn format(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    if nanos == 0 {
        return "0s".to_owned();
    }
    for (unit, size) in UNITS.into_iter().take(3) {
        if nanos.is_multiple_of(size) {
            return format!("{}{unit}", nanos / size);
        }
    }
    let (unit, size) = match nanos {
        1_000_000_000.. => ("s", 1_000_000_000),
        1_000_000.. => ("ms", 1_000_000),
        1_000.. => ("us", 1_000),
        _ => ("ns", 1),
    };
    let (whole, part) = (nanos / size, nanos % size);
    if part == 0 {
        return format!("{whole}{unit}");
    }
    let width = size.ilog10() as usize;
    let fraction = format!("{part:0width$}");
    format!("{whole}.{}{unit}", fraction.trim_end_matches('0'))
}

/// For people, to three digits: `"0.4 ms"`, `"312 ms"`, `"1.24 s"`, `"2 min 5 s"`, `"1 h 2 min"`.
pub fn human(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1000.0;
    let secs = duration.as_secs();
    match duration.as_millis() {
        0 if duration.is_zero() => "0 ms".to_owned(),
        0..10 => format!("{millis:.1} ms"),
        10..1000 => format!("{} ms", duration.as_millis()),
        1000..10_000 => format!("{:.2} s", truncated(duration.as_secs_f64(), 100.0)),
        10_000..60_000 => format!("{:.1} s", truncated(duration.as_secs_f64(), 10.0)),
        60_000..3_600_000 => format!("{} min {} s", secs / 60, secs % 60),
        _ => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
    }
}

/// Cut, not rounded: 59.99 s is not yet a minute.
fn truncated(value: f64, scale: f64) -> f64 {
    (value * scale).floor() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_write() {
        for (text, millis) in [
            ("1.5s", 1500),
            ("250ms", 250),
            ("2m", 120_000),
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            (" 3 s ", 3000),
            ("1d", 86_400_000),
            ("0", 0),
            ("0s", 0),
            ("1500us", 1),
        ] {
            assert_eq!(parse(text).map(|d| d.as_millis()), Some(millis), "{text}");
        }
        for text in ["", "5", "s", "1.s.s", "-1s", "1,5s", "1 fortnight", "soon", "1.2.3s", "1e3s", ".5s"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("99999999999999999999999999999999999999999999d"), None);
    }

    #[test]
    fn shows_three_digits() {
        for (micros, text) in [
            (0, "0 ms"),
            (400, "0.4 ms"),
            (312_400, "312 ms"),
            (1_240_000, "1.24 s"),
            (12_340_000, "12.3 s"),
            (59_999_000, "59.9 s"),
            (125_000_000, "2 min 5 s"),
            (3_720_000_000, "1 h 2 min"),
        ] {
            assert_eq!(human(Duration::from_micros(micros)), text);
        }
    }

    proptest! {
        #[test]
        fn every_duration_survives(secs in 0..1_000_000_u64, nanos in 0..1_000_000_000_u32) {
            let duration = Duration::new(secs, nanos);
            prop_assert_eq!(parse(&format(duration)), Some(duration));
            let rounder = Duration::from_millis(secs);
            prop_assert_eq!(parse(&format(rounder)), Some(rounder));
        }

        #[test]
        fn no_text_panics(text in ".{0,20}") {
            parse(&text);
        }
    }
}
