//! Taking the category that the library offers.

use super::edit::Fields;
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
use wenyuan_domain::document::{self, UpdateError};
use wenyuan_domain::{CategoryId, DocumentId, category};

/// Which one.
#[derive(Deserialize)]
pub(crate) struct Taken {
    category: String,
}

/// Puts a document into a category, changes nothing else, and shows it again.
pub(crate) async fn categorise_document(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(taken): Form<Taken>,
) -> Result<Response, WebError> {
    let document = editable(&site, &member.reader, id).await?;
    let asked: CategoryId = taken.category.parse().map_err(|_| WebError::BadRequest)?;
    let tree = category::tree(&site.db).await?;
    let category = tree.get(asked).ok_or(WebError::Unprocessable)?;
    let mut changes = Fields::default().changes(&document);
    changes.category = Some(category.id);
    match document::update(&site.db, member.reader.viewer, &document, &changes).await {
        Ok(()) => Ok(redirect::see_other(&url::document(id))),
        Err(UpdateError::Forbidden) => Err(WebError::Forbidden),
        Err(UpdateError::BadTitle | UpdateError::BadPreview) => Err(WebError::Unprocessable),
        Err(UpdateError::Db(error)) => Err(error.into()),
    }
}
