//! A collection, and the list of one's own.

use super::{CollectionView, open};
use crate::card::CardView;
use crate::error::WebError;
use crate::layout::{Layout, Member, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{render, url};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::DocumentId;
use wenyuan_domain::collection::{self, Collection};
use wenyuan_domain::id::CollectionId;

#[derive(Template)]
#[template(path = "collection/show.html")]
struct CollectionPage {
    t: Locale,
    layout: Layout,
    collection: Collection,
    csrf: String,
    address: String,
    owner_url: String,
    description: Vec<String>,
    /// For search engines.
    summary: String,
    changed: String,
    machine_changed: String,
    is_own: bool,
    may_edit: bool,
    rows: Vec<(DocumentId, CardView)>,
}

/// Shows a collection in its order; its owner can rearrange it there.
pub(crate) async fn show_collection(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<CollectionId>,
) -> Result<Response, WebError> {
    let t = reader.t;
    let collection = open(&site, &reader, id).await?;
    let cards =
        collection::documents(&site.db, reader.viewer, id, collection::MOST_DOCUMENTS).await?;
    let mut layout = reader.layout();
    layout.index = collection.is_public
        && collection.documents >= u64::from(collection::LEAST_FOR_SEARCH_ENGINES);
    let (is_own, may_edit) = (
        collection.is_own(reader.viewer),
        collection.may_edit(reader.viewer),
    );
    render::page(&CollectionPage {
        t,
        layout,
        csrf: if is_own { reader.csrf() } else { String::new() },
        address: url::collection(id),
        owner_url: url::author(&collection.owner_name),
        description: crate::describe::paragraphs(&collection.description),
        summary: crate::describe::summary(&collection.description),
        changed: t.date(&collection.updated_at),
        machine_changed: t.machine_date(&collection.updated_at),
        is_own,
        may_edit,
        rows: cards
            .iter()
            .map(|card| (card.id, CardView::new(card, &t)))
            .collect(),
        collection,
    })
}

#[derive(Template)]
#[template(path = "collection/mine.html")]
struct MinePage {
    t: Locale,
    layout: Layout,
    collections: Vec<CollectionView>,
}

/// Lists one's own collections.
pub(crate) async fn list_collections(
    State(site): State<Arc<Site>>,
    member: Member,
) -> Result<Response, WebError> {
    let reader = &member.reader;
    let found = collection::by_owner(&site.db, reader.viewer, member.user.id).await?;
    render::page(&MinePage {
        t: reader.t,
        layout: reader.layout().unlisted(),
        collections: CollectionView::list(&found, &reader.t),
    })
}
