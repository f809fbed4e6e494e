//! A request as written, made into exactly what goes out: every template rendered, every part checked.
//!
//! Nothing is sent from here. What cannot be sent is told with the part it stands in. Secrets stay marked, and
//! `sent` keeps the request with their references in their places: what a replay sends.

use std::path::PathBuf;

use ::http::{HeaderName, HeaderValue, Method};
use url::Url;

use crate::{
    document::JsonError,
    model::{
        Asked, Effective, Failure, FailureKind, Marked, NodeId, Permit, Redactor, Request, ResponseHead,
        Retry, Secret, Settings,
    },
    secret,
    template::Scope,
};

use super::{
    address,
    auth::{self, Credentials, Obtained, Place},
    body::{self, PreparedBody},
    compress::CODINGS,
    jars::JarName,
    place,
};

mod settings;
mod writing;

pub(super) use writing::{Writing, needed_secrets};

/// A request that can be sent.
#[derive(Clone)]
pub struct Prepared {
    pub(super) source: Option<NodeId>,
    pub(super) environment: Option<String>,
    pub(super) written: Request,
    pub(super) sent: Request,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) shown_url: Marked,
    /// In order, with the case as written.
    pub(super) fields: Vec<(String, Marked)>,
    pub(super) body: PreparedBody,
    /// What authentication has still to do on the way.
    pub(super) credentials: Credentials,
    /// Whether a 401 asks for another token than the one that was kept, and is not the answer yet.
    pub(super) renews_token: bool,
    pub(super) settings: Settings,
    pub(super) retry: Retry,
    /// The cookie jar, unless the settings name another.
    pub(super) jar: JarName,
    pub(super) base: PathBuf,
    /// The values of the secrets in it, which are looked for in what comes back.
    pub(super) secrets: Redactor,
}

impl Prepared {
    /// The values of the secrets in it.
    pub fn secrets(&self) -> &Redactor {
        &self.secrets
    }

    /// Where it goes, secrets included: not for the eye.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The request with everything rendered but its secrets.
    pub fn sent(&self) -> &Request {
        &self.sent
    }

    /// Whether an answer refuses the token that was kept, and another may do better.
    pub(super) fn refuses_token(&self, url: &Url, head: &ResponseHead) -> bool {
        self.renews_token && head.status == 401 && url.origin() == self.url.origin()
    }

    /// Sends that token with it.
    pub(super) fn carry(&mut self, obtained: &Obtained) {
        self.renews_token = obtained.is_kept;
        self.fields.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        self.fields.push(("Authorization".into(), obtained.authorization.clone()));
        // A server that repeats the token must not put it into the history either.
        let tokens = [Some(&obtained.sent), Some(&obtained.token.access_token)];
        let more = [obtained.token.refresh_token.as_ref(), obtained.token.id_token.as_ref()];
        let tokens = tokens.into_iter().chain(more).flatten();
        self.hide(tokens.map(|token| ("oauth2", token)));
    }

    /// Secrets that no scope has, such as what is found or given on the way: neither the history nor the log tells them.
    pub(super) fn hide<'a>(&mut self, found: impl Iterator<Item = (&'a str, &'a Secret)> + Clone) {
        for (name, value) in found.clone() {
            secret::learn(name, value);
        }
        let found = Redactor::new(found.map(|(name, value)| (name, value.reveal())));
        self.secrets = self.secrets.with(&found);
    }
}

/// The body and the proxy's URL may hold secrets, and stay out of it.
impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({} {})", self.method, self.shown_url)
    }
}

/// Why a request cannot be sent, and which part is to blame: "URL", "header Accept", "body".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{failure}")]
pub struct PrepareError {
    pub failure: Failure,
    pub part: Option<Box<str>>,
    /// What has to be agreed to first; empty where that is not the reason.
    pub asked: Box<[Asked]>,
    /// Whether a text is no JSON, which has a place in its file.
    pub(super) is_of_json: bool,
}

impl PrepareError {
    pub(super) fn new(part: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        let failure =
            Failure { kind: FailureKind::Invalid, message: message.into(), causes: Vec::new(), hint };
        Self { failure, part: Some(part.into()), asked: Box::default(), is_of_json: false }
    }

    /// The body, or a part of it that has to be JSON, is none.
    pub(super) fn not_json(what: &str, error: &JsonError) -> Self {
        let message =
            format!("{what} not JSON: line {}, column {}: {}", error.line, error.column, error.message);
        let hint = "mend it, or make it a text body to send it as it is".to_owned();
        Self { is_of_json: true, ..Self::new("body", message, Some(hint)) }
    }

    /// Says where in its file that is.
    pub(super) fn placed(mut self, source: Option<&NodeId>, effective: &Effective) -> Self {
        let place = self.is_of_json.then(|| place::of_json(source, effective)).flatten();
        self.failure.message.extend(place.map(|place| format!(" ({place})")));
        self
    }

    /// The work on it broke off, for no reason of the user's.
    pub fn internal(message: &str) -> Self {
        Self::new("request", message, None)
    }

    /// The collection asks for what nobody has agreed to.
    pub(super) fn untrusted(asked: Vec<Asked>) -> Self {
        let failure = Failure {
            kind: FailureKind::Untrusted,
            message: "the collection asks for more than its own folder, and you have not agreed to it".into(),
            causes: asked.iter().map(|asked| format!("{}  (by {})", asked.what, asked.by)).collect(),
            hint: Some(
                "if you trust it, send with --trust; antiphon trust show lists all that it asks for".into(),
            ),
        };
        Self { failure, part: None, asked: asked.into(), is_of_json: false }
    }
}

/// Renders and checks a request that stays within its folder. Files that it uploads have to be there; they are read when
/// it is sent.
///
/// # Errors
/// The first part that cannot be sent.
pub fn prepare(
    source: Option<NodeId>,
    environment: Option<&str>,
    effective: &Effective,
    scope: &Scope,
) -> Result<Prepared, PrepareError> {
    prepare_within(source, environment, effective, scope, &Permit::default())
}

/// [`prepare`] for a request that may have what `permit` says.
pub(super) fn prepare_within(
    source: Option<NodeId>,
    environment: Option<&str>,
    effective: &Effective,
    scope: &Scope,
    permit: &Permit,
) -> Result<Prepared, PrepareError> {
    let of = source.clone();
    let mut writing = Writing::new(scope, of.as_ref(), &effective.base, permit);
    let prepared = rendered(source, environment, effective, &mut writing);
    // A message may quote what was rendered.
    let secrets = writing.secrets();
    match prepared {
        Ok(prepared) => {
            let found = prepared.credentials.secrets();
            let mut prepared = Prepared { secrets, ..prepared };
            prepared.hide(found.iter().map(|(name, value)| (*name, value)));
            Ok(prepared)
        }
        Err(error) => {
            let error = error.placed(of.as_ref(), effective);
            Err(PrepareError { failure: error.failure.redacted(&secrets), ..error })
        }
    }
}

fn rendered(
    source: Option<NodeId>,
    environment: Option<&str>,
    effective: &Effective,
    writing: &mut Writing<'_>,
) -> Result<Prepared, PrepareError> {
    let request = &effective.request;
    let (sent, rendered) = writing.request(request)?;
    let method = Method::from_bytes(rendered.method.reveal().as_bytes()).map_err(|_| {
        let hint = "a method is a token such as GET, POST or PURGE, without spaces";
        PrepareError::new("method", format!("`{}` is not a method", rendered.method), Some(hint.into()))
    })?;
    let mut params = rendered.params;
    let mut fields = rendered.headers;
    // From what is frozen, so that a `{{ uuid() }}` is the same on the wire and in a replay.
    let place = Place { source: source.as_ref(), environment, folder: &effective.base };
    let credentials = auth::begin(sent.auth.as_ref(), place, &mut params, &mut fields, writing)?;
    let (url, shown_url) = address::assemble(&rendered.url, &rendered.path, &params)?;
    let (url, shown_url) = auth::of_url(url, shown_url, &credentials, &mut fields);
    credentials.check(&url, &fields)?;
    if let Some(coding) = request.http.compress.as_deref().filter(|coding| !CODINGS.contains(coding)) {
        let hint = format!("compress under [http] is one of {}", CODINGS.join(", "));
        return Err(PrepareError::new("body", format!("`{coding}` is not a content coding"), Some(hint)));
    }
    if request.http.https_only == Some(true) && url.scheme() != "https" {
        let hint = "the settings say https_only; use an https URL";
        return Err(PrepareError::new("URL", format!("{} is not https", url.scheme()), Some(hint.into())));
    }
    for (name, value) in &fields {
        check_field(name, value)?;
    }
    let mut body = body::prepare(sent.body.as_ref(), writing)?;
    body.agree(&mut fields)?;
    let settings = writing.settings(&sent.http)?;
    let jar = match &source {
        Some(source) => JarName::of(source.collection(), environment, &effective.base),
        None => JarName::Loose,
    };
    Ok(Prepared {
        jar,
        source,
        environment: environment.map(str::to_owned),
        written: request.clone(),
        sent,
        method,
        url,
        shown_url,
        fields,
        body,
        credentials,
        renews_token: false,
        settings,
        retry: request.retry.clone(),
        base: effective.base.clone(),
        secrets: Redactor::default(),
    })
}

fn check_field(name: &str, value: &Marked) -> Result<(), PrepareError> {
    let part = format!("header {name}");
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        let hint = "a field name is letters, digits and -, without spaces or a colon";
        return Err(PrepareError::new(&part, format!("`{name}` is not a header name"), Some(hint.into())));
    }
    if HeaderValue::from_bytes(value.reveal().as_bytes()).is_err() {
        let hint = "a field value has no line ends or control characters";
        return Err(PrepareError::new(
            &part,
            format!("the value of {name} cannot be sent"),
            Some(hint.into()),
        ));
    }
    Ok(())
}
