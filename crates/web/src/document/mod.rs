//! The document page, its reader, and everything under `/d/{id}` that only
//! reads (and 收藏, the one thing that a reader changes there).
//!
//! Every handler begins with [`open`], and shows no more than the
//! [`Access`](wenyuan_domain::visibility::Access) of the document it returns:
//! image, layout, text, hits and cover alike. Editing belongs to
//! `crate::manage`.

mod beside;
mod cache;
mod disposition;
mod download;
mod events;
mod favourite;
mod fidelity;
mod find;
mod image;
mod layout;
mod pages;
mod range;
mod seal;
mod share;
mod show;
mod text;
pub(crate) mod visit;

pub(crate) use pages::{Frame, frames};

use crate::error::WebError;
use crate::site::Site;
use axum::{Extension, Router};
use std::sync::Arc;
use wenyuan_domain::document::{self, Document};
use wenyuan_domain::{DocumentId, Viewer};

mod table {
    use super::{download, events, favourite, find, image, layout, pages, share, show};

    crate::routes::route_table! {
        get "/d/{id}" => show::show_document;
        get "/d/{id}/pages" => pages::list_pages;
        get "/d/{id}/p/{page}/{file}" => image::show_page;
        get "/d/{id}/cover" => image::show_cover;
        get "/d/{id}/layout/{page}" => layout::show_layout;
        get "/d/{id}/find" => find::find_in_document;
        get "/d/{id}/download" => download::download_original;
        get "/d/{id}/events" => events::stream_events;
        get "/d/{id}/share" => share::show_share;
        get "/d/{id}/qr.svg" => share::show_qr_code;
        post "/d/{id}/favourite" => favourite::update_favourite;
    }
}
pub(crate) use table::ROUTES;

/// Returns the router of the document page.
pub(crate) fn routes() -> Router<Arc<Site>> {
    table::routes().layer(Extension(Arc::<cache::Cache>::default()))
}

/// Finds the document that an address names, as `viewer` may see it.
///
/// # Errors
/// [`WebError::NotFound`] for what does not exist, what may not be opened and
/// what is no id, all alike.
pub(crate) async fn open(site: &Site, viewer: Viewer, id: &str) -> Result<Document, WebError> {
    let parsed: DocumentId = id.parse().map_err(|_| WebError::NotFound)?;
    // `+7` and `007` are not second addresses of document 7.
    if parsed.to_string() != id {
        return Err(WebError::NotFound);
    }
    document::find(&site.db, viewer, parsed)
        .await?
        .ok_or(WebError::NotFound)
}

#[cfg(test)]
mod tests;
