//! The `antiphon` program: parse, dispatch, error to exit code.

fn main() {}
