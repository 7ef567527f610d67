//! Proof that a request that changes something comes from this site's pages.
//!
//! Two independent checks. [`check_origin`] looks, for every state-changing
//! request, at what the browser itself says of its source. And every form and
//! script sends back a token: the keyed hash of a random cookie, which no
//! other site can read or set. A handler gets at a form's fields only through
//! [`Form`], and at a script's request only with [`Guard`], so it cannot
//! forget the second.

use crate::cookie::{self, Cookie};
use crate::error::WebError;
use crate::site::{Config, Site};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ring::hmac;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The form field that carries the token.
pub(crate) const FIELD: &str = "csrf";
const HEADER: &str = "x-csrf-token";
const COOKIE_SECONDS: i64 = 365 * 86_400;

fn cookie_name(config: &Config) -> &'static str {
    if config.secure_cookies {
        "__Host-browser"
    } else {
        "browser"
    }
}

/// What identifies this browser, put into every request by [`remember_browser`].
#[derive(Clone)]
pub(crate) struct Browser {
    id: String,
    token_given: Arc<AtomicBool>,
}

impl Browser {
    /// Returns the token for this browser's forms. Only a page that asks for
    /// one makes the browser take a cookie.
    pub(crate) fn token(&self, config: &Config) -> String {
        self.token_given.store(true, Ordering::Relaxed);
        hex::encode(hmac::sign(&key(config), self.id.as_bytes()))
    }

    /// Checks a token in constant time.
    pub(crate) fn verify(&self, config: &Config, token: &str) -> Result<(), WebError> {
        let given = hex::decode(token).map_err(|_| WebError::Csrf)?;
        hmac::verify(&key(config), self.id.as_bytes(), &given).map_err(|_| WebError::Csrf)
    }
}

fn key(config: &Config) -> hmac::Key {
    // The secret serves other purposes too; the label keeps their keys apart.
    let root = hmac::Key::new(hmac::HMAC_SHA256, &config.secret);
    hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, b"csrf").as_ref())
}

/// Middleware: finds or makes the browser's random id.
pub(crate) async fn remember_browser(
    State(site): State<Arc<Site>>,
    mut request: Request,
    next: Next,
) -> Response {
    let name = cookie_name(&site.config);
    let known = cookie::get(request.headers(), name)
        .filter(|id| id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit()))
        .map(str::to_owned);
    let is_new = known.is_none();
    let id = match known.map_or_else(wenyuan_domain::session::random_token, Ok) {
        Ok(id) => id,
        Err(error) => return WebError::from(error).into_response(),
    };
    let browser = Browser {
        id,
        token_given: Arc::default(),
    };
    request.extensions_mut().insert(browser.clone());
    let mut response = next.run(request).await;
    if is_new && browser.token_given.load(Ordering::Relaxed) {
        let cookie = Cookie {
            name,
            value: &browser.id,
            max_age_seconds: COOKIE_SECONDS,
            secure: site.config.secure_cookies,
        };
        if let Some(value) = cookie.header() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// Middleware: refuses a state-changing request that another site caused.
pub(crate) async fn check_origin(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    // A token is sent by nobody but who knows it.
    let safe = request.uri().path().starts_with(crate::api::PREFIX)
        || matches!(
            *request.method(),
            Method::GET | Method::HEAD | Method::OPTIONS
        );
    if safe || comes_from_here(request.headers(), &site.config) {
        next.run(request).await
    } else {
        WebError::Csrf.into_response()
    }
}

fn comes_from_here(headers: &HeaderMap, config: &Config) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("null"));
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    // Neither header: not a browser of today, and then the token decides.
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    if config.base_url.as_deref() == Some(origin) {
        return true;
    }
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST)
}

/// The browser, for handlers and other extractors.
impl FromRequestParts<Arc<Site>> for Browser {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Site>) -> Result<Self, WebError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(WebError::Csrf)
    }
}

/// The fields of a form whose token was right.
pub(crate) struct Form<T>(pub(crate) T);

/// The fields of a form that holds nothing but its token.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Arc<Site>> for Form<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let browser = Browser::from_request_parts(&mut parts, site).await?;
        let token_header = parts
            .headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let bytes = Bytes::from_request(Request::from_parts(parts, body), site)
            .await
            .map_err(|rejection| WebError::from_status(rejection.status()))?;
        let token = match token_header {
            Some(token) => token,
            None => field(&bytes, FIELD).ok_or(WebError::Csrf)?,
        };
        browser.verify(&site.config, &token)?;
        axum::Form::<T>::from_request(rebuilt(bytes), site)
            .await
            .map(|form| Self(form.0))
            .map_err(|_| WebError::BadRequest)
    }
}

fn rebuilt(bytes: Bytes) -> Request {
    let mut request = Request::new(bytes.into());
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    request
}

/// Finds a field of an URL-encoded form; tokens need no decoding.
fn field(form: &[u8], name: &str) -> Option<String> {
    let form = std::str::from_utf8(form).ok()?;
    form.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// A script's request whose `X-CSRF-Token` header was right.
pub(crate) struct Guard;

impl FromRequestParts<Arc<Site>> for Guard {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, WebError> {
        let browser = Browser::from_request_parts(parts, site).await?;
        let token = parts
            .headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .ok_or(WebError::Csrf)?;
        browser.verify(&site.config, token)?;
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn browser(id: &str) -> Browser {
        Browser {
            id: id.to_owned(),
            token_given: Arc::default(),
        }
    }

    #[test]
    fn a_token_is_good_for_one_browser_and_one_secret() {
        let config = Config::default();
        let token = browser("a").token(&config);
        assert!(browser("a").verify(&config, &token).is_ok());
        assert!(browser("b").verify(&config, &token).is_err());
        let other = Config {
            secret: [1; 32],
            ..Config::default()
        };
        assert!(browser("a").verify(&other, &token).is_err());
        for bad in ["", "zz", &token[..62]] {
            assert!(browser("a").verify(&config, bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn other_origins_are_refused() {
        let config = Config {
            base_url: Some("https://library.example".to_owned()),
            ..Config::default()
        };
        let from = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8080"));
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            comes_from_here(&headers, &config)
        };
        assert!(from(&[]));
        assert!(from(&[("origin", "http://127.0.0.1:8080")]));
        assert!(from(&[("origin", "https://library.example")]));
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("sec-fetch-site", "same-site")]));
        assert!(!from(&[("origin", "https://evil.example")]));
        assert!(!from(&[("origin", "null")]));
    }

    #[test]
    fn the_token_is_found_in_a_form() {
        assert_eq!(field(b"title=a&csrf=0f&x=1", FIELD).as_deref(), Some("0f"));
        assert_eq!(field(b"xcsrf=0f", FIELD), None);
    }
}
