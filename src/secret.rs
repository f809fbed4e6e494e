//! Where secrets are found.
