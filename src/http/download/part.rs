//! `FILE.part`: what has arrived of a download, beside the file that it becomes once it is whole.
//!
//! Nothing is kept in memory. Beside it, `FILE.part.json` says of which representation the bytes are, for as long as they
//! can be gone on with.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::validator::Validator;

/// A download in progress.
#[derive(Debug)]
pub(in crate::http) struct Part {
    file: File,
    /// What it becomes.
    target: PathBuf,
    path: PathBuf,
    size: u64,
    is_whole: bool,
}

impl Part {
    /// Opens the part of that file, with whatever an earlier download left in it.
    ///
    /// # Errors
    /// It cannot be written, or another program is writing it.
    pub(super) fn open(target: &Path) -> io::Result<Self> {
        let path = part_of(target);
        let busy = || {
            let message = format!("another download is writing {}", path.display());
            io::Error::new(io::ErrorKind::ResourceBusy, message)
        };
        let file = OpenOptions::new().create(true).append(true).read(true).open(&path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(busy()),
            // A file system without locks has none.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        // Another download may have put it in its place between the two: it is whole, and none of ours.
        if !is_at(&file, &path) {
            return Err(busy());
        }
        let size = file.metadata()?.len();
        Ok(Self { file, target: target.to_owned(), path, size, is_whole: false })
    }

    pub(in crate::http) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes so far.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Forgets what is there, and begins with the representation that `validator` names.
    pub(super) fn begin(&mut self, validator: Option<&Validator>) -> io::Result<()> {
        self.file.set_len(0)?;
        self.size = 0;
        match validator {
            Some(validator) => validator.write(&self.target),
            None => Validator::forget(&self.target),
        }
    }

    pub(in crate::http) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Every byte so far, from the beginning.
    pub(super) fn reader(&self) -> io::Result<impl io::Read> {
        File::open(&self.path)
    }

    /// Puts it in the place of the file that it was meant for. Until here that one is untouched; from here on it is
    /// whole, also after a crash.
    pub(super) fn commit(&mut self) -> io::Result<()> {
        if let Ok(old) = fs::metadata(&self.target) {
            self.file.set_permissions(old.permissions())?;
        }
        self.file.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        self.is_whole = true;
        Validator::forget(&self.target)?;
        // Not every system lets a folder be opened for this, and the file itself is safe.
        if let Ok(folder) = File::open(folder_of(&self.target)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// Lets nobody go on with it.
    pub(super) fn forget(&self) -> io::Result<()> {
        Validator::forget(&self.target)
    }

    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Where the bytes are.
    pub(super) fn place(&self) -> &Path {
        if self.is_whole { &self.target } else { &self.path }
    }
}

impl Drop for Part {
    /// Nothing is left of a download that never began.
    fn drop(&mut self) {
        if !self.is_whole && self.size == 0 {
            let _ = fs::remove_file(&self.path);
            let _ = Validator::forget(&self.target);
        }
    }
}

/// Whether an open file is still the one of that name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |found: fs::Metadata| (found.dev(), found.ino());
    let there = fs::metadata(path).map(identity).ok();
    there.is_some() && file.metadata().map(identity).ok() == there
}

/// An open file cannot be renamed here.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// The name of the part of a file.
pub(super) fn part_of(target: &Path) -> PathBuf {
    with_suffix(target, ".part")
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// The folder that a file is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_has_become_the_file_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let (path, target) = (folder.path().join("f.part"), folder.path().join("f"));
        let file = File::create(&path).unwrap();
        assert!(is_at(&file, &path));
        fs::rename(&path, &target).unwrap();
        assert!(!is_at(&file, &path) && is_at(&file, &target));
        fs::write(&path, "another").unwrap();
        assert!(!is_at(&file, &path));
    }
}
