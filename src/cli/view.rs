//! `antiphon view`: one file or pipe in the workbench's viewer.

use std::{
    fs::File,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::Args;

use crate::tui::{self, Input, Opened};

use super::{
    CliError, Exit,
    home::Home,
    open::{runtime, start},
};

/// Look at a file or a pipe of any size: folds, search, queries, tables, hex
///
/// It is on the screen before it is read to its end, and a pipe while it comes. In it, ? lists the keys.
#[derive(Debug, Args)]
pub(super) struct ViewArgs {
    /// A file; - or nothing for standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// What it is, as in a Content-Type field [default: by the file's name, else by its first bytes]
    #[arg(short = 't', long = "type", value_name = "MEDIA TYPE")]
    media_type: Option<String>,
}

pub(super) fn run(args: ViewArgs) -> Result<Exit, CliError> {
    if !io::stdout().is_terminal() {
        let error = CliError::usage("the viewer needs a terminal");
        return Err(error.hint("antiphon query prints what it finds in a file"));
    }
    let media_type = args.media_type.or_else(|| media_type(&args.file).map(str::to_owned));
    let (name, input) = open(&args.file)?;
    let home = Home::find_quietly()?;
    let (places, start) = start(home, Vec::new(), None, None);
    let opened = Opened { name, media_type, input };
    let here = std::env::current_dir().map_err(|error| CliError::because(&error))?;
    let ended = runtime()?.block_on(tui::view(opened, here, places, start));
    ended.map(|()| Exit::Ok).map_err(|error| CliError::because(&error))
}

fn open(path: &Path) -> Result<(String, Input), CliError> {
    if path == Path::new("-") {
        if io::stdin().is_terminal() {
            let error = CliError::usage("nothing comes in from the terminal");
            return Err(error.hint("name a file, or pipe something into it: … | antiphon view"));
        }
        return Ok(("standard input".into(), Input::Pipe(Box::new(io::stdin()))));
    }
    let cannot = |error: &io::Error| CliError::io("cannot open", path, error);
    let file = File::open(path).map_err(|error| cannot(&error))?;
    let about = file.metadata().map_err(|error| cannot(&error))?;
    if about.is_dir() {
        let error = CliError::usage(format!("{} is a folder", path.display()));
        return Err(error.hint("antiphon PATH opens a folder of requests"));
    }
    let name = path.display().to_string();
    // A device or a named pipe has no length to go by.
    let input = if about.is_file() { Input::File(file) } else { Input::Pipe(Box::new(file)) };
    Ok((name, input))
}

/// What a file of that name most often is. Sounds and films are told by their bytes: `.ts` is more often a program.
fn media_type(path: &Path) -> Option<&'static str> {
    mime_guess::from_path(path).first_raw().filter(|guess| !guess.starts_with("video/"))
}
