//! A check's result, and what was found of a document.

use super::answer;
use crate::error::WebError;
use crate::site::Site;
use crate::token::Token;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use wenyuan_domain::file_check;
use wenyuan_domain::told::Told;
use wenyuan_domain::{CheckId, DocumentId, document, finding};

/// Answers with a check of the token's owner.
pub(crate) async fn find_check(
    State(site): State<Arc<Site>>,
    token: Token,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let id: CheckId = id.parse().map_err(|_| WebError::NotFound)?;
    let check = file_check::find(&site.db, token.user.id, id)
        .await?
        .ok_or(WebError::NotFound)?;
    answer::check(&site, &token, check).await
}

/// Which document is asked about.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    document: String,
}

/// Answers with what was found of a document that the token's owner may open.
pub(crate) async fn find_of_document(
    State(site): State<Arc<Site>>,
    token: Token,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let id: DocumentId = asked.document.parse().map_err(|_| WebError::BadRequest)?;
    let document = document::find(&site.db, token.viewer, id)
        .await?
        .ok_or(WebError::NotFound)?;
    let found = finding::of(&site.db, token.viewer, &document).await?;
    let is_whole = document.access.pages >= document.page_count;
    let told: Vec<Told> = found
        .into_iter()
        .map(|found| Told::of_document(found, is_whole))
        .collect();
    let body = json!({
        "document": {
            "id": document.id,
            "title": document.title,
            "state": document.state.as_str(),
        },
        "findings": told,
    });
    Ok(answer::private(Json(body).into_response()))
}
