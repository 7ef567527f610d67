//! The door for scripts: one file per request.

use super::accept::{self, Accepted, Common};
use super::receive::{Files, ReceiveError, receive, text};
use crate::csrf::Guard;
use crate::error::WebError;
use crate::layout::Member;
use crate::site::Site;
use crate::{refusal, url};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use wenyuan_domain::Sha256;
use wenyuan_domain::document;

/// Takes one file: the fields `category`, `visibility`, `download`, then `file`.
///
/// Answers `{id, title, tags, url, known}`, or `{error: {kind, message}}` in
/// the reader's language.
pub(crate) async fn create_upload(
    State(site): State<Arc<Site>>,
    member: Member,
    _: Guard,
    Files(mut files): Files,
) -> Result<Response, WebError> {
    let t = member.reader.t;
    let mut common = Common::default();
    while let Some(field) = files.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            common.set(&name, &text(field).await?);
            continue;
        }
        let file = match receive(field, &site.config).await {
            Ok(file) => file,
            Err(ReceiveError::Refused { kind, .. }) => {
                metrics::counter!("uploads_total", "outcome" => kind).increment(1);
                let status = if kind == "too_large" {
                    StatusCode::PAYLOAD_TOO_LARGE
                } else {
                    StatusCode::UNPROCESSABLE_ENTITY
                };
                let message = refusal::sentence(kind, &site.config, &t);
                let body = json!({ "error": { "kind": kind, "message": message } });
                return Ok((status, Json(body)).into_response());
            }
            Err(ReceiveError::Broken(error)) => return Err(error),
        };
        common.check(&site).await?;
        let accepted = accept::accept(&site, member.user.id, &file, &common).await?;
        return Ok(answer(&accepted, &member));
    }
    Err(WebError::BadRequest)
}

fn answer(accepted: &Accepted, member: &Member) -> Response {
    let status = if accepted.is_known {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let body = json!({
        "id": accepted.id,
        "title": accepted.title,
        "tags": accepted.tags,
        "url": url::document(accepted.id),
        "edit_url": url::document_action(accepted.id, "edit"),
        "known": accepted.is_known,
        "message": if accepted.is_known { member.reader.t.get("upload-known") } else { String::new() },
    });
    (status, Json(body)).into_response()
}

/// The hash a script asks about.
#[derive(Deserialize)]
pub(crate) struct Known {
    #[serde(default)]
    sha256: String,
}

/// Says whether the asker has uploaded a file with this hash: `{id, url,
/// message}`, or `{id: null}`. What others have uploaded is not told.
pub(crate) async fn find_known(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(known): Query<Known>,
) -> Result<Response, WebError> {
    let sha256: Sha256 = known
        .sha256
        .to_ascii_lowercase()
        .parse()
        .map_err(|_| WebError::BadRequest)?;
    let id = document::owned_file(&site.db, member.user.id, &sha256).await?;
    let body = match id {
        Some(id) => json!({
            "id": id,
            "url": url::document(id),
            "message": member.reader.t.get("upload-known"),
        }),
        None => json!({ "id": null }),
    };
    Ok(Json(body).into_response())
}
