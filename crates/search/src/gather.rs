//! Going through everything that matches: the total, the best hits, and the
//! documents that facets are counted over.
//!
//! Of words alone the engine knows what a block of documents scores at most.
//! Then three things are done apart: documents that have a word in the title
//! are looked at first, for they score most; of the others those that can still
//! come in; and all are counted without scores.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::fastfield::AliveBitSet;
use tantivy::query::{EnableScoring, Scorer, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, SegmentReader, TERMINATED};

use crate::best::{Best, Bound, Floor, Ranked, key};
use crate::checks::Checks;
use crate::columns::Columns;
use crate::count::{Counted, Sample};
use crate::cursor::Key;
use crate::merit::Factors;
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
    /// What a score must reach, as far as the segments know.
    pub(crate) floor: Floor,
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
        if keep > 0 && all.top.len() > keep {
            all.top.select_nth_unstable_by(keep - 1, |a, b| b.cmp(a));
        }
        all.top.truncate(keep);
        all.top.sort_unstable_by(|a, b| b.cmp(a));
        all
    }
}

/// A plan made ready for all segments.
pub(crate) struct Weights {
    matching: Box<dyn Weight>,
    extra: Vec<Box<dyn Weight>>,
    by_title: Option<WeightsByTitle>,
}

/// See [`ByTitle`].
struct WeightsByTitle {
    ceiling: f32,
    exact: Box<dyn Weight>,
    heads: Box<dyn Weight>,
    boost: f32,
    /// What matches, without scores.
    counting: Box<dyn Weight>,
}

/// Matches of a segment from which on the three things are done apart.
const MANY_MATCHES: u64 = 4_096;

impl Weights {
    pub(crate) fn new(plan: &Plan, scoring: EnableScoring<'_>) -> tantivy::Result<Self> {
        let extra = match scoring {
            EnableScoring::Enabled { .. } => plan.extra.as_slice(),
            EnableScoring::Disabled { .. } => &[],
        };
        let by_title = match (scoring, &plan.by_title) {
            (EnableScoring::Enabled { searcher, .. }, Some(by_title)) => {
                let unscored = EnableScoring::disabled_from_searcher(searcher);
                Some(WeightsByTitle {
                    ceiling: by_title.ceiling,
                    exact: by_title.exact.weight(scoring)?,
                    heads: by_title.heads.weight(scoring)?,
                    boost: by_title.boost,
                    counting: plan.matching.weight(unscored)?,
                })
            }
            _ => None,
        };
        Ok(Self {
            by_title,
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

    /// Whether anything adds to the score of the match at hand.
    #[inline]
    fn has_extra(&mut self, doc: DocId) -> bool {
        for (at, scorer) in &mut self.extra {
            if *at < doc {
                *at = scorer.seek(doc);
            }
            if *at == doc {
                return true;
            }
        }
        false
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
    let share = reader.max_doc() as f32 / ask.documents.max(1) as f32;
    let mut looked = Looked {
        ask,
        checks,
        alive: reader.alive_bitset(),
        found: Found::default(),
        sample: Sample::of_share(share.min(1.0)),
        best: Best {
            ask,
            columns,
            segment: ordinal,
            most: ask.factors.of_standing(columns.best_standing),
            heap: BinaryHeap::new(),
        },
    };
    let apart = match &weights.by_title {
        Some(by_title) => {
            let counting = by_title.counting.scorer(reader, 1.0)?;
            (counting.cost() >= MANY_MATCHES).then_some((by_title, counting))
        }
        None => None,
    };
    if let Some((by_title, counting)) = apart {
        looked.offer_titles(by_title, weights, reader)?;
        if !looked.best.is_above(by_title.ceiling) {
            looked.offer_others(weights, reader)?;
        }
        looked.count(counting);
    } else {
        looked.look(weights.matches(reader)?);
    }
    let mut found = looked.found;
    found.counted = looked.sample.count(columns)?;
    found.top = looked
        .best
        .heap
        .into_iter()
        .map(|Reverse(ranked)| ranked)
        .collect();
    Ok(found)
}

/// What was seen of a segment so far.
struct Looked<'a> {
    ask: &'a Ask<'a>,
    checks: Checks<'a>,
    alive: Option<&'a AliveBitSet>,
    found: Found,
    sample: Sample,
    best: Best<'a>,
}

impl Looked<'_> {
    /// Offers the matches that something adds to, as far as they can come in.
    fn offer_titles(
        &mut self,
        by_title: &WeightsByTitle,
        weights: &Weights,
        reader: &SegmentReader,
    ) -> tantivy::Result<()> {
        let mut matches = weights.matches(reader)?;
        let mut exact = by_title.exact.scorer(reader, 1.0)?;
        let mut offered = Vec::new();
        while exact.doc() != TERMINATED {
            let doc = exact.doc();
            if matches.seek(doc) == doc {
                self.offer(doc, &mut matches);
                offered.push(doc);
            }
            exact.advance();
        }
        let mut matches = weights.matches(reader)?;
        let in_head = |least: f32| (least - by_title.ceiling) / by_title.boost;
        let least = in_head(self.best.least());
        by_title
            .heads
            .for_each_pruning(least, reader, &mut |doc, _| {
                if matches.seek(doc) == doc && offered.binary_search(&doc).is_err() {
                    self.offer(doc, &mut matches);
                }
                in_head(self.best.least())
            })
    }

    /// Offers the matches that nothing adds to, as far as they can come in.
    fn offer_others(&mut self, weights: &Weights, reader: &SegmentReader) -> tantivy::Result<()> {
        let mut matches = weights.matches(reader)?;
        let least = self.best.least();
        weights
            .matching
            .for_each_pruning(least, reader, &mut |doc, _| {
                if !matches.has_extra(doc) && matches.seek(doc) == doc {
                    self.offer(doc, &mut matches);
                }
                self.best.least()
            })
    }

    fn offer(&mut self, doc: DocId, matches: &mut Matches) {
        if self.is_alive(doc) && self.checks.misses(doc) == 0 {
            let score = matches.score(doc);
            self.best.offer(doc, score);
        }
    }

    /// Counts all matches and offers them.
    fn look(&mut self, mut matches: Matches) {
        let mut doc = matches.doc();
        while doc != TERMINATED {
            if self.is_match(doc) {
                let score = if self.ask.scored {
                    matches.score(doc)
                } else {
                    0.0
                };
                self.best.offer(doc, score);
            }
            doc = matches.advance();
        }
    }

    /// Counts all matches.
    fn count(&mut self, mut matches: Box<dyn Scorer>) {
        let all_count = self.ask.count && self.alive.is_none() && !self.checks.any();
        let mut docs = [0; COLLECT_BLOCK_BUFFER_LEN];
        loop {
            let filled = matches.fill_buffer(&mut docs);
            let docs = &docs[..filled];
            if all_count {
                self.found.matched += filled;
                self.found.total += filled;
                self.sample.offer_all(docs);
            } else {
                for &doc in docs {
                    self.is_match(doc);
                }
            }
            if filled < COLLECT_BLOCK_BUFFER_LEN {
                return;
            }
        }
    }

    fn is_alive(&self, doc: DocId) -> bool {
        self.alive.is_none_or(|alive| alive.is_alive(doc))
    }

    /// Counts a match of the query; whether it passes the filters.
    #[inline]
    fn is_match(&mut self, doc: DocId) -> bool {
        if !self.is_alive(doc) {
            return false;
        }
        self.found.matched += 1;
        let misses = self.checks.misses(doc);
        if misses == 0 {
            self.found.total += 1;
        }
        if self.ask.count && misses.count_ones() <= 1 {
            self.sample.offer(doc, misses);
        }
        misses == 0
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cursor::Key;
    use crate::plan::{Mode, Planner};
    use crate::schema::Fields;
    use crate::{Entry, Index, Query};

    const DOCUMENTS: i64 = 9_000;

    /// Words in all, in every other, in every third text; some in titles.
    fn library(index: &Index) {
        let mut writer = index.writer().unwrap();
        for id in 0..DOCUMENTS {
            let has = |every: i64, word: &str| {
                if id % every == 0 {
                    word.to_owned()
                } else {
                    String::new()
                }
            };
            let again = "总结。".repeat(usize::try_from(id % 7).unwrap());
            let entry = Entry {
                id,
                title: format!("{}{}第{id}号", has(5, "文化"), has(11, "总结")),
                body: vec![format!(
                    "{}，{}，{again}总结。",
                    has(2, "文化"),
                    has(3, "教育")
                )],
                published_at: id * 1_000_000_000_000,
                views: id % 50,
                ..Entry::default()
            };
            writer.put(&entry).unwrap();
        }
        writer.finish().unwrap();
    }

    #[test]
    fn what_is_pruned_is_what_would_not_have_come_in() {
        let dir = tempfile::TempDir::new().unwrap();
        let index = Index::open(&dir.path().join("index")).unwrap();
        library(&index);
        let mut writer = index.writer().unwrap();
        writer.remove(110).unwrap();
        writer.commit().unwrap();
        let searcher = index.searcher();
        let columns = index.columns(&searcher).unwrap();
        let fields = Fields::of(searcher.schema()).unwrap();
        let filters = [
            Filters::default(),
            Filters {
                published: Some((0, 4_000 * 1_000_000_000_000)),
                ..Filters::default()
            },
        ];
        let mut pruned = 0;
        for text in [
            "总结",
            "文化 总结",
            "教育",
            "总结 教育 year:1970..2000",
            "文化总结第110号",
        ] {
            let query = Query::parse(text);
            let planner = Planner {
                searcher: &searcher,
                fields: &fields,
                query: &query,
                mode: Mode::Words,
            };
            let mut plan = planner.plan().unwrap();
            let scoring = EnableScoring::enabled_from_searcher(&searcher);
            let fast = Weights::new(&plan, scoring).unwrap();
            plan.by_title = None;
            let plain = Weights::new(&plan, scoring).unwrap();
            pruned += usize::from(fast.by_title.is_some());
            let middle = Key {
                rank: u64::from(2.0_f32.to_bits()),
                ..Key::default()
            };
            for (filters, bound) in [
                (&filters[0], Bound::All),
                (&filters[1], Bound::All),
                (&filters[0], Bound::Behind(middle)),
                (&filters[0], Bound::Before(middle)),
            ] {
                let [fast, plain] = [&fast, &plain].map(|weights| {
                    let ask = Ask {
                        filters,
                        sort: Sort::Relevance,
                        keep: 40,
                        bound,
                        scored: true,
                        count: true,
                        factors: &Factors::of_today(),
                        documents: searcher.num_docs(),
                        floor: Floor::default(),
                    };
                    let segments = (0..).zip(searcher.segment_readers()).zip(&columns);
                    let found = segments.map(|((ordinal, reader), columns)| {
                        gather(&ask, weights, (ordinal, reader), columns).unwrap()
                    });
                    Found::merged(found.collect(), ask.keep)
                });
                assert_eq!(
                    (fast.total, fast.matched),
                    (plain.total, plain.matched),
                    "{text}"
                );
                assert_eq!(fast.top, plain.top, "{text} {bound:?}");
                let [fast, plain] = [fast, plain].map(|found| found.counted.into_facets());
                assert_eq!(fast, plain, "{text}");
            }
        }
        assert_eq!(pruned, 5);
    }
}
