//! A tag's documents.

use super::{Listing, PER_PAGE, Position};
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{describe, render, url};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::{description, document};

#[derive(Template)]
#[template(path = "browse/tag.html")]
struct TagPage {
    t: Locale,
    layout: Layout,
    tag: String,
    description: Vec<String>,
    /// For search engines.
    summary: String,
    /// Where staff describe it.
    edit_url: Option<String>,
    search_url: String,
    listing: Listing,
}

/// Shows the documents with a tag.
pub(crate) async fn show_tag(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(tag): Path<String>,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let (found, about) = tokio::try_join!(
        document::by_tag(&site.db, &tag, position.cursor(), PER_PAGE + 1),
        description::of_tag(&site.db, &tag),
    )?;
    let listing = Listing::new(found, &position, &reader.t);
    render::page(&TagPage {
        t: reader.t,
        layout: listing.layout(&reader),
        description: describe::paragraphs(&about),
        summary: describe::summary(&about),
        edit_url: reader
            .viewer
            .is_staff()
            .then(|| format!("{}/edit", url::tag(&tag))),
        search_url: format!("/search?q={}", url::encode(&tag)),
        tag,
        listing,
    })
}
