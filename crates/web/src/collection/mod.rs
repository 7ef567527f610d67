//! Collections (合集): making and editing them, showing them, and putting a
//! document into them. What of a collection a reader is shown is the domain's
//! to decide.

mod arrange;
mod delete;
mod edit;
mod place;
mod show;
mod view;

pub(crate) use place::Places;
pub(crate) use view::CollectionView;

use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use wenyuan_domain::collection::{self, Collection, CollectionError};
use wenyuan_domain::id::CollectionId;

mod table {
    use super::{arrange, delete, edit, place, show};

    crate::routes::route_table! {
        get "/collections/{id}" => show::show_collection;
        post "/collections/{id}/arrange" => arrange::arrange_collection;
        get "/collections/{id}/edit" => edit::show_edit;
        post "/collections/{id}/edit" => edit::update_collection;
        get "/collections/{id}/delete" => delete::confirm_delete;
        post "/collections/{id}/delete" => delete::delete_collection;
        get "/my/collections" => show::list_collections;
        post "/my/collections" => edit::create_collection;
        get "/my/collections/new" => edit::show_new;
        get "/d/{id}/collections" => place::show_places;
        post "/d/{id}/collections" => place::place_document;
    }
}
pub(crate) use table::{ROUTES, routes};

/// Finds a collection that the reader may open.
async fn open(site: &Site, reader: &Reader, id: CollectionId) -> Result<Collection, WebError> {
    collection::find(&site.db, reader.viewer, id)
        .await?
        .ok_or(WebError::NotFound)
}

/// Finds a collection that the reader may edit. One that he may only open is
/// forbidden; one that he may not even open is not there.
async fn editable(site: &Site, reader: &Reader, id: CollectionId) -> Result<Collection, WebError> {
    let found = open(site, reader, id).await?;
    if found.may_edit(reader.viewer) {
        Ok(found)
    } else {
        Err(WebError::Forbidden)
    }
}

/// The message about a form at fault.
///
/// # Errors
/// [`WebError`] for what no form can mend.
fn fault(error: CollectionError, t: &crate::locale::Locale) -> Result<String, WebError> {
    match error {
        CollectionError::Forbidden => Err(WebError::Forbidden),
        CollectionError::Db(error) => Err(error.into()),
        CollectionError::BadTitle => Ok(t.get("collection-bad-title")),
        CollectionError::TooMany => {
            Ok(t.with("collection-too-many", "count", collection::MOST_PER_MEMBER))
        }
        CollectionError::Full(title) => {
            let count = ("count", collection::MOST_DOCUMENTS);
            Ok(t.with2("collection-full", ("title", title), count))
        }
    }
}

#[cfg(test)]
mod tests;
