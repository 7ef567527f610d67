//! An uploader says something to what was found.

use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::Member;
use crate::site::Site;
use crate::{redirect, url};
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::{DocumentId, review};

/// What the form holds.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    text: String,
}

/// Stores the explanation, in place of an earlier one.
pub(crate) async fn explain_upload(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let viewer = member.reader.viewer;
    if !review::explain(&site.db, viewer, id, &fields.text).await? {
        // Not his, or decided meanwhile: its page says which.
        return match wenyuan_domain::document::find(&site.db, viewer, id).await? {
            Some(document) if document.owner == member.user.id => {
                Ok(redirect::see_other(&url::document(id)))
            }
            Some(_) => Err(WebError::Forbidden),
            None => Err(WebError::NotFound),
        };
    }
    Ok(redirect::see_other(&format!(
        "{}?said=1#held",
        url::document(id)
    )))
}
