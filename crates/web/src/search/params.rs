//! The query of the search page, and the addresses of its variations.

use crate::url;
use serde::Deserialize;
use wenyuan_domain::Timestamp;
use wenyuan_domain::category::Tree;
use wenyuan_domain::clock::DAY;
use wenyuan_search::{Filters, PAGE_RANGES, Price, Sort, Start, year_span};

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
    /// One of [`PAGE_NAMES`].
    #[serde(default)]
    pub(super) pages: String,
    /// One of [`TIME_SPANS`].
    #[serde(default)]
    pub(super) time: String,
    /// A year of publication.
    #[serde(default)]
    pub(super) year: String,
    /// `zh`, `en` or `und`.
    #[serde(default)]
    pub(super) lang: String,
    /// Who may download: the name of a [`Price`].
    #[serde(default)]
    pub(super) price: String,
    /// An author's name, as shown.
    #[serde(default)]
    pub(super) author: String,
    /// All copies of one text.
    #[serde(default)]
    pub(super) copies: String,
    /// `newest`, `read`; by relevance when empty.
    #[serde(default)]
    pub(super) sort: String,
    /// The hits behind this place.
    #[serde(default)]
    pub(super) after: String,
    /// The hits before this place.
    #[serde(default)]
    pub(super) before: String,
}

/// The names of the page filters, in the order of [`PAGE_RANGES`].
pub(super) const PAGE_NAMES: [&str; PAGE_RANGES.len()] = ["1-5", "6-20", "21-100", "101-"];

/// The names of the time filters with the days they reach back.
pub(super) const TIME_SPANS: [(&str, i64); 3] = [("week", 7), ("month", 31), ("year", 366)];

impl Params {
    /// Returns the words without the white space around them, cut to what the
    /// search reads.
    pub(super) fn words(&self) -> String {
        self.q.trim().chars().take(256).collect()
    }

    /// Returns where the hits begin. A place that cannot be read is the
    /// beginning, and so is a page number of an old address.
    pub(super) fn start(&self) -> Start {
        if let Ok(cursor) = self.after.parse() {
            return Start::After(cursor);
        }
        self.before.parse().map_or(Start::First, Start::Before)
    }

    /// Returns the year of publication asked for.
    pub(super) fn year(&self) -> Option<i32> {
        self.year
            .parse()
            .ok()
            .filter(|year| (1..=9_999).contains(year))
    }

    /// Returns the filters for the index.
    pub(super) fn filters(&self, tree: &Tree) -> Filters {
        let pages = PAGE_NAMES.iter().position(|name| *name == self.pages);
        let span = TIME_SPANS.iter().find(|(name, _)| *name == self.time);
        let since = span.map(|(_, days)| (Timestamp::now().plus(-days * DAY).0, i64::MAX));
        Filters {
            format: some(&self.format).map(|format| format.to_lowercase()),
            category: tree.by_slug(&self.category).map(|category| category.id.0),
            pages: pages.and_then(|at| PAGE_RANGES.get(at).copied()),
            published: self.year().map(year_span).or(since),
            language: some(&self.lang).map(str::to_owned),
            price: Price::named(&self.price),
            author: some(&self.author).map(str::to_owned),
            cluster: u64::from_str_radix(&self.copies, 16).ok(),
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
        [
            &self.format,
            &self.category,
            &self.pages,
            &self.time,
            &self.year,
            &self.lang,
            &self.price,
            &self.author,
            &self.copies,
        ]
        .iter()
        .any(|filter| !filter.is_empty())
    }

    /// Returns the address of this search with one thing changed, on its first
    /// page unless that is what was changed.
    pub(super) fn url_with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut changed = self.clone();
        changed.after.clear();
        changed.before.clear();
        change(&mut changed);
        let query = [
            ("q", changed.q.trim()),
            ("format", &changed.format),
            ("category", &changed.category),
            ("pages", &changed.pages),
            ("time", &changed.time),
            ("year", &changed.year),
            ("lang", &changed.lang),
            ("price", &changed.price),
            ("author", &changed.author),
            ("copies", &changed.copies),
            ("sort", &changed.sort),
            ("after", &changed.after),
            ("before", &changed.before),
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

fn some(value: &str) -> Option<&str> {
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_filter_starts_on_the_first_page() {
        let params = Params {
            q: " 文化 站 ".to_owned(),
            format: "pdf".to_owned(),
            after: "w13.3f800000.0.7".to_owned(),
            ..Params::default()
        };
        assert_eq!(
            params.url_with(|p| p.format.clear()),
            "/search?q=%E6%96%87%E5%8C%96%20%E7%AB%99"
        );
        assert!(
            params
                .url_with(|p| "w1.2.3.4".clone_into(&mut p.before))
                .ends_with("&format=pdf&before=w1.2.3.4")
        );
    }

    #[test]
    fn nonsense_counts_as_not_given() {
        let params = Params {
            pages: "many".to_owned(),
            time: "aeon".to_owned(),
            after: "-1".to_owned(),
            before: "文".to_owned(),
            year: "abc".to_owned(),
            price: "much".to_owned(),
            copies: "xyz".to_owned(),
            ..Params::default()
        };
        let filters = params.filters(&Tree::default());
        assert_eq!(filters, Filters::default());
        assert_eq!(params.start(), Start::First);
        assert_eq!(params.order(), Sort::Newest);
    }
}
