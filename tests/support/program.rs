//! Runs the real program in a scratch folder, with its own history and settings, against a practice API in this
//! process.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use antiphon::demo::Server;
use tempfile::TempDir;

/// A scratch folder: `work` is the current one, `home` has everything that the program keeps.
pub struct Sandbox {
    folder: TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub bytes: Vec<u8>,
    pub err: String,
}

/// Variables of the process that would change what the program does.
pub const FOREIGN: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "REQUEST_METHOD",
    "NO_COLOR",
    "ANTIPHON_LOG",
];

impl Sandbox {
    /// With these files below `work`.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let sandbox = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(sandbox.work()).unwrap();
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    /// A collection `shop` whose environment `local` has the base URL, with these files more.
    pub fn with_collection(base_url: &str, files: &[(&str, &str)]) -> Self {
        let sandbox = Self::new(files);
        sandbox.write("collection.toml", "name = \"Shop\"\n");
        sandbox.write("environments/local.toml", format!("[vars]\nbase_url = \"{base_url}\"\n"));
        sandbox
    }

    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The variables that keep the program in the sandbox.
    pub fn variables(&self) -> Vec<(String, String)> {
        let place = |name: &str| self.home().join(name).to_str().unwrap().to_owned();
        vec![
            ("ANTIPHON_CONFIG_DIR".to_owned(), place("config")),
            ("ANTIPHON_DATA_DIR".to_owned(), place("data")),
            ("ANTIPHON_STATE_DIR".to_owned(), place("state")),
        ]
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(args).current_dir(self.work()).envs(self.variables()).stdin(Stdio::null());
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Run {
        Run::from(self.command(args).output().unwrap())
    }

    /// What the program prints as JSON.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let run = self.run(args);
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            bytes: output.stdout,
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    /// Asserts the exit code; the rest is shown when it is another.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_antiphon"))
}

/// A practice API in this process, on a port of its own.
pub struct Practice {
    server: Server,
    _runtime: tokio::runtime::Runtime,
}

impl Practice {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let server = runtime.block_on(Server::start(0)).unwrap();
        Self { server, _runtime: runtime }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn port(&self) -> u16 {
        self.server.address().port()
    }
}
