//! Two texts side by side: what they share, what was swapped, and what that
//! makes of the suspect.

use std::borrow::Cow;
use std::ops::Range;

use super::chain::chains;
use super::edit::{Stretch, align};
use super::finding::{Edit, Evidence, Finding, Kind, MAX_PASSAGES, Passage, Span};
use super::judge::{MIN_CHARS, judge};
use super::knowledge::Knowledge;
use super::measure::{Measure, Measures};
use super::reading::Reading;
use super::seed::{Run, seeds};
use super::words::{Change, pair};

/// The fewest equal characters of a passage; fewer in texts under 160.
const LEAST_MATCHED: u32 = 40;
/// The fewest once longer passages cover [`SHARED`] of the suspect or of the
/// other: then a short paragraph that stands in both is no chance.
const LEAST_REMAINDER: u32 = 14;
const SHARED: f64 = 0.2;

/// Two texts side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What the suspect is, seen from the other: [`Kind::SameText`],
    /// [`Kind::SpunCopy`], [`Kind::Contained`] or [`Kind::Containing`]; none
    /// when they share too little to say.
    pub finding: Option<Finding>,
    /// The passages that they share, with what differs within; in the order of
    /// the suspect, in which they do not overlap.
    pub spans: Vec<Span>,
    /// The share of the suspect's characters that stand in the other too, word
    /// for word or swapped.
    pub coverage: f64,
    /// The same share of the other.
    pub other_coverage: f64,
    /// What the finding was judged by.
    pub measures: Measures,
}

/// Compares a suspect with another document's text (each document's pages
/// joined by `\n`; places count their characters).
///
/// Texts over [`super::MAX_COMPARED_CHARS`] are compared by their beginnings.
/// Two of 6,000 characters take some milliseconds, most of it to cut words:
/// see [`compare_readings`] for one suspect and several others.
pub fn compare(suspect: &str, other: &str, knowledge: &Knowledge) -> Comparison {
    compare_excluding(suspect, other, knowledge, &[])
}

/// Compares like [`compare`]; what stands in `excluded` (places in the suspect:
/// quotations, passages of statutes) counts neither as copied nor in the whole.
pub fn compare_excluding(
    suspect: &str,
    other: &str,
    knowledge: &Knowledge,
    excluded: &[Range<u32>],
) -> Comparison {
    let (suspect, other) = (Reading::of(suspect), Reading::of(other));
    compare_readings(&suspect, &other, knowledge, excluded)
}

/// Compares like [`compare_excluding`] texts that were read before.
pub fn compare_readings(
    suspect: &Reading,
    other: &Reading,
    knowledge: &Knowledge,
    excluded: &[Range<u32>],
) -> Comparison {
    let kept = suspect.outside(excluded);
    let mut measure = Measure::new(suspect, other, &kept);
    let mut spans = Vec::new();
    let counted = measure.counted().min(other.len());
    if counted >= MIN_CHARS && suspect.chars == other.chars {
        let whole = Stretch {
            a: 0..measure.length(),
            b: 0..measure.length(),
        };
        measure.equal(&whole);
        measure.is_identical = !suspect.is_beginning && !other.is_beginning;
        spans.push(Span {
            passage: passage(&whole, suspect, other),
            edits: Vec::new(),
        });
    } else if counted >= MIN_CHARS {
        let chars = masked(suspect, &kept);
        let seeds = seeds(&chars, &other.chars);
        let least = LEAST_MATCHED.min(u32::try_from(counted / 4).unwrap_or(LEAST_MATCHED));
        // Best first, so that the short ones come when the long are counted.
        for chain in chains(&seeds, &chars, &other.chars, least.min(LEAST_REMAINDER)) {
            let matched: u32 = chain.iter().map(|run| run.len).sum();
            if matched < least && !measure.is_remainder(&chain, SHARED) {
                continue;
            }
            spans.push(span(&chain, suspect, other, knowledge, &mut measure));
        }
        spans.sort_by_key(|span| span.passage.start);
    }
    let (measures, swaps) = measure.finish(knowledge);
    let finding = judge(&measures).map(|(kind, rule)| Finding {
        kind,
        rule: rule.to_owned(),
        coverage: measures.coverage,
        other_coverage: measures.other_coverage,
        swap_count: swaps.count,
        replaced: swaps.replaced,
        swaps: swaps.listed,
        evidence: evidence(kind, &measures, &spans),
    });
    Comparison {
        finding,
        spans,
        coverage: measures.coverage,
        other_coverage: measures.other_coverage,
        measures,
    }
}

/// Takes a chain apart and counts what it holds.
fn span(
    chain: &[Run],
    suspect: &Reading,
    other: &Reading,
    knowledge: &Knowledge,
    measure: &mut Measure<'_>,
) -> Span {
    let aligned = align(chain, suspect, other);
    let mut span = Span {
        passage: passage(&aligned.whole, suspect, other),
        edits: Vec::new(),
    };
    for run in &aligned.runs {
        measure.equal(&Stretch {
            a: run.a..run.a_end(),
            b: run.b..run.b_end(),
        });
    }
    for stretch in &aligned.stretches {
        for piece in pair(stretch, suspect, other, knowledge) {
            measure.differs(&piece);
            if piece.change != Change::Same {
                let is_swap = matches!(piece.change, Change::Swap | Change::Redated);
                span.passage.replaced += u32::from(is_swap);
                span.edits
                    .push(edit(&piece.stretch, is_swap, suspect, other));
            }
        }
    }
    measure.passage(&aligned.whole);
    span
}

/// The suspect's characters, with one that no text has in place of those that
/// are left out.
fn masked<'a>(suspect: &'a Reading, kept: &[bool]) -> Cow<'a, [char]> {
    if kept.iter().all(|kept| *kept) {
        return Cow::Borrowed(&suspect.chars);
    }
    let chars = suspect.chars.iter().zip(kept);
    Cow::Owned(
        chars
            .map(|(c, kept)| if *kept { *c } else { '\0' })
            .collect(),
    )
}

fn evidence(kind: Kind, measures: &Measures, spans: &[Span]) -> Evidence {
    if kind == Kind::SameText && measures.is_identical {
        return Evidence::Identity;
    }
    let mut passages: Vec<Passage> = spans.iter().map(|span| span.passage).collect();
    if passages.len() > MAX_PASSAGES {
        passages.sort_by_key(|passage| passage.start.abs_diff(passage.end));
        passages.drain(..passages.len() - MAX_PASSAGES);
        passages.sort_by_key(|passage| passage.start);
    }
    Evidence::Passages { passages }
}

fn passage(whole: &Stretch, suspect: &Reading, other: &Reading) -> Passage {
    let (here, there) = places(whole, suspect, other);
    Passage {
        start: here.start,
        end: here.end,
        other_start: there.start,
        other_end: there.end,
        replaced: 0,
    }
}

fn edit(stretch: &Stretch, is_swap: bool, suspect: &Reading, other: &Reading) -> Edit {
    let (here, there) = places(stretch, suspect, other);
    Edit {
        start: here.start,
        end: here.end,
        other_start: there.start,
        other_end: there.end,
        is_swap,
    }
}

fn places(stretch: &Stretch, suspect: &Reading, other: &Reading) -> (Range<u32>, Range<u32>) {
    (
        suspect.source(stretch.a.clone()),
        other.source(stretch.b.clone()),
    )
}
