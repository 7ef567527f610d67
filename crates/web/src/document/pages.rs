//! The frames of the reader: a page image each, a few at a time.
//!
//! A document of 5,000 pages is not 5,000 images in one page of HTML: the
//! server sends the frames of one window of [`BATCH`] pages, the reader's
//! script asks for further ones as they come near, and a pager leads on
//! without a script.

use super::{image, layout, open};
use crate::error::WebError;
use crate::layout::Reader;
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::document::{self, Document, Page};

/// Pages in a window. The text of so many pages, compressed, leaves the page
/// within its weight.
pub(super) const BATCH: u32 = 10;

/// Beyond this page its window is read page by page, not the whole way there.
const NEAR: u32 = 10 * BATCH;

/// A page image with all that the reader's script needs to know of it.
pub(super) struct Frame {
    pub(super) number: u32,
    pub(super) narrow_url: String,
    pub(super) narrow_width: u32,
    pub(super) narrow_height: u32,
    pub(super) wide_url: String,
    pub(super) wide_width: u32,
    pub(super) layout_url: String,
    /// Whether it is what the reader sees first.
    pub(super) first: bool,
}

/// Returns the first page of the window in which `page` stands.
pub(super) fn window_start(page: u32) -> u32 {
    page.saturating_sub(1) / BATCH * BATCH + 1
}

/// Returns the document as somebody sees it whose budget ends with `page`, so
/// that no more is read than is shown.
pub(super) fn up_to(document: &Document, page: u32) -> Document {
    let mut part = document.clone();
    part.access.pages = part.access.pages.min(page);
    part
}

/// Returns the frames of the window that begins with page `start`.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn frames(
    site: &Site,
    document: &Document,
    start: u32,
) -> Result<Vec<Frame>, WebError> {
    let end = start.saturating_add(BATCH - 1);
    let mut pages = Vec::new();
    if start <= NEAR {
        pages = document::pages(&site.db, &up_to(document, end)).await?;
        pages.retain(|page| page.number >= start);
    } else {
        for number in start..=end.min(document.access.pages) {
            pages.extend(document::page(&site.db, document, number).await?);
        }
    }
    Ok(pages.iter().map(|page| frame(document, page)).collect())
}

fn frame(document: &Document, page: &Page) -> Frame {
    Frame {
        number: page.number,
        narrow_url: image::url(document.id, page.number, &page.narrow.blob),
        narrow_width: page.narrow.width,
        narrow_height: page.narrow.height,
        wide_url: image::url(document.id, page.number, &page.wide.blob),
        wide_width: page.wide.width,
        layout_url: layout::url(document.id, page),
        first: false,
    }
}

/// The page of the window asked for.
#[derive(Deserialize)]
pub(crate) struct From {
    from: Option<u32>,
}

#[derive(Template)]
#[template(path = "document/frames.html")]
struct Frames {
    t: Locale,
    frames: Vec<Frame>,
}

/// Lists the frames of a window, as a part of the document page.
pub(crate) async fn list_pages(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
    Query(from): Query<From>,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    let start = window_start(from.from.unwrap_or(1));
    if !document.shows_page(start) {
        return Err(WebError::NotFound);
    }
    let mut response = render::page(&Frames {
        t: reader.t,
        frames: frames(&site, &document, start).await?,
    })?;
    // A part of a page is not one to be found.
    response.headers_mut().insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_each_other() {
        for (page, start) in [(0, 1), (1, 1), (10, 1), (11, 11), (20, 11), (5_000, 4_991)] {
            assert_eq!(window_start(page), start, "{page}");
        }
        assert_eq!(window_start(u32::MAX) % BATCH, 1);
    }
}
