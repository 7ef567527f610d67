//! The librarian marks a statute, standard, template or form.

use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::Member;
use crate::site::Site;
use crate::{redirect, url};
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::{DocumentId, document};

/// What the button says.
#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    reference: String,
}

/// Sets the mark or takes it away.
pub(crate) async fn mark_reference(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(wish): Form<Wish>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let viewer = member.reader.viewer;
    let found = document::find(&site.db, viewer, id).await?;
    let document = found.ok_or(WebError::NotFound)?;
    document::set_reference(&site.db, viewer, &document, wish.reference == "1").await?;
    Ok(redirect::see_other(&url::document_action(id, "edit")))
}
