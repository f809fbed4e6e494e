//! Where the body goes: flags of downloads, and what is said when one is done.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    format::size,
    http::Download,
    model::{Content, Exchange},
};

use super::{
    super::{CliError, output::Output},
    Destination,
};

/// Files.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Saving the body")]
pub(super) struct SaveArgs {
    /// Save the body to a file, which is replaced only by the whole of it; - is stdout, as it comes
    #[arg(short, long, value_name = "FILE", group = "saved")]
    output: Option<PathBuf>,
    /// Save it to this folder, by the name that the server gives it; a file that is there is left alone
    #[arg(short = 'O', long, group = "saved")]
    remote_name: bool,
    /// Go on with FILE.part where an earlier download broke off, if the server still has the same
    #[arg(short = 'C', long, requires = "saved")]
    resume: bool,
}

impl SaveArgs {
    fn to_stdout(&self) -> bool {
        self.output.as_deref() == Some(Path::new("-"))
    }

    /// `None` where nothing is saved. `url` names the file that is resumed by the server's name.
    pub(super) fn destination(
        &self,
        url: &url::Url,
        only_success: bool,
    ) -> Result<Option<Destination>, CliError> {
        let download = if self.to_stdout() {
            Download::to_stdout()
        } else if let Some(path) = &self.output {
            Download::to_file(path, self.resume)?
        } else if self.remote_name && self.resume {
            Download::to_file(Path::new(&Download::name_of_url(url.path())), true)?
        } else if self.remote_name {
            Download::by_name(Path::new("."))
        } else {
            return Ok(None);
        };
        let download = if only_success { download.only_success() } else { download };
        let destination = if self.to_stdout() { Destination::Stdout } else { Destination::File };
        Ok(Some(destination(download)))
    }
}

/// The file that has the body, where it was saved to one.
pub(super) fn saved(exchange: &Exchange) -> Option<&Path> {
    match &exchange.payload()?.content {
        Content::File(file) => file.kept_at(),
        _ => None,
    }
}

/// Whether a saved file has the whole: also where the server said that nothing of it was left to send (416).
pub(super) fn is_complete(exchange: &Exchange) -> bool {
    matches!(exchange.outcome, crate::model::Outcome::Answered(_)) && saved(exchange).is_some()
}

/// `saved 3.1 MiB to report.pdf`.
pub(super) fn note(exchange: &Exchange, output: &Output) -> Option<String> {
    let path = saved(exchange).filter(|_| is_complete(exchange))?;
    let bytes = exchange.payload().map_or(0, |payload| payload.size);
    let text = format!("saved {} to {}", size::human(bytes), path.display());
    Some(format!("{}\n", output.paint(output.theme().dim, &text)))
}

/// What history keeps of it: a body that is in a file of the user's is not kept a second time.
pub(super) fn without_saved(exchange: &Exchange) -> Exchange {
    let mut kept = exchange.clone();
    if saved(exchange).is_some()
        && let Some(payload) = kept.payload_mut()
    {
        payload.content = Content::Elsewhere;
    }
    kept
}
