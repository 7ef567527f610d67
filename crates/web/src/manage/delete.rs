//! Erasing a document, after a page that asks once more.

use super::editable;
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::{DocumentId, document};

#[derive(Template)]
#[template(path = "manage/delete.html")]
struct DeletePage {
    t: Locale,
    layout: Layout,
    csrf: String,
    title: String,
    action: String,
    back: String,
}

/// The form holds nothing but its token.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// Asks whether the document shall go.
pub(crate) async fn confirm_delete(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
) -> Result<Response, WebError> {
    let document = editable(&site, &member.reader, id).await?;
    render::page(&DeletePage {
        t: member.reader.t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        title: document.title,
        action: url::document_action(id, "delete"),
        back: url::document(id),
    })
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
