//! A file that is appended to, and put aside when it has grown: `NAME`, then `NAME.1` for the last one, `NAME.2` …
//!
//! Several processes may write to one: each line goes out in one write, and who finds the file full takes a lock and
//! looks again before it moves anything.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::super::private;

/// The file, opened when something is first written.
#[derive(Debug)]
pub(super) struct Rotating {
    path: PathBuf,
    /// Bytes; a file that would grow beyond is put aside.
    largest: u64,
    /// How many older files are kept.
    kept: usize,
    open: Option<File>,
}

impl Rotating {
    pub(super) fn new(path: PathBuf, largest: u64, kept: usize) -> Self {
        Self { path, largest, kept, open: None }
    }

    /// Appends a line.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let grown = |file: &File| file.metadata().map(|file| file.len() + line.len() as u64);
        let mut file = match self.open.take() {
            Some(file) => file,
            None => open(&self.path)?,
        };
        if grown(&file)? > self.largest {
            self.put_aside(line.len() as u64)?;
            file = open(&self.path)?;
        }
        file.write_all(line)?;
        self.open = Some(file);
        Ok(())
    }

    fn put_aside(&self, more: u64) -> io::Result<()> {
        let _lock = private::lock(&self.path.with_extension("lock"))?;
        // Another process may have done it while this one waited.
        if fs::metadata(&self.path).map_or(0, |file| file.len()) + more <= self.largest {
            return Ok(());
        }
        if self.kept == 0 {
            return fs::remove_file(&self.path);
        }
        for number in (1..self.kept).rev() {
            match fs::rename(self.older(number), self.older(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        fs::rename(&self.path, self.older(1))
    }

    fn older(&self, number: usize) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        private::create_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_is_put_aside_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/antiphon.log");
        let mut log = Rotating::new(path.clone(), 10, 2);
        for line in ["one\n", "two\n", "three\n", "four\n", "seven more\n", "end\n"] {
            log.append(line.as_bytes()).unwrap();
        }
        let read = |name: &str| fs::read_to_string(path.with_file_name(name)).unwrap();
        assert_eq!(read("antiphon.log"), "end\n");
        assert_eq!(read("antiphon.log.1"), "seven more\n");
        assert_eq!(read("antiphon.log.2"), "three\nfour\n".split_at(6).1);
        assert!(!path.with_file_name("antiphon.log.3").exists());
    }

    #[test]
    fn two_writers_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("antiphon.log");
        std::thread::scope(|scope| {
            for writer in ["a", "b"] {
                let mut log = Rotating::new(path.clone(), 500, 50);
                scope.spawn(move || {
                    for number in 0..200 {
                        log.append(format!("{writer}{number:03}\n").as_bytes()).unwrap();
                    }
                });
            }
        });
        let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut lines: Vec<String> = files
            .flat_map(|file| fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        lines.sort();
        let expected = ["a", "b"].iter().flat_map(|w| (0..200).map(move |number| format!("{w}{number:03}")));
        assert_eq!(lines, expected.collect::<Vec<_>>());
    }

    #[test]
    #[cfg(unix)]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("antiphon.log");
        Rotating::new(path.clone(), 10, 1).append(b"x\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
