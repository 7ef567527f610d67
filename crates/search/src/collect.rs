//! One pass over everything that matches: total, counts by facet, best hits.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::Sort;
use crate::schema::{CATEGORY, FORMAT, ID, PUBLISHED, VIEWS};

/// Collects [`Found`].
pub(crate) struct FacetedTop {
    pub(crate) sort: Sort,
    /// How many of the best are kept.
    pub(crate) keep: usize,
    /// Only documents of this format are hits; the others count as a facet.
    pub(crate) format: Option<String>,
    /// Whether scores mean anything (they cost time).
    pub(crate) scored: bool,
}

/// What one pass found.
#[derive(Default)]
pub(crate) struct Found {
    /// Documents of the format asked for.
    pub(crate) total: usize,
    /// Documents of any format.
    pub(crate) matched: usize,
    pub(crate) formats: HashMap<String, usize>,
    pub(crate) categories: HashMap<i64, usize>,
    /// Best first.
    pub(crate) top: Vec<Ranked>,
}

/// A hit by what it is ordered by; the greatest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    /// Bits of the score, which order like the score because it is not
    /// negative; or reads; or nothing.
    rank: u64,
    published_at: i64,
    pub(crate) id: i64,
}

impl Ranked {
    pub(crate) fn score(&self) -> f32 {
        f32::from_bits(u32::try_from(self.rank).unwrap_or(0))
    }
}

impl Collector for FacetedTop {
    type Fruit = Found;
    type Child = SegmentFacetedTop;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentFacetedTop> {
        let columns = segment.fast_fields();
        let formats = columns.str(FORMAT)?;
        let wanted = match (&self.format, &formats) {
            (Some(format), Some(column)) => {
                let ordinal = column.dictionary().term_ord(format.as_bytes())?;
                Wanted::Format(ordinal)
            }
            (Some(_), None) => Wanted::Format(None),
            (None, _) => Wanted::Every,
        };
        let format_count = formats
            .as_ref()
            .map_or(0, |column| column.dictionary().num_terms());
        let categories = columns.i64(CATEGORY)?;
        Ok(SegmentFacetedTop {
            sort: self.sort,
            keep: self.keep,
            wanted,
            ids: columns.i64(ID)?,
            published: columns.i64(PUBLISHED)?,
            views: columns.i64(VIEWS)?,
            format_counts: vec![0; format_count],
            formats,
            category_counts: Counts::new(categories.min_value(), categories.max_value()),
            categories,
            matched: 0,
            total: 0,
            top: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.scored
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Found>>) -> tantivy::Result<Found> {
        let mut all = Found::default();
        for segment in segments {
            let segment = segment?;
            all.total += segment.total;
            all.matched += segment.matched;
            for (format, count) in segment.formats {
                *all.formats.entry(format).or_default() += count;
            }
            for (category, count) in segment.categories {
                *all.categories.entry(category).or_default() += count;
            }
            all.top.extend(segment.top);
        }
        all.top.sort_unstable_by(|a, b| b.cmp(a));
        all.top.truncate(self.keep);
        Ok(all)
    }
}

enum Wanted {
    Every,
    /// The format's number in this segment, if it has any such document.
    Format(Option<u64>),
}

pub(crate) struct SegmentFacetedTop {
    sort: Sort,
    keep: usize,
    wanted: Wanted,
    ids: Column<i64>,
    published: Column<i64>,
    views: Column<i64>,
    formats: Option<StrColumn>,
    format_counts: Vec<usize>,
    categories: Column<i64>,
    category_counts: Counts,
    matched: usize,
    total: usize,
    top: BinaryHeap<Reverse<Ranked>>,
}

impl SegmentFacetedTop {
    fn offer(&mut self, doc: DocId, score: Score) {
        let rank = match self.sort {
            Sort::Relevance => u64::from(score.max(0.0).to_bits()),
            Sort::Newest => 0,
            Sort::MostRead => u64::try_from(self.views.first(doc).unwrap_or(0)).unwrap_or(0),
        };
        let full = self.top.len() >= self.keep;
        if full && self.top.peek().is_none_or(|least| rank < least.0.rank) {
            return;
        }
        let ranked = Ranked {
            rank,
            published_at: self.published.first(doc).unwrap_or(0),
            id: self.ids.first(doc).unwrap_or(0),
        };
        if !full {
            self.top.push(Reverse(ranked));
        } else if let Some(mut least) = self.top.peek_mut()
            && ranked > least.0
        {
            *least = Reverse(ranked);
        }
    }
}

impl SegmentCollector for SegmentFacetedTop {
    type Fruit = tantivy::Result<Found>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.matched += 1;
        let format = self
            .formats
            .as_ref()
            .and_then(|column| column.ords().first(doc));
        let counter = format
            .and_then(|ordinal| usize::try_from(ordinal).ok())
            .and_then(|ordinal| self.format_counts.get_mut(ordinal));
        if let Some(count) = counter {
            *count += 1;
        }
        if let Wanted::Format(wanted) = self.wanted
            && (wanted.is_none() || wanted != format)
        {
            return;
        }
        self.total += 1;
        for category in self.categories.values_for_doc(doc) {
            self.category_counts.add(category);
        }
        self.offer(doc, score);
    }

    fn harvest(self) -> tantivy::Result<Found> {
        let mut formats = HashMap::new();
        if let Some(column) = &self.formats {
            for (ordinal, &count) in self.format_counts.iter().enumerate() {
                let mut name = String::new();
                if count > 0 && column.ord_to_str(ordinal as u64, &mut name)? {
                    formats.insert(name, count);
                }
            }
        }
        Ok(Found {
            total: self.total,
            matched: self.matched,
            formats,
            categories: self.category_counts.into_map(),
            top: self.top.into_iter().map(|Reverse(ranked)| ranked).collect(),
        })
    }
}

/// Counts by small integer: an array when the ids lie close together, as
/// serial ids do, a map otherwise.
struct Counts {
    least: i64,
    dense: Vec<usize>,
    sparse: HashMap<i64, usize>,
}

/// Widest range of ids that gets an array (half a megabyte).
const DENSE_RANGE: i64 = 65_536;

impl Counts {
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

    fn into_map(self) -> HashMap<i64, usize> {
        let mut map = self.sparse;
        let keys = self.least..;
        map.extend(keys.zip(self.dense).filter(|&(_, count)| count > 0));
        map
    }
}
