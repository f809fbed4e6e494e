//! The `.env` file of a collection: `NAME=value` lines.

use std::{collections::HashMap, io, path::Path};

/// The variables of a file; none when there is no file.
///
/// Lines are `NAME=value`, after an optional `export`. A value may stand in single quotes (taken as it is) or double
/// quotes (with \n, \t, \", \\). `#` begins a comment on a line of its own, or after an unquoted value and a space.
/// Nothing is expanded.
pub(super) fn read(file: &Path) -> Result<HashMap<String, String>, String> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            parse(&text).map_err(|line| format!("line {line} of {} is not NAME=value", file.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HashMap::new()),
        Err(error) => Err(format!("{} cannot be read: {error}", file.display())),
    }
}

/// The error is the number of the line that cannot be read; its text, which may be a secret, is not told.
fn parse(text: &str) -> Result<HashMap<String, String>, usize> {
    let mut values = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(index + 1)?;
        let name = name.trim();
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')) {
            return Err(index + 1);
        }
        values.insert(name.to_owned(), unquote(value.trim()).ok_or(index + 1)?);
    }
    Ok(values)
}

fn unquote(value: &str) -> Option<String> {
    if let Some(rest) = value.strip_prefix('\'') {
        return rest
            .split_once('\'')
            .filter(|(_, after)| is_comment(after))
            .map(|(inside, _)| inside.to_owned());
    }
    let Some(rest) = value.strip_prefix('"') else {
        let end = value.find(" #").unwrap_or(value.len());
        return Some(value[..end].trim_end().to_owned());
    };
    let mut out = String::new();
    let mut letters = rest.chars();
    loop {
        match letters.next()? {
            '"' => return is_comment(letters.as_str()).then_some(out),
            '\\' => match letters.next()? {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                other => out.push(other),
            },
            letter => out.push(letter),
        }
    }
}

/// Whether nothing follows a closing quote that would be lost.
fn is_comment(after: &str) -> bool {
    after.is_empty() || after.starts_with(char::is_whitespace) && after.trim_start().starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_every_kind() {
        let text = "# c\n\nA=1\nexport B = two # c\nC='x # y'\nD=\"a\\nb\\\"\"\nE=\nF=a#b\n";
        let values = parse(text).unwrap();
        let expected = [("A", "1"), ("B", "two"), ("C", "x # y"), ("D", "a\nb\""), ("E", ""), ("F", "a#b")];
        for (name, value) in expected {
            assert_eq!(values[name], value, "{name}");
        }
        assert_eq!(parse("A=1\nhunter2\n"), Err(2));
        for broken in ["A='x", "A=\"x", "A='x'y", "A=\"x\" y", "A='x'#y", "=x", "A B=x"] {
            assert_eq!(parse(broken), Err(1), "{broken}");
        }
        assert_eq!(parse("A='x' # y").unwrap()["A"], "x");
    }
}
