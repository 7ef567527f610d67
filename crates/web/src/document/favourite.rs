//! 收藏: keeping a document and letting it go.

use super::open;
use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use crate::{csrf, redirect, url};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wenyuan_domain::favourite;

/// What the button says: keep it, or let it go; without it, the other of what
/// is now.
#[derive(Deserialize)]
pub(crate) struct Wish {
    keep: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    kept: bool,
    count: u64,
}

/// Keeps a document or lets it go, and shows it again.
pub(crate) async fn update_favourite(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
    csrf::Form(wish): csrf::Form<Wish>,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    let page = url::document(document.id);
    let accept = headers.get(header::ACCEPT);
    let script = accept.is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let Some(user) = reader.viewer.id() else {
        return if script {
            Err(WebError::LogIn)
        } else {
            Ok(redirect::see_other(&url::log_in(&page)))
        };
    };
    let kept = match wish.keep.as_deref() {
        Some(wish) => wish == "1",
        None => !favourite::has(&site.db, reader.viewer, &document).await?,
    };
    favourite::set(&site.db, user, &document, kept).await?;
    if !script {
        return Ok(redirect::see_other(&page));
    }
    let count = open(&site, reader.viewer, &id).await?.favourite_count;
    Ok(Json(Answer { kept, count }).into_response())
}
