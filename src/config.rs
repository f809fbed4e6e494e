//! Settings, keys and themes: what default.toml and the user's own file say.
