//! Other programs: whom a request without a cookie acts for.

use crate::error::WebError;
use crate::locale::Locale;
use crate::site::Site;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use std::sync::Arc;
use wenyuan_domain::account::User;
use wenyuan_domain::{Viewer, api_token};

/// The account whose token stands in `Authorization: Bearer …`. The log-in
/// cookie counts for nothing here, so no other site can make a browser ask.
pub(crate) struct Token {
    /// The account.
    pub(crate) user: User,
    /// For the domain's visibility rule.
    pub(crate) viewer: Viewer,
    /// The language of messages.
    pub(crate) t: Locale,
}

impl FromRequestParts<Arc<Site>> for Token {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, WebError> {
        let token = bearer(parts).ok_or(WebError::Token)?;
        let user = api_token::find_user(&site.db, token)
            .await?
            .ok_or(WebError::Token)?;
        Ok(Self {
            viewer: user.viewer(),
            user,
            t: Locale::of(&parts.headers, &site.config),
        })
    }
}

/// The scheme's name has no case (RFC 9110, 11.1).
fn bearer(parts: &Parts) -> Option<&str> {
    let line = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    let token = token.trim();
    let is_ours = scheme.eq_ignore_ascii_case("bearer") && token.starts_with(api_token::PREFIX);
    is_ours.then_some(token)
}
