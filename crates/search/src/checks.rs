//! Filters, put to one document at a time.
//!
//! They are not part of what the engine runs: a document that only one filter
//! keeps out still counts in that filter's own facet.

use tantivy::DocId;

use crate::Filters;
use crate::columns::{Columns, Texts};

/// One bit a filter, in what [`Checks::misses`] gives.
pub(crate) struct Bit;

impl Bit {
    pub(crate) const FORMAT: u8 = 1;
    pub(crate) const CATEGORY: u8 = 2;
    pub(crate) const PAGES: u8 = 4;
    pub(crate) const PUBLISHED: u8 = 8;
    pub(crate) const LANGUAGE: u8 = 16;
    pub(crate) const PRICE: u8 = 32;
    pub(crate) const AUTHOR: u8 = 64;
    /// No facet has this one; it counts as two misses would.
    const CLUSTER: u8 = 128;
}

/// The filters in the terms of one segment.
pub(crate) struct Checks<'a> {
    columns: &'a Columns,
    format: Option<Wanted>,
    language: Option<Wanted>,
    author: Option<Wanted>,
    category: Option<i64>,
    pages: Option<(u64, u64)>,
    published: Option<(i64, i64)>,
    price: Option<u64>,
    cluster: Option<u64>,
    any: bool,
}

/// The number that a text has in this segment, if any document has it.
type Wanted = Option<u64>;

impl<'a> Checks<'a> {
    pub(crate) fn new(filters: &Filters, columns: &'a Columns) -> tantivy::Result<Self> {
        let checks = Self {
            columns,
            format: wanted(filters.format.as_deref(), columns.formats.as_ref())?,
            language: wanted(filters.language.as_deref(), columns.languages.as_ref())?,
            author: wanted(filters.author.as_deref(), columns.authors.as_ref())?,
            category: filters.category,
            pages: filters
                .pages
                .map(|(least, most)| (u64::from(least), u64::from(most))),
            published: filters.published,
            price: filters.price.map(crate::Price::code),
            cluster: filters.cluster,
            any: false,
        };
        let any = checks.format.is_some()
            || checks.language.is_some()
            || checks.author.is_some()
            || checks.category.is_some()
            || checks.pages.is_some()
            || checks.published.is_some()
            || checks.price.is_some()
            || checks.cluster.is_some();
        Ok(Self { any, ..checks })
    }

    /// Whether there is any filter.
    pub(crate) fn any(&self) -> bool {
        self.any
    }

    /// Which filters keep a document out.
    #[inline]
    pub(crate) fn misses(&self, doc: DocId) -> u8 {
        if self.any { self.look(doc) } else { 0 }
    }

    fn look(&self, doc: DocId) -> u8 {
        let columns = self.columns;
        let mut misses = 0;
        let mut check = |bit: u8, holds: bool| misses |= if holds { 0 } else { bit };
        if let Some(wanted) = self.format {
            check(Bit::FORMAT, has(columns.formats.as_ref(), doc, wanted));
        }
        if let Some(wanted) = self.language {
            check(Bit::LANGUAGE, has(columns.languages.as_ref(), doc, wanted));
        }
        if let Some(wanted) = self.author {
            check(Bit::AUTHOR, has(columns.authors.as_ref(), doc, wanted));
        }
        if let Some(category) = self.category {
            let mut path = columns.categories.values_for_doc(doc);
            check(Bit::CATEGORY, path.any(|id| id == category));
        }
        if let Some((least, most)) = self.pages {
            let pages = columns.pages.first(doc).unwrap_or(0);
            check(Bit::PAGES, least <= pages && pages <= most);
        }
        if let Some((from, to)) = self.published {
            let at = columns.published.first(doc).unwrap_or(0);
            check(Bit::PUBLISHED, from <= at && at <= to);
        }
        if let Some(price) = self.price {
            check(Bit::PRICE, columns.prices.first(doc) == Some(price));
        }
        if let Some(cluster) = self.cluster {
            check(Bit::CLUSTER, columns.cluster.first(doc) == Some(cluster));
        }
        misses
    }
}

fn wanted(text: Option<&str>, column: Option<&Texts>) -> tantivy::Result<Option<Wanted>> {
    let Some(text) = text else { return Ok(None) };
    let Some(column) = column else {
        return Ok(Some(None));
    };
    Ok(Some(column.column.dictionary().term_ord(text.as_bytes())?))
}

fn has(column: Option<&Texts>, doc: DocId, wanted: Wanted) -> bool {
    wanted.is_some() && column.and_then(|column| column.column.ords().first(doc)) == wanted
}
