//! Cookie jars: one for each collection and environment, and those that the settings name (RFC 6265bis).
//!
//! What a jar accepts and sends along is in `received`, `domain` and `jar`; here is where jars are kept. A jar is read
//! anew each time it is needed and changed under a lock, so that two programs at once do not lose each other's
//! cookies, and an edit counts from the next request on. Cookies of a session are kept until they are forgotten, for
//! a run of the command line would otherwise lose the login that the one before it made.

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::store::private;

mod cookie;
mod date;
mod domain;
mod edit;
mod jar;
mod line;
mod name;
pub mod netscape;
mod received;
#[cfg(test)]
mod tests;

pub use cookie::{Cookie, CookieKey, SameSite};
pub use domain::canonical as canonical_domain;
pub use edit::Edit;
pub use jar::Jar;
pub use name::JarName;

/// The version of the file that is written. A later one is left as it is.
const VERSION: u32 = 1;

/// Where jars are kept. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Jars {
    /// `None` keeps them in memory alone.
    folder: Option<PathBuf>,
    memory: Arc<Mutex<HashMap<JarName, Jar>>>,
}

/// A jar as it was found, or what came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T = Jar> {
    pub content: T,
    /// Where the file is now, when it was damaged.
    pub set_aside: Option<PathBuf>,
}

impl<T> Found<T> {
    /// That the jar was damaged, as a user is told.
    pub fn warning(&self) -> Option<String> {
        let path = self.set_aside.as_ref()?;
        Some(format!("the cookie jar was damaged: it is now {}, and a new one begins", path.display()))
    }
}

/// Why a jar cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JarError {
    #[error("the cookies in {} cannot be {doing}", path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("the cookies in {} were written by a later version of antiphon, and are left as they are", path.display())]
    Later { path: PathBuf },
}

/// What stands in a jar's file.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    /// For people who look into the file.
    #[serde(default)]
    jar: String,
    cookies: Vec<Cookie>,
}

/// No more than this is needed to tell a later version from damage.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

enum Read {
    Good(Jar),
    Damaged,
}

impl Jars {
    /// Jars in that folder, which is made when the first cookie comes.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, memory: Arc::default() }
    }

    /// The file of a jar, whether or not it is there; `None` when jars are kept in memory.
    pub fn file(&self, name: &JarName) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(format!("{}.json", name.stem())))
    }

    /// Whether using a jar waits for no disk.
    pub fn are_in_memory(&self) -> bool {
        self.folder.is_none()
    }

    /// The jars on disk that settings may name.
    pub fn named(&self) -> BTreeSet<String> {
        let Some(Ok(entries)) = self.folder.as_ref().map(fs::read_dir) else { return BTreeSet::new() };
        entries
            .filter_map(|entry| {
                match JarName::named(entry.ok()?.file_name().to_str()?.strip_suffix(".json")?) {
                    Some(JarName::Named(name)) => Some(name),
                    _ => None,
                }
            })
            .collect()
    }

    /// What is in a jar; one that was never used is empty.
    pub fn read(&self, name: &JarName) -> Result<Found, JarError> {
        let Some(path) = self.file(name) else {
            let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(Found { content: memory.get(name).cloned().unwrap_or_default(), set_aside: None });
        };
        match read(&path)? {
            Read::Good(content) => Ok(Found { content, set_aside: None }),
            // Under the lock: someone else may be at it, too.
            Read::Damaged => self.change(name, |jar| jar.clone()),
        }
    }

    /// Changes a jar on disk. What another program wrote since it was last read is there.
    pub fn change<T>(&self, name: &JarName, work: impl FnOnce(&mut Jar) -> T) -> Result<Found<T>, JarError> {
        let Some(path) = self.file(name) else {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(Found { content: work(memory.entry(name.clone()).or_default()), set_aside: None });
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        private::create_folder(folder).map_err(|error| failed("kept", &path, error))?;
        let lock = path.with_extension("lock");
        let _locked = private::lock(&lock).map_err(|error| failed("locked", &lock, error))?;
        let (mut jar, set_aside) = match read(&path)? {
            Read::Good(jar) => (jar, None),
            Read::Damaged => {
                let aside = private::set_aside(&path);
                (Jar::default(), Some(aside.map_err(|error| failed("set aside", &path, error))?))
            }
        };
        let before = jar.clone();
        let content = work(&mut jar);
        if jar != before {
            let written =
                Written { version: VERSION, jar: name.to_string(), cookies: jar.cookies().to_vec() };
            let text = serde_json::to_vec_pretty(&written).map_err(io::Error::from);
            text.and_then(|text| private::write(&path, &text))
                .map_err(|error| failed("kept", &path, error))?;
        }
        Ok(Found { content, set_aside })
    }
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> JarError {
    JarError::Io { doing, path: path.to_owned(), source }
}

fn read(path: &Path) -> Result<Read, JarError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Read::Good(Jar::default())),
        Err(error) => return Err(failed("read", path, error)),
    };
    if serde_json::from_slice(&text).is_ok_and(|Version { version }| version > VERSION) {
        return Err(JarError::Later { path: path.to_owned() });
    }
    Ok(match serde_json::from_slice::<Written>(&text) {
        Ok(written) => Read::Good(written.cookies.into()),
        Err(_) => Read::Damaged,
    })
}
