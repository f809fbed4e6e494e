//! Every secret value that this process has looked up: what its log must not tell.
//!
//! An exchange knows the values that went into it; the log is written from everywhere, and knows them all.

use std::{
    borrow::Cow,
    sync::{PoisonError, RwLock},
};

use crate::model::{Redactor, Secret};

static KNOWN: RwLock<Option<Redactor>> = RwLock::new(None);

/// Remembers a value, with the name of its variable. Whoever finds or is given a secret calls this: a token that a server
/// issued counts too.
pub fn learn(name: &str, value: &Secret) {
    let new = Redactor::new([(name, value.reveal())]);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    let all = known.as_ref().map_or_else(|| new.clone(), |known| known.with(&new));
    if known.as_ref() != Some(&all) {
        *known = Some(all);
    }
}

/// The text with every secret value known to the process replaced by [`crate::model::MASK`].
pub fn redact_known(text: &str) -> Cow<'_, str> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).clone();
    match known {
        Some(known) => Cow::Owned(known.redact(text).into_owned()),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_is_not_told() {
        learn("one", &Secret::new("a-value-of-known"));
        learn("two", &Secret::new("another-of-known"));
        learn("two", &Secret::new("another-of-known"));
        assert_eq!(redact_known("x=a-value-of-known&y=another-of-known"), "x=••••••&y=••••••");
        assert_eq!(redact_known("nothing"), "nothing");
    }
}
