//! The queue.

use crate::authenticity::kind_name;
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
use wenyuan_domain::review::{self, Place, Review};
use wenyuan_domain::{DocumentId, Timestamp, UserId};

const PER_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "review/list.html")]
struct ReviewsPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    waiting: String,
    rows: Vec<Row>,
    next: Option<String>,
    is_continued: bool,
    /// What was done just now, or why not.
    told: Option<String>,
}

struct Row {
    title: String,
    url: String,
    owner: String,
    owner_url: String,
    kinds: Vec<String>,
    waits: String,
    is_explained: bool,
    /// Who has claimed it.
    claimed: Option<String>,
    is_mine: bool,
    is_taken: bool,
}

impl Row {
    fn new(review: &Review, me: UserId, now: Timestamp, t: &Locale) -> Self {
        let claimant = review.claimed_by.as_ref();
        let is_mine = claimant.is_some_and(|claimant| claimant.id == me);
        Self {
            title: review.title.clone(),
            url: url::review(review.document),
            owner: review.owner_name.clone(),
            owner_url: url::author(&review.owner_name),
            kinds: review
                .kinds
                .iter()
                .map(|kind| kind_name(*kind, t))
                .collect(),
            waits: waits(review.held_at, now, t),
            is_explained: !review.explanation.is_empty(),
            claimed: claimant.map(|claimant| {
                if is_mine {
                    t.get("review-claimed-by-you")
                } else {
                    t.with("review-claimed-by", "name", &claimant.name)
                }
            }),
            is_mine,
            is_taken: claimant.is_some() && !is_mine,
        }
    }
}

/// How long something has waited, in its largest unit.
pub(super) fn waits(since: Timestamp, now: Timestamp, t: &Locale) -> String {
    let minutes = now.0.saturating_sub(since.0).max(0) / 60_000_000;
    match minutes {
        0..60 => t.with("review-waits-minutes", "count", minutes),
        60..1_440 => t.with("review-waits-hours", "count", minutes / 60),
        _ => t.with("review-waits-days", "count", minutes / 1_440),
    }
}

/// Where the list begins, and what was done just now.
#[derive(Deserialize)]
pub(crate) struct Position {
    after: Option<String>,
    done: Option<String>,
}

fn place(after: &str) -> Option<Place> {
    let (held_at, id) = after.split_once('-')?;
    Some((
        Timestamp(held_at.parse().ok()?),
        DocumentId(id.parse().ok()?),
    ))
}

/// Lists what waits, oldest first.
pub(crate) async fn list_reviews(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let t = member.reader.t;
    let viewer = member.reader.viewer;
    let after = position.after.as_deref().and_then(place);
    let mut reviews = review::list(&site.db, viewer, after, PER_PAGE + 1).await?;
    let has_more = reviews.len() > PER_PAGE as usize;
    reviews.truncate(PER_PAGE as usize);
    let next = reviews.last().filter(|_| has_more).map(|review| {
        let (held_at, id) = review.place();
        format!("?after={}-{id}", held_at.0)
    });
    let now = Timestamp::now();
    render::page(&ReviewsPage {
        waiting: t.with("review-waiting", "count", review::count(&site.db).await?),
        rows: reviews
            .iter()
            .map(|review| Row::new(review, member.user.id, now, &t))
            .collect(),
        next,
        is_continued: after.is_some(),
        told: position.done.as_deref().and_then(|done| told(done, &t)),
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        t,
    })
}

/// What the query says was done.
pub(super) fn told(done: &str, t: &Locale) -> Option<String> {
    Some(t.get(match done {
        "publish" => "review-done-publish",
        "note" => "review-done-note",
        "refuse" => "review-done-refuse",
        "released" => "review-done-released",
        "taken" => "review-taken",
        "gone" => "review-gone",
        "empty" => "review-none-left",
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_was_written() {
        assert_eq!(place("12-7"), Some((Timestamp(12), DocumentId(7))));
        for bad in ["", "12", "a-7", "12-b"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }
}
