//! Deleting a collection.

use super::{editable, fault};
use crate::csrf::{Form, Nothing};
use crate::deletion::{self, Deletion};
use crate::error::WebError;
use crate::layout::Member;
use crate::site::Site;
use crate::{redirect, url};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::collection;
use wenyuan_domain::id::CollectionId;

/// Asks whether it is meant.
pub(crate) async fn confirm_delete(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<CollectionId>,
) -> Result<Response, WebError> {
    let collection = editable(&site, &member.reader, id).await?;
    let t = &member.reader.t;
    let deletion = Deletion {
        heading: t.get("collection-delete"),
        title: collection.title,
        consequence: t.get("collection-delete-consequence"),
        action: url::collection_action(id, "delete"),
        back: &url::collection(id),
    };
    deletion::ask(member, deletion)
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
