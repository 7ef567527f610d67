//! The query of the search page, and the addresses of its variations.

use crate::url;
use serde::Deserialize;
use wenyuan_domain::Timestamp;
use wenyuan_domain::category::Tree;
use wenyuan_domain::clock::DAY;
use wenyuan_search::{Filters, MAX_OFFSET, Sort};

/// Hits on one page.
pub(super) const PER_PAGE: usize = 20;

/// What the reader asked for. What is not understood is as if not given.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Params {
    /// The words.
    #[serde(default)]
    pub(super) q: String,
    /// `docx`, …
    #[serde(default)]
    pub(super) format: String,
    /// A category's slug.
    #[serde(default)]
    pub(super) category: String,
    /// One of [`PAGE_RANGES`].
    #[serde(default)]
    pub(super) pages: String,
    /// One of [`TIME_SPANS`].
    #[serde(default)]
    pub(super) time: String,
    /// `newest`, `read`; by relevance when empty.
    #[serde(default)]
    pub(super) sort: String,
    /// The page of hits, from 1.
    #[serde(default)]
    pub(super) page: String,
}

/// The names of the page filters with the least and most pages.
pub(super) const PAGE_RANGES: [(&str, (u32, u32)); 4] = [
    ("1-5", (1, 5)),
    ("6-20", (6, 20)),
    ("21-100", (21, 100)),
    ("101-", (101, u32::MAX)),
];

/// The names of the time filters with the days they reach back.
pub(super) const TIME_SPANS: [(&str, i64); 3] = [("week", 7), ("month", 31), ("year", 366)];

impl Params {
    /// Returns the words without the white space around them, cut to what the
    /// search reads.
    pub(super) fn words(&self) -> String {
        self.q.trim().chars().take(256).collect()
    }

    /// Returns the page asked for, from 1.
    pub(super) fn page(&self) -> usize {
        let last = MAX_OFFSET / PER_PAGE;
        self.page.parse().unwrap_or(1).clamp(1, last)
    }

    /// Returns the filters for the index.
    pub(super) fn filters(&self, tree: &Tree) -> Filters {
        let pages = PAGE_RANGES.iter().find(|(name, _)| *name == self.pages);
        let span = TIME_SPANS.iter().find(|(name, _)| *name == self.time);
        Filters {
            format: (!self.format.is_empty()).then(|| self.format.to_lowercase()),
            category: tree.by_slug(&self.category).map(|category| category.id.0),
            pages: pages.map(|(_, range)| *range),
            published: span.map(|(_, days)| {
                let since = Timestamp::now().plus(-days * DAY);
                (since.0, i64::MAX)
            }),
            ..Filters::default()
        }
    }

    /// Returns the order; without words there is no relevance to go by.
    pub(super) fn order(&self) -> Sort {
        match self.sort.as_str() {
            "newest" => Sort::Newest,
            "read" => Sort::MostRead,
            _ if self.q.trim().is_empty() => Sort::Newest,
            _ => Sort::Relevance,
        }
    }

    /// Returns whether any filter is set.
    pub(super) fn is_filtered(&self) -> bool {
        [&self.format, &self.category, &self.pages, &self.time]
            .iter()
            .any(|filter| !filter.is_empty())
    }

    /// Returns the address of this search with one thing changed, on its first
    /// page unless that is what was changed.
    pub(super) fn url_with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.page.clear();
        change(&mut changed);
        let query = [
            ("q", changed.q.trim()),
            ("format", &changed.format),
            ("category", &changed.category),
            ("pages", &changed.pages),
            ("time", &changed.time),
            ("sort", &changed.sort),
            ("page", &changed.page),
        ]
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", url::encode(value)))
        .collect::<Vec<_>>()
        .join("&");
        if query.is_empty() {
            "/search".to_owned()
        } else {
            format!("/search?{query}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_filter_starts_on_the_first_page() {
        let params = Params {
            q: " 文化 站 ".to_owned(),
            format: "pdf".to_owned(),
            page: "3".to_owned(),
            ..Params::default()
        };
        assert_eq!(
            params.url_with(|p| p.format.clear()),
            "/search?q=%E6%96%87%E5%8C%96%20%E7%AB%99"
        );
        assert!(
            params
                .url_with(|p| "4".clone_into(&mut p.page))
                .ends_with("&format=pdf&page=4")
        );
    }

    #[test]
    fn nonsense_counts_as_not_given() {
        let params = Params {
            pages: "many".to_owned(),
            time: "aeon".to_owned(),
            page: "-1".to_owned(),
            ..Params::default()
        };
        let filters = params.filters(&Tree::default());
        assert_eq!(filters, Filters::default());
        assert_eq!(params.page(), 1);
        assert_eq!(params.order(), Sort::Newest);
    }
}
