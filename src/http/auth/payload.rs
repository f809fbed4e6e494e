//! The hash of a request's body, as it goes out: it is read once for the hash and once more to be sent.

use std::io;

use futures_util::StreamExt;
use http_body_util::BodyStream;
use sha2::Digest;

use super::super::hop::{Ask, outgoing};
use crate::model::hex;

/// The hash of the body, in hexadecimal.
pub(super) async fn hash<D: Digest>(ask: &Ask<'_>, coding: Option<&str>) -> io::Result<String> {
    let mut hash = D::new();
    if let Some((opened, _)) = outgoing(ask, coding).await? {
        let mut frames = BodyStream::new(opened.body);
        while let Some(frame) = frames.next().await {
            if let Ok(data) = frame.map_err(io::Error::other)?.into_data() {
                hash.update(&data);
            }
        }
    }
    Ok(hex(&hash.finalize()))
}
