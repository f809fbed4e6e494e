//! One exchange: from a request as written to everything that came of it.
