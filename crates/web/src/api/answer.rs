//! Checks as they are answered.

use crate::error::WebError;
use crate::refusal;
use crate::site::Site;
use crate::token::Token;
use crate::url;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use wenyuan_domain::Timestamp;
use wenyuan_domain::file_check::{FileCheck, State};
use wenyuan_domain::told::{Audience, tell};

/// Seconds after which a program may ask again.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("2");

/// Answers with a check: 202 while it waits, 422 when the file cannot be read.
pub(super) async fn check(
    site: &Site,
    token: &Token,
    check: FileCheck,
) -> Result<Response, WebError> {
    let mut body = json!({
        "id": check.id,
        "title": check.title,
        "file_name": check.file_name,
        "created_at": moment(check.created_at),
    });
    let (status, state, key, value) = match check.state {
        State::Waiting => (StatusCode::ACCEPTED, "waiting", "findings", Value::Null),
        State::Done(findings) => {
            let told = tell(&site.db, Audience::Viewer(token.viewer), findings).await?;
            (StatusCode::OK, "done", "findings", json!(told))
        }
        State::Refused { kind, .. } => {
            let message = refusal::sentence(&kind, &site.config, &token.t);
            let error = json!({ "kind": kind, "message": message });
            (StatusCode::UNPROCESSABLE_ENTITY, "refused", "error", error)
        }
    };
    if let Some(fields) = body.as_object_mut() {
        fields.insert("state".to_owned(), json!(state));
        fields.insert(key.to_owned(), value);
    }
    let mut response = private((status, Json(body)).into_response());
    let headers = response.headers_mut();
    if let Ok(place) = HeaderValue::try_from(url::check(check.id)) {
        headers.insert(header::LOCATION, place);
    }
    if status == StatusCode::ACCEPTED {
        headers.insert(header::RETRY_AFTER, ASK_AGAIN);
    }
    Ok(response)
}

/// Answers that a file cannot be taken.
pub(super) fn refused(site: &Site, token: &Token, kind: &str) -> Response {
    let status = match kind {
        "too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let message = refusal::sentence(kind, &site.config, &token.t);
    let body = json!({ "error": { "kind": kind, "message": message } });
    (status, Json(body)).into_response()
}

/// Answers that the account has asked for enough.
pub(super) fn too_many() -> Response {
    let mut response = WebError::TooMany.into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, ASK_AGAIN);
    response
}

/// Keeps what is one account's out of every cache.
pub(super) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    response
}

/// A moment as RFC 3339 has it, to the second.
pub(super) fn moment(at: Timestamp) -> String {
    let at = at.utc().replace_nanosecond(0).unwrap_or(at.utc());
    at.format(&Rfc3339).unwrap_or_default()
}
