//! One's own documents and favourites: the lists, editing, deleting, trying
//! again, drawing by another engine; and, for staff, taking down.

mod categorise;
mod delete;
mod edit;
mod favourites;
mod mine;
mod offer;
mod redraw;
mod retry;
mod state;
mod withdraw;

pub(crate) use categorise::categorise_document;
pub(crate) use delete::{confirm_delete, delete_document};
pub(crate) use edit::{edit_document, show_edit};
pub(crate) use favourites::list_favourites;
pub(crate) use mine::list_mine;
pub(crate) use offer::{CategoryOffer, category as offer_category};
pub(crate) use redraw::redraw_document;
pub(crate) use retry::retry_document;
pub(crate) use state::StateView;
pub(crate) use withdraw::{confirm_withdraw, withdraw_document};

use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use wenyuan_domain::DocumentId;
use wenyuan_domain::document::{self, Document};

/// Finds a document that the reader may change. One that he may only read is
/// forbidden; one that he may not even read is not there.
async fn editable(site: &Site, reader: &Reader, id: DocumentId) -> Result<Document, WebError> {
    let document = document::find(&site.db, reader.viewer, id)
        .await?
        .ok_or(WebError::NotFound)?;
    if document.access.edit {
        Ok(document)
    } else {
        Err(WebError::Forbidden)
    }
}

#[cfg(test)]
mod tests;
