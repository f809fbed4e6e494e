//! Files in, models out, and back.

use std::path::Path;

use super::*;

mod documentation;
mod generated;
mod reading;
mod writing;
