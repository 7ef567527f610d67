//! Lists to leaf through: categories, a category, a tag, an author, trending.

mod author;
mod categories;
mod category;
mod tag;
mod trending;

pub(crate) use author::show_author;
pub(crate) use categories::list_categories;
pub(crate) use category::show_category;
pub(crate) use tag::show_tag;
pub(crate) use trending::show_trending;

use crate::card::CardView;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use serde::Deserialize;
use wenyuan_domain::Timestamp;
use wenyuan_domain::document::{Card, Cursor};

/// Documents on one page of a list.
pub(crate) const PER_PAGE: u32 = 24;

/// The query of a list: where it begins.
#[derive(Default, Deserialize)]
pub(crate) struct Position {
    after: Option<String>,
}

impl Position {
    /// Returns the cursor; what is not one means the beginning.
    pub(crate) fn cursor(&self) -> Cursor {
        let after = self.after.as_deref().and_then(|after| after.parse().ok());
        after.unwrap_or(Cursor::START)
    }

    fn is_start(&self) -> bool {
        self.cursor() == Cursor::START
    }
}

/// One page of a list.
pub(crate) struct Listing {
    pub(crate) cards: Vec<CardView>,
    /// The query of the next page; none on the last.
    pub(crate) next: Option<String>,
    /// Whether this is not the first page.
    pub(crate) is_continued: bool,
}

impl Listing {
    /// Cuts what was found for `PER_PAGE + 1` documents into a page.
    pub(crate) fn new(found: Vec<Card>, position: &Position, t: &Locale) -> Self {
        let keyed = found
            .into_iter()
            .map(|card| {
                let key = Cursor::after(&card).key;
                (card, Timestamp(key))
            })
            .collect();
        Self::by_key(keyed, position, t)
    }

    /// The same for a list in another order, with the keys of its cursor.
    fn by_key(mut found: Vec<(Card, Timestamp)>, position: &Position, t: &Locale) -> Self {
        let per_page = PER_PAGE as usize;
        let has_more = found.len() > per_page;
        found.truncate(per_page);
        let next = found.last().filter(|_| has_more).map(|(card, key)| {
            let (key, id) = (key.0, card.id.0);
            format!("?after={}", Cursor { key, id })
        });
        Self {
            cards: found
                .iter()
                .map(|(card, _)| CardView::new(card, t))
                .collect(),
            next,
            is_continued: !position.is_start(),
        }
    }

    /// Returns what stands around the list. Search engines find documents by
    /// the sitemap; the second page of a list, or an empty one, helps nobody.
    fn layout(&self, reader: &Reader) -> Layout {
        if self.is_continued || self.cards.is_empty() {
            reader.layout().unlisted()
        } else {
            reader.layout()
        }
    }
}
