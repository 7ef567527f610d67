//! One held upload, for its reviewer.

use super::list::{told, waits};
use crate::authenticity::{FindingView, RowView};
use crate::document::Frame;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{render, url};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::document::{self, Document};
use wenyuan_domain::finding::{self, Found};
use wenyuan_domain::review::{self, MOST_CHARS, Review};
use wenyuan_domain::{DocumentId, Timestamp};

/// Rows of the comparison that are shown at once.
const ROWS: usize = 6;

#[derive(Template)]
#[template(path = "review/show.html")]
struct ReviewPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    document: Document,
    document_url: String,
    address: String,
    owner_url: String,
    format: String,
    waits: String,
    explanation: Vec<String>,
    findings: Vec<FindingView>,
    /// The beginning of the comparison with the gravest one's other document.
    rows: Vec<RowView>,
    other_title: String,
    frames: Vec<Frame>,
    /// The neighbours in the queue.
    before: Option<String>,
    after: Option<String>,
    /// Until when the reviewer has it; who has it instead.
    mine_until: Option<String>,
    taken_by: Option<String>,
    told: Option<String>,
    is_reason_missing: bool,
    most_chars: usize,
}

impl ReviewPage {
    fn twin_words(&self, twin: &str) -> String {
        self.t.with("compare-twin", "word", twin)
    }

    fn next_url(&self, _: &RowView) -> Option<String> {
        None
    }
}

/// What was done just now.
#[derive(Deserialize)]
pub(crate) struct Position {
    done: Option<String>,
}

/// Shows an upload that waits.
pub(crate) async fn show_review(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let told = position.done.and_then(|done| told(&done, &member.reader.t));
    render::page(&prepare(&site, member, id, told).await?)
}

/// Shows it again because a refusal needs a reason.
pub(super) async fn with_fault(
    site: &Site,
    member: Member,
    id: DocumentId,
) -> Result<Response, WebError> {
    let page = prepare(site, member, id, None).await?;
    render::unprocessable(&ReviewPage {
        is_reason_missing: true,
        ..page
    })
}

async fn prepare(
    site: &Site,
    member: Member,
    id: DocumentId,
    told: Option<String>,
) -> Result<ReviewPage, WebError> {
    let (t, viewer) = (member.reader.t, member.reader.viewer);
    let review = review::find(&site.db, viewer, id).await?;
    let document = document::find(&site.db, viewer, id).await?;
    let (Some(review), Some(document)) = (review, document) else {
        return Err(WebError::NotFound);
    };
    let found = finding::of(&site.db, viewer, &document).await?;
    let (rows, other_title) = beginning(site, &member, &document, &found).await?;
    let (before, after) = review::beside(&site.db, viewer, &review).await?;
    let (mine_until, taken_by) = claim(&review, &member);
    Ok(ReviewPage {
        document_url: url::document(id),
        address: url::review(id),
        owner_url: url::author(&document.owner_name),
        format: document.format.to_uppercase(),
        waits: waits(review.held_at, Timestamp::now(), &t),
        explanation: lines(&review.explanation),
        findings: FindingView::list(&document, &found, &t),
        rows,
        other_title,
        frames: crate::document::frames(site, &document, 1).await?,
        before: before.map(url::review),
        after: after.map(url::review),
        mine_until,
        taken_by,
        told,
        is_reason_missing: false,
        most_chars: MOST_CHARS,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        document,
        t,
    })
}

fn claim(review: &Review, member: &Member) -> (Option<String>, Option<String>) {
    match &review.claimed_by {
        Some(claimant) if claimant.id == member.user.id => {
            (Some(member.reader.t.datetime(&claimant.until)), None)
        }
        Some(claimant) => (None, Some(claimant.name.clone())),
        None => (None, None),
    }
}

/// The first differences from the document that the gravest finding names. The
/// page is of use without it.
async fn beginning(
    site: &Site,
    member: &Member,
    document: &Document,
    found: &[Found],
) -> Result<(Vec<RowView>, String), WebError> {
    let other = found.iter().find_map(|found| found.other.as_ref());
    let Some(other) = other else {
        return Ok((Vec::new(), String::new()));
    };
    let Some(other) = document::find(&site.db, member.reader.viewer, other.id).await? else {
        return Ok((Vec::new(), String::new()));
    };
    match site.sheets.of(site, document, &other).await {
        Ok(sheet) => Ok((sheet.differences(ROWS), other.title)),
        Err(WebError::TooMany) => Ok((Vec::new(), String::new())),
        Err(error) => Err(error),
    }
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(str::to_owned).collect()
}
