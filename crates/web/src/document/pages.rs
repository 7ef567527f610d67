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
use crate::site::Site;
use crate::{render, url};
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
pub(crate) struct Frame {
    pub(crate) number: u32,
    pub(crate) narrow_url: String,
    pub(crate) narrow_width: u32,
    pub(crate) narrow_height: u32,
    pub(crate) wide_url: String,
    pub(crate) wide_width: u32,
    pub(crate) layout_url: String,
    /// Of the build steps, from before the first click to after the last:
    /// narrow and wide image. None for a page that does not build up.
    pub(crate) steps: Vec<(String, String)>,
    /// The step that is shown instead of the page, from 1.
    pub(crate) step: Option<u32>,
    pub(crate) document_url: String,
    /// Whether it is what the reader sees first.
    pub(crate) first: bool,
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
pub(crate) async fn frames(
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
    let mut frames: Vec<Frame> = pages.iter().map(|page| frame(document, page)).collect();
    for step in document::steps(&site.db, document, start, end).await? {
        let urls = (
            image::url(document.id, step.page, &step.narrow.blob),
            image::url(document.id, step.page, &step.wide.blob),
        );
        if let Some(frame) = frames.iter_mut().find(|frame| frame.number == step.page) {
            frame.steps.push(urls);
        }
    }
    Ok(frames)
}

impl Frame {
    /// Shows a step instead of the page, if there is such a one.
    pub(super) fn show_step(&mut self, step: u32) {
        let index = step.checked_sub(1).map(|index| index as usize);
        if index.is_some_and(|index| index < self.steps.len()) {
            self.step = Some(step);
        }
    }

    /// Narrow and wide image of what is shown.
    pub(super) fn image(&self) -> (&str, &str) {
        match self.step.and_then(|step| self.steps.get(step as usize - 1)) {
            Some((narrow, wide)) => (narrow, wide),
            None => (&self.narrow_url, &self.wide_url),
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.steps.len() as u32
    }

    /// The addresses of all step images, for the script.
    pub(super) fn step_list(&self) -> String {
        let urls = self.steps.iter().flat_map(|(narrow, wide)| [narrow, wide]);
        urls.map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The address at which a step is shown without a script; of the page
    /// itself with 0.
    pub(super) fn step_url(&self, step: u32) -> String {
        let (url, page) = (&self.document_url, self.number);
        match step {
            0 => format!("{url}?page={page}#page-{page}"),
            step => format!("{url}?page={page}&step={step}#page-{page}"),
        }
    }
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
        steps: Vec::new(),
        step: None,
        document_url: url::document(document.id),
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
