//! Asking for a document to be drawn by another engine, one that was refused
//! too.

use super::editable;
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::Member;
use crate::site::Site;
use crate::{redirect, url};
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::DocumentId;
use wenyuan_domain::document::{self, Engine};

/// What the form holds.
#[derive(Deserialize)]
pub(crate) struct Fields {
    engine: String,
}

/// Asks for it; what cannot be drawn by that engine is left as it is.
pub(crate) async fn redraw_document(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let engine = Engine::parse(&fields.engine).ok_or(WebError::BadRequest)?;
    let document = editable(&site, &member.reader, id).await?;
    if engine == Engine::LibreOffice && site.config.two_engines.is_empty() {
        return Err(WebError::Unprocessable);
    }
    document::redraw(&site.db, member.reader.viewer, &document, engine).await?;
    Ok(redirect::see_other(&url::document(id)))
}
