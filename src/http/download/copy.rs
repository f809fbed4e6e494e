//! A body that is here already, saved to a new file: as whole as a download is.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use crate::model::Content;

use super::part::folder_of;

/// Writes a body to a file that is not there yet, whole or not at all. Gives the bytes that were written.
///
/// A body that lies in a file is copied by the system, which shares its blocks where the file system can, and never
/// comes into memory. It blocks for as long as that takes.
///
/// # Errors
/// What the system says: the file exists, its folder does not; a body that is not here is not found.
pub fn save(content: &Content, path: &Path) -> io::Result<u64> {
    save_new(path, |file| match content {
        Content::Memory(bytes) => file.write_all(bytes).map(|()| bytes.len() as u64),
        Content::File(body) => io::copy(&mut File::open(body.path())?, file),
        Content::Elsewhere => Err(io::ErrorKind::NotFound.into()),
    })
}

/// The same for what `write` writes and counts.
///
/// # Errors
/// As for [`save`], and what `write` says.
pub fn save_new(path: &Path, write: impl FnOnce(&mut File) -> io::Result<u64>) -> io::Result<u64> {
    let mut new = tempfile::Builder::new();
    // As any file that a program makes, and not as one that only its owner may read.
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // A name of its own: the part of a download may be there, and is worth keeping.
    let mut file = new.prefix(".antiphon-").tempfile_in(folder_of(path))?;
    let count = write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BodyFile;

    #[test]
    fn a_file_that_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (body, path) = (folder.path().join("body"), folder.path().join("saved"));
        std::fs::write(&body, vec![7; 100_000]).unwrap();
        let content = Content::File(BodyFile::kept(body));
        assert_eq!(save(&content, &path).unwrap(), 100_000);
        assert_eq!(std::fs::read(&path).unwrap(), vec![7; 100_000]);
        let error = save(&Content::Memory("x".into()), &path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 100_000);
        assert!(save(&content, &folder.path().join("no/such")).is_err());
        assert!(save(&Content::Elsewhere, &folder.path().join("x")).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    }
}
