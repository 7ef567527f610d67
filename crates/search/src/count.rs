//! Facets: counting over what matched.
//!
//! Documents are gathered first and counted after, column by column. When a
//! segment has more matches than its share of [`MOST`], every second, fourth, …
//! match is kept, so the cost is bounded; the counts are scaled up and marked
//! as estimates. Which are kept depends only on the segment: the same search
//! counts the same.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use tantivy::DocId;
use tantivy::columnar::Column;

use crate::Price;
use crate::checks::Bit;
use crate::columns::{Columns, Texts};
use crate::results::{Facets, PAGE_RANGES};

/// Matches that are counted one by one, over all segments.
pub(crate) const MOST: usize = 24_000;
/// The least share of a segment.
const LEAST_SHARE: usize = 512;
/// Authors of a segment that are counted.
const AUTHORS_OF_SEGMENT: usize = 32;
/// Authors that are given.
const AUTHORS: usize = 8;

/// An even sample of matches, with the filters each of them misses.
pub(crate) struct Sample {
    kept: Vec<(DocId, u8)>,
    /// How many are kept at most.
    most: usize,
    /// Every `stride`th is kept.
    stride: usize,
    /// Matches until the next is kept.
    skip: usize,
}

impl Sample {
    /// For a segment that holds `share` of all documents (0 to 1).
    pub(crate) fn of_share(share: f32) -> Self {
        Self {
            kept: Vec::new(),
            most: ((MOST as f32 * share) as usize).max(LEAST_SHARE),
            stride: 1,
            skip: 0,
        }
    }

    #[inline]
    pub(crate) fn offer(&mut self, doc: DocId, misses: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.keep(doc, misses);
    }

    /// The same as to offer each of the documents, which miss no filter.
    pub(crate) fn offer_all(&mut self, docs: &[DocId]) {
        let mut at = self.skip;
        while let Some(&doc) = docs.get(at) {
            self.skip = 0;
            self.keep(doc, 0);
            at += self.skip + 1;
        }
        self.skip = at - docs.len();
    }

    fn keep(&mut self, doc: DocId, misses: u8) {
        self.skip = self.stride - 1;
        self.kept.push((doc, misses));
        if self.kept.len() > self.most {
            let mut odd = false;
            self.kept.retain(|_| {
                odd = !odd;
                odd
            });
            // The last one seen was kept or not; the next to keep is a whole
            // stride behind the last one kept.
            self.stride *= 2;
            self.skip = if odd { self.stride } else { self.stride / 2 } - 1;
        }
    }

    /// Counts.
    pub(crate) fn count(&self, columns: &Columns) -> tantivy::Result<Counted> {
        let mut counted = Counted {
            sampled: self.stride > 1,
            ..Counted::default()
        };
        if self.kept.is_empty() {
            return Ok(counted);
        }
        let all: Vec<DocId> = self.kept.iter().map(|(doc, _)| *doc).collect();
        let narrowed = self.kept.iter().any(|(_, misses)| *misses != 0);
        let of = |bit: u8| {
            if !narrowed {
                return Cow::Borrowed(all.as_slice());
            }
            let kept = self.kept.iter().filter(|(_, misses)| misses & !bit == 0);
            kept.map(|(doc, _)| *doc).collect()
        };
        let weight = self.stride;
        let of_texts = |column: &Option<Texts>, bit, most| match column {
            Some(column) => texts(column, &of(bit), weight, most),
            None => Ok(HashMap::new()),
        };
        counted.formats = of_texts(&columns.formats, Bit::FORMAT, usize::MAX)?;
        counted.languages = of_texts(&columns.languages, Bit::LANGUAGE, usize::MAX)?;
        counted.authors = of_texts(&columns.authors, Bit::AUTHOR, AUTHORS_OF_SEGMENT)?;
        let categories = &columns.categories;
        let mut by_category = ById::new(categories.min_value(), categories.max_value());
        let (mut rows, mut docs_of_rows) = (Vec::new(), Vec::new());
        categories.row_ids_for_docs(&of(Bit::CATEGORY), &mut docs_of_rows, &mut rows);
        let mut of_rows = vec![0; rows.len()];
        categories.values.get_vals(&rows, &mut of_rows);
        for category in of_rows {
            by_category.add(category);
        }
        for (category, count) in by_category.into_counts() {
            counted.categories.insert(category, count * weight);
        }
        let published = &columns.published;
        let [first, last] = [published.min_value(), published.max_value()].map(year);
        let mut by_year = ById::new(first.into(), last.into());
        for at in firsts(published, &of(Bit::PUBLISHED)) {
            by_year.add(year(at.unwrap_or(0)).into());
        }
        for (year, count) in by_year.into_counts() {
            let year = i32::try_from(year).unwrap_or(0);
            counted.years.insert(year, count * weight);
        }
        for pages in firsts(&columns.pages, &of(Bit::PAGES)) {
            let pages = pages.unwrap_or(0);
            let range = PAGE_RANGES
                .iter()
                .position(|(_, most)| pages <= u64::from(*most));
            counted.pages[range.unwrap_or(PAGE_RANGES.len() - 1)] += weight;
        }
        for price in firsts(&columns.prices, &of(Bit::PRICE)) {
            let price = usize::try_from(price.unwrap_or(0)).unwrap_or(0);
            if let Some(count) = counted.prices.get_mut(price) {
                *count += weight;
            }
        }
        Ok(counted)
    }
}

/// Counts of some segments.
#[derive(Default)]
pub(crate) struct Counted {
    sampled: bool,
    formats: HashMap<String, usize>,
    languages: HashMap<String, usize>,
    authors: HashMap<String, usize>,
    categories: HashMap<i64, usize>,
    years: HashMap<i32, usize>,
    pages: [usize; PAGE_RANGES.len()],
    prices: [usize; Price::ALL.len()],
}

impl Counted {
    pub(crate) fn add(&mut self, other: Counted) {
        self.sampled |= other.sampled;
        join(&mut self.formats, other.formats);
        join(&mut self.languages, other.languages);
        join(&mut self.authors, other.authors);
        join(&mut self.categories, other.categories);
        join(&mut self.years, other.years);
        let mine = self.pages.iter_mut().chain(&mut self.prices);
        for (mine, other) in mine.zip(other.pages.into_iter().chain(other.prices)) {
            *mine += other;
        }
    }

    pub(crate) fn into_facets(self) -> Facets {
        let mut authors = by_count(self.authors);
        authors.retain(|(name, _)| !name.is_empty());
        authors.truncate(AUTHORS);
        let mut years: Vec<(i32, usize)> = self.years.into_iter().collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        Facets {
            sampled: self.sampled,
            formats: by_count(self.formats),
            categories: by_count(self.categories),
            years,
            pages: self.pages,
            languages: by_count(self.languages),
            prices: self.prices,
            authors,
        }
    }
}

fn join<K: Eq + Hash>(into: &mut HashMap<K, usize>, from: HashMap<K, usize>) {
    for (key, count) in from {
        *into.entry(key).or_default() += count;
    }
}

/// Most first; equal counts by key, so that the order never flickers.
fn by_count<K: Ord>(counts: impl IntoIterator<Item = (K, usize)>) -> Vec<(K, usize)> {
    let mut list: Vec<(K, usize)> = counts.into_iter().collect();
    list.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list
}

/// The first value of each document, read in one go: asking for one after the
/// other takes several times as long.
fn firsts<T: PartialOrd + Copy + Debug + Send + Sync + 'static>(
    column: &Column<T>,
    docs: &[DocId],
) -> Vec<Option<T>> {
    let mut values = vec![None; docs.len()];
    column.first_vals(docs, &mut values);
    values
}

/// Counts by the text in a column, of which the `most` most frequent are given.
fn texts(
    column: &Texts,
    docs: &[DocId],
    weight: usize,
    most: usize,
) -> tantivy::Result<HashMap<String, usize>> {
    let last = i64::try_from(column.column.dictionary().num_terms()).unwrap_or(i64::MAX) - 1;
    let mut by_ordinal = ById::new(0, last);
    for ordinal in firsts(column.column.ords(), docs).into_iter().flatten() {
        by_ordinal.add(i64::try_from(ordinal).unwrap_or(i64::MAX));
    }
    let mut counts = by_count(by_ordinal.into_counts());
    counts.truncate(most);
    let mut out = HashMap::with_capacity(counts.len());
    for (ordinal, count) in counts {
        if let Some(text) = column.name(ordinal.cast_unsigned())? {
            out.insert(text, count * weight);
        }
    }
    Ok(out)
}

/// Counts by small integer: an array when the ids lie close together, as
/// serial ids do, a map otherwise.
struct ById {
    least: i64,
    dense: Vec<usize>,
    sparse: HashMap<i64, usize>,
}

/// Widest range of ids that gets an array (32 KB).
const DENSE_RANGE: i64 = 4_096;

impl ById {
    fn new(least: i64, most: i64) -> Self {
        let range = most
            .checked_sub(least)
            .filter(|range| (0..DENSE_RANGE).contains(range))
            .and_then(|range| usize::try_from(range).ok());
        Self {
            least,
            dense: range.map_or(Vec::new(), |range| vec![0; range + 1]),
            sparse: HashMap::new(),
        }
    }

    #[inline]
    fn add(&mut self, key: i64) {
        let slot = key
            .checked_sub(self.least)
            .and_then(|at| usize::try_from(at).ok())
            .and_then(|at| self.dense.get_mut(at));
        match slot {
            Some(count) => *count += 1,
            None => *self.sparse.entry(key).or_default() += 1,
        }
    }

    fn into_counts(self) -> impl Iterator<Item = (i64, usize)> {
        let keys = self.least..;
        let dense = keys.zip(self.dense).filter(|&(_, count)| count > 0);
        dense.chain(self.sparse)
    }
}

/// The year (UTC) of a time in microseconds since 1970.
///
/// H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
fn year(microseconds: i64) -> i32 {
    let days = microseconds.div_euclid(86_400_000_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Years of this calendar begin in March.
    let next = i64::from(day_of_year >= 306);
    i32::try_from(year_of_era + era * 400 + next).unwrap_or(0)
}

/// First and last microsecond of a year (UTC), counted since 1970.
pub fn year_span(year: i32) -> (i64, i64) {
    let first = |year: i32| {
        let before = i64::from(year) - 1;
        let days = before * 365 + before.div_euclid(4) - before.div_euclid(100)
            + before.div_euclid(400)
            - 719_162;
        days.saturating_mul(86_400_000_000)
    };
    (first(year), first(year.saturating_add(1)) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_begin_where_they_begin() {
        for (at, expected) in [
            (0, 1970),
            (-1, 1969),
            (946_684_800_000_000, 2000),
            (946_684_799_999_999, 1999),
            (1_709_164_800_000_000, 2024),
            (1_735_689_599_999_999, 2024),
            (1_735_689_600_000_000, 2025),
        ] {
            assert_eq!(year(at), expected, "{at}");
        }
        for number in [0, 1900, 1969, 1970, 2000, 2024, 2100, 9_999] {
            let (first, last) = year_span(number);
            let years = [first - 1, first, last, last + 1].map(year);
            assert_eq!(years, [number - 1, number, number, number + 1]);
        }
    }

    #[test]
    fn a_sample_stays_small_and_even() {
        let mut sample = Sample::of_share(1.0);
        for doc in 0..1_000_000 {
            sample.offer(doc, 0);
        }
        assert!(sample.kept.len() <= MOST && sample.kept.len() > MOST / 2 - 2);
        let stride = u32::try_from(sample.stride).unwrap_or(0);
        assert!(sample.kept.windows(2).all(|w| w[1].0 - w[0].0 == stride));
        let mut in_blocks = Sample::of_share(1.0);
        let docs: Vec<DocId> = (0..1_000_000).collect();
        for block in docs.chunks(64) {
            in_blocks.offer_all(block);
        }
        assert_eq!(in_blocks.kept, sample.kept);
        let estimate = sample.kept.len() * sample.stride;
        assert!(estimate.abs_diff(1_000_000) <= sample.stride, "{estimate}");
    }
}
