//! What one keeps.

use crate::card::CardView;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::document::Cursor;
use wenyuan_domain::favourite;

#[derive(Template)]
#[template(path = "manage/favourites.html")]
struct FavouritesPage {
    t: Locale,
    layout: Layout,
    cards: Vec<CardView>,
    next: Option<String>,
    is_continued: bool,
}

/// Where the list begins.
#[derive(Deserialize)]
pub(crate) struct Position {
    after: Option<String>,
}

const PER_PAGE: u32 = 24;

/// Lists one's favourites, last kept first.
pub(crate) async fn list_favourites(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let reader = &member.reader;
    let after = position
        .after
        .as_deref()
        .and_then(|after| after.parse().ok());
    let cursor = after.unwrap_or(Cursor::START);
    let mut kept = favourite::list(
        &site.db,
        reader.viewer,
        member.user.id,
        cursor,
        PER_PAGE + 1,
    )
    .await?;
    let has_more = kept.len() > PER_PAGE as usize;
    kept.truncate(PER_PAGE as usize);
    let next = kept.last().filter(|_| has_more).map(|(card, kept_at)| {
        let cursor = Cursor {
            key: kept_at.0,
            id: card.id.0,
        };
        format!("?after={cursor}")
    });
    render::page(&FavouritesPage {
        t: reader.t,
        layout: reader.layout().unlisted(),
        cards: kept
            .iter()
            .map(|(card, _)| CardView::new(card, &reader.t))
            .collect(),
        next,
        is_continued: cursor != Cursor::START,
    })
}
