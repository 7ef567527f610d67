//! The newest documents of a search as an Atom feed, for readers of feeds.
//!
//! It holds what the search page shows to everybody and nothing of the texts.

use super::params::Params;
use crate::error::WebError;
use crate::layout::Reader;
use crate::seo::{escape, rfc3339};
use crate::site::Site;
use crate::url;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use std::sync::Arc;
use wenyuan_domain::document::{self, Card};
use wenyuan_domain::{Timestamp, category};
use wenyuan_search::Sort;

const ENTRIES: usize = 30;

/// What a feed says of itself.
struct Head {
    title: String,
    page: String,
    address: String,
}

/// Shows the newest documents that a search finds.
pub(crate) async fn show_feed(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Query(params): Query<Params>,
) -> Result<Response, WebError> {
    let words = params.words();
    let query = wenyuan_search::Query::parse(&words);
    let tree = category::tree(&site.db).await?;
    let filters = params.filters(&tree);
    let index = site.index.clone();
    let results = tokio::task::spawn_blocking(move || {
        index.search(&query, &filters, Sort::Newest, 0, ENTRIES)
    })
    .await??;
    // Something like it is not what the subscriber waits for.
    let ids: Vec<i64> = match results.relaxed {
        true => Vec::new(),
        false => results.hits.iter().map(|hit| hit.id).collect(),
    };
    let cards = document::by_ids(&site.db, &ids).await?;
    let t = reader.t;
    let what = match words.is_empty() {
        true => t.get("search-all"),
        false => t.with("search-title", "words", &words),
    };
    let head = Head {
        title: format!("{what} — {}", site.name(t.lang)),
        page: reader.absolute(&params.url_with(|_| {})),
        address: reader.absolute(reader.path()),
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/atom+xml; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
        (
            header::VARY,
            HeaderValue::from_static("Accept-Language, Cookie"),
        ),
    ];
    let body = feed(&head, &cards, |path| reader.absolute(path));
    Ok((headers, body).into_response())
}

fn feed(head: &Head, cards: &[Card], absolute: impl Fn(&str) -> String) -> String {
    let changed = cards.iter().map(published).max().unwrap_or(Timestamp(0));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>{address}</id>\n<title>{title}</title>\n<updated>{updated}</updated>\n\
         <link rel=\"self\" href=\"{address}\"/>\n<link href=\"{page}\"/>\n",
        address = xml(&head.address),
        title = xml(&head.title),
        page = xml(&head.page),
        updated = rfc3339(changed),
    );
    for card in cards {
        let address = xml(&absolute(&url::document(card.id)));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<entry><id>{address}</id><title>{title}</title><link href=\"{address}\"/>\
             <author><name>{author}</name></author><published>{published}</published>\
             <updated>{updated}</updated><summary>{summary}</summary></entry>",
            title = xml(&card.title),
            author = xml(&card.owner_name),
            published = rfc3339(published(card)),
            updated = rfc3339(published(card).max(card.updated_at)),
            summary = xml(&card.description),
        );
    }
    out.push_str("</feed>\n");
    out
}

fn published(card: &Card) -> Timestamp {
    card.published_at.unwrap_or(card.created_at)
}

/// XML has no place for control characters, escaped or not.
fn xml(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r') || !c.is_control();
    escape(&text.chars().filter(allowed).collect::<String>())
}
