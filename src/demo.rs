//! The practice API that the sample collection and the tests talk to.
