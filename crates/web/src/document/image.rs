//! Page images and covers.
//!
//! A page image is named by its hash, so browsers keep it for ever; a shared
//! cache may keep it only if every stranger may see that page.

use super::{open, seal};
use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::document::{self, Document};
use wenyuan_domain::{DocumentId, Sha256};

const WEBP: &str = "image/webp";

/// Returns the address of a page image.
pub(super) fn url(id: DocumentId, page: u32, image: &Sha256) -> String {
    format!("/d/{id}/p/{page}/{image}.webp")
}

/// Hands out the image of a page or of one of its build steps, narrow or wide.
pub(crate) async fn show_page(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path((id, page, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let number = page.parse().map_err(|_| WebError::NotFound)?;
    let image: Sha256 = file
        .strip_suffix(".webp")
        .and_then(|name| name.parse().ok())
        .ok_or(WebError::NotFound)?;
    let document = open(&site, reader.viewer, &id).await?;
    let page = document::page(&site.db, &document, number)
        .await?
        .ok_or(WebError::NotFound)?;
    if ![page.narrow.blob, page.wide.blob].contains(&image) {
        let steps = document::steps(&site.db, &document, number, number).await?;
        steps
            .iter()
            .find(|step| [step.narrow.blob, step.wide.blob].contains(&image))
            .ok_or(WebError::NotFound)?;
    }
    let cache = seal::for_ever(&document, page.number);
    seal::blob(&site, &headers, &image, WEBP, cache).await
}

/// The query of a cover: the beginning of its hash.
#[derive(Deserialize)]
pub(crate) struct Version {
    #[serde(default)]
    v: String,
}

/// Hands out the cover: a small picture of page 1, for whom page 1 is shown.
pub(crate) async fn show_cover(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    let cover = cover(&document).ok_or(WebError::NotFound)?;
    let cache = seal::versioned(&document, 1, &cover, &version.v);
    seal::blob(&site, &headers, &cover, WEBP, cache).await
}

/// Returns the cover that the viewer of `document` may see.
pub(super) fn cover(document: &Document) -> Option<Sha256> {
    document.cover.filter(|_| document.shows_page(1))
}
