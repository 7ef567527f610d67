//! One pass over everything that matches: the total, the best hits, and the
//! documents that facets are counted over.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::query::{EnableScoring, Scorer, Weight};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use crate::checks::Checks;
use crate::columns::Columns;
use crate::count::{Counted, Sample};
use crate::cursor::Key;
use crate::merit::{self, Factors};
use crate::plan::Plan;
use crate::{Filters, Sort};

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
    pub(crate) factors: &'a Factors,
    /// Documents in the index.
    pub(crate) documents: u64,
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

/// A plan made ready for all segments.
pub(crate) struct Weights {
    matching: Box<dyn Weight>,
    extra: Vec<Box<dyn Weight>>,
}

impl Weights {
    pub(crate) fn new(plan: &Plan, scoring: EnableScoring<'_>) -> tantivy::Result<Self> {
        let extra = match scoring {
            EnableScoring::Enabled { .. } => plan.extra.as_slice(),
            EnableScoring::Disabled { .. } => &[],
        };
        Ok(Self {
            matching: plan.matching.weight(scoring)?,
            extra: extra
                .iter()
                .map(|query| query.weight(scoring))
                .collect::<tantivy::Result<_>>()?,
        })
    }

    pub(crate) fn matches(&self, segment: &SegmentReader) -> tantivy::Result<Matches> {
        let mut extra = Vec::with_capacity(self.extra.len());
        for weight in &self.extra {
            let scorer = weight.scorer(segment, 1.0)?;
            if scorer.doc() != TERMINATED {
                extra.push((scorer.doc(), scorer));
            }
        }
        Ok(Matches {
            matching: self.matching.scorer(segment, 1.0)?,
            extra,
        })
    }
}

/// The matches of one segment, in ascending order.
pub(crate) struct Matches {
    matching: Box<dyn Scorer>,
    /// What adds to scores, each with the document it has come to.
    extra: Vec<(DocId, Box<dyn Scorer>)>,
}

impl Matches {
    /// The match at hand, or `TERMINATED`.
    pub(crate) fn doc(&self) -> DocId {
        self.matching.doc()
    }

    /// Goes on to the next match that is not before `doc`.
    pub(crate) fn seek(&mut self, doc: DocId) -> DocId {
        if self.matching.doc() < doc {
            self.matching.seek(doc);
        }
        self.matching.doc()
    }

    #[inline]
    fn advance(&mut self) -> DocId {
        self.matching.advance()
    }

    /// The score of the match at hand.
    #[inline]
    pub(crate) fn score(&mut self, doc: DocId) -> f32 {
        let mut score = self.matching.score();
        for (at, scorer) in &mut self.extra {
            if *at < doc {
                *at = scorer.seek(doc);
            }
            if *at == doc {
                score += scorer.score();
            }
        }
        score
    }
}

/// Looks through one segment.
pub(crate) fn gather(
    ask: &Ask<'_>,
    weights: &Weights,
    segment: (u32, &SegmentReader),
    columns: &Columns,
) -> tantivy::Result<Found> {
    let (ordinal, reader) = segment;
    let checks = Checks::new(ask.filters, columns)?;
    let mut matches = weights.matches(reader)?;
    let alive = reader.alive_bitset();
    let mut found = Found::default();
    let share = reader.max_doc() as f32 / ask.documents.max(1) as f32;
    let mut sample = Sample::of_share(share.min(1.0));
    let mut best = Best {
        ask,
        columns,
        segment: ordinal,
        heap: BinaryHeap::new(),
    };
    let mut doc = matches.doc();
    while doc != TERMINATED {
        if alive.is_none_or(|alive| alive.is_alive(doc)) {
            found.matched += 1;
            let misses = checks.misses(doc);
            if misses == 0 {
                found.total += 1;
                let score = if ask.scored { matches.score(doc) } else { 0.0 };
                best.offer(doc, score);
            }
            if ask.count && misses.count_ones() <= 1 {
                sample.offer(doc, misses);
            }
        }
        doc = matches.advance();
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
        if full && self.cannot_enter(score, merit::MOST) {
            return;
        }
        let factor = if self.ask.scored {
            let standing = self.columns.standing.first(doc).unwrap_or(0);
            self.ask.factors.of_standing(standing)
        } else {
            1.0
        };
        if full && self.cannot_enter(score, factor) {
            return;
        }
        let mut key = key(self.ask, self.columns, doc, score * factor);
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

    /// Whether even with that factor a score comes too late. Spares most
    /// documents the reading of columns.
    #[inline]
    fn cannot_enter(&self, score: f32, factor: f32) -> bool {
        let Some(Reverse(least)) = self.heap.peek() else {
            return true;
        };
        self.ask.scored
            && !matches!(self.ask.bound, Bound::Before(_))
            && score * factor < least.key.score()
    }
}

/// What a document is ordered by whose score, with its factor, is known.
fn key(ask: &Ask<'_>, columns: &Columns, doc: DocId, score: f32) -> Key {
    let rank = match ask.sort {
        Sort::Relevance => u64::from(score.max(0.0).to_bits()),
        Sort::Newest => 0,
        Sort::MostRead => u64::try_from(columns.views.first(doc).unwrap_or(0)).unwrap_or(0),
    };
    Key {
        rank,
        published_at: columns.published.first(doc).unwrap_or(0),
        id: columns.ids.first(doc).unwrap_or(0),
    }
}

/// What a document is ordered by, if it matches.
pub(crate) fn key_of(
    ask: &Ask<'_>,
    weights: &Weights,
    reader: &SegmentReader,
    columns: &Columns,
    doc: DocId,
) -> tantivy::Result<Option<Key>> {
    let mut matches = weights.matches(reader)?;
    if matches.seek(doc) != doc {
        return Ok(None);
    }
    let mut score = 0.0;
    if ask.scored {
        let standing = columns.standing.first(doc).unwrap_or(0);
        score = matches.score(doc) * ask.factors.of_standing(standing);
    }
    Ok(Some(key(ask, columns, doc, score)))
}
