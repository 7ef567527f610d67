//! Logging out.

use crate::csrf::{Form, Nothing};
use crate::error::WebError;
use crate::site::Site;
use crate::{redirect, session};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use std::sync::Arc;

/// Ends the session.
pub(crate) async fn log_out(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    if let Some(token) = session::token(&site.config, &headers) {
        wenyuan_domain::session::delete(&site.db, token).await?;
    }
    let mut response = redirect::see_other("/");
    if let Some(cookie) = session::revoke(&site.config) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
