//! AWS Signature Version 4: a request signed with a pair of keys, in its fields or in its URL.
//!
//! `aws-sigv4` makes the signature. What is signed is the request as it goes out: its body is hashed in the coding
//! that it is sent in, and read from disk for that where it is a file.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
        SigningInstructions, SigningSettings, UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode, utf8_percent_encode};
use sha2::Sha256;
use url::Url;

use crate::model::{Aws, AwsPayload, AwsPlace, Failure, FailureKind, Marked, Secret};

use super::{
    super::{
        PrepareError, fields,
        hop::{Ask, authority},
        prepare::Writing,
    },
    payload,
    surroundings::Surroundings,
};

mod endpoint;
pub(super) mod keys;

use endpoint::Endpoint;
use keys::Keys;

/// How long a presigned URL is good for: long enough for an upload to begin.
const EXPIRES: Duration = Duration::from_mins(15);
/// All but the unreserved characters (RFC 3986, section 2.3), as AWS encodes them.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Signs the requests of one exchange.
#[derive(Debug, Clone)]
pub(in crate::http) struct Signer {
    keys: Keys,
    /// Empty where the host's name says it.
    region: String,
    service: String,
    place: AwsPlace,
    payload: AwsPayload,
}

impl Signer {
    /// Finds the keys.
    pub(super) fn new(
        aws: &Aws,
        surroundings: &Surroundings,
        writing: &mut Writing<'_>,
    ) -> Result<Self, PrepareError> {
        let keys = Keys::find(aws, surroundings, writing)?;
        let region = writing.render("auth", &aws.region)?.reveal().to_owned();
        let service = writing.render("auth", &aws.service)?.reveal().to_owned();
        Ok(Self { keys, region, service, place: aws.place, payload: aws.payload })
    }

    /// Its secret key and its token.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (&'static str, Secret)> {
        let Keys { secret, token, .. } = &self.keys;
        let found = [("secret_key", Some(secret)), ("session_token", token.as_ref())].into_iter();
        found.filter_map(|(name, value)| Some((name, Secret::new(value?.reveal()))))
    }

    /// What is signed for.
    fn endpoint(&self, url: &Url) -> Option<Endpoint> {
        let of_host = || url.host_str().and_then(Endpoint::of_host);
        let own = |text: &String| (!text.is_empty()).then(|| text.clone());
        Some(Endpoint {
            service: own(&self.service).or_else(|| Some(of_host()?.service))?,
            region: own(&self.region).or_else(|| Some(of_host()?.region))?,
        })
    }

    /// Whether it is known what to sign for.
    pub(super) fn check(&self, url: &Url) -> Result<(), PrepareError> {
        if self.endpoint(url).is_some() {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        let hint = "write region and service under [auth] aws, as in region = \"eu-west-1\", service = \"s3\"; \
                    for a URL: --aws-sigv4 aws:amz:eu-west-1:s3";
        let message = format!("the host {host} does not say which AWS service and region it is");
        Err(PrepareError::new("auth", message, Some(hint.into())))
    }

    /// Signs a request at a time: its fields or its URL say so from now on. Whatever the signature covers is put into
    /// the request before.
    pub(super) async fn sign(
        &self,
        ask: &mut Ask<'_>,
        coding: Option<&str>,
        now: SystemTime,
    ) -> Result<(), Failure> {
        let Some(endpoint) = self.endpoint(&ask.url) else { return Err(failed("its service is not known")) };
        let is_s3 = endpoint.service.starts_with("s3");
        complete(ask);
        let body = match self.payload {
            AwsPayload::Unsigned => SignableBody::UnsignedPayload,
            // Of a presigned URL S3 expects no more.
            AwsPayload::Signed if is_s3 && self.place == AwsPlace::Query => SignableBody::UnsignedPayload,
            AwsPayload::Signed => {
                let hash = payload::hash::<Sha256>(ask, coding).await;
                SignableBody::Precomputed(
                    hash.map_err(|error| failed(&format!("its body cannot be read: {error}")))?,
                )
            }
        };
        let mut settings = SigningSettings::default();
        if is_s3 {
            // A key may look like a path with dots, and is encoded once.
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        match self.place {
            AwsPlace::Headers if is_s3 || self.payload == AwsPayload::Unsigned => {
                settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            }
            AwsPlace::Headers => {}
            AwsPlace::Query => {
                settings.signature_location = SignatureLocation::QueryParams;
                settings.expires_in = Some(EXPIRES);
            }
        }
        let instructions = self.instructions(ask, &endpoint, settings, body, now)?;
        apply(instructions, ask);
        Ok(())
    }

    fn instructions(
        &self,
        ask: &Ask<'_>,
        endpoint: &Endpoint,
        settings: SigningSettings,
        body: SignableBody<'_>,
        now: SystemTime,
    ) -> Result<SigningInstructions, Failure> {
        let Keys { access, secret, token } = &self.keys;
        let token = token.as_ref().map(|token| token.reveal().to_owned());
        let identity = Credentials::new(access.reveal(), secret.reveal(), token, None, "antiphon").into();
        let is_single = settings.percent_encoding_mode == PercentEncodingMode::Single;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&endpoint.region)
            .name(&endpoint.service)
            .time(now)
            .settings(settings)
            .build()
            .map_err(|error| failed(&error.to_string()))?;
        let url = canonical(&ask.url, is_single);
        let fields = ask.fields.iter().filter(|(name, _)| is_signed(name));
        let fields = fields.map(|(name, value)| (name.as_str(), value.reveal()));
        let request = SignableRequest::new(ask.method.as_str(), &url, fields, body)
            .map_err(|error| failed(&error.to_string()))?;
        let output = sign(request, &params.into()).map_err(|error| failed(&error.to_string()))?;
        Ok(output.into_parts().0)
    }
}

/// Fields that the signature covers: those that say what the request is. What proxies may change stays out.
fn is_signed(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_made_here =
        ["x-amz-date", "x-amz-security-token", "x-amz-content-sha256"].contains(&name.as_str());
    matches!(name.as_str(), "host" | "content-type" | "content-md5")
        || (name.starts_with("x-amz-") && !is_made_here)
}

/// Puts in the fields that are signed and would be added later.
fn complete(ask: &mut Ask<'_>) {
    if !fields::has(&ask.fields, "host") {
        ask.fields.insert(0, ("Host".into(), Marked::plain(authority(&ask.url))));
    }
    if let Some(media_type) = ask.body.and_then(|body| body.media_type.clone())
        && !fields::has(&ask.fields, "content-type")
    {
        ask.fields.push(("Content-Type".into(), Marked::plain(media_type)));
    }
}

/// The URL to sign. Where a path is encoded once, the server encodes anew what it decoded.
fn canonical(url: &Url, is_single: bool) -> String {
    let mut text = format!("{}://{}", url.scheme(), authority(url));
    if is_single {
        let segments = url.path().split('/').map(|segment| {
            let decoded: Vec<u8> = percent_decode_str(segment).collect();
            percent_encode(&decoded, RESERVED).to_string()
        });
        text.push_str(&segments.collect::<Vec<_>>().join("/"));
    } else {
        text.push_str(url.path());
    }
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        text.push('?');
        text.push_str(query);
    }
    text
}

fn apply(instructions: SigningInstructions, ask: &mut Ask<'_>) {
    let (fields, params) = instructions.into_parts();
    for field in fields {
        let name = field.name();
        let value = match name {
            "authorization" | "x-amz-security-token" => Marked::secret(field.value(), "aws"),
            _ => Marked::plain(field.value()),
        };
        ask.fields.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        ask.fields.push((titled(name), value));
    }
    for (name, value) in params {
        let value = utf8_percent_encode(&value, RESERVED).to_string();
        let query = ask.url.query().map(|query| format!("{query}&")).unwrap_or_default();
        ask.url.set_query(Some(&format!("{query}{name}={value}")));
        let value = match name {
            "X-Amz-Credential" | "X-Amz-Signature" | "X-Amz-Security-Token" => Marked::secret(value, "aws"),
            _ => Marked::plain(value),
        };
        add_param(&mut ask.shown_url, name, &value);
    }
}

/// Adds a parameter to a URL as it is shown, before its fragment.
fn add_param(url: &mut Marked, name: &str, value: &Marked) {
    let text = url.reveal();
    let end = text.find('#').unwrap_or(text.len());
    let sign = if text[..end].contains('?') { '&' } else { '?' };
    let (mut before, after) = (url.slice(0..end), url.slice(end..text.len()));
    before.push(&format!("{sign}{name}="));
    before.append(value);
    before.append(&after);
    *url = before;
}

/// `x-amz-date` as `X-Amz-Date`.
fn titled(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

fn failed(why: &str) -> Failure {
    Failure {
        kind: FailureKind::Invalid,
        message: format!("the request cannot be signed for AWS: {why}"),
        causes: Vec::new(),
        hint: None,
    }
}

#[cfg(test)]
mod tests;
