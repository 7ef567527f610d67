//! An author's documents.

use super::{Listing, PER_PAGE, Position};
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::account::{self, AccountError};
use wenyuan_domain::document;

#[derive(Template)]
#[template(path = "browse/author.html")]
struct AuthorPage {
    t: Locale,
    layout: Layout,
    name: String,
    since: String,
    is_own: bool,
    listing: Listing,
}

/// Shows what somebody has published.
pub(crate) async fn show_author(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(name): Path<String>,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let author = match account::find_by_name(&site.db, &name).await {
        Ok(author) => author,
        Err(AccountError::NotFound) => return Err(WebError::NotFound),
        Err(error) => return Err(WebError::Internal(error.into())),
    };
    let found = document::by_owner(&site.db, author.id, position.cursor(), PER_PAGE + 1).await?;
    let listing = Listing::new(found, &position, &reader.t);
    render::page(&AuthorPage {
        t: reader.t,
        layout: listing.layout(&reader),
        since: reader.t.date(&author.created_at),
        is_own: reader.viewer.id() == Some(author.id),
        name: author.name,
        listing,
    })
}
