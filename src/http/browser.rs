//! The user's browser, opened at a URL. Where there is no screen none is: the user is shown the URL in any case.

use std::io;

use url::Url;

/// Opens a web page in the user's browser, without waiting for it.
///
/// # Errors
/// It is not an http or https URL, there is no screen to show a browser on, or none can be started.
pub fn open_in_browser(url: &str) -> io::Result<()> {
    // What is opened came from a server: this machine opens pages for it, and nothing else.
    if !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not an http or https URL"));
    }
    if !has_screen() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no screen to show one on"));
    }
    open::that_detached(url)
}

/// Elsewhere than on these systems a desktop is taken for granted.
fn has_screen() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_one = cfg!(all(unix, not(target_os = "macos")));
    !needs_one || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].into_iter().any(is_set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_pages_is_opened() {
        for url in ["file:///etc/passwd", "javascript:alert(1)", "/etc/passwd", "-x", ""] {
            let error = open_in_browser(url).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{url}");
        }
    }
}
