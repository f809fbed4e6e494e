//! A body that is being saved: written as it comes, and looked over when it has come to its end.

use std::{
    fmt,
    io::{self, Write},
};

use crate::model::{BodyFile, Content, Failure, FailureKind};

use super::{Expected, Part, failure, unwritable};

/// Where the bytes of an accepted answer go.
#[derive(Debug)]
pub(in crate::http) struct Saving {
    output: Output,
    /// Bytes of the whole file, where the server said.
    total: Option<u64>,
    expected: Option<Expected>,
    can_resume: bool,
    /// Whether the answer's own body is none of the file's.
    is_complete: bool,
}

enum Output {
    Part(Part),
    Stream(Box<dyn Write + Send>),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => part.fmt(f),
            Self::Stream(_) => f.write_str("Stream"),
        }
    }
}

impl Saving {
    pub(super) fn part(part: Part, total: Option<u64>, expected: Option<Expected>, can_resume: bool) -> Self {
        Self { output: Output::Part(part), total, expected, can_resume, is_complete: false }
    }

    /// Of a part that is the whole already.
    pub(super) fn complete(part: Part, total: Option<u64>) -> Self {
        Self { is_complete: true, ..Self::part(part, total, None, true) }
    }

    pub(super) fn stream(stream: impl Write + Send + 'static) -> Self {
        let output = Output::Stream(Box::new(stream));
        Self { output, total: None, expected: None, can_resume: false, is_complete: false }
    }

    pub(in crate::http) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.output {
            Output::Part(_) if self.is_complete => Ok(()),
            Output::Part(part) => part.write(bytes),
            Output::Stream(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }

    /// Whether that error means that the reader of a stream has enough (`| head`): it is none.
    pub(in crate::http) fn is_enough(&self, error: &io::Error) -> bool {
        matches!(self.output, Output::Stream(_)) && error.kind() == io::ErrorKind::BrokenPipe
    }

    /// Looks the file over and puts it in its place. It reads the file again only where there is a digest to compare.
    ///
    /// # Errors
    /// It is shorter or longer than the server said, has another digest, or cannot be put there.
    pub(in crate::http) fn finish(&mut self) -> Result<(), Failure> {
        let Output::Part(part) = &mut self.output else { return Ok(()) };
        if let Some(total) = self.total.filter(|total| *total != part.size()) {
            let message = format!("{} bytes came of the {total} that the server has", part.size());
            return Err(failure(FailureKind::Truncated, message));
        }
        let is_right = match &self.expected {
            Some(expected) => part.reader().and_then(|reader| expected.fits(reader)),
            None => Ok(true),
        };
        if !is_right.map_err(|error| unwritable(part.path(), &error))? {
            self.can_resume = false;
            let path = part.path().display().to_string();
            part.forget().map_err(|error| unwritable(part.path(), &error))?;
            let message =
                "what arrived is not what the server says that it sent: the digests differ".to_owned();
            let hint = format!("it is in {path}, and did not take the file's place");
            return Err(Failure { hint: Some(hint), ..failure(FailureKind::Protocol, message) });
        }
        part.commit().map_err(|error| unwritable(part.path(), &error))
    }

    /// Where the bytes are now, and how many; `arrived` is how many came.
    pub(in crate::http) fn content(&self, arrived: u64) -> (Content, u64) {
        match &self.output {
            Output::Part(part) if part.size() > 0 || part.is_whole() => {
                (Content::File(BodyFile::kept(part.place().to_owned())), part.size())
            }
            _ => (Content::Elsewhere, arrived),
        }
    }

    /// What to do about a download that broke off.
    pub(in crate::http) fn hint(&self) -> Option<String> {
        let Output::Part(part) = &self.output else { return None };
        if part.is_whole() || part.size() == 0 {
            return None;
        }
        let path = part.path().display();
        Some(if self.can_resume {
            format!("what arrived is in {path}; the same again with --resume goes on with it")
        } else {
            format!("what arrived is in {path}; the server gives nothing to go on with it by")
        })
    }
}
