//! The one error type of the site, and the pages that show it.
//!
//! A [`WebError`] turns into a response without a body that says only what
//! kind of trouble it is. [`show_errors`] gives it the body, in the reader's
//! language and in the form that the request asked for, and logs the cause.
//! What the log says is never shown.

use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::error::Error;
use std::sync::Arc;
use wenyuan_domain::DbError;
use wenyuan_domain::blob::BlobError;
use wenyuan_search::SearchError;

/// Why a request was not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// There is no such page, or none that this reader may know of.
    #[error("not found")]
    NotFound,
    /// The reader is known and may not do this.
    #[error("forbidden")]
    Forbidden,
    /// A script's request needs a log-in. (Pages are redirected instead.)
    #[error("log-in needed")]
    LogIn,
    /// Another program's request has no token that is good.
    #[error("no token, or one that is not good")]
    Token,
    /// A body of this media type is not read here.
    #[error("unsupported media type")]
    MediaType,
    /// The request is not well-formed.
    #[error("bad request")]
    BadRequest,
    /// The proof that the request comes from a page of this site is missing.
    #[error("cross-site request or stale form")]
    Csrf,
    /// The method does not fit the address.
    #[error("method not allowed")]
    Method,
    /// The body is larger than allowed.
    #[error("too large")]
    TooLarge,
    /// A value cannot be processed.
    #[error("unprocessable")]
    Unprocessable,
    /// Too many requests from one place.
    #[error("too many requests")]
    TooMany,
    /// The disk is full.
    #[error("disk full")]
    DiskFull,
    /// Something of ours failed.
    #[error("internal: {0}")]
    Internal(Box<dyn Error + Send + Sync>),
}

impl WebError {
    /// Returns the error that a framework's rejection of that status means.
    pub(crate) fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNPROCESSABLE_ENTITY => Self::Unprocessable,
            StatusCode::TOO_MANY_REQUESTS => Self::TooMany,
            status if status.is_client_error() => Self::BadRequest,
            status => Self::Internal(format!("response {status}").into()),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Csrf => StatusCode::FORBIDDEN,
            Self::LogIn | Self::Token => StatusCode::UNAUTHORIZED,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The name of the kind in scripts' answers.
    fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::LogIn => "log_in",
            Self::Token => "token",
            Self::MediaType => "media_type",
            Self::BadRequest => "bad_request",
            Self::Csrf => "csrf",
            Self::Method => "method",
            Self::TooLarge => "too_large",
            Self::Unprocessable => "unprocessable",
            Self::TooMany => "too_many",
            Self::DiskFull => "disk_full",
            Self::Internal(_) => "internal",
        }
    }

    /// What is wrong, and what the reader can do, in his language.
    fn words(&self, t: &Locale) -> (String, String) {
        match self {
            Self::NotFound => (t.get("error-not-found"), t.get("error-not-found-help")),
            Self::Forbidden => (t.get("error-forbidden"), t.get("error-forbidden-help")),
            Self::LogIn => (t.get("error-log-in"), t.get("error-log-in-help")),
            Self::Token => (t.get("error-token"), t.get("error-token-help")),
            Self::MediaType => (t.get("error-media-type"), t.get("error-media-type-help")),
            Self::BadRequest => (t.get("error-bad-request"), t.get("error-bad-request-help")),
            Self::Csrf => (t.get("error-csrf"), t.get("error-csrf-help")),
            Self::Method => (t.get("error-method"), t.get("error-method-help")),
            Self::TooLarge => (t.get("error-too-large"), t.get("error-too-large-help")),
            Self::Unprocessable => (
                t.get("error-unprocessable"),
                t.get("error-unprocessable-help"),
            ),
            Self::TooMany => (t.get("error-too-many"), t.get("error-too-many-help")),
            Self::DiskFull => (t.get("error-disk-full"), t.get("error-disk-full-help")),
            Self::Internal(_) => (t.get("error-internal"), t.get("error-internal-help")),
        }
    }
}

impl From<DbError> for WebError {
    fn from(error: DbError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<BlobError> for WebError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::DiskFull,
            other => Self::Internal(other.into()),
        }
    }
}

impl From<SearchError> for WebError {
    fn from(error: SearchError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<tokio::task::JoinError> for WebError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<std::io::Error> for WebError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded => Self::DiskFull,
            _ => Self::Internal(error.into()),
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if matches!(self, Self::Token) {
            // RFC 9110 asks for it with every 401 that a scheme could mend.
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Middleware: gives responses that are errors their body.
pub(crate) async fn show_errors(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut seen = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(error) = error_of(&response, &seen) else {
        return response;
    };
    match &*error {
        WebError::Internal(cause) => tracing::error!(
            error = &**cause as &(dyn Error + 'static),
            path = seen.uri.path(),
            "request failed"
        ),
        WebError::DiskFull => tracing::error!(path = seen.uri.path(), "disk full"),
        other => tracing::debug!(kind = other.kind(), path = seen.uri.path(), "refused"),
    }

    let reader = Reader::load(&mut seen, &site).await;
    let (title, help) = error.words(&reader.t);
    let mut shown = match form_of(&seen.headers, seen.uri.path()) {
        Form::Json => Json(serde_json::json!({
            "error": { "kind": error.kind(), "message": format!("{title} {help}") }
        }))
        .into_response(),
        Form::Text => format!("{title}\n{help}\n").into_response(),
        Form::Html => {
            let page = ErrorPage {
                t: reader.t,
                layout: reader.layout().unlisted(),
                status: error.status().as_u16(),
                title,
                help,
                search: matches!(*error, WebError::NotFound),
            };
            render::page(&page).unwrap_or_else(|_| error.status().into_response())
        }
    };
    *shown.status_mut() = error.status();
    // What the framework said beside the body, such as `Allow` and `Retry-After`.
    for (name, value) in response.headers() {
        if !matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH) {
            shown.headers_mut().append(name, value.clone());
        }
    }
    shown
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    shown
}

/// Returns the error that a response is: one of ours, or one that the
/// framework made, which has plain text for a body. A page that a handler made
/// itself (a form with its mistakes) stays as it is.
fn error_of(response: &Response, request: &Parts) -> Option<Arc<WebError>> {
    if let Some(error) = response.extensions().get::<Arc<WebError>>() {
        return Some(Arc::clone(error));
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let bare = match response.headers().get(header::CONTENT_TYPE) {
        None => status != StatusCode::RANGE_NOT_SATISFIABLE,
        Some(media_type) => media_type.as_bytes().starts_with(b"text/plain"),
    };
    // `/d/seven/edit` is no badly made request but an address of nothing.
    let is_bad_path = status == StatusCode::BAD_REQUEST
        && request.method.is_safe()
        && request.uri.query().is_none();
    bare.then(|| {
        Arc::new(if is_bad_path {
            WebError::NotFound
        } else {
            WebError::from_status(status)
        })
    })
}

enum Form {
    Html,
    Json,
    Text,
}

fn form_of(headers: &HeaderMap, path: &str) -> Form {
    let accept = headers
        .get(header::ACCEPT)
        .map_or("*/*", |value| value.to_str().unwrap_or_default());
    if path.starts_with("/api/") || accept.contains("application/json") {
        Form::Json
    } else if accept.contains("text/html") || accept == "*/*" {
        Form::Html
    } else {
        Form::Text
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    t: Locale,
    layout: Layout,
    status: u16,
    title: String,
    help: String,
    search: bool,
}
