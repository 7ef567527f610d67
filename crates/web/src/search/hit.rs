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

/// Pages that are read at once for a snippet, and at most: a book of thousands
/// must not be read through for one line.
const CHUNK_PAGES: u32 = 40;
const MOST_PAGES: u32 = 400;
/// Bytes of text after which no further pages are read.
const MOST_BYTES: usize = 2_000_000;

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
    let snippets = try_join_all(cards.iter().map(|card| snippet_of(site, card, query))).await?;
    let views = cards.iter().zip(snippets).map(|(card, snippet)| HitView {
        title: fragments(&card.title, &mark_hits(query, &card.title)),
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
        card: CardView::new(card, t),
    });
    Ok(views.collect())
}

/// Looks for a snippet in one chunk of pages after the other, and takes the
/// best of the first that has any.
async fn snippet_of(site: &Site, card: &Card, query: &Query) -> Result<Option<Snippet>, WebError> {
    if query.is_empty() {
        return Ok(None);
    }
    let (mut after, mut bytes) = (0, 0);
    while after < MOST_PAGES && bytes < MOST_BYTES {
        let texts = card
            .preview_texts_after(&site.db, after, CHUNK_PAGES)
            .await?;
        if texts.is_empty() {
            break;
        }
        bytes += texts.iter().map(|(_, text)| text.len()).sum::<usize>();
        let query = query.clone();
        let found = tokio::task::spawn_blocking(move || {
            let pages: Vec<(u32, &str)> =
                texts.iter().map(|(n, text)| (*n, text.as_str())).collect();
            snippet(&query, &pages, SNIPPET_CHARS)
        })
        .await?;
        if found.is_some() {
            return Ok(found);
        }
        after += CHUNK_PAGES;
    }
    Ok(None)
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
