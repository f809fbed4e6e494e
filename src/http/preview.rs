//! What would be sent: the first request of an exchange as it goes out, without a connection.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use jiff::Timestamp;

use crate::model::{Failure, HopCookies, HttpVersion, RequestHead, Secret};

use super::{
    auth::{Credentials, Memory, Proof},
    client::Client,
    connect::{io_failure, proxy},
    follow::{Cookies, Next},
    hop::{Carrier, Meter, Upload, build, origin},
    jars::JarName,
    prepare::Prepared,
};

/// A request that nobody sent.
#[derive(Debug)]
pub struct Preview {
    /// HTTP/1.1 unless HTTP/2 is asked for: the server would have its say in it. `body_size` is 0 where it is not known
    /// before the body is read.
    pub head: RequestHead,
    /// What of it only sending would tell, in sentences.
    pub unknown: Vec<String>,
    body: Upload,
}

impl Preview {
    /// The next bytes of the body, as they would be on the wire but for a transfer coding.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        while let Some(frame) = self.body.frame().await {
            let unreadable = |error| io_failure("the body cannot be read", &std::io::Error::other(error));
            if let Ok(data) = frame.map_err(unreadable)?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

impl Client {
    /// The first request that sending this would make, signed as of now where it is to be signed. Answers to challenges,
    /// and the requests that redirects ask for, only a server can tell.
    ///
    /// # Errors
    /// What could not be sent.
    pub async fn preview(&self, prepared: &Prepared) -> Result<Preview, Failure> {
        let settings = prepared.settings.clone().over(&self.defaults);
        let mut unknown = unknown(&prepared.credentials);
        let prepared = &self.with_a_token(prepared, &mut unknown);
        let next = Next::first(prepared, &settings);
        let jar = JarName::wanted(settings.cookies.as_ref(), &prepared.jar);
        let cookies = Cookies { jars: &self.jars, jar };
        let cookies = cookies.header(&next.url, &mut HopCookies::default()).await;
        let mut ask = next.ask(cookies.as_deref());
        // A memory of its own: a nonce that is looked at is not used.
        let challenges = Memory::default();
        Proof::new(prepared, &challenges).before(&mut ask, settings.compress.as_deref()).await?;
        let origin = origin(&ask.url)?;
        let via = proxy::choose(&settings, &origin)?;
        let is_http2 = settings.version == Some(HttpVersion::Http2);
        // Through a tunnel the server is asked, and the proxy sees nothing of it.
        let forwarder = via.as_ref().filter(|via| via.forwards(&origin));
        let carrier = Carrier { is_http2, forwarder };
        let meter = Arc::new(Meter::default());
        let (request, fields, length) = build(&ask, &carrier, &meter, settings.compress.as_deref()).await?;
        let mut head = ask.hop().request;
        head.version = if is_http2 { "HTTP/2".into() } else { "HTTP/1.1".into() };
        (head.fields, head.body_size) = (fields, length.unwrap_or(0));
        Ok(Preview { head, unknown, body: request.into_body() })
    }

    /// With the token that is kept, or with something in its place: none is got for a look.
    fn with_a_token(&self, prepared: &Prepared, unknown: &mut Vec<String>) -> Prepared {
        let mut prepared = prepared.clone();
        if let Some(errand) = prepared.token_errand() {
            let kept = self.kept_token(&errand);
            let url = &errand.owner().token_url;
            match &kept {
                None => unknown.push(format!("no token is kept: sending gets one from {url} first")),
                Some(token) if !token.is_fresh(Timestamp::now()) => {
                    unknown
                        .push(format!("the kept token has expired: sending gets a new one from {url} first"));
                }
                Some(_) => {}
            }
            let token = kept.map_or_else(|| Secret::new("token"), |token| token.access_token);
            prepared.fields.push(("Authorization".into(), errand.authorization(&token)));
        }
        prepared
    }
}

/// What authentication leaves open until a server has answered.
fn unknown(credentials: &Credentials) -> Vec<String> {
    let said = match credentials {
        Credentials::Digest { .. } => {
            "digest answers a challenge: the server's nonce comes with its 401, and the request goes out again with \
             Authorization"
        }
        Credentials::Aws(_) => "the signature is of now: sending makes a new one",
        Credentials::Settled | Credentials::Netrc(_) | Credentials::Oauth2(_) => return Vec::new(),
    };
    vec![said.to_owned()]
}
