//! One pass over everything that matches: the total, the best hits, and the
//! documents that facets are counted over.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::query::Weight;
use tantivy::{DocId, SegmentReader, TERMINATED};

use crate::checks::Checks;
use crate::columns::Columns;
use crate::count::{Counted, Sample};
use crate::cursor::Key;
use crate::{Filters, Sort, merit};

/// What one pass shall find.
pub(crate) struct Ask<'a> {
    pub(crate) filters: &'a Filters,
    pub(crate) sort: Sort,
    /// How many of the best are kept.
    pub(crate) keep: usize,
    pub(crate) bound: Bound,
    /// Whether scores mean anything (they cost time).
    pub(crate) scored: bool,
    /// Whether facets are wanted.
    pub(crate) count: bool,
    /// Days since 1970.
    pub(crate) today: i64,
}

/// Which part of the order is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    All,
    /// The best of those behind this key.
    Behind(Key),
    /// The last of those before this key.
    Before(Key),
}

/// What one pass found.
#[derive(Default)]
pub(crate) struct Found {
    /// Documents that match the query and every filter.
    pub(crate) total: usize,
    /// Documents that match the query.
    pub(crate) matched: usize,
    pub(crate) counted: Counted,
    /// Best first; with [`Bound::Before`] the nearest to the key first.
    pub(crate) top: Vec<Ranked>,
}

/// A hit and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    pub(crate) key: Key,
    pub(crate) segment: u32,
    pub(crate) doc: DocId,
}

impl Found {
    /// Puts what the segments found together.
    pub(crate) fn merged(segments: Vec<Found>, keep: usize) -> Found {
        let mut all = Found::default();
        for segment in segments {
            all.total += segment.total;
            all.matched += segment.matched;
            all.counted.add(segment.counted);
            all.top.extend(segment.top);
        }
        all.top.sort_unstable_by(|a, b| b.cmp(a));
        all.top.truncate(keep);
        all
    }
}

/// Looks through one segment.
pub(crate) fn gather(
    ask: &Ask<'_>,
    weight: &dyn Weight,
    segment: (u32, &SegmentReader),
    columns: &Columns,
) -> tantivy::Result<Found> {
    let (ordinal, reader) = segment;
    let checks = Checks::new(ask.filters, columns)?;
    let mut scorer = weight.scorer(reader, 1.0)?;
    let alive = reader.alive_bitset();
    let mut found = Found::default();
    let mut sample = Sample::default();
    let mut best = Best {
        ask,
        columns,
        segment: ordinal,
        heap: BinaryHeap::new(),
    };
    let mut doc = scorer.doc();
    while doc != TERMINATED {
        if alive.is_none_or(|alive| alive.is_alive(doc)) {
            found.matched += 1;
            let misses = checks.misses(doc);
            if misses == 0 {
                found.total += 1;
                let score = if ask.scored { scorer.score() } else { 0.0 };
                best.offer(doc, score);
            }
            if ask.count && misses.count_ones() <= 1 {
                sample.offer(doc, misses);
            }
        }
        doc = scorer.advance();
    }
    found.counted = sample.count(columns)?;
    found.top = best
        .heap
        .into_iter()
        .map(|Reverse(ranked)| ranked)
        .collect();
    Ok(found)
}

/// The best of a segment so far.
struct Best<'a> {
    ask: &'a Ask<'a>,
    columns: &'a Columns,
    segment: u32,
    heap: BinaryHeap<Reverse<Ranked>>,
}

impl Best<'_> {
    #[inline]
    fn offer(&mut self, doc: DocId, score: f32) {
        let full = self.heap.len() >= self.ask.keep;
        if full && self.cannot_enter(score) {
            return;
        }
        let mut key = key(self.ask, self.columns, doc, score);
        match self.ask.bound {
            Bound::All => {}
            Bound::Behind(last) if key >= last => return,
            Bound::Behind(_) => {}
            Bound::Before(first) if key <= first => return,
            Bound::Before(_) => key = key.flipped(),
        }
        let ranked = Ranked {
            key,
            segment: self.segment,
            doc,
        };
        if !full {
            self.heap.push(Reverse(ranked));
        } else if let Some(mut least) = self.heap.peek_mut()
            && ranked > least.0
        {
            *least = Reverse(ranked);
        }
    }

    /// Whether even with the greatest merit a score comes too late. Spares
    /// most documents the reading of columns.
    #[inline]
    fn cannot_enter(&self, score: f32) -> bool {
        let Some(Reverse(least)) = self.heap.peek() else {
            return true;
        };
        self.ask.scored
            && !matches!(self.ask.bound, Bound::Before(_))
            && score * merit::MOST < least.key.score()
    }
}

/// What a document is ordered by.
pub(crate) fn key(ask: &Ask<'_>, columns: &Columns, doc: DocId, score: f32) -> Key {
    let published_at = columns.published.first(doc).unwrap_or(0);
    let rank = match ask.sort {
        Sort::Relevance if ask.scored => {
            let merit = columns.merit.first(doc).unwrap_or(0);
            let score = score.max(0.0) * merit::factor(merit, published_at, ask.today);
            u64::from(score.to_bits())
        }
        Sort::Relevance | Sort::Newest => 0,
        Sort::MostRead => u64::try_from(columns.views.first(doc).unwrap_or(0)).unwrap_or(0),
    };
    Key {
        rank,
        published_at,
        id: columns.ids.first(doc).unwrap_or(0),
    }
}
