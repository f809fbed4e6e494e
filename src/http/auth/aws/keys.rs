//! The keys that a request to AWS is signed with, and where they are found.

use std::{fs, path::PathBuf};

use crate::model::{Aws, Marked};

use super::super::{super::PrepareError, super::prepare::Writing, secret, surroundings::Surroundings};

/// Where the keys are when the request names none: those that the tools of AWS read.
pub(in super::super) const VARIABLES: [&str; 3] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// A pair of keys, with a token where they are temporary.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    pub access: Marked,
    pub secret: Marked,
    pub token: Option<Marked>,
}

/// The file of profiles.
pub(in super::super) fn file(surroundings: &Surroundings) -> Option<PathBuf> {
    surroundings
        .variable("AWS_SHARED_CREDENTIALS_FILE")
        .map(PathBuf::from)
        .or_else(|| Some(surroundings.home.as_deref()?.join(".aws").join("credentials")))
}

impl Keys {
    /// The request's own keys; otherwise its profile's, or the environment's.
    pub(super) fn find(
        aws: &Aws,
        surroundings: &Surroundings,
        writing: &mut Writing<'_>,
    ) -> Result<Self, PrepareError> {
        let access = writing.render("auth", &aws.access_key)?;
        let secret_key = writing.render("auth", &aws.secret_key)?;
        let token = writing.render("auth", &aws.session_token)?;
        let profile = writing.render("auth", &aws.profile)?;
        match (access.reveal(), secret_key.reveal(), profile.reveal()) {
            ("", "", "") => Self::of_environment(surroundings),
            ("", "", profile) => {
                if let Some(path) = file(surroundings) {
                    writing.file("auth", &Marked::plain(path.to_string_lossy()))?;
                }
                Self::of_profile(profile, surroundings)
            }
            ("", ..) => Err(wrong("the AWS access_key is empty", "write it, or give a profile")),
            (_, "", _) => Err(wrong("the AWS secret_key is empty", "write it, or give a profile")),
            (_, _, "") => Ok(Self {
                access,
                secret: secret(secret_key, "secret_key"),
                token: (!token.reveal().is_empty()).then(|| secret(token, "session_token")),
            }),
            _ => Err(wrong("aws under [auth] has both keys and a profile", "keep one of them")),
        }
    }

    fn of_environment(surroundings: &Surroundings) -> Result<Self, PrepareError> {
        let [access, secret, token] = VARIABLES.map(|name| surroundings.variable(name));
        match (access, secret) {
            (Some(access), Some(secret)) => Ok(Self::found(&access, &secret, token.as_deref())),
            _ => Err(wrong(
                "there are no AWS keys: the request names none, nor does the environment",
                "write access_key and secret_key or a profile under [auth] aws, or set AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY; for a URL: -u ACCESS:SECRET",
            )),
        }
    }

    fn of_profile(profile: &str, surroundings: &Surroundings) -> Result<Self, PrepareError> {
        let Some(path) = file(surroundings) else {
            return Err(wrong(
                "there is no home folder with AWS credentials",
                "set AWS_SHARED_CREDENTIALS_FILE",
            ));
        };
        let text = fs::read_to_string(&path).map_err(|error| {
            let message = format!("the AWS credentials {} cannot be read: {error}", path.display());
            wrong(message, "`aws configure` writes them")
        })?;
        let value = |key| of_section(&text, profile, key);
        match (value("aws_access_key_id"), value("aws_secret_access_key")) {
            (Some(access), Some(secret)) => Ok(Self::found(access, secret, value("aws_session_token"))),
            _ => Err(wrong(
                format!("{} has no keys under [{profile}]", path.display()),
                format!("`aws configure --profile {profile}` writes them"),
            )),
        }
    }

    fn found(access: &str, secret: &str, token: Option<&str>) -> Self {
        Self {
            access: Marked::plain(access),
            secret: Marked::secret(secret, "secret_key"),
            token: token.map(|token| Marked::secret(token, "session_token")),
        }
    }
}

/// A value of an INI file's section.
fn of_section<'t>(text: &'t str, section: &str, key: &str) -> Option<&'t str> {
    let mut is_in = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            is_in = name.trim() == section;
        } else if is_in
            && let Some((name, value)) = line.split_once('=')
            && name.trim().eq_ignore_ascii_case(key)
        {
            return Some(value.trim()).filter(|value| !value.is_empty());
        }
    }
    None
}

fn wrong(message: impl Into<String>, hint: impl Into<String>) -> PrepareError {
    PrepareError::new("auth", message, Some(hint.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_a_section() {
        let home = tempfile::tempdir().unwrap();
        let here = Surroundings::of(home.path(), &[]);
        let missing = Keys::of_profile("work", &here).unwrap_err().failure;
        assert!(missing.message.contains("cannot be read"), "{missing}");
        fs::create_dir(home.path().join(".aws")).unwrap();
        let text = "[default]\naws_access_key_id = D\n[ work ]\n# mine\nAWS_access_key_id=W\n\
                    aws_secret_access_key = s=/+\naws_session_token =\n";
        fs::write(home.path().join(".aws/credentials"), text).unwrap();
        let keys = Keys::of_profile("work", &here).unwrap();
        assert_eq!((keys.access.reveal(), keys.secret.reveal()), ("W", "s=/+"));
        assert!(keys.token.is_none());
        let half = Keys::of_profile("default", &here).unwrap_err().failure;
        assert!(half.message.contains("no keys under [default]"), "{half}");
    }

    #[test]
    fn the_environment_has_them_otherwise() {
        let home = tempfile::tempdir().unwrap();
        let set = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t")];
        let keys = Keys::of_environment(&Surroundings::of(home.path(), &set)).unwrap();
        assert_eq!(keys.token.unwrap().reveal(), "t");
        assert!(!format!("{:?}", keys.secret).contains("\"s\""));
        assert!(Keys::of_environment(&Surroundings::of(home.path(), &set[..1])).is_err());
    }
}
