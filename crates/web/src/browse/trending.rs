//! 近期热门: what is read much these days.

use super::{Listing, PER_PAGE, Position};
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::{Timestamp, document};

#[derive(Template)]
#[template(path = "browse/trending.html")]
struct TrendingPage {
    t: Locale,
    layout: Layout,
    listing: Listing,
}

/// Shows what is read much, hottest first.
pub(crate) async fn show_trending(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let now = Timestamp::now();
    let found = document::trending(&site.db, now, position.cursor(), PER_PAGE + 1).await?;
    let listing = Listing::by_key(found, &position, &reader.t);
    render::page(&TrendingPage {
        t: reader.t,
        layout: listing.layout(&reader),
        listing,
    })
}
