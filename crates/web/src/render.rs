//! From a template to a response.

use crate::error::WebError;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Answers with a page.
///
/// Pages hold the reader's name, language and tokens, so only his own browser
/// may keep them.
pub(crate) fn page(template: &impl Template) -> Result<Response, WebError> {
    let mut response = Html(template.render()?).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Accept-Language, Cookie"),
    );
    Ok(response)
}

/// Answers with a form that holds mistakes: status 422.
pub(crate) fn unprocessable(template: &impl Template) -> Result<Response, WebError> {
    let mut response = page(template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
