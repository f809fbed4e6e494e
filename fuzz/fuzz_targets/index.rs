#![no_main]

#[path = "../../tests/fuzz/bodies.rs"]
#[allow(dead_code)] // Each target has its own of them.
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::index(data));
