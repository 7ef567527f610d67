//! The order of a collection.

use super::{fault, open};
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
use wenyuan_domain::collection::{self, Step};
use wenyuan_domain::id::CollectionId;

/// Which document, and what to do with it.
#[derive(Deserialize)]
pub(crate) struct Fields {
    document: DocumentId,
    step: String,
}

/// Moves a document of one's own collection, or takes it out.
pub(crate) async fn arrange_collection(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<CollectionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let viewer = member.reader.viewer;
    let collection = open(&site, &member.reader, id).await?;
    let step = match fields.step.as_str() {
        "up" => Step::Up,
        "down" => Step::Down,
        "first" => Step::First,
        "out" => Step::Out,
        _ => return Err(WebError::BadRequest),
    };
    if let Err(error) =
        collection::arrange(&site.db, viewer, &collection, fields.document, step).await
    {
        let message = fault(error, &member.reader.t)?;
        return Err(WebError::Internal(message.into()));
    }
    // Back to where the document now stands.
    let page = url::collection(id);
    Ok(redirect::see_other(&match step {
        Step::Out => page,
        _ => format!("{page}#d-{}", fields.document),
    }))
}
