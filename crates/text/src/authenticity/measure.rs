//! Counting what two texts share: what the judgement rests on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::edit::Stretch;
use super::finding::{MAX_SWAPS, Swap};
use super::knowledge::Knowledge;
use super::reading::Reading;
use super::seed::Run;
use super::words::{Change, Piece};
use crate::script::is_han;
use crate::segment::Segmenter;

/// What two texts share, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Whether the normalised texts are equal.
    pub is_identical: bool,
    /// The share of the suspect's characters that stand in the other too, word
    /// for word or swapped, 0–1.
    pub coverage: f64,
    /// The same share of the other.
    pub other_coverage: f64,
    /// Characters of the suspect that are covered.
    pub covered: u32,
    /// Characters of the suspect in its longest passage.
    pub longest: u32,
    /// Words of the suspect that are covered.
    pub words: u32,
    /// Ordinary words (no names, no figures) in another's place: how often.
    pub swapped: u32,
    /// How many different pairs of them.
    pub pairs: u32,
    /// How many of these occur more than once.
    pub recurring: u32,
    /// How many of these the lexicon knows.
    pub known: u32,
    /// Of all places where a word that was swapped stood, the share where it
    /// is gone, 0–1.
    pub exclusivity: f64,
    /// Other differences inside the passages: figures, names, and pieces that
    /// were added, left out or rewritten; how many different ones.
    pub other_edits: u32,
    /// `pairs` among all different differences, 0–1. Whoever spins changes
    /// little else; whoever amends changes figures, names and clauses.
    pub fidelity: f64,
}

/// The swaps as a finding has them.
pub(super) struct Swaps {
    pub(super) listed: Vec<Swap>,
    pub(super) count: u32,
    pub(super) replaced: u32,
}

/// Counts as the alignment goes on.
pub(super) struct Measure<'a> {
    suspect: &'a Reading,
    other: &'a Reading,
    /// Which characters of the suspect count.
    kept: &'a [bool],
    here: Cover,
    there: Cover,
    /// Every place where a word stands in another's, (from, to).
    swaps: BTreeMap<(String, String), u32>,
    equal: Vec<Stretch>,
    /// Every other difference, (from, to).
    others: BTreeSet<(String, String)>,
    /// Whether the texts are equal from end to end.
    pub(super) is_identical: bool,
    words: u32,
    longest: u32,
}

impl<'a> Measure<'a> {
    pub(super) fn new(suspect: &'a Reading, other: &'a Reading, kept: &'a [bool]) -> Self {
        Self {
            suspect,
            other,
            kept,
            here: Cover::of(suspect.len()),
            there: Cover::of(other.len()),
            swaps: BTreeMap::new(),
            equal: Vec::new(),
            others: BTreeSet::new(),
            is_identical: false,
            words: 0,
            longest: 0,
        }
    }

    /// How many characters of the suspect count.
    pub(super) fn counted(&self) -> usize {
        self.kept.iter().filter(|kept| **kept).count()
    }

    /// Length of the suspect.
    pub(super) fn length(&self) -> u32 {
        u32::try_from(self.suspect.len()).unwrap_or(u32::MAX)
    }

    /// Counts equal text.
    pub(super) fn equal(&mut self, stretch: &Stretch) {
        self.cover(stretch);
        self.equal.push(stretch.clone());
    }

    /// Counts a difference inside a passage.
    pub(super) fn differs(&mut self, piece: &Piece) {
        let here = piece.stretch.a.start as usize..piece.stretch.a.end as usize;
        if !here.is_empty() && !self.kept[here].contains(&true) {
            return;
        }
        if piece.change == Change::Same {
            return self.equal(&piece.stretch);
        }
        let from = self.other.text(piece.stretch.b.clone());
        let to = self.suspect.text(piece.stretch.a.clone());
        if piece.change != Change::Other {
            self.cover(&piece.stretch);
        }
        if matches!(piece.change, Change::Swap | Change::Redated) {
            *self.swaps.entry((from, to)).or_default() += 1;
        } else {
            self.others.insert((from, to));
        }
    }

    /// Counts a passage, of which the parts were counted.
    pub(super) fn passage(&mut self, whole: &Stretch) {
        self.longest = self.longest.max(whole.a.end - whole.a.start);
    }

    /// Whether a chain is a piece of the other that has not been met, when the
    /// texts share so much already that it may be one that was moved.
    pub(super) fn is_remainder(&self, chain: &[Run], shared: f64) -> bool {
        let runs = || chain.iter().map(|run| run.b as usize..run.b_end() as usize);
        let met = runs().map(|run| self.there.marks[run].iter().filter(|met| **met).count());
        let (met, matched): (usize, usize) = (met.sum(), runs().map(|run| run.len()).sum());
        met * 5 <= matched && (self.here.share() >= shared || self.there.share() >= shared)
    }

    fn cover(&mut self, stretch: &Stretch) {
        self.here.add(&stretch.a);
        self.there.add(&stretch.b);
        self.words += self.suspect.count_words(stretch.a.clone());
    }

    /// Sums up.
    pub(super) fn finish(mut self, knowledge: &Knowledge) -> (Measures, Swaps) {
        let covered = self.here.marks.iter().zip(self.kept);
        let covered = covered.filter(|(here, kept)| **here && **kept).count();
        let segmenter = Segmenter::shared();
        let swaps = std::mem::take(&mut self.swaps);
        let ordinary: Vec<(&(String, String), u32)> = swaps
            .iter()
            .filter(|((from, to), _)| is_ordinary(from, to, &segmenter))
            .map(|(pair, count)| (pair, *count))
            .collect();
        let swapped: u32 = ordinary.iter().map(|(_, count)| count).sum();
        let replaced: u32 = swaps.values().sum();
        let stayed = self.stayed(ordinary.iter().map(|((from, _), _)| from.as_str()));
        let chars = |word: &str| word.chars().collect::<Vec<char>>();
        let known = ordinary
            .iter()
            .filter(|((from, to), _)| knowledge.relates(&chars(from), &chars(to)));
        let other_edits = count(self.others.len() + swaps.len() - ordinary.len());
        let pairs = count(ordinary.len());
        let measures = Measures {
            is_identical: self.is_identical,
            coverage: share(covered, self.counted()),
            other_coverage: self.there.share(),
            covered: count(covered),
            longest: self.longest,
            words: self.words,
            swapped,
            pairs,
            recurring: count(ordinary.iter().filter(|(_, count)| *count > 1).count()),
            known: count(known.count()),
            exclusivity: share(swapped as usize, (swapped + stayed) as usize),
            other_edits,
            fidelity: share(pairs as usize, (pairs + other_edits) as usize),
        };
        let mut listed: Vec<Swap> = swaps
            .iter()
            .map(|((from, to), count)| Swap {
                from: from.clone(),
                to: to.clone(),
                count: *count,
            })
            .collect();
        listed.sort_by_key(|swap| std::cmp::Reverse(swap.count));
        listed.truncate(MAX_SWAPS);
        let swaps = Swaps {
            listed,
            count: count(swaps.len()),
            replaced,
        };
        (measures, swaps)
    }

    /// How often the words that were swapped elsewhere stand where nothing was.
    fn stayed<'w>(&self, froms: impl Iterator<Item = &'w str>) -> u32 {
        let mut counts: HashMap<Vec<char>, u32> =
            froms.map(|from| (from.chars().collect(), 0)).collect();
        if counts.is_empty() {
            return 0;
        }
        for stretch in &self.equal {
            for word in self.other.words(stretch.b.clone()) {
                if let Some(count) = counts.get_mut(self.other.slice(word)) {
                    *count += 1;
                }
            }
        }
        counts.values().sum()
    }
}

/// Which characters of a text are covered.
struct Cover {
    marks: Vec<bool>,
    count: usize,
}

impl Cover {
    fn of(length: usize) -> Self {
        Self {
            marks: vec![false; length],
            count: 0,
        }
    }

    fn add(&mut self, range: &Range<u32>) {
        for mark in &mut self.marks[range.start as usize..range.end as usize] {
            self.count += usize::from(!*mark);
            *mark = true;
        }
    }

    fn share(&self) -> f64 {
        share(self.count, self.marks.len())
    }
}

/// Whether a pair is one that a spinner makes: dictionary words (or longer
/// foreign words that no slip of the pen makes of one another), no names.
fn is_ordinary(from: &str, to: &str, segmenter: &Segmenter) -> bool {
    if [from, to].iter().all(|word| word.chars().all(is_han)) {
        // Slips and misread characters leave words that no dictionary has and
        // that fall into single characters.
        let is_word = |word: &str| {
            segmenter.knows(word)
                || segmenter
                    .query_tokens(word)
                    .any(|part| part.text.chars().count() > 1)
        };
        return [from, to]
            .iter()
            .all(|word| is_word(word) && !segmenter.is_name(word));
    }
    let spelled = |word: &str| word.chars().count() > 3 && word.chars().all(char::is_alphabetic);
    let common = from.chars().zip(to.chars()).take_while(|(a, b)| a == b);
    spelled(from) && spelled(to) && common.count() < 3
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
