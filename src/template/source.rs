//! Where the engine's clock and randomness come from, so that everything else is a pure function.

use std::fmt;

use jiff::Timestamp;

/// The two things that a template may depend on besides its variables.
pub trait Source: fmt::Debug + Send + Sync {
    fn now(&self) -> Timestamp;

    /// 64 uniform bits, new each time.
    fn random(&self) -> u64;
}

/// The system's clock and its cryptographic random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Source for System {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// A UUID of version 4 carries 122 bits from the operating system. Its six fixed bits meet random ones of the
    /// other half here, which makes every bit of the result uniform.
    fn random(&self) -> u64 {
        let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
        high ^ low.rotate_left(32)
    }
}
