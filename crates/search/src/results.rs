//! What a search is narrowed by and what it gives back.

use serde::{Deserialize, Serialize};

/// Most hits one search hands out.
pub const MAX_LIMIT: usize = 100;
/// Furthest offset one search goes to.
pub const MAX_OFFSET: usize = 10_000;

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
}

/// One page of hits, and counts over all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// How many documents match query and filters.
    pub total: usize,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// How many match by format, most first; the format filter does not
    /// narrow these, so that the others can be offered.
    pub formats: Vec<(String, usize)>,
    /// How many match by category id (ancestors count their descendants),
    /// most first.
    pub categories: Vec<(i64, usize)>,
    /// True when nothing matched every word and documents matching some of
    /// them are shown instead.
    pub relaxed: bool,
    /// Milliseconds spent.
    pub took_ms: f64,
}
