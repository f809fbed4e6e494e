//! Where the body of an answer goes: to a file, to whoever reads stdout while it arrives, or only into the exchange.

use crate::{
    http::{Download, Relay},
    model::ResponseHead,
};

use super::super::{CliError, output::Output, print};

/// Where the body of one answer goes.
#[derive(Debug, Default)]
pub(in crate::cli) enum Destination {
    /// Into the exchange, which prints it in a form of its own.
    #[default]
    Exchange,
    /// To a file.
    File(Download),
    /// To stdout, unread, as `-o -` has it.
    Stdout(Download),
    /// To stdout, and into the exchange.
    Reader(Relay),
}

impl Destination {
    /// To who reads stdout.
    pub(in crate::cli) fn reader(before: print::Before) -> Self {
        Self::Reader(print::relay(before))
    }

    /// Whether stdout has the body, as far as it came, once what is left of it is printed.
    ///
    /// # Errors
    /// The rest of it cannot be written.
    pub(super) fn print_rest(&mut self) -> Result<bool, CliError> {
        let Self::Reader(relay) = self else { return Ok(false) };
        let rest = relay.rest();
        if !rest.is_empty() {
            print::print(&rest)?;
        }
        Ok(relay.has_begun())
    }

    /// Whether a bar would stand in the way of that answer's body.
    pub(super) fn hides_bar(&self) -> fn(&ResponseHead) -> bool {
        match self {
            Self::Exchange | Self::File(_) => |_| false,
            Self::Stdout(_) => |_| true,
            // Who reads the pipe may show it here.
            Self::Reader(_) if Output::stdout().is_terminal => print::is_shown_along,
            Self::Reader(_) => print::is_stream,
        }
    }
}
