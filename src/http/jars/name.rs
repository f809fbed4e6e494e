//! Which jar: that of a collection's environment, or one that the settings name.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::model::{CookieUse, hex};

/// What a file's name must not hold on any system; `@` is kept for the jars of environments.
const UNSAFE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');
/// Bytes of a file's name before its end.
const LONGEST: usize = 120;

/// The name of a jar. Displayed as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JarName {
    /// Two folders with a collection of one name have a jar each.
    Environment { collection: String, environment: Option<String>, folder: PathBuf },
    /// `cookies = "name"`: shared by all that name it.
    Named(String),
    /// Of requests that belong to no collection.
    Loose,
}

impl JarName {
    /// The jar of a collection's environment; `folder` is the collection's.
    pub fn of(collection: &str, environment: Option<&str>, folder: &Path) -> Self {
        Self::Environment {
            collection: collection.to_owned(),
            environment: environment.map(str::to_owned),
            folder: folder.to_owned(),
        }
    }

    /// The jar that a request uses, by the settings and its own place; `None` when it uses none.
    pub fn wanted(settings: Option<&CookieUse>, usual: &Self) -> Option<Self> {
        match settings {
            Some(CookieUse::Off) => None,
            Some(CookieUse::Jar(name)) => Some(Self::Named(name.clone())),
            None | Some(CookieUse::On) => Some(usual.clone()),
        }
    }

    /// The name of its file without `.json`. However a folder is reached, it is one.
    pub(super) fn stem(&self) -> String {
        match self {
            Self::Loose => "@".into(),
            Self::Named(name) => shorten(safe(name), name),
            Self::Environment { collection, environment, folder } => {
                let environment = environment.as_deref().unwrap_or_default();
                let folder = folder.canonicalize().unwrap_or_else(|_| folder.clone());
                let readable = format!("{}.{}", safe(collection), safe(environment));
                let readable: String = readable.chars().take(LONGEST / 2).collect();
                let identity =
                    [folder.as_os_str().as_encoded_bytes(), collection.as_bytes(), environment.as_bytes()];
                format!("{readable}@{}", digest(&identity.join(&0)))
            }
        }
    }

    /// The named jar whose file has that stem.
    pub(super) fn named(stem: &str) -> Option<Self> {
        let name = percent_decode_str(stem).decode_utf8().ok()?.into_owned();
        let named = Self::Named(name);
        (!stem.contains('@') && named.stem() == stem).then_some(named)
    }
}

fn safe(name: &str) -> String {
    utf8_percent_encode(name, UNSAFE).to_string()
}

/// A name that is too long for a file keeps its beginning, and is told apart by the rest.
fn shorten(stem: String, name: &str) -> String {
    if stem.len() <= LONGEST {
        return stem;
    }
    let start: String = stem.chars().take(LONGEST / 2).collect();
    format!("{start}@{}", digest(name.as_bytes()))
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

impl fmt::Display for JarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loose => f.write_str("requests of no collection"),
            Self::Named(name) => write!(f, "{name}"),
            Self::Environment { collection, environment: None, .. } => write!(f, "{collection}"),
            Self::Environment { collection, environment: Some(environment), .. } => {
                write!(f, "{collection}, {environment}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_jar_has_a_file_of_its_own() {
        let of = |collection: &str, environment: Option<&str>, folder: &str| {
            JarName::of(collection, environment, Path::new(folder)).stem()
        };
        let stems = [
            of("shop", Some("local"), "/nowhere/a"),
            of("shop", Some("local"), "/nowhere/b"),
            of("shop", None, "/nowhere/a"),
            of("shop.local", None, "/nowhere/a"),
            JarName::Named("shop".into()).stem(),
            JarName::Named("Shop/../x".into()).stem(),
            JarName::Named("@".into()).stem(),
            JarName::Named("x".repeat(500)).stem(),
            JarName::Named("x".repeat(501)).stem(),
            JarName::Loose.stem(),
        ];
        let unique: std::collections::HashSet<_> = stems.iter().collect();
        assert_eq!(unique.len(), stems.len(), "{stems:?}");
        for stem in &stems {
            assert!(stem.len() < 140 && !stem.contains(['/', '\\']) && !stem.starts_with('.'), "{stem}");
        }
        assert!(stems[0].starts_with("shop.local@"), "{}", stems[0]);
        assert_eq!(JarName::named(&stems[5]), Some(JarName::Named("Shop/../x".into())));
        assert_eq!(JarName::named(&stems[0]), None);
    }
}
