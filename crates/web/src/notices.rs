//! What one is told (通知): the list, and marking it as seen.

use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use wenyuan_domain::document::{self, Card};
use wenyuan_domain::notice::{self, News, Notice};
use wenyuan_domain::{DocumentId, NoticeId, SavedSearchId};

const PER_PAGE: u32 = 20;
/// Documents that a notice names; the others are counted.
const NAMED: usize = 3;

struct Row {
    words: String,
    url: String,
    documents: Vec<(String, String)>,
    time: String,
    is_new: bool,
}

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    rows: Vec<Row>,
    /// The newest notice shown: what comes later stays new.
    last: Option<NoticeId>,
    has_new: bool,
    next: Option<String>,
    is_continued: bool,
}

/// Where the list begins.
#[derive(Deserialize)]
pub(crate) struct Position {
    before: Option<String>,
}

/// Lists what one was told, newest first.
pub(crate) async fn list_notices(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let reader = &member.reader;
    let user = member.user.id;
    let before = position.before.and_then(|before| before.parse().ok());
    let start = before.unwrap_or(NoticeId(i64::MAX));
    let mut notices = notice::list(&site.db, user, start, PER_PAGE + 1).await?;
    let has_more = notices.len() > PER_PAGE as usize;
    notices.truncate(PER_PAGE as usize);
    let next = notices.last().filter(|_| has_more);
    let next = next.map(|notice| format!("?before={}", notice.id));
    let cards = named(&site, &notices).await?;
    render::page(&NoticesPage {
        t: reader.t,
        layout: reader.layout().unlisted(),
        csrf: reader.csrf(),
        last: notices.first().map(|notice| notice.id),
        has_new: notice::unseen(&site.db, user).await? > 0,
        rows: notices
            .iter()
            .map(|notice| row(notice, &cards, &reader.t))
            .collect(),
        next,
        is_continued: before.is_some(),
    })
}

/// The documents of the notices that may be listed now.
async fn named(site: &Site, notices: &[Notice]) -> Result<HashMap<DocumentId, Card>, WebError> {
    let mut ids: Vec<i64> = notices
        .iter()
        .flat_map(|notice| match &notice.news {
            News::SavedSearch { documents, .. } => documents,
        })
        .map(|id| id.0)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let cards = document::by_ids(&site.db, &ids).await?;
    Ok(cards.into_iter().map(|card| (card.id, card)).collect())
}

fn row(notice: &Notice, cards: &HashMap<DocumentId, Card>, t: &Locale) -> Row {
    let (words, url, documents) = match &notice.news {
        News::SavedSearch { name, documents } => {
            let there: Vec<&Card> = documents.iter().filter_map(|id| cards.get(id)).collect();
            let words = match u32::try_from(there.len()).unwrap_or(u32::MAX) {
                0 => t.with("notices-saved-gone", "name", name),
                count => t.with2("notices-saved", ("name", name), ("count", count)),
            };
            let named = there.iter().take(NAMED);
            (
                words,
                url::saved_search(SavedSearchId(notice.subject)),
                named
                    .map(|card| (url::document(card.id), card.title.clone()))
                    .collect(),
            )
        }
    };
    Row {
        words,
        url,
        documents,
        time: t.datetime(&notice.created_at),
        is_new: notice.is_new,
    }
}

/// Up to which notice one has seen them.
#[derive(Deserialize)]
pub(crate) struct Seen {
    last: String,
}

/// Marks notices as seen.
pub(crate) async fn mark_seen(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(seen): Form<Seen>,
) -> Result<Response, WebError> {
    let last = seen.last.parse().map_err(|_| WebError::BadRequest)?;
    notice::mark_seen(&site.db, member.user.id, last).await?;
    Ok(redirect::see_other("/my/notices"))
}
