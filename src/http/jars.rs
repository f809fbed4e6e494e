//! Cookie jars (RFC 6265): one for each collection and environment, kept on disk.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader, Write},
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use cookie_store::{CookieStore, RawCookie};
use url::Url;

use crate::model::{CookieUse, ResponseHead};

/// A cookie in a jar, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCookie {
    pub name: String,
    pub value: String,
    pub domain: String,
    pub path: String,
    /// RFC 3339, or "session".
    pub expires: String,
}

/// The jars by name. Each is read when it is first needed and written when it has changed.
#[derive(Debug, Default)]
pub(super) struct Jars {
    /// `None` keeps them in memory alone.
    folder: Option<PathBuf>,
    open: Mutex<HashMap<String, CookieStore>>,
}

impl Jars {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, open: Mutex::default() }
    }

    /// The jar that a request uses, by the settings and its own place; `None` when it uses none.
    pub(super) fn name(wanted: Option<&CookieUse>, usual: &str) -> Option<String> {
        match wanted {
            Some(CookieUse::Off) => None,
            Some(CookieUse::Jar(name)) => Some(name.clone()),
            None | Some(CookieUse::On) => Some(usual.to_owned()),
        }
    }

    /// The value of `Cookie` for a request to `url`.
    pub(super) fn header(&self, jar: &str, url: &Url) -> Option<String> {
        self.with(jar, |store| {
            let pairs: Vec<String> =
                store.get_request_values(url).map(|(name, value)| format!("{name}={value}")).collect();
            (!pairs.is_empty()).then(|| pairs.join("; "))
        })
    }

    /// Keeps what a response sets.
    pub(super) fn store(&self, jar: &str, url: &Url, head: &ResponseHead) {
        let cookies: Vec<RawCookie<'static>> =
            head.fields("set-cookie").filter_map(|value| RawCookie::parse(value.to_owned()).ok()).collect();
        if cookies.is_empty() {
            return;
        }
        let written = self.with(jar, |store| {
            store.store_response_cookies(cookies.into_iter(), url);
            self.write(jar, store)
        });
        if let Err(error) = written {
            tracing::warn!("the cookies of {jar} are not kept: {error}");
        }
    }

    /// What is in a jar.
    pub(super) fn list(&self, jar: &str) -> Vec<StoredCookie> {
        self.with(jar, |store| {
            let cookie = |cookie: &cookie_store::Cookie<'static>| StoredCookie {
                name: cookie.name().to_owned(),
                value: cookie.value().to_owned(),
                domain: String::from(&cookie.domain),
                path: String::from(&cookie.path),
                expires: cookie.expires_datetime().map_or_else(
                    || "session".into(),
                    |at| {
                        jiff::Timestamp::from_second(at.unix_timestamp())
                            .map_or_else(|_| String::new(), |at| at.to_string())
                    },
                ),
            };
            store.iter_unexpired().map(cookie).collect()
        })
    }

    fn with<T>(&self, jar: &str, work: impl FnOnce(&mut CookieStore) -> T) -> T {
        let mut open = self.lock();
        work(open.entry(jar.to_owned()).or_insert_with(|| self.read(jar)))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, CookieStore>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, jar: &str) -> Option<PathBuf> {
        let safe = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
        let name: String = jar.chars().map(safe).collect();
        self.folder.as_ref().map(|folder| folder.join(format!("{name}.json")))
    }

    fn read(&self, jar: &str) -> CookieStore {
        let Some(file) = self.file(jar) else { return CookieStore::default() };
        let read = match File::open(&file) {
            Ok(file) => cookie_store::serde::json::load_all(BufReader::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return CookieStore::default(),
            Err(error) => Err(error.into()),
        };
        read.unwrap_or_else(|error| {
            tracing::warn!("the cookies in {} cannot be read, and are left out: {error}", file.display());
            CookieStore::default()
        })
    }

    /// Whole or not at all, and for its owner alone: a cookie is as good as a password.
    fn write(&self, jar: &str, store: &CookieStore) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let Some(path) = self.file(jar) else { return Ok(()) };
        let folder = path.parent().ok_or("no folder")?;
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        cookie_store::serde::json::save_incl_expired_and_nonpersistent(store, &mut file)?;
        file.flush()?;
        file.persist(&path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    #[test]
    fn cookies_come_back_from_disk_where_they_belong() {
        let folder = tempfile::tempdir().unwrap();
        let url: Url = "http://shop.example/a/b".parse().unwrap();
        let field = |value: &str| Field { name: "Set-Cookie".into(), value: value.into() };
        let head = ResponseHead {
            version: "HTTP/1.1".into(),
            status: 200,
            reason: String::new(),
            fields: vec![
                field("id=7; Path=/"),
                field("gone=1; Max-Age=0"),
                field("deep=1; Path=/a"),
                field("other=1; Domain=evil.example"),
            ],
        };
        Jars::new(Some(folder.path().into())).store("shop.local", &url, &head);
        let jars = Jars::new(Some(folder.path().into()));
        let mut sent: Vec<String> =
            jars.header("shop.local", &url).unwrap().split("; ").map(str::to_owned).collect();
        sent.sort();
        assert_eq!(sent, ["deep=1", "id=7"]);
        assert_eq!(jars.header("shop.local", &"http://shop.example/x".parse().unwrap()).unwrap(), "id=7");
        assert_eq!(jars.header("shop.local", &"http://elsewhere.example/".parse().unwrap()), None);
        assert_eq!(jars.header("shop.other", &url), None);
        assert_eq!(jars.list("shop.local").len(), 2);
    }
}
