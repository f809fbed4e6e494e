//! Files in, models out, and back.

use std::path::Path;

use super::*;

mod generated;
mod reading;
mod writing;
