//! Find in document: where the words stand in the pages that may be read.

use super::layout::{Place, PlainText};
use super::open;
use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;
use wenyuan_domain::document;

/// The longest words looked for.
const MOST_CHARS: usize = 256;
/// Hits shown with the text around them; further ones are counted.
const MOST_CONTEXTS: usize = 100;
/// Characters shown on each side of a hit.
const AROUND: usize = 20;

/// How words are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// As they stand, whatever the script, width, case and line breaks.
    #[default]
    Literal,
    /// Each by itself, as the library's search understands them.
    Words,
}

/// What to look for, made ready.
pub(super) struct Finder {
    mode: Mode,
    words: String,
    query: wenyuan_search::Query,
}

impl Finder {
    /// Makes `words` ready; `None` when there is nothing to look for.
    pub(super) fn new(words: &str, mode: Mode) -> Option<Self> {
        let words: String = words.trim().chars().take(MOST_CHARS).collect();
        (!words.is_empty()).then(|| Self {
            mode,
            query: wenyuan_search::Query::parse(&words),
            words,
        })
    }

    /// Finds the words in each of `texts`: as they stand, or, when they stand
    /// so nowhere, each by itself.
    pub(super) fn search(words: &str, texts: &[(u32, String)]) -> (Mode, Vec<Vec<Range<usize>>>) {
        for mode in [Mode::Literal, Mode::Words] {
            let Some(finder) = Self::new(words, mode) else {
                break;
            };
            let hits: Vec<_> = texts.iter().map(|(_, text)| finder.hits(text)).collect();
            if hits.iter().any(|hits| !hits.is_empty()) {
                return (mode, hits);
            }
        }
        (Mode::Literal, vec![Vec::new(); texts.len()])
    }

    fn hits(&self, text: &str) -> Vec<Range<usize>> {
        match self.mode {
            Mode::Literal => wenyuan_search::find_text(&self.words, text),
            Mode::Words => wenyuan_search::mark_hits(&self.query, text),
        }
    }
}

/// What is asked: all pages for their hits, or one page for their places.
#[derive(Deserialize)]
pub(crate) struct Question {
    #[serde(default)]
    q: String,
    page: Option<u32>,
    #[serde(default)]
    mode: Mode,
}

#[derive(Serialize)]
struct Answer {
    total: usize,
    mode: Mode,
    pages: Vec<PageHits>,
}

#[derive(Serialize)]
struct PageHits {
    page: u32,
    count: usize,
    hits: Vec<Context>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Context {
    before: String,
    hit: String,
    after: String,
}

#[derive(Serialize)]
struct PagePlaces {
    page: u32,
    hits: Vec<Vec<Place>>,
}

/// Finds words in a document.
pub(crate) async fn find_in_document(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    let answer = match question.page {
        Some(number) => {
            let page = document::page(&site.db, &document, number)
                .await?
                .ok_or(WebError::NotFound)?;
            let layout = site.blobs.get(&page.layout).await?;
            let places = move || places(number, &layout, &question);
            Json(tokio::task::spawn_blocking(places).await??).into_response()
        }
        None => {
            let texts = document::page_texts(&site.db, &document).await?;
            let search = move || answer(&question.q, &texts);
            Json(tokio::task::spawn_blocking(search).await?).into_response()
        }
    };
    let headers: [(HeaderName, HeaderValue); 2] = [
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
        (
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex"),
        ),
    ];
    Ok((headers, answer).into_response())
}

fn places(number: u32, layout: &[u8], question: &Question) -> Result<PagePlaces, WebError> {
    let plain = PlainText::read(layout).map_err(|error| WebError::Internal(error.into()))?;
    let hits = Finder::new(&question.q, question.mode)
        .map(|finder| finder.hits(&plain.text))
        .unwrap_or_default();
    Ok(PagePlaces {
        page: number,
        hits: hits.iter().map(|hit| plain.places(hit)).collect(),
    })
}

fn answer(words: &str, texts: &[(u32, String)]) -> Answer {
    let (mode, hits) = Finder::search(words, texts);
    let mut room = MOST_CONTEXTS;
    let mut pages = Vec::new();
    for ((number, text), hits) in texts.iter().zip(&hits) {
        if hits.is_empty() {
            continue;
        }
        let contexts: Vec<Context> = hits
            .iter()
            .take(room)
            .map(|hit| context(text, hit))
            .collect();
        room -= contexts.len();
        pages.push(PageHits {
            page: *number,
            count: hits.len(),
            hits: contexts,
        });
    }
    Answer {
        total: pages.iter().map(|page| page.count).sum(),
        mode,
        pages,
    }
}

fn context(text: &str, hit: &Range<usize>) -> Context {
    let before = text.get(..hit.start).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .nth(AROUND - 1)
        .map_or(0, |(at, _)| at);
    let after = text.get(hit.end..).unwrap_or_default();
    Context {
        before: before.get(start..).unwrap_or_default().replace('\n', " "),
        hit: text.get(hit.clone()).unwrap_or_default().replace('\n', " "),
        after: after
            .chars()
            .take(AROUND)
            .collect::<String>()
            .replace('\n', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_is_shown_with_what_stands_around_it() {
        let text = "一二三四五六七八九十一二三四五六七八九十乡镇\n文化";
        let at = text.find("乡镇").unwrap_or_default();
        assert_eq!(
            context(text, &(at..at + 6)),
            Context {
                before: "一二三四五六七八九十一二三四五六七八九十".to_owned(),
                hit: "乡镇".to_owned(),
                after: " 文化".to_owned(),
            }
        );
        assert_eq!(context("乡镇", &(0..6)).before, "");
    }

    #[test]
    fn nothing_is_looked_for_without_words() {
        let texts = [(1, "乡镇".to_owned())];
        let answer = answer("  \n", &texts);
        assert_eq!((answer.total, answer.pages.len()), (0, 0));
        assert!(Finder::new("", Mode::Words).is_none());
    }
}
