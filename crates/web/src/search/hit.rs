//! A document found: its title with the words marked, and a snippet.

use crate::card::CardView;
use crate::error::WebError;
use crate::locale::Locale;
use crate::site::Site;
use crate::url;
use futures::future::try_join_all;
use std::ops::Range;
use wenyuan_domain::document::Card;
use wenyuan_search::{Fragment, Hit, Query, Snippet, mark_hits, snippet};

/// A document found, ready for the template.
pub(super) struct HitView {
    /// As in any list.
    pub(super) card: CardView,
    /// The title, cut where marking begins or ends.
    pub(super) title: Vec<Fragment>,
    /// A piece of its text with the words in it.
    pub(super) snippet: Option<SnippetView>,
    /// Other documents of the same text, and the search that lists them all.
    pub(super) copies: Option<(String, String)>,
}

/// A piece of text with the words marked.
pub(super) struct SnippetView {
    /// The page it stands on.
    pub(super) page: u32,
    /// That page, with the words marked.
    pub(super) url: String,
    /// The text, cut where marking begins or ends.
    pub(super) fragments: Vec<Fragment>,
}

const SNIPPET_CHARS: usize = 140;

/// Prepares the hits. A snippet comes only from pages that a stranger may
/// read, whoever searches.
pub(super) async fn hits(
    site: &Site,
    cards: Vec<Card>,
    found: &[Hit],
    words: &str,
    query: &Query,
    t: &Locale,
) -> Result<Vec<HitView>, WebError> {
    let texts = if query.is_empty() {
        vec![Vec::new(); cards.len()]
    } else {
        try_join_all(cards.iter().map(|card| card.preview_texts(&site.db))).await?
    };
    let query = query.clone();
    let marked = tokio::task::spawn_blocking(move || {
        cards
            .into_iter()
            .zip(texts)
            .map(|(card, texts)| mark(card, &texts, &query))
            .collect::<Vec<_>>()
    })
    .await?;
    Ok(marked
        .into_iter()
        .map(|(card, title, snippet)| HitView {
            title,
            snippet: snippet.map(|snippet| SnippetView {
                page: snippet.page,
                url: url::document_hit(card.id, words, snippet.page),
                fragments: snippet.fragments,
            }),
            copies: found
                .iter()
                .find(|hit| hit.id == card.id.0 && hit.copies > 0)
                .map(|hit| {
                    let url = format!("/search?copies={:x}", hit.cluster);
                    (t.with("search-copies", "count", hit.copies), url)
                }),
            card: CardView::new(&card, t),
        })
        .collect())
}

fn mark(
    card: Card,
    texts: &[(u32, String)],
    query: &Query,
) -> (Card, Vec<Fragment>, Option<Snippet>) {
    let pages: Vec<(u32, &str)> = texts.iter().map(|(n, text)| (*n, text.as_str())).collect();
    let found = snippet(query, &pages, SNIPPET_CHARS);
    let title = fragments(&card.title, &mark_hits(query, &card.title));
    (card, title, found)
}

/// Cuts `text` at the ends of `hits`, which are in order and apart.
fn fragments(text: &str, hits: &[Range<usize>]) -> Vec<Fragment> {
    let mut pieces = Vec::with_capacity(hits.len() * 2 + 1);
    let mut push = |range: Range<usize>, hit: bool| {
        let piece = text.get(range).unwrap_or_default();
        if !piece.is_empty() {
            pieces.push(Fragment {
                text: piece.to_owned(),
                hit,
            });
        }
    };
    let mut end = 0;
    for hit in hits {
        push(end..hit.start, false);
        push(hit.clone(), true);
        end = hit.end;
    }
    push(end..text.len(), false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_at_its_hits() {
        let show = |hits: &[Range<usize>]| {
            fragments("乡镇文化站", hits)
                .into_iter()
                .map(|f| {
                    if f.hit {
                        format!("[{}]", f.text)
                    } else {
                        f.text
                    }
                })
                .collect::<String>()
        };
        assert_eq!(show(&[]), "乡镇文化站");
        assert_eq!(show(std::slice::from_ref(&(6..12))), "乡镇[文化]站");
        assert_eq!(show(&[0..6, 12..15]), "[乡镇]文化[站]");
    }
}
