//! AWS Signature Version 4.

use serde::{Deserialize, Serialize};

use super::choice::words;

/// How a request to AWS is signed. A text that is empty is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Aws {
    /// With `secret_key`; without the two, they come from `profile` or else from the environment
    /// (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`).
    pub access_key: String,
    pub secret_key: String,
    /// Of temporary credentials.
    pub session_token: String,
    /// A section of the user's `~/.aws/credentials`.
    pub profile: String,
    /// As in `eu-west-1`; otherwise that of the host's name.
    pub region: String,
    /// As in `execute-api`; otherwise that of the host's name.
    pub service: String,
    pub place: AwsPlace,
    pub payload: AwsPayload,
}

words! {
    /// Where the signature travels.
    AwsPlace {
        #[default]
        Headers = "headers",
        /// A presigned URL.
        Query = "query",
    }
}

words! {
    /// Whether the signature covers the body.
    AwsPayload {
        #[default]
        Signed = "signed",
        Unsigned = "unsigned",
    }
}
