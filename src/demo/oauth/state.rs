//! What the authorization server remembers: the last few of everything it gave out.

use std::time::{Duration, Instant};

use super::super::state::Recent;

/// Everything that was given out and can be redeemed.
#[derive(Debug, Default)]
pub(in crate::demo) struct Oauth {
    tokens: Recent<Access>,
    refreshes: Recent<Refresh>,
    codes: Recent<Code>,
    devices: Recent<Device>,
}

/// A token that opens the resource until it expires.
#[derive(Debug, Clone)]
pub(super) struct Access {
    pub token: String,
    pub expires: Instant,
    pub grant: &'static str,
    pub client: String,
    /// `None` where the client asks for itself.
    pub user: Option<&'static str>,
    pub scope: String,
}

/// A token that gives another, once.
#[derive(Debug, Clone)]
pub(super) struct Refresh {
    pub token: String,
    pub client: String,
    pub user: Option<&'static str>,
    pub scope: String,
    pub life: Duration,
}

/// What the browser brought back, to be redeemed once.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub text: String,
    pub client: String,
    pub redirect_uri: String,
    pub challenge: Option<String>,
    pub scope: String,
    pub life: Duration,
    pub expires: Instant,
}

/// A device that waits for somebody to agree.
#[derive(Debug, Clone)]
pub(super) struct Device {
    pub code: String,
    pub user_code: String,
    pub client: String,
    pub scope: String,
    pub life: Duration,
    pub expires: Instant,
    pub interval: Duration,
    pub asked: Option<Instant>,
    /// What the user said.
    pub allowed: Option<bool>,
}

impl Access {
    pub(super) fn left(&self) -> Duration {
        self.expires.saturating_duration_since(Instant::now())
    }
}

impl Oauth {
    pub(super) fn keep_access(&mut self, access: Access) {
        self.tokens.keep(access);
    }

    pub(super) fn keep_refresh(&mut self, refresh: Refresh) {
        self.refreshes.keep(refresh);
    }

    pub(super) fn keep_code(&mut self, code: Code) {
        self.codes.keep(code);
    }

    pub(super) fn keep_device(&mut self, device: Device) {
        self.devices.keep(device);
    }

    /// The token, if it has not expired.
    pub(super) fn access(&mut self, token: &str) -> Option<Access> {
        let found = self.tokens.find(|access| access.token == token).cloned();
        found.filter(|access| !access.left().is_zero())
    }

    pub(super) fn take_refresh(&mut self, token: &str) -> Option<Refresh> {
        self.refreshes.take(|refresh| refresh.token == token)
    }

    pub(super) fn take_code(&mut self, code: &str) -> Option<Code> {
        self.codes.take(|kept| kept.text == code).filter(|code| code.expires > Instant::now())
    }

    pub(super) fn device(&mut self, code: &str) -> Option<&mut Device> {
        self.devices.find(|device| device.code == code)
    }

    pub(super) fn device_of_user(&mut self, user_code: &str) -> Option<&mut Device> {
        let now = Instant::now();
        self.devices.find(|device| device.user_code.eq_ignore_ascii_case(user_code) && device.expires > now)
    }

    pub(super) fn forget_device(&mut self, code: &str) {
        self.devices.take(|device| device.code == code);
    }

    pub(super) fn revoke(&mut self, token: &str) {
        self.tokens.take(|access| access.token == token);
        self.refreshes.take(|refresh| refresh.token == token);
    }
}
