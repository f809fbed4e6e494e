//! Names and passwords of hosts, as `~/.netrc` holds them (the `.netrc` of GNU inetutils, read as curl does).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::model::Secret;

use super::{super::PrepareError, surroundings::Surroundings};

/// A file of this kind is small; what is larger is none.
const LARGEST: u64 = 1 << 20;

/// What a netrc file says.
#[derive(Debug, Clone)]
pub(in crate::http) struct Netrc {
    pub path: PathBuf,
    entries: Vec<Entry>,
}

/// A name and password, for one host or, without a name, for any that has no entry of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    machine: Option<String>,
    pub login: String,
    pub password: Secret,
}

impl Entry {
    fn of(machine: Option<String>) -> Self {
        Self { machine, login: String::new(), password: Secret::new("") }
    }
}

/// The path of the file that is meant: as written, from the folder `base`, or else `$NETRC`, or the user's own.
pub(super) fn path(written: &str, base: &Path, surroundings: &Surroundings) -> Option<PathBuf> {
    if written.is_empty() {
        return surroundings
            .variable("NETRC")
            .map(PathBuf::from)
            .or_else(|| surroundings.home.as_deref().map(own));
    }
    match (written.strip_prefix("~/"), &surroundings.home) {
        (Some(rest), Some(home)) => Some(home.join(rest)),
        _ => Some(base.join(written)),
    }
}

/// The file in a home folder: on Windows it is often called `_netrc`.
fn own(home: &Path) -> PathBuf {
    let usual = home.join(".netrc");
    let other = home.join("_netrc");
    if !usual.exists() && other.exists() { other } else { usual }
}

impl Netrc {
    /// Reads the file that is meant.
    pub(super) fn read(
        written: &str,
        base: &Path,
        surroundings: &Surroundings,
    ) -> Result<Self, PrepareError> {
        let Some(path) = path(written, base, surroundings) else {
            let hint = "set NETRC to its path, or write netrc = \"PATH\" under [auth]";
            return Err(PrepareError::new(
                "auth",
                "there is no home folder with a netrc file",
                Some(hint.into()),
            ));
        };
        let text = contents(&path).map_err(|error| {
            let hint = "netrc under [auth] names another file; auth = \"none\" sends no credentials";
            let message = format!("the netrc file {} cannot be read: {error}", path.display());
            PrepareError::new("auth", message, Some(hint.into()))
        })?;
        warn_if_open(&path);
        let entries = parse(&text).map_err(|Wrong { line, message }| {
            let hint = "an entry is `machine HOST login NAME password PASSWORD`";
            PrepareError::new("auth", format!("{}:{line}: {message}", path.display()), Some(hint.into()))
        })?;
        Ok(Self { path, entries })
    }

    /// Those of all entries: the file is read as a whole.
    pub(super) fn passwords(&self) -> impl Iterator<Item = &Secret> {
        self.entries.iter().map(|entry| &entry.password)
    }

    /// The entry for a host; `default` serves where `may_default` says so.
    pub(super) fn entry(&self, host: &str, may_default: bool) -> Option<&Entry> {
        let is_for =
            |entry: &&Entry| entry.machine.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(host));
        let default = || self.entries.iter().find(|entry| entry.machine.is_none()).filter(|_| may_default);
        self.entries.iter().find(is_for).or_else(default)
    }
}

fn contents(path: &Path) -> io::Result<String> {
    let found = fs::metadata(path)?;
    if !found.is_file() || found.len() > LARGEST {
        return Err(io::Error::other("it is not a file of names and passwords"));
    }
    fs::read_to_string(path)
}

/// curl reads a file that others can read too, and so do we; the log says so.
#[cfg(unix)]
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |found| found.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!("others can read {}; chmod 600 keeps it to yourself", path.display());
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path) {}

/// What is wrong with a file, and in which line.
#[derive(Debug, PartialEq, Eq)]
struct Wrong {
    line: usize,
    message: String,
}

fn parse(text: &str) -> Result<Vec<Entry>, Wrong> {
    let mut words = Words { rest: text, line: 1 };
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        words.skip_comments();
        let line = words.line;
        let Some(word) = words.next()? else { return Ok(entries) };
        let mut value = |of: &str| {
            words
                .next()?
                .ok_or_else(|| Wrong { line, message: format!("`{of}` is not followed by anything") })
        };
        match (word.as_str(), entries.last_mut()) {
            ("machine", _) => entries.push(Entry::of(Some(value("machine")?))),
            ("default", _) => entries.push(Entry::of(None)),
            ("login", Some(last)) => last.login = value("login")?,
            ("password", Some(last)) => last.password = Secret::new(value("password")?),
            ("account", Some(_)) => drop(value("account")?),
            ("macdef", _) => words.skip_macro(),
            ("login" | "password" | "account", None) => {
                return Err(Wrong { line, message: format!("`{word}` stands before any `machine`") });
            }
            // The word may be half of a password: it is not told.
            _ => return Err(Wrong { line, message: "a word is none of netrc's".into() }),
        }
    }
}

/// The words of a file, with the line that the next one is looked for in.
struct Words<'t> {
    rest: &'t str,
    line: usize,
}

impl Words<'_> {
    fn advance(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes);
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    fn skip_space(&mut self) {
        self.advance(self.rest.len() - self.rest.trim_start().len());
    }

    /// Comments stand where a keyword may: a password may begin with `#`.
    fn skip_comments(&mut self) {
        self.skip_space();
        while self.rest.starts_with('#') {
            self.advance(self.rest.find('\n').unwrap_or(self.rest.len()));
            self.skip_space();
        }
    }

    /// A macro goes on to an empty line.
    fn skip_macro(&mut self) {
        let mut end = 0;
        for line in self.rest.split_inclusive('\n') {
            end += line.len();
            if line.trim().is_empty() {
                break;
            }
        }
        self.advance(end);
    }

    /// The next word, without the quotes around it.
    fn next(&mut self) -> Result<Option<String>, Wrong> {
        self.skip_space();
        let line = self.line;
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
            let word = self.rest[..end].to_owned();
            self.advance(end);
            return Ok((!word.is_empty()).then_some(word));
        };
        let (mut word, mut letters) = (String::new(), quoted.char_indices());
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.advance(at + 2);
                    return Ok(Some(word));
                }
                '\\' => word.extend(letters.next().map(|(_, escaped)| match escaped {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                })),
                _ => word.push(letter),
            }
        }
        Err(Wrong { line, message: "a quote is not closed".into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Netrc {
        Netrc { path: PathBuf::new(), entries: parse(text).unwrap() }
    }

    fn of(netrc: &Netrc, host: &str, may_default: bool) -> Option<(String, String)> {
        netrc.entry(host, may_default).map(|entry| (entry.login.clone(), entry.password.reveal().to_owned()))
    }

    #[test]
    fn entries_are_found_by_host() {
        let netrc = read(
            "# mine\nmachine a.test login ann password pa\n\nmachine B.test\n  login bob # no comment\n",
        );
        assert_eq!(of(&netrc, "A.TEST", false), Some(("ann".into(), "pa".into())));
        assert_eq!(of(&netrc, "b.test", true), Some(("bob".into(), String::new())));
        assert_eq!(of(&netrc, "c.test", true), None);
    }

    #[test]
    fn default_serves_hosts_without_an_entry() {
        let netrc = read("machine a login x password y\ndefault login d password e");
        assert_eq!(of(&netrc, "a", true), Some(("x".into(), "y".into())));
        assert_eq!(of(&netrc, "b", true), Some(("d".into(), "e".into())));
        assert_eq!(of(&netrc, "b", false), None);
    }

    #[test]
    fn quotes_comments_and_macros() {
        let text = "machine a login \"ann lee\" password \"q\\\"\\\\ #\\t\"\nmacdef init\ncd /tmp\nmachine x\n\n\
                    machine b login b password #hash account none\n";
        let netrc = read(text);
        assert_eq!(of(&netrc, "a", false), Some(("ann lee".into(), "q\"\\ #\t".into())));
        assert_eq!(of(&netrc, "x", false), None);
        assert_eq!(of(&netrc, "b", false), Some(("b".into(), "#hash".into())));
    }

    #[test]
    fn what_is_wrong_has_its_line_and_no_password() {
        let cases = [
            ("login x", 1, "`login` stands before any `machine`"),
            ("machine a\nlogin x password", 2, "`password` is not followed by anything"),
            ("machine a\n\npassword \"x", 3, "a quote is not closed"),
            ("machine a password my secret", 1, "a word is none of netrc's"),
        ];
        for (text, line, message) in cases {
            assert_eq!(parse(text), Err(Wrong { line, message: message.into() }), "{text}");
        }
    }

    #[test]
    fn the_file_is_the_one_that_is_meant() {
        let home = tempfile::tempdir().unwrap();
        let plain = Surroundings::of(home.path(), &[]);
        assert_eq!(path("", Path::new("/b"), &plain), Some(home.path().join(".netrc")));
        assert_eq!(path("n", Path::new("/b"), &plain), Some(PathBuf::from("/b/n")));
        assert_eq!(path("~/n", Path::new("/b"), &plain), Some(home.path().join("n")));
        let named = Surroundings::of(home.path(), &[("NETRC", "/x")]);
        assert_eq!(path("", Path::new("/b"), &named), Some(PathBuf::from("/x")));
        fs::write(home.path().join("_netrc"), "").unwrap();
        assert_eq!(path("", Path::new("/b"), &plain), Some(home.path().join("_netrc")));
    }
}
