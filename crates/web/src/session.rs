//! The log-in cookie. What a session is, and whose, is `domain::session`'s.

use crate::cookie::{self, Cookie};
use crate::site::Config;
use axum::http::{HeaderMap, HeaderValue};
use wenyuan_domain::clock::SECOND;
use wenyuan_domain::session::LIFETIME;

/// `__Host-` lets no other host or path set the cookie, but browsers take it
/// over HTTPS only.
fn name(config: &Config) -> &'static str {
    if config.secure_cookies {
        "__Host-session"
    } else {
        "session"
    }
}

/// Returns the token that the browser sent.
pub(crate) fn token<'a>(config: &Config, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie::get(headers, name(config)).filter(|token| !token.is_empty())
}

/// Returns the `Set-Cookie` value that gives the browser a token.
pub(crate) fn grant(config: &Config, token: &str) -> Option<HeaderValue> {
    Cookie {
        name: name(config),
        value: token,
        max_age_seconds: LIFETIME / SECOND,
        secure: config.secure_cookies,
    }
    .header()
}

/// Returns the `Set-Cookie` value that takes the token back.
pub(crate) fn revoke(config: &Config) -> Option<HeaderValue> {
    Cookie {
        name: name(config),
        value: "",
        max_age_seconds: 0,
        secure: config.secure_cookies,
    }
    .header()
}
