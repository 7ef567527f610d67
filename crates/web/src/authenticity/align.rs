//! From the spans of a comparison to rows of a page: what stands in both texts
//! side by side, a sentence or two at a time, and what stands in one alone.
//!
//! Everything of both texts is in exactly one row, but for punctuation between
//! rows.

use super::letters::{LONG, Letters, SHORT, is_end, pieces};
use super::text::Text;
use std::ops::Range;
use wenyuan_text::authenticity::Span;

/// Two stretches that belong together; one of them may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) here: Vec<Part>,
    pub(super) there: Vec<Part>,
    pub(super) relation: Relation,
}

/// How the sides of a row belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// They are the same but for marked parts.
    Both,
    /// There is only this document.
    OnlyHere,
    /// There is only the other one.
    OnlyThere,
}

/// A run of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) range: Range<usize>,
    pub(super) mark: Mark,
}

/// What a run is to the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The same.
    Same,
    /// One word in another's place; counted through both texts, from 0.
    Swap(usize),
    /// Added, left out or rewritten.
    Other,
}

impl Row {
    /// Returns whether anything in it differs.
    pub(super) fn differs(&self) -> bool {
        let marked = |part: &Part| part.mark != Mark::Same;
        self.relation != Relation::Both
            || self.here.iter().any(marked)
            || self.there.iter().any(marked)
    }
}

/// Lays out two texts by the spans that they share (in the order of the first,
/// not overlapping there).
pub(super) fn rows(here: &Text, there: &Text, spans: &[Span]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut alone = Alone::of(there, spans);
    alone.push_from(0, there, &mut rows);
    let (mut at, mut swaps) = (0, 0);
    for span in spans {
        let passage = &span.passage;
        push_alone(
            here,
            at..passage.start as usize,
            Relation::OnlyHere,
            &mut rows,
        );
        push_span(here, there, span, &mut swaps, &mut rows);
        at = at.max(passage.end as usize);
        alone.push_from(passage.other_end as usize, there, &mut rows);
    }
    push_alone(here, at..here.len(), Relation::OnlyHere, &mut rows);
    rows
}

/// What of the other text stands in no span, by where it begins. It is shown
/// behind the span that it follows in its own text.
struct Alone(Vec<Range<usize>>);

impl Alone {
    fn of(there: &Text, spans: &[Span]) -> Self {
        let mut taken: Vec<Range<usize>> = spans
            .iter()
            .map(|span| span.passage.other_start as usize..span.passage.other_end as usize)
            .collect();
        taken.sort_by_key(|range| (range.start, range.end));
        let (mut gaps, mut at) = (Vec::new(), 0);
        for range in taken {
            if range.start > at {
                gaps.push(at..range.start);
            }
            at = at.max(range.end);
        }
        if at < there.len() {
            gaps.push(at..there.len());
        }
        Self(gaps)
    }

    fn push_from(&mut self, start: usize, there: &Text, rows: &mut Vec<Row>) {
        if let Some(index) = self.0.iter().position(|gap| gap.start == start) {
            push_alone(there, self.0.remove(index), Relation::OnlyThere, rows);
        }
    }
}

fn push_alone(text: &Text, range: Range<usize>, relation: Relation, rows: &mut Vec<Row>) {
    if !text.has_words(&range) {
        return;
    }
    for piece in pieces(text, range) {
        let part = vec![Part {
            range: piece,
            mark: Mark::Other,
        }];
        let (here, there) = match relation {
            Relation::OnlyThere => (Vec::new(), part),
            _ => (part, Vec::new()),
        };
        rows.push(Row {
            here,
            there,
            relation,
        });
    }
}

/// The row that is being filled.
#[derive(Default)]
struct Open {
    here: Vec<Part>,
    there: Vec<Part>,
}

impl Open {
    fn push(&mut self, here: Range<usize>, there: Range<usize>, mark: Mark) {
        for (side, range) in [(&mut self.here, here), (&mut self.there, there)] {
            match side.last_mut() {
                _ if range.is_empty() => {}
                // Runs of the same kind are one, unless they are counted.
                Some(last) if last.mark == mark && !matches!(mark, Mark::Swap(_)) => {
                    last.range.end = range.end;
                }
                _ => side.push(Part { range, mark }),
            }
        }
    }

    fn close_from(&mut self, length: usize, rows: &mut Vec<Row>) {
        let sum = |side: &[Part]| side.iter().map(|part| part.range.len()).sum::<usize>();
        let longest = sum(&self.here).max(sum(&self.there));
        if longest >= length.max(1) {
            rows.push(Row {
                here: std::mem::take(&mut self.here),
                there: std::mem::take(&mut self.there),
                relation: Relation::Both,
            });
        }
    }
}

fn push_span(here: &Text, there: &Text, span: &Span, swaps: &mut usize, rows: &mut Vec<Row>) {
    let passage = &span.passage;
    let mut open = Open::default();
    let mut at = (passage.start as usize, passage.other_start as usize);
    for edit in &span.edits {
        let (start, end) = (edit.start as usize, edit.end as usize);
        let (other_start, other_end) = (edit.other_start as usize, edit.other_end as usize);
        push_same(here, there, at.0..start, at.1..other_start, &mut open, rows);
        if edit.is_swap {
            open.push(start..end, other_start..other_end, Mark::Swap(*swaps));
            *swaps += 1;
        } else {
            push_rewritten(
                here,
                there,
                start..end,
                other_start..other_end,
                &mut open,
                rows,
            );
        }
        open.close_from(LONG, rows);
        at = (end, other_end);
    }
    let rest = (at.0..passage.end as usize, at.1..passage.other_end as usize);
    push_same(here, there, rest.0, rest.1, &mut open, rows);
    open.close_from(0, rows);
}

/// Cuts what is the same at the ends of its sentences, on both sides behind
/// the same letter: the sides may differ in punctuation and line ends.
fn push_same(
    here: &Text,
    there: &Text,
    mine: Range<usize>,
    other: Range<usize>,
    open: &mut Open,
    rows: &mut Vec<Row>,
) {
    let (mut start, mut other_start, mut letters) = (mine.start, other.start, 0);
    let mut seen = Letters::of(there, &other);
    for at in mine.start..mine.end {
        let Some(c) = here.chars(&(at..at + 1)).first().copied() else {
            break;
        };
        letters += usize::from(c.is_alphanumeric());
        if is_end(c) || at + 1 - start >= LONG {
            let cut = seen.behind(letters);
            open.push(start..at + 1, other_start..cut, Mark::Same);
            open.close_from(if is_end(c) { SHORT } else { LONG }, rows);
            (start, other_start) = (at + 1, cut);
        }
    }
    open.push(
        start..mine.end.max(start),
        other_start..other.end.max(other_start),
        Mark::Same,
    );
}

/// Long rewritten stretches are cut on each side for itself, and the pieces
/// shown in turn.
fn push_rewritten(
    here: &Text,
    there: &Text,
    mine: Range<usize>,
    other: Range<usize>,
    open: &mut Open,
    rows: &mut Vec<Row>,
) {
    if mine.len().max(other.len()) < LONG {
        open.push(mine, other, Mark::Other);
        return;
    }
    let (mut mine_cut, mut other_cut) = (pieces(here, mine.clone()), pieces(there, other.clone()));
    let count = mine_cut.len().max(other_cut.len());
    mine_cut.resize(count, mine.end..mine.end);
    other_cut.resize(count, other.end..other.end);
    for (mine, other) in mine_cut.into_iter().zip(other_cut) {
        open.push(mine, other, Mark::Other);
        open.close_from(SHORT, rows);
    }
}

#[cfg(test)]
#[path = "align_tests.rs"]
mod tests;
