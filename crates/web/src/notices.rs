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
use wenyuan_domain::notice::{self, News, Notice, Outcome};
use wenyuan_domain::{DocumentId, NoticeId, SavedSearchId, UserId};

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
    let cards = Named::load(&site, user, &notices).await?;
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

/// The documents that notices name.
struct Named {
    /// Those of saved searches that may be listed now.
    listed: HashMap<DocumentId, Card>,
    /// One's own, in whatever state.
    own: HashMap<DocumentId, Card>,
}

impl Named {
    async fn load(site: &Site, user: UserId, notices: &[Notice]) -> Result<Self, WebError> {
        let (mut listed, mut own) = (Vec::new(), Vec::new());
        for notice in notices {
            match &notice.news {
                News::SavedSearch { documents, .. } => {
                    listed.extend(documents.iter().map(|id| id.0));
                }
                News::Held { document } | News::Reviewed { document, .. } => own.push(document.0),
            }
        }
        for ids in [&mut listed, &mut own] {
            ids.sort_unstable();
            ids.dedup();
        }
        let by_id = |cards: Vec<Card>| cards.into_iter().map(|card| (card.id, card)).collect();
        Ok(Self {
            listed: by_id(document::by_ids(&site.db, &listed).await?),
            own: by_id(document::own_by_ids(&site.db, user, &own).await?),
        })
    }
}

fn row(notice: &Notice, cards: &Named, t: &Locale) -> Row {
    let (words, url, documents) = match &notice.news {
        News::SavedSearch { name, documents } => {
            let there = documents.iter().filter_map(|id| cards.listed.get(id));
            let there: Vec<&Card> = there.collect();
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
        News::Held { document } => about_own(*document, "notices-held", cards, t),
        News::Reviewed { document, outcome } => {
            let key = match outcome {
                Outcome::Published => "notices-published",
                Outcome::Noted => "notices-noted",
                Outcome::Refused => "notices-refused",
            };
            about_own(*document, key, cards, t)
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

/// What is told of one's own upload: the words, and where to read more.
fn about_own(
    id: DocumentId,
    key: &str,
    cards: &Named,
    t: &Locale,
) -> (String, String, Vec<(String, String)>) {
    match cards.own.get(&id) {
        Some(card) => (
            t.with(key, "title", &card.title),
            url::document(id),
            Vec::new(),
        ),
        None => (
            t.get("notices-own-gone"),
            "/my/documents".to_owned(),
            Vec::new(),
        ),
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
