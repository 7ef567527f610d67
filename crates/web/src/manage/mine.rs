//! Everything that one has uploaded.

use super::StateView;
use crate::authenticity::headline;
use crate::card::CardView;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{render, url};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::document::{self, Cursor};
use wenyuan_domain::{DocumentId, finding};

struct Row {
    card: CardView,
    state: StateView,
    uploaded: String,
    edit_url: String,
    delete_url: String,
    retry_url: String,
    /// What was found of one that waits or was not taken.
    findings: Vec<String>,
    is_held: bool,
}

#[derive(Template)]
#[template(path = "manage/mine.html")]
struct MinePage {
    t: Locale,
    layout: Layout,
    csrf: String,
    rows: Vec<Row>,
    is_converting: bool,
    next: Option<String>,
    is_continued: bool,
    is_deleted: bool,
}

/// Where the list begins, and what was done just now.
#[derive(Deserialize)]
pub(crate) struct Position {
    after: Option<String>,
    deleted: Option<String>,
}

const PER_PAGE: u32 = 50;

/// Lists one's documents in every state.
pub(crate) async fn list_mine(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let reader = &member.reader;
    let t = reader.t;
    let after = position
        .after
        .as_deref()
        .and_then(|after| after.parse().ok());
    let cursor = after.unwrap_or(Cursor::START);
    let mut cards = document::mine(&site.db, member.user.id, cursor, PER_PAGE + 1).await?;
    let has_more = cards.len() > PER_PAGE as usize;
    cards.truncate(PER_PAGE as usize);
    let next = cards.last().filter(|_| has_more).map(|card| {
        let cursor = Cursor {
            key: card.created_at.0,
            id: card.id.0,
        };
        format!("?after={cursor}")
    });
    let questioned = cards
        .iter()
        .filter(|card| matches!(card.state, document::State::Held | document::State::Refused));
    let questioned: Vec<DocumentId> = questioned.map(|card| card.id).collect();
    let found = finding::of_own(&site.db, member.user.id, &questioned).await?;
    let rows = cards
        .iter()
        .map(|card| Row {
            findings: found
                .get(&card.id)
                .into_iter()
                .flatten()
                .map(|found| headline(found, &t))
                .collect(),
            is_held: card.state == document::State::Held,
            card: CardView::new(card, &t),
            state: StateView::new(card, &site.config, &t),
            uploaded: t.datetime(&card.created_at),
            edit_url: url::document_action(card.id, "edit"),
            delete_url: url::document_action(card.id, "delete"),
            retry_url: url::document_action(card.id, "retry"),
        })
        .collect();
    render::page(&MinePage {
        t,
        layout: reader.layout().unlisted(),
        csrf: reader.csrf(),
        is_converting: cards.iter().any(|card| {
            matches!(
                card.state,
                document::State::Converting | document::State::Checking
            )
        }),
        rows,
        next,
        is_continued: cursor != Cursor::START,
        is_deleted: position.deleted.is_some(),
    })
}
