//! Deleting a collection.

use super::{editable, fault};
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
use wenyuan_domain::collection;
use wenyuan_domain::id::CollectionId;

#[derive(Template)]
#[template(path = "collection/delete.html")]
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

/// Asks whether it is meant.
pub(crate) async fn confirm_delete(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<CollectionId>,
) -> Result<Response, WebError> {
    let collection = editable(&site, &member.reader, id).await?;
    render::page(&DeletePage {
        t: member.reader.t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        title: collection.title,
        action: url::collection_action(id, "delete"),
        back: url::collection(id),
    })
}

/// Deletes the collection.
pub(crate) async fn delete_collection(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<CollectionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    let viewer = member.reader.viewer;
    let collection = editable(&site, &member.reader, id).await?;
    if let Err(error) = collection::delete(&site.db, viewer, &collection).await {
        let message = fault(error, &member.reader.t)?;
        return Err(WebError::Internal(message.into()));
    }
    Ok(redirect::see_other(&if collection.is_own(viewer) {
        "/my/collections".to_owned()
    } else {
        url::author(&collection.owner_name)
    }))
}
