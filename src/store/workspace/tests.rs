//! Real files in real folders.
