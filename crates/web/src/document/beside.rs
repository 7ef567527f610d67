//! The lists beside a document: what its readers also read, and what is like
//! it. Without them the page is still whole, so what fails is only logged.

use super::cache::Cache;
use crate::card::CardView;
use crate::locale::Locale;
use crate::site::Site;
use std::sync::Arc;
use wenyuan_domain::document::{self, Document};
use wenyuan_domain::{DocumentId, also_read};

/// Documents of each list.
const MOST: usize = 6;

/// Documents that belong to another, as far as they are listed.
#[derive(Default)]
pub(super) struct Beside {
    /// 读过这篇的人还读了.
    pub(super) also_read: Vec<CardView>,
    /// 你可能关注的文档, without those above.
    pub(super) related: Vec<CardView>,
}

impl Beside {
    /// Finds what stands beside a document.
    pub(super) async fn of(site: &Site, cache: &Cache, document: &Document, t: &Locale) -> Self {
        let also_read = also_read(site, cache, document.id).await;
        let related = related(site, cache, document.id).await;
        let mut ids = also_read.to_vec();
        ids.extend(related.iter().filter(|id| !also_read.contains(id)));
        // Whether these may be listed is asked anew every time.
        let cards = match document::by_ids(&site.db, &ids).await {
            Ok(cards) => cards,
            Err(error) => {
                tracing::warn!(%error, "documents beside another not read");
                return Self::default();
            }
        };
        let (read, alike): (Vec<_>, Vec<_>) = cards
            .into_iter()
            .partition(|card| also_read.contains(&card.id.0));
        let mut beside = Self {
            also_read: CardView::list(&read, t),
            related: CardView::list(&alike, t),
        };
        beside.also_read.truncate(MOST);
        beside.related.truncate(MOST);
        beside
    }
}

async fn also_read(site: &Site, cache: &Cache, id: DocumentId) -> Arc<[i64]> {
    if let Some(ids) = cache.also_read(id) {
        return ids;
    }
    match also_read::list(&site.db, id).await {
        Ok(ids) => {
            let ids: Arc<[i64]> = ids.into();
            cache.put_also_read(id, &ids);
            ids
        }
        Err(error) => {
            tracing::warn!(%error, "what readers also read not found");
            Arc::default()
        }
    }
}

async fn related(site: &Site, cache: &Cache, id: DocumentId) -> Arc<[i64]> {
    if let Some(ids) = cache.related(id) {
        return ids;
    }
    let index = site.index.clone();
    let found = tokio::task::spawn_blocking(move || index.related(id.0, MOST)).await;
    match found {
        Ok(Ok(ids)) => {
            let ids: Arc<[i64]> = ids.into();
            cache.put_related(id, &ids);
            ids
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "related documents not found");
            Arc::default()
        }
        Err(error) => {
            tracing::error!(%error, "related documents not found");
            Arc::default()
        }
    }
}
