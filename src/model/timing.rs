//! Where the time of a hop went.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A part of a hop's time, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Dns,
    Connect,
    Tls,
    /// Until the last byte of the request was written.
    Send,
    /// Until the first byte of the answer.
    Wait,
    /// Until its last.
    Receive,
}

impl Phase {
    pub const ALL: [Self; 6] = [Self::Dns, Self::Connect, Self::Tls, Self::Send, Self::Wait, Self::Receive];

    /// The noun for a table's row.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "DNS",
            Self::Connect => "connect",
            Self::Tls => "TLS",
            Self::Send => "send",
            Self::Wait => "wait",
            Self::Receive => "receive",
        }
    }

    /// What is going on, for a spinner.
    pub fn progress(self) -> &'static str {
        match self {
            Self::Dns => "resolving the name",
            Self::Connect => "connecting",
            Self::Tls => "TLS handshake",
            Self::Send => "sending",
            Self::Wait => "waiting for the answer",
            Self::Receive => "receiving",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How long each phase of a hop took. `None`: it did not happen (a reused connection has no DNS, connect or TLS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Timing {
    pub dns: Option<Duration>,
    pub connect: Option<Duration>,
    pub tls: Option<Duration>,
    pub send: Option<Duration>,
    pub wait: Option<Duration>,
    pub receive: Option<Duration>,
}

impl Timing {
    pub fn phase(&self, phase: Phase) -> Option<Duration> {
        match phase {
            Phase::Dns => self.dns,
            Phase::Connect => self.connect,
            Phase::Tls => self.tls,
            Phase::Send => self.send,
            Phase::Wait => self.wait,
            Phase::Receive => self.receive,
        }
    }

    /// The phases that happened, together.
    pub fn total(&self) -> Duration {
        Phase::ALL.into_iter().filter_map(|phase| self.phase(phase)).sum()
    }
}
