//! The model and its TOML text: reading with places of errors, writing with the layout kept.
