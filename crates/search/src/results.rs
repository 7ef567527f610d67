//! What a search is narrowed by and what it gives back.

use serde::{Deserialize, Serialize};

use crate::{Cursor, Query};

/// Most hits one search hands out.
pub const MAX_LIMIT: usize = 100;
/// Furthest offset one search goes to.
pub const MAX_OFFSET: usize = 10_000;
/// The ranges that pages are counted in: least and most, both included.
pub const PAGE_RANGES: [(u32, u32); 4] = [(0, 5), (6, 20), (21, 100), (101, u32::MAX)];

/// A search.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What is looked for.
    pub query: Query,
    /// What it is narrowed by.
    pub filters: Filters,
    /// The order.
    pub sort: Sort,
    /// Where the hits begin.
    pub start: Start,
    /// Hits wanted; cut to [`MAX_LIMIT`].
    pub limit: usize,
}

/// Where a page of hits begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Start {
    /// At the best.
    #[default]
    First,
    /// So many hits down; cut to [`MAX_OFFSET`].
    Offset(usize),
    /// Behind the hit of the cursor.
    After(Cursor),
    /// Such that it ends before the hit of the cursor.
    Before(Cursor),
}

/// Narrows a search; every part that is set must hold.
///
/// It may be stored (with a saved search), so what is added later must have a
/// default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// `docx`, `pdf`, …
    pub format: Option<String>,
    /// Id of a category; documents of its descendants match too.
    pub category: Option<i64>,
    /// Least and most pages, both included.
    pub pages: Option<(u32, u32)>,
    /// Earliest and latest publication, microseconds since 1970, both included.
    pub published: Option<(i64, i64)>,
    /// `zh`, `en` or `und`.
    pub language: Option<String>,
    /// Who may download it.
    pub price: Option<Price>,
    /// Name of the author, as shown.
    pub author: Option<String>,
    /// All copies of one text, each as a hit of its own.
    pub cluster: Option<u64>,
}

/// Who may download a document, as far as a search tells apart.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Price {
    /// Everybody.
    #[default]
    Everyone,
    /// Whoever has an account.
    Members,
    /// Nobody: it is for reading only.
    Nobody,
}

impl Price {
    /// All of them, the cheapest first.
    pub const ALL: [Price; 3] = [Price::Everyone, Price::Members, Price::Nobody];

    /// Its name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Price::Everyone => "everyone",
            Price::Members => "members",
            Price::Nobody => "none",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Price> {
        Self::ALL.into_iter().find(|price| price.as_str() == name)
    }

    /// Its number in the index.
    pub(crate) fn code(self) -> u64 {
        match self {
            Price::Everyone => 0,
            Price::Members => 1,
            Price::Nobody => 2,
        }
    }
}

/// The order of the hits; ties go to the newer, then the higher id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By score.
    #[default]
    Relevance,
    /// By publication, newest first.
    Newest,
    /// By reads, most first.
    MostRead,
}

/// One document found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The document's id.
    pub id: i64,
    /// Its score; 0 for a search without words.
    pub score: f32,
    /// Other documents of the same text, which are no hits of their own.
    pub copies: usize,
    /// What it has in common with them; 0 when there can be none.
    pub cluster: u64,
}

/// One page of hits, and counts over all of them.
///
/// Each count by facet obeys query and filters but not the filter of that
/// facet itself, so that the other values stay on offer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// How many documents match query and filters, copies included.
    pub total: usize,
    /// True when `total` may be too high: a quoted phrase was looked up by its
    /// pieces and proved only for the best hits.
    pub approximate: bool,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// How many hits come before these.
    pub before: usize,
    /// For the page before this one, when there is one: [`Start::Before`].
    pub previous: Option<Cursor>,
    /// For the page after this one, when there may be one: [`Start::After`].
    pub next: Option<Cursor>,
    /// Counts by facet.
    pub facets: Facets,
    /// True when nothing matched every word and all that is shown matches some
    /// of them.
    pub relaxed: bool,
    /// Milliseconds spent.
    pub took_ms: f64,
}

/// Counts by facet, most first unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facets {
    /// True when these were counted over an even sample and scaled up.
    pub sampled: bool,
    /// By format.
    pub formats: Vec<(String, usize)>,
    /// By category id; ancestors count their descendants.
    pub categories: Vec<(i64, usize)>,
    /// By year of publication, newest first.
    pub years: Vec<(i32, usize)>,
    /// By [`PAGE_RANGES`], in that order.
    pub pages: [usize; PAGE_RANGES.len()],
    /// By language.
    pub languages: Vec<(String, usize)>,
    /// By who may download, in the order of [`Price::ALL`].
    pub prices: [usize; Price::ALL.len()],
    /// By author, at most eight.
    pub authors: Vec<(String, usize)>,
}
