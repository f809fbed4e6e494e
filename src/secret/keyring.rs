//! Secrets of the platform's keyring: Keychain, Credential Manager, the Secret Service of a desktop.

use crate::model::SecretValue;

use super::unavailable;

/// The password of `service/user`. What stands before the last slash is the service.
#[cfg(feature = "keyring")]
pub(super) fn read(entry: &str) -> SecretValue {
    use crate::model::Secret;

    let Some((service, user)) = parts(entry) else {
        return unavailable(
            format!("`{entry}` names no entry of the keyring"),
            "write keyring = \"service/user\"",
        );
    };
    match keyring::Entry::new(service, user).and_then(|entry| entry.get_password()) {
        Ok(value) if value.is_empty() => {
            unavailable(format!("{entry} is empty in the keyring"), &adding(service, user))
        }
        Ok(value) => SecretValue::Value(Secret::new(value)),
        Err(keyring::Error::NoEntry) => {
            unavailable(format!("the keyring has no entry {entry}"), &adding(service, user))
        }
        // Its own words quote the bytes.
        Err(keyring::Error::BadEncoding(_)) => {
            unavailable(format!("{entry} in the keyring is not text"), "store it again as UTF-8")
        }
        // Locked; its question for the password was dismissed, or there is nobody to ask.
        Err(keyring::Error::NoStorageAccess(_)) => unavailable(
            format!("the keyring is locked, and does not give {entry}"),
            "unlock it: sign in on the desktop, or answer its question there; without one, `gnome-keyring-daemon --unlock` \
             reads its password from stdin",
        ),
        Err(keyring::Error::NoDefaultStore) => unavailable(
            "no keyring can be reached here".into(),
            "without a desktop there may be none: use { command = [...] } or { env = \"NAME\" }, or give the value with --secret-file",
        ),
        Err(error) => unavailable(format!("the keyring does not give {entry}: {error}"), "is it unlocked?"),
    }
}

#[cfg(not(feature = "keyring"))]
pub(super) fn read(entry: &str) -> SecretValue {
    unavailable(
        format!("{entry} is in the keyring, which this antiphon was built without"),
        "build it with the feature `keyring`, or use { env = \"NAME\" } or { command = [...] }",
    )
}

#[cfg(any(test, feature = "keyring"))]
fn parts(entry: &str) -> Option<(&str, &str)> {
    entry.rsplit_once('/').filter(|(service, user)| !service.is_empty() && !user.is_empty())
}

/// How an entry is added with what the platform has.
#[cfg(feature = "keyring")]
fn adding(service: &str, user: &str) -> String {
    if cfg!(target_os = "macos") {
        format!("add it: security add-generic-password -s {service} -a {user} -w")
    } else if cfg!(windows) {
        format!("add it in the Credential Manager: {user}.{service}")
    } else {
        format!("add it: secret-tool store --label {service} service {service} username {user}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_service_and_a_user() {
        assert_eq!(parts("orders/production"), Some(("orders", "production")));
        assert_eq!(parts("a/b/c"), Some(("a/b", "c")));
        for bad in ["orders", "/x", "x/", ""] {
            assert_eq!(parts(bad), None, "{bad}");
        }
        let SecretValue::Unavailable { reason, hint } = read("no-such-entry-of-tests") else { panic!() };
        assert!(!reason.is_empty() && !hint.is_empty());
    }
}
