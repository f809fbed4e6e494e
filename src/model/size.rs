//! Sizes as people write them: `"10 MiB"`, `"512 kB"`, or a number of bytes.

use super::duration::scaled;

const UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// What [`parse`] asks for where it returns `None`.
pub const EXPECTED: &str = "a size such as \"10 MiB\", \"512 kB\" or a number of bytes";

/// Bytes of a number with a unit (B, kB, MB, GB, TB by 1000; KiB, MiB, GiB, TiB by 1024; in any case), or of a
/// number alone. `None` for anything else.
pub fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    let size = match unit {
        "" => 1,
        _ => UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1,
    };
    u64::try_from(scaled(number, u128::from(size))?).ok()
}

/// A plain writing that [`parse`] reads back exactly, in the largest binary unit that divides it.
pub fn format(bytes: u64) -> String {
    let binary = UNITS.iter().rev().take(4).find(|(_, size)| bytes != 0 && bytes.is_multiple_of(*size));
    match binary {
        Some((unit, size)) => format!("{} {unit}", bytes / size),
        None => format!("{bytes} B"),
    }
}

/// For people, to three digits: `"312 B"`, `"3.1 KiB"`, `"120 MiB"`.
pub fn human(bytes: u64) -> String {
    let Some((unit, size)) = UNITS.iter().rev().take(4).find(|(_, size)| bytes >= *size) else {
        return format!("{bytes} B");
    };
    let amount = bytes as f64 / *size as f64;
    if amount < 100.0 { format!("{amount:.1} {unit}") } else { format!("{amount:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_write() {
        for (text, bytes) in [
            ("10 MiB", 10 << 20),
            ("1GiB", 1 << 30),
            ("512 kB", 512_000),
            ("1.5 KiB", 1536),
            ("7", 7),
            ("7 b", 7),
            ("2mb", 2_000_000),
        ] {
            assert_eq!(parse(text), Some(bytes), "{text}");
        }
        for text in ["", "MiB", "-1", "1 parsec", "1.2.3 MB", "99999999999999999999 TiB"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn shows_three_digits() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (3174, "3.1 KiB"), (120 << 20, "120 MiB"), (5 << 40, "5.0 TiB")]
        {
            assert_eq!(human(bytes), text);
        }
    }

    proptest! {
        #[test]
        fn every_size_survives(bytes in any::<u64>(), shift in 0..40_u32) {
            prop_assert_eq!(parse(&format(bytes)), Some(bytes));
            prop_assert_eq!(parse(&format((bytes >> shift) << shift)), Some((bytes >> shift) << shift));
        }

        #[test]
        fn no_text_panics(text in ".{0,20}") {
            parse(&text);
        }
    }
}
