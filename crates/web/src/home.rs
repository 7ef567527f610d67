//! The home page.

use crate::card::{Branch, CardView};
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::category;
use wenyuan_domain::document::{self, Cursor};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    t: Locale,
    layout: Layout,
    total: u64,
    categories: Vec<Branch>,
    cards: Vec<CardView>,
    most_read: Vec<CardView>,
}

const LATEST: u32 = 12;
const MOST_READ: u32 = 10;

/// Shows the search box, the newest and most read documents, the categories.
pub(crate) async fn show_home(
    State(site): State<Arc<Site>>,
    reader: Reader,
) -> Result<Response, WebError> {
    let t = reader.t;
    let (tree, latest, most_read) = tokio::try_join!(
        category::tree(&site.db),
        document::latest(&site.db, Cursor::START, LATEST),
        document::most_read(&site.db, MOST_READ),
    )?;
    let read_at_all: Vec<_> = most_read
        .into_iter()
        .filter(|card| card.view_count > 0)
        .collect();
    let index = site.index.clone();
    let total = tokio::task::spawn_blocking(move || index.len()).await??;
    render::page(&HomePage {
        t,
        layout: reader.layout(),
        total: u64::try_from(total).unwrap_or(0),
        categories: Branch::list(&tree, None, 1, &t),
        cards: CardView::list(&latest, &t),
        most_read: CardView::list(&read_at_all, &t),
    })
}
