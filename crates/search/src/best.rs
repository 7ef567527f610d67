//! The best of a segment: what a document is ordered by, and what cannot come
//! in any more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU32, Ordering};

use tantivy::DocId;

use crate::Sort;
use crate::columns::Columns;
use crate::cursor::Key;
use crate::gather::Ask;

/// The least score that is kept, shared by the segments: what one has filled
/// its list with spares the others most of theirs.
#[derive(Default)]
pub(crate) struct Floor(AtomicU32);

impl Floor {
    #[inline]
    fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Ordering::Relaxed))
    }

    /// Scores are not negative, so their bits order like themselves.
    fn raise(&self, score: f32) {
        self.0.fetch_max(score.to_bits(), Ordering::Relaxed);
    }
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

/// A hit and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    pub(crate) key: Key,
    pub(crate) segment: u32,
    pub(crate) doc: DocId,
}

/// The best of a segment so far.
pub(crate) struct Best<'a> {
    pub(crate) ask: &'a Ask<'a>,
    pub(crate) columns: &'a Columns,
    pub(crate) segment: u32,
    /// The most a score is multiplied by.
    pub(crate) most: f32,
    pub(crate) heap: BinaryHeap<Reverse<Ranked>>,
}

impl Best<'_> {
    #[inline]
    pub(crate) fn offer(&mut self, doc: DocId, score: f32) {
        let full = self.heap.len() >= self.ask.keep;
        if self.cannot_enter(score, self.most) {
            return;
        }
        let factor = if self.ask.scored {
            let standing = self.columns.standing.first(doc).unwrap_or(0);
            self.ask.factors.of_standing(standing)
        } else {
            1.0
        };
        if self.cannot_enter(score, factor) {
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
        if self.heap.len() >= self.ask.keep
            && let Some(Reverse(least)) = self.heap.peek()
            && self.has_floor()
        {
            self.ask.floor.raise(least.key.score());
        }
    }

    /// Whether a low score keeps a document out.
    #[inline]
    fn has_floor(&self) -> bool {
        self.ask.scored && !matches!(self.ask.bound, Bound::Before(_))
    }

    /// Whether nothing that scores `ceiling` or less can come in any more.
    pub(crate) fn is_above(&self, ceiling: f32) -> bool {
        self.cannot_enter(ceiling, self.most)
    }

    /// A score that is too low, and so is all below it.
    pub(crate) fn least(&self) -> f32 {
        if self.has_floor() {
            // Anything that is equal may still come in.
            (self.ask.floor.get() / self.most).next_down()
        } else {
            f32::NEG_INFINITY
        }
    }

    /// Whether even with that factor a score comes too late. Spares most
    /// documents the reading of columns.
    #[inline]
    fn cannot_enter(&self, score: f32, factor: f32) -> bool {
        self.has_floor() && score * factor < self.ask.floor.get()
    }
}

/// What a document is ordered by whose score, with its factor, is known.
pub(crate) fn key(ask: &Ask<'_>, columns: &Columns, doc: DocId, score: f32) -> Key {
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
