//! `antiphon cookies`: what is in a cookie jar, and changing it.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::{
    http::jars::{Edit, JarError, JarName, Jars, netscape},
    model::{Collection, CookieUse, Workspace},
};

use super::{
    CliError, Exit,
    error::warn,
    home::{Home, choose_environment, find_workspace, workspace_at},
    print::print,
};

mod list;
mod set;

/// See and change the cookies of an environment
#[derive(Debug, Args)]
pub(super) struct CookiesArgs {
    #[command(subcommand)]
    command: CookiesCommand,
    #[command(flatten)]
    which: Which,
}

/// Which jar. The ids differ from those of the workbench's own options: clap hands a global value to all of its id.
#[derive(Debug, Args)]
struct Which {
    /// A folder of the collection [default: the current one]
    #[arg(id = "jar_collection", short = 'c', long = "collection", global = true, value_name = "PATH")]
    collection: Option<PathBuf>,
    /// The environment; where none is named `local`, or the first by name
    #[arg(id = "jar_env", short = 'e', long = "env", global = true, value_name = "NAME")]
    env: Option<String>,
    /// The jar of that name, as `cookies = "NAME"` uses it
    #[arg(long, global = true, value_name = "NAME", conflicts_with_all = ["jar_collection", "jar_env"])]
    jar: Option<String>,
    /// The jar of URLs that are sent outside of a collection
    #[arg(long, global = true, conflicts_with_all = ["jar_collection", "jar_env", "jar"])]
    loose: bool,
}

#[derive(Debug, Subcommand)]
enum CookiesCommand {
    /// List the cookies
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
        /// With their values
        #[arg(long)]
        reveal: bool,
    },
    Set(set::SetArgs),
    /// Delete cookies: those that all the options are true of
    Delete {
        /// Of that name
        #[arg(required_unless_present_any = ["domain", "expired"])]
        name: Option<String>,
        /// Of that domain, and not of the names below it
        #[arg(short, long)]
        domain: Option<String>,
        /// Of that path
        #[arg(short, long, requires = "name")]
        path: Option<String>,
        /// Those that have expired
        #[arg(long)]
        expired: bool,
    },
    /// Delete all cookies of the jar
    Clear,
    /// Put in the cookies of a file in Netscape's format, as curl writes it
    Import {
        /// The file; - for standard input
        file: PathBuf,
    },
    /// Write the cookies in Netscape's format, as curl reads it
    Export {
        /// The file; standard output if none is named
        file: Option<PathBuf>,
    },
    /// Print where the jar is kept
    Path,
}

impl From<JarError> for CliError {
    fn from(error: JarError) -> Self {
        Self::because(&error)
    }
}

pub(super) fn run(args: &CookiesArgs) -> Result<Exit, CliError> {
    let home = Home::find()?;
    let jars = Jars::new(Some(home.places.jars()));
    let jar = args.which.jar(&home)?;
    let now = Timestamp::now();
    match &args.command {
        CookiesCommand::List { json, reveal } => list::run(&jars, &jar, *json, *reveal, now),
        CookiesCommand::Set(args) => {
            let cookie = args.cookie(now)?;
            change(&jars, &jar, Edit::Set { cookie: Box::new(cookie), instead_of: None })?;
            Ok(Exit::Ok)
        }
        CookiesCommand::Delete { name, domain, path, expired } => {
            let count = jars.change(&jar, |jar| {
                jar.remove_all(|cookie| {
                    let is =
                        |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|text| text == own);
                    is(name, &cookie.name)
                        && domain.as_ref().is_none_or(|domain| is_domain(domain, &cookie.domain))
                        && is(path, &cookie.path)
                        && (!expired || cookie.is_expired(now))
                })
            })?;
            count.warning().iter().for_each(|text| warn(text));
            if count.content == 0 && !expired {
                return Err(CliError::usage("there is no such cookie in the jar")
                    .hint("antiphon cookies list shows those that there are"));
            }
            told(count.content, "deleted")
        }
        CookiesCommand::Clear => told(change(&jars, &jar, Edit::Clear)?, "deleted"),
        CookiesCommand::Import { file } => {
            let (cookies, bad) = netscape::read(&read(file)?, now);
            if !bad.is_empty() {
                let mut error = CliError::usage(format!("{} has lines that are no cookies", file.display()))
                    .hint("nothing was put in; a line is 7 fields with tabs between them");
                error.causes = bad.iter().map(ToString::to_string).take(10).collect();
                return Err(error);
            }
            told(change(&jars, &jar, Edit::Import(cookies))?, "put in")
        }
        CookiesCommand::Export { file } => {
            let text = netscape::write(found(&jars, &jar)?.cookies());
            match file.as_deref().filter(|file| *file != Path::new("-")) {
                None => print(text.as_bytes()),
                Some(file) => {
                    netscape::save(file, &text)
                        .map_err(|error| CliError::io("cannot write", file, &error))?;
                    Ok(Exit::Ok)
                }
            }
        }
        CookiesCommand::Path => {
            let file = jars.file(&jar).unwrap_or_default();
            print(format!("{}\n", file.display()).as_bytes())
        }
    }
}

impl Which {
    fn jar(&self, home: &Home) -> Result<JarName, CliError> {
        if self.loose {
            return Ok(JarName::Loose);
        }
        if let Some(name) = &self.jar {
            return Ok(JarName::Named(name.clone()));
        }
        let workspace = match &self.collection {
            Some(path) => workspace_at(path)?,
            None => find_workspace(home)?,
        };
        let collection = collection(&workspace, self.collection.as_deref().unwrap_or(Path::new(".")))?;
        let environment = choose_environment(collection, self.env.as_deref())?;
        let name = environment.map(|environment| environment.name.as_str());
        let usual = JarName::of(collection.root.id.as_str(), name, &collection.folder);
        let settings = collection.root.defaults.http.clone().over(&home.config.http);
        let named = settings.cookies.filter(|wanted| matches!(wanted, CookieUse::Jar(_)));
        Ok(JarName::wanted(named.as_ref(), &usual).unwrap_or(usual))
    }
}

/// The collection that a path is in; the only one, where there is but one.
fn collection<'a>(workspace: &'a Workspace, path: &Path) -> Result<&'a Collection, CliError> {
    if let [only] = &workspace.collections[..] {
        return Ok(only);
    }
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let is_around = |collection: &&Collection| {
        collection.folder.canonicalize().is_ok_and(|folder| path.starts_with(folder))
    };
    workspace.collections.iter().find(is_around).ok_or_else(|| {
        let names: Vec<&str> =
            workspace.collections.iter().map(|collection| collection.root.id.as_str()).collect();
        CliError::usage("there are several collections, each with its own cookies")
            .hint(format!("name one's folder with --collection; there are: {}", names.join(", ")))
    })
}

fn found(jars: &Jars, name: &JarName) -> Result<crate::http::jars::Jar, CliError> {
    let found = jars.read(name)?;
    found.warning().iter().for_each(|text| warn(text));
    Ok(found.content)
}

fn change(jars: &Jars, name: &JarName, edit: Edit) -> Result<usize, CliError> {
    let changed = jars.change(name, |jar| edit.apply(jar, Timestamp::now()))?;
    changed.warning().iter().for_each(|text| warn(text));
    Ok(changed.content)
}

fn is_domain(typed: &str, own: &str) -> bool {
    crate::http::jars::canonical_domain(typed).is_some_and(|domain| domain == own)
}

/// How many there were, for people.
fn told(count: usize, what: &str) -> Result<Exit, CliError> {
    let cookies = if count == 1 { "cookie" } else { "cookies" };
    print(format!("{count} {cookies} {what}\n").as_bytes())
}

fn read(file: &Path) -> Result<String, CliError> {
    let failed = |error: std::io::Error| CliError::io("cannot read", file, &error);
    if file != Path::new("-") {
        return std::fs::read_to_string(file).map_err(failed);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}
