//! What authentication may look up outside of a collection: variables of the environment, and files of the user.

use std::path::{Path, PathBuf};

use crate::model::Auth;

use super::{aws, netrc};

/// The value of a variable.
type Variable = Box<dyn Fn(&str) -> Option<String>>;

/// Where it is looked up. Tests give their own.
pub(super) struct Surroundings {
    variable: Variable,
    pub(super) home: Option<PathBuf>,
}

impl Surroundings {
    /// Those of the process.
    pub(super) fn of_process() -> Self {
        let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        Self { variable: Box::new(|name| std::env::var(name).ok()), home }
    }

    #[cfg(test)]
    pub(super) fn of(home: &Path, variables: &[(&str, &str)]) -> Self {
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let variable =
            move |name: &str| variables.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        Self { variable: Box::new(variable), home: Some(home.to_owned()) }
    }

    /// A variable that is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }
}

/// Something outside of a collection's files that an authentication reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// A file; it may lie in the collection's folder all the same, where the collection names it.
    File(PathBuf),
    /// A variable of the environment.
    Variable(&'static str),
}

/// What an authentication reads that its collection does not hold: a matter of trust. Its texts are taken as they
/// are, so that those with templates are rendered first. `base` is the collection's folder.
pub fn outside(auth: &Auth, base: &Path) -> Vec<Outside> {
    wanted(auth, base, &Surroundings::of_process())
}

fn wanted(auth: &Auth, base: &Path, surroundings: &Surroundings) -> Vec<Outside> {
    match auth {
        Auth::Netrc(written) => {
            netrc::path(written, base, surroundings).map(Outside::File).into_iter().collect()
        }
        Auth::Aws(aws) if !aws.profile.is_empty() => {
            aws::keys::file(surroundings).map(Outside::File).into_iter().collect()
        }
        Auth::Aws(aws) if aws.access_key.is_empty() && aws.secret_key.is_empty() => {
            aws::keys::VARIABLES.map(Outside::Variable).to_vec()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Aws;

    #[test]
    fn what_is_read_outside_is_told() {
        let here = Surroundings::of(Path::new("/h"), &[]);
        let of = |auth: &Auth| wanted(auth, Path::new("/c"), &here);
        let file = |path: &str| vec![Outside::File(path.into())];
        assert_eq!(of(&Auth::Netrc(String::new())), file("/h/.netrc"));
        assert_eq!(of(&Auth::Netrc("n".into())), file("/c/n"));
        let profile = Aws { profile: "work".into(), ..Aws::default() };
        assert_eq!(of(&Auth::Aws(profile)), file("/h/.aws/credentials"));
        assert_eq!(of(&Auth::Aws(Aws::default()))[0], Outside::Variable("AWS_ACCESS_KEY_ID"));
        let own = Aws { access_key: "a".into(), secret_key: "s".into(), ..Aws::default() };
        assert_eq!(of(&Auth::Aws(own)), []);
        assert_eq!(of(&Auth::Bearer("x".into())), []);
    }
}
