//! Suggestions while somebody types in a search box.
//!
//! Titles come from the index; tags, authors and popular searches from lists in
//! memory that are made anew in the background. All but the searches, which
//! many have made, are looked up once more in the database, so that nothing is
//! offered that is not listed at this moment.

use crate::error::WebError;
use crate::layout::Reader;
use crate::locale::Locale;
use crate::site::Site;
use crate::url;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use wenyuan_domain::{Db, DbError, document, search_log};
use wenyuan_search::{Completions, title_begins};

/// Suggestions in all.
const MOST: usize = 8;
const MOST_TAGS: usize = 2;
const MOST_AUTHORS: usize = 2;
const MOST_SEARCHES: usize = 2;
/// Titles are looked at four times as many as are shown: some begin otherwise
/// beyond what the index keeps, some are not listed any more, some are alike.
const TITLES_READ: usize = 4 * MOST;
/// Names that are kept.
const NAMES: u32 = 20_000;
/// Popular searches that are kept.
const SEARCHES: u32 = 1_000;
/// How old the lists become, and which part of the time making them may take.
const FRESH: Duration = Duration::from_secs(20);
const PART_OF_TIME: u32 = 50;

/// What somebody has typed so far.
#[derive(Deserialize)]
pub(crate) struct Question {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct Answer {
    items: Vec<Item>,
}

/// One suggestion.
#[derive(Serialize)]
struct Item {
    /// `search`, `tag`, `title` or `author`.
    kind: &'static str,
    text: String,
    /// What it is, in the reader's language.
    note: String,
    /// Where choosing it leads.
    url: String,
}

/// Suggests.
pub(crate) async fn suggest(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Query(question): Query<Question>,
) -> Result<Response, WebError> {
    let typed: String = question.q.trim().chars().take(64).collect();
    let items = if typed.is_empty() {
        Vec::new()
    } else {
        items(&site, &typed, &reader.t).await?
    };
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    Ok((headers, Json(Answer { items })).into_response())
}

async fn items(site: &Arc<Site>, typed: &str, t: &Locale) -> Result<Vec<Item>, WebError> {
    let lists = site.names.lists(&site.db).await?;
    let found = |list: &Completions, most| -> Vec<(String, u64)> {
        let names = list.find(typed, most).into_iter();
        names.map(|name| (name.text.clone(), name.weight)).collect()
    };
    let (tags, authors) = (
        found(&lists.tags, MOST_TAGS),
        found(&lists.authors, MOST_AUTHORS),
    );
    let texts = |names: &[(String, u64)]| names.iter().map(|(name, _)| name.clone()).collect();
    let (tags_there, authors_there) = (
        document::tags_still_in_use(&site.db, texts(&tags)).await?,
        document::authors_still_in_use(&site.db, texts(&authors)).await?,
    );
    let mut items: Vec<Item> = found(&lists.searches, MOST_SEARCHES)
        .into_iter()
        .filter(|(words, _)| words != typed && !tags_there.contains(words))
        .map(|(words, _)| Item {
            kind: "search",
            note: t.get("suggest-search"),
            url: url::search(&words),
            text: words,
        })
        .collect();
    for (tag, documents) in tags.into_iter().filter(|(tag, _)| tags_there.contains(tag)) {
        items.push(Item {
            kind: "tag",
            note: t.with("suggest-tag", "count", documents),
            url: url::tag(&tag),
            text: tag,
        });
    }
    let by_author: Vec<Item> = authors
        .into_iter()
        .filter(|(author, _)| authors_there.contains(author))
        .map(|(author, documents)| Item {
            kind: "author",
            note: t.with("suggest-author", "count", documents),
            url: url::author(&author),
            text: author,
        })
        .collect();
    let room = MOST - items.len() - by_author.len();
    items.extend(titles(site, typed, room, t).await?);
    items.extend(by_author);
    Ok(items)
}

async fn titles(
    site: &Arc<Site>,
    typed: &str,
    most: usize,
    t: &Locale,
) -> Result<Vec<Item>, WebError> {
    let (index, asked) = (site.index.clone(), typed.to_owned());
    let ids = tokio::task::spawn_blocking(move || index.suggest_titles(&asked, TITLES_READ));
    let cards = document::by_ids(&site.db, &ids.await??).await?;
    let mut seen = HashSet::new();
    Ok(cards
        .into_iter()
        .filter(|card| title_begins(typed, &card.title) && seen.insert(card.title.clone()))
        .take(most)
        .map(|card| Item {
            kind: "title",
            note: t.with("suggest-title", "format", card.format.to_uppercase()),
            url: url::document(card.id),
            text: card.title,
        })
        .collect())
}

/// The names in use, kept in memory.
#[derive(Default)]
pub(crate) struct Names {
    current: RwLock<Option<Arc<Lists>>>,
    /// Held by whoever makes the lists.
    making: Arc<tokio::sync::Mutex<()>>,
}

struct Lists {
    tags: Completions,
    authors: Completions,
    searches: Completions,
    made: Instant,
    took: Duration,
}

impl Names {
    /// Returns the lists. Only the first caller waits for them; later ones get
    /// the old lists while new ones are made.
    async fn lists(self: &Arc<Self>, db: &Db) -> Result<Arc<Lists>, DbError> {
        if let Some(lists) = self.current() {
            if lists.is_old()
                && let Ok(turn) = Arc::clone(&self.making).try_lock_owned()
            {
                let (names, db) = (Arc::clone(self), db.clone());
                tokio::spawn(async move {
                    if let Err(error) = names.make(&db).await {
                        tracing::warn!(%error, "suggested names stay as they were");
                    }
                    drop(turn);
                });
            }
            return Ok(lists);
        }
        let _turn = self.making.lock().await;
        match self.current() {
            Some(lists) => Ok(lists),
            None => self.make(db).await,
        }
    }

    fn current(&self) -> Option<Arc<Lists>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn make(&self, db: &Db) -> Result<Arc<Lists>, DbError> {
        let started = Instant::now();
        let tags = document::tags_in_use(db, NAMES).await?;
        let authors = document::authors_in_use(db, NAMES).await?;
        let popular = search_log::popular(db, SEARCHES).await?;
        let searches = popular.into_iter().map(|one| (one.query, one.weight));
        let (tags, authors, searches) = tokio::task::spawn_blocking(move || {
            (
                Completions::new(tags),
                Completions::new(authors),
                Completions::new(searches),
            )
        })
        .await
        .unwrap_or_default();
        let lists = Arc::new(Lists {
            tags,
            authors,
            searches,
            made: Instant::now(),
            took: started.elapsed(),
        });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&lists));
        Ok(lists)
    }
}

impl Lists {
    fn is_old(&self) -> bool {
        self.made.elapsed() > FRESH.max(self.took * PART_OF_TIME)
    }
}
