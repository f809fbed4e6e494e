//! From what a file says to what it shall say.

use super::{render, shape::Table};
use crate::model::Problem;

/// `original` with the least change that makes it say `new`.
pub(super) fn write(
    original: &str,
    new: Table,
    read: impl Fn(&str) -> Result<Table, Vec<Problem>>,
) -> Result<String, Vec<Problem>> {
    if original.trim().is_empty() {
        return Ok(render::file(&new));
    }
    if read(original)? == new {
        return Ok(original.to_owned());
    }
    Ok(render::file(&new))
}
