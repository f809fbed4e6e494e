//! An answer's body on its way to a file: past memory, resumed where an earlier one broke off, verified at its end.
//!
//! The bytes go to `FILE.part` and take FILE's place once they are all there and right, so that a file is never half of
//! one. What the caller has to decide is where the body goes; what the server's answer means for it is decided here.

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ::http::Method;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

use super::fields;
use crate::model::{Failure, FailureKind, Marked, ResponseHead};

mod copy;
mod integrity;
mod name;
mod part;
mod range;
mod saving;
mod validator;

pub use copy::{save, save_new};
pub(super) use saving::Saving;

use integrity::Expected;
use part::{Part, part_of};
use range::{ContentRange, content_length};
use validator::{Validator, is_coded};

/// Where a body goes. One serves one send.
#[derive(Debug)]
pub struct Download {
    target: Target,
    /// The part of an earlier download that is gone on with, and its validator.
    resumed: Option<(u64, Validator)>,
    /// Whether an answer of 400 or higher is left out.
    only_success: bool,
    /// Names the URL that is asked, see [`Validator::asked`].
    asked: String,
    /// Opened before anything is sent, so that what cannot be written is told then; taken when the body begins.
    part: Mutex<Option<Part>>,
}

#[derive(Debug)]
enum Target {
    File(PathBuf),
    /// A file in that folder, by the name that the answer gives it.
    Named(PathBuf),
    /// What is no regular file (`/dev/null`, a pipe) is written to as it is.
    Device(PathBuf),
    Stdout,
}

impl Download {
    /// Into that file. With `resume` it goes on with what an earlier download left in `FILE.part`, if it can.
    ///
    /// # Errors
    /// It is a folder, or cannot be written: nothing is sent then.
    pub fn to_file(path: &Path, resume: bool) -> Result<Self, Failure> {
        // A link stays a link: what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => {
                let hint = "name a file in it, or take the server's name with --remote-name";
                return Err(Failure { hint: Some(hint.into()), ..unwritable(&path, &"it is a folder") });
            }
            Ok(found) if !found.is_file() => return Ok(Self::to(Target::Device(path))),
            Ok(found) if found.permissions().readonly() => {
                return Err(unwritable(&path, &"it may not be written"));
            }
            _ => {}
        }
        let part = Part::open(&path).map_err(|error| unwritable(&part_of(&path), &error))?;
        let validator = Validator::read(&path).filter(|_| resume && part.size() > 0);
        let resumed = validator.map(|validator| (part.size(), validator));
        Ok(Self { resumed, part: Mutex::new(Some(part)), ..Self::to(Target::File(path)) })
    }

    /// Into a file of that folder, by the name that the answer gives it, or its URL. A file that is there is left alone:
    /// the name gets a number.
    pub fn by_name(folder: &Path) -> Self {
        Self::to(Target::Named(folder.to_owned()))
    }

    /// To standard output, as it comes.
    pub fn to_stdout() -> Self {
        Self::to(Target::Stdout)
    }

    /// The name that a URL's path gives a file.
    pub fn name_of_url(path: &str) -> String {
        name::of_url(path)
    }

    /// Leaves the body of an error out, and the file as it is.
    #[must_use]
    pub fn only_success(self) -> Self {
        Self { only_success: true, ..self }
    }

    /// Bytes of an earlier download that are asked to be gone on with.
    pub fn resumed_at(&self) -> Option<u64> {
        self.resumed.as_ref().map(|(size, _)| *size)
    }

    fn to(target: Target) -> Self {
        Self { target, resumed: None, only_success: false, asked: String::new(), part: Mutex::default() }
    }

    /// Adds what a download asks for. A coding would make lengths and ranges those of something else than the file; who
    /// asks for one gets it, decoded.
    ///
    /// Only the same URL is gone on with, and only GET knows ranges (RFC 9110, section 14.2).
    pub(super) fn ask(&mut self, method: &Method, url: &Url, fields: &mut Vec<(String, Marked)>) {
        self.asked = base64::Engine::encode(&URL_SAFE_NO_PAD, Sha256::digest(url.as_str()));
        let is_same = |validator: &Validator| validator.asked == self.asked && *method == Method::GET;
        self.resumed = self.resumed.take().filter(|(_, validator)| is_same(validator));
        if !fields::has(fields, "accept-encoding") && !matches!(self.target, Target::Stdout) {
            fields.push(("Accept-Encoding".into(), Marked::plain("identity")));
        }
        if fields::has(fields, "range") {
            self.resumed = None;
        }
        if let Some((size, validator)) = &self.resumed {
            fields.push(("Range".into(), Marked::plain(format!("bytes={size}-"))));
            fields.push(("If-Range".into(), Marked::plain(&validator.value)));
        }
    }

    /// What becomes of an answer's body. `None`: it is an error, and kept as any other body is; or there is none, whatever
    /// its length is said to be (RFC 9112, section 6.3), and the file stays as it is.
    ///
    /// # Errors
    /// A range that was not asked for, or a file that cannot be written.
    pub(super) fn accept(
        &self,
        method: &Method,
        head: &ResponseHead,
        url: &Url,
    ) -> Result<Option<Saving>, Failure> {
        let is_error = head.status >= 400;
        let target = match &self.target {
            _ if is_error && self.only_success => return Ok(None),
            _ if *method == Method::HEAD || head.status == 304 => return Ok(None),
            Target::Stdout => return Ok(Some(Saving::stream(io::stdout()))),
            Target::Device(path) => {
                let opened = OpenOptions::new().write(true).open(path);
                let device = opened.map_err(|error| unwritable(path, &error))?;
                return Ok(Some(Saving::stream(device)));
            }
            Target::File(path) => path.clone(),
            Target::Named(folder) => name::free(folder, &name::of_answer(head, url.path())),
        };
        let mut part = self.part(&target)?;
        match &self.resumed {
            Some(resumed) if head.status == 206 => continued(part, resumed, head).map(Some),
            Some(resumed) if head.status == 416 => complete(part, resumed, head).map(Some),
            // An earlier part is worth more than an error.
            Some(_) if is_error => Ok(None),
            _ => {
                let total = content_length(head).filter(|_| !is_coded(head));
                let validator = Validator::of(head, &self.asked, total).filter(|_| head.status == 200);
                part.begin(validator.as_ref()).map_err(|error| unwritable(part.path(), &error))?;
                let can_resume = validator.is_some();
                let expected = Expected::of(head).filter(|_| !is_coded(head) && head.status != 206);
                Ok(Some(Saving::part(part, total, expected, can_resume)))
            }
        }
    }

    /// The part that was opened first; a later attempt opens it anew.
    fn part(&self, target: &Path) -> Result<Part, Failure> {
        let opened = self.part.lock().unwrap_or_else(PoisonError::into_inner).take();
        let opened = opened.map_or_else(|| Part::open(target), Ok);
        opened.map_err(|error| unwritable(&part_of(target), &error))
    }
}

/// The rest of what is there, if it is the rest of just that.
fn continued(
    part: Part,
    (size, validator): &(u64, Validator),
    head: &ResponseHead,
) -> Result<Saving, Failure> {
    let range = ContentRange::of(head);
    let total = range.and_then(|range| range.total).or(validator.total);
    let fits = range.and_then(|range| range.span).is_some_and(|(first, last)| {
        first == *size && part.size() == *size && total.is_none_or(|total| last + 1 == total)
    });
    if !fits
        || !validator.fits(head)
        || is_coded(head)
        || (validator.total.is_some() && total != validator.total)
    {
        let said = head.field("content-range").unwrap_or("no Content-Range");
        let message = format!("the server did not go on where the download broke off: {said}");
        let hint = format!("bytes {size}- were asked for; without --resume it begins anew");
        return Err(Failure { hint: Some(hint), ..failure(FailureKind::Protocol, message) });
    }
    Ok(Saving::part(part, total, Expected::of(head), true))
}

/// A part that nothing comes after is the whole, if the server says so too.
fn complete(
    part: Part,
    (size, validator): &(u64, Validator),
    head: &ResponseHead,
) -> Result<Saving, Failure> {
    let total = ContentRange::of(head).and_then(|range| range.total);
    if total != Some(*size) || part.size() != *size || !validator.fits(head) {
        let what = total.map_or_else(
            || "it does not say how long it is".to_owned(),
            |total| format!("it has {total} bytes"),
        );
        let message = format!("there is nothing to go on with after {size} bytes: {what}");
        let hint = "it may have changed; without --resume it begins anew".to_owned();
        return Err(Failure { hint: Some(hint), ..failure(FailureKind::Protocol, message) });
    }
    Ok(Saving::complete(part, total))
}

fn failure(kind: FailureKind, message: String) -> Failure {
    Failure { kind, message, causes: Vec::new(), hint: None }
}

fn unwritable(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    let message = format!("{} cannot be written", path.display());
    Failure { causes: vec![why.to_string()], ..failure(FailureKind::Io, message) }
}
