//! A file as blocks that are read when they are needed, by position, and kept for a while.
//!
//! The file is not mapped into memory: a map of a file that someone else cuts short ends the process, and cannot be
//! had without `unsafe`. Reading blocks keeps pace with scanning them.

use std::{
    collections::VecDeque,
    fs::File,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;

/// Bytes of a block.
pub(super) const BLOCK: usize = 256 * 1024;
/// Blocks that are kept: what a window, a search and the index go over at the same time, and some more.
const KEPT: usize = 16;

#[derive(Debug)]
pub(super) struct FileBlocks {
    file: Arc<File>,
    /// The last used come last.
    kept: Mutex<VecDeque<(u64, Bytes)>>,
}

impl FileBlocks {
    pub(super) fn new(file: Arc<File>) -> Self {
        Self { file, kept: Mutex::default() }
    }

    pub(super) fn is_of(&self, file: &Arc<File>) -> bool {
        Arc::ptr_eq(&self.file, file)
    }

    /// The bytes from `at` to the end of their block, or to `end`. Empty when they cannot be read.
    pub(super) fn block(&self, at: u64, end: u64) -> Bytes {
        let number = at / BLOCK as u64;
        let start = number * BLOCK as u64;
        let wanted = (end - start).min(BLOCK as u64) as usize;
        let bytes = match self.take(number).filter(|bytes| bytes.len() >= wanted) {
            Some(bytes) => bytes,
            None => self.read(start, wanted),
        };
        self.keep(number, bytes.clone());
        let within = (at - start) as usize;
        if within < bytes.len() { bytes.slice(within..wanted.min(bytes.len())) } else { Bytes::new() }
    }

    /// So many bytes, past the kept blocks; fewer where the file ends or cannot be read.
    pub(super) fn read(&self, at: u64, len: usize) -> Bytes {
        let mut bytes = vec![0; len];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match read_at(&self.file, rest, at + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        bytes.truncate(filled);
        bytes.into()
    }

    fn take(&self, number: u64) -> Option<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(kept, _)| *kept == number)?;
        kept.remove(at).map(|(_, bytes)| bytes)
    }

    fn keep(&self, number: u64, bytes: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back((number, bytes));
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
