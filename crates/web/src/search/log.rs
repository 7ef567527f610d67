//! Remembering that something was searched for: for everybody a count, for a
//! member his own history.

use crate::document::visit;
use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use axum::http::request::Parts;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use wenyuan_domain::{Timestamp, search_history, search_log};

const MOST_READERS: usize = 100_000;

/// Who searched for what today, as far as this process remembers: it spares
/// the database what it knows already.
#[derive(Default)]
pub(crate) struct Searched(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    day: i64,
    searchers: HashSet<String>,
}

impl Searched {
    fn is_new(&self, searcher: &str, day: i64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.day != day || seen.searchers.len() >= MOST_READERS {
            seen.searchers.clear();
            seen.day = day;
        }
        seen.searchers.insert(searcher.to_owned())
    }
}

/// Remembers a search, if it is a person's. What was not found is no word to
/// be recommended to others.
pub(super) async fn note(
    site: &Arc<Site>,
    reader: &Reader,
    request: &Parts,
    words: &str,
    found: bool,
) -> Result<(), WebError> {
    let fold = normal(words);
    if fold.is_empty() || !visit::is_reading(&request.method, &request.headers) {
        return Ok(());
    }
    if let Some(user) = reader.viewer.id() {
        search_history::record(&site.db, user, words, &fold).await?;
    }
    if found {
        count(site, reader, request, fold);
    }
    Ok(())
}

fn count(site: &Arc<Site>, reader: &Reader, request: &Parts, fold: String) {
    let now = Timestamp::now();
    let address = visit::address(request);
    let key = visit::reader_key(&site.config, reader.viewer, address, &request.headers, now);
    let searcher = visit::searcher_key(&site.config, &key, &fold, now);
    if !site.searched.is_new(&searcher, now.day()) {
        return;
    }
    let site = Arc::clone(site);
    // The reader need not wait for it.
    tokio::spawn(async move {
        if let Err(error) = search_log::record(&site.db, &fold, &searcher).await {
            tracing::warn!(%error, "search not counted");
        }
    });
}

/// One spelling for whatever was typed: folded, with single spaces.
fn normal(words: &str) -> String {
    let fold = wenyuan_text::fold(words);
    fold.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_same_words_are_one() {
        assert_eq!(normal(" 文化站　ＷＴＯ "), "文化站 wto");
        assert_eq!(normal("鄉鎮"), normal("乡镇"));
        assert_eq!(normal("\u{200b}"), "");
    }

    #[test]
    fn a_searcher_is_new_once_a_day() {
        let searched = Searched::default();
        assert!(searched.is_new("a", 5));
        assert!(!searched.is_new("a", 5));
        assert!(searched.is_new("b", 5));
        assert!(searched.is_new("a", 6));
    }
}
