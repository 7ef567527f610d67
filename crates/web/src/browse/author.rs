//! An author's documents.

use super::{Listing, PER_PAGE, Position};
use crate::collection::CollectionView;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{render, url};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::account::{self, AccountError};
use wenyuan_domain::{collection, document, follow};

#[derive(Template)]
#[template(path = "browse/author.html")]
struct AuthorPage {
    t: Locale,
    layout: Layout,
    name: String,
    since: String,
    is_own: bool,
    csrf: String,
    follow_url: String,
    /// `12 followers`; empty without any.
    followers: String,
    follows: bool,
    collections: Vec<CollectionView>,
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
    let (found, following, collections) = tokio::try_join!(
        document::by_owner(&site.db, author.id, position.cursor(), PER_PAGE + 1),
        follow::of(&site.db, reader.viewer, author.id),
        collection::by_owner(&site.db, reader.viewer, author.id),
    )?;
    let listing = Listing::new(found, &position, &reader.t);
    let is_stranger = reader.user.is_none();
    render::page(&AuthorPage {
        t: reader.t,
        layout: listing.layout(&reader),
        since: reader.t.date(&author.created_at),
        is_own: reader.viewer.id() == Some(author.id),
        csrf: if is_stranger {
            String::new()
        } else {
            reader.csrf()
        },
        follow_url: format!("{}/follow", url::author(&author.name)),
        followers: match following.followers {
            0 => String::new(),
            count => reader.t.with("author-followers", "count", count),
        },
        follows: following.by_viewer,
        collections: CollectionView::list(&collections, &reader.t),
        name: author.name,
        listing,
    })
}
