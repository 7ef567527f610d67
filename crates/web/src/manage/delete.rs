//! Erasing a document, after a page that asks once more.

use super::editable;
use crate::csrf::{Form, Nothing};
use crate::deletion::{self, Deletion};
use crate::error::WebError;
use crate::layout::Member;
use crate::site::Site;
use crate::{redirect, url};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::{DocumentId, document};

/// Asks whether the document shall go.
pub(crate) async fn confirm_delete(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
) -> Result<Response, WebError> {
    let document = editable(&site, &member.reader, id).await?;
    let t = &member.reader.t;
    let (heading, consequence) = match document.state {
        document::State::Held => ("held-take-back-title", "held-take-back-consequence"),
        _ => ("delete-title", "delete-consequence"),
    };
    let deletion = Deletion {
        heading: t.get(heading),
        title: document.title,
        consequence: t.get(consequence),
        action: url::document_action(id, "delete"),
        back: &url::document(id),
    };
    deletion::ask(member, deletion)
}

/// Erases the document.
pub(crate) async fn delete_document(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    let document = editable(&site, &member.reader, id).await?;
    if document::delete(&site.db, member.reader.viewer, &document).await? {
        Ok(redirect::see_other("/my/documents?deleted=1"))
    } else {
        // Taken down by staff: it is kept as evidence.
        Err(WebError::Forbidden)
    }
}
