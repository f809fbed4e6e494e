//! Files that are the user's own business: mode 0600 in folders of mode 0700, written whole or not at all.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Makes a folder, and those above it, that only its owner can enter.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Replaces a file's content. A reader sees the old or the new, also after a crash.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    create_folder(folder)?;
    // Made with mode 0600 by tempfile.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Keeps other programs out of the same work until the answer is dropped. A file system without locks has none.
pub(crate) fn lock(path: &Path) -> io::Result<fs::File> {
    let file = lock_file(path)?;
    match file.lock() {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    }
}

/// The same without waiting: `None` while another program is at it.
pub(crate) fn try_lock(path: &Path) -> io::Result<Option<fs::File>> {
    let file = lock_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Some(file)),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

fn lock_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Renames a file that cannot be read, so that a new one can be begun and nothing is lost.
pub(crate) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".damaged-{}", jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S-%3f")));
    let aside = path.with_file_name(name);
    fs::rename(path, &aside)?;
    Ok(aside)
}
