//! One query after another through the whole pipeline.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use wenyuan_text::authenticity::{
    Comparison, Kind, Knowledge, Reading, Swap, compare_readings, sign,
};

use crate::library::Library;
use crate::random::Random;
use crate::spinner::{Spun, Table};

pub(crate) struct Trial {
    pub(crate) library: Library,
    /// The beginnings of the same, 200 to 1,500 characters.
    pub(crate) short: Library,
    /// The first is known to the product.
    pub(crate) spinners: [Table; 2],
    pub(crate) knowledge: Knowledge,
    pub(crate) documents: usize,
    pub(crate) seed: u64,
    pub(crate) detail: bool,
}

/// A text to be checked.
pub(crate) enum Query {
    Plain(String),
    Spun(Spun),
}

/// What became of the queries of a class.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) queries: usize,
    /// Whose source was among the candidates.
    pub(crate) found: usize,
    pub(crate) kinds: BTreeMap<Option<Kind>, usize>,
    pub(crate) coverage: f64,
    pub(crate) other_coverage: f64,
    pub(crate) rate: f64,
    /// Swaps listed, listed rightly, made, made and listed.
    pub(crate) listed: usize,
    pub(crate) right: usize,
    pub(crate) made: usize,
    pub(crate) met: usize,
    pub(crate) sign: Duration,
    pub(crate) read: Duration,
    pub(crate) compare: Duration,
    pub(crate) compared: usize,
}

impl Outcome {
    pub(crate) fn of(&self, kinds: &[Kind]) -> usize {
        kinds
            .iter()
            .filter_map(|kind| self.kinds.get(&Some(*kind)))
            .sum()
    }
}

impl Trial {
    pub(crate) fn new(
        laws: Vec<(String, String)>,
        spinners: [Table; 2],
        documents: usize,
        seed: usize,
        detail: bool,
    ) -> Self {
        let mut random = Random::new(seed as u64);
        let short = laws
            .iter()
            .map(|(title, text)| {
                let length = random.between(200, 1_500);
                (title.clone(), text.chars().take(length).collect())
            })
            .collect();
        Self {
            library: Library::of(laws),
            short: Library::of(short),
            knowledge: Knowledge::new(spinners[0].pairs()),
            spinners,
            documents,
            seed: seed as u64,
            detail,
        }
    }

    /// Asks for one variant of each of some statutes, drawn by `class`.
    pub(crate) fn class(
        &self,
        class: &str,
        library: &Library,
        mut make: impl FnMut(usize, &mut Random) -> Query,
    ) -> Outcome {
        let salt = class.bytes().fold(self.seed, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let mut random = Random::new(salt);
        let mut order: Vec<usize> = (0..library.laws.len()).collect();
        random.shuffle(&mut order);
        let mut outcome = Outcome::default();
        for source in order.into_iter().take(self.documents) {
            let query = make(source, &mut random);
            self.ask(class, library, source, &query, &mut outcome);
        }
        outcome
    }

    fn ask(
        &self,
        class: &str,
        library: &Library,
        source: usize,
        query: &Query,
        outcome: &mut Outcome,
    ) {
        let (text, spun) = match query {
            Query::Plain(text) => (text, None),
            Query::Spun(spun) => (&spun.text, Some(spun)),
        };
        outcome.queries += 1;
        let start = Instant::now();
        let signature = sign(text);
        outcome.sign += start.elapsed();
        let start = Instant::now();
        let reading = Reading::of(text);
        outcome.read += start.elapsed();
        let mut kind = None;
        for candidate in library.candidates(&signature, None) {
            let start = Instant::now();
            let other = &library.laws[candidate].reading;
            let comparison = compare_readings(&reading, other, &self.knowledge, &[]);
            outcome.compare += start.elapsed();
            outcome.compared += 1;
            if candidate == source {
                outcome.found += 1;
                outcome.coverage += comparison.coverage;
                outcome.other_coverage += comparison.other_coverage;
                kind = comparison.finding.as_ref().map(|finding| finding.kind);
                if let Some(spun) = spun {
                    outcome.rate += spun.rate;
                    self.count_swaps(&comparison, spun, outcome);
                }
                self.tell(class, &library.laws[source].title, kind, &comparison);
            }
        }
        *outcome.kinds.entry(kind).or_default() += 1;
    }

    fn count_swaps(&self, comparison: &Comparison, spun: &Spun, outcome: &mut Outcome) {
        let listed: &[Swap] = comparison
            .finding
            .as_ref()
            .map_or(&[], |finding| &finding.swaps);
        let is =
            |swap: &Swap, (from, to): &(String, String)| widens(&swap.from, &swap.to, from, to);
        outcome.listed += listed.len();
        outcome.right += listed
            .iter()
            .filter(|swap| spun.swaps.keys().any(|made| is(swap, made)))
            .count();
        outcome.made += spun.swaps.len();
        outcome.met += spun
            .swaps
            .keys()
            .filter(|made| listed.iter().any(|swap| is(swap, made)))
            .count();
        if self.detail {
            for swap in listed {
                if !spun.swaps.keys().any(|made| is(swap, made)) {
                    println!("    wrong {}→{}", swap.from, swap.to);
                }
            }
            for made in spun.swaps.keys() {
                if !listed.iter().any(|swap| is(swap, made)) {
                    println!("    missed {}→{}", made.0, made.1);
                }
            }
        }
    }

    /// Tells what was measured, with `--detail`.
    pub(crate) fn tell(
        &self,
        class: &str,
        title: &str,
        kind: Option<Kind>,
        comparison: &Comparison,
    ) {
        if self.detail {
            let m = &comparison.measures;
            let rule = comparison.finding.as_ref().map_or("-", |f| f.rule.as_str());
            println!(
                "  {class} {} {rule} here {:.3} there {:.3} longest {} words {} swapped {} pairs {} recurring {} known {} exclusive {:.2} other {} {title}",
                kind.map_or("-", Kind::as_str),
                m.coverage,
                m.other_coverage,
                m.longest,
                m.words,
                m.swapped,
                m.pairs,
                m.recurring,
                m.known,
                m.exclusivity,
                m.other_edits
            );
        }
    }
}

/// Whether a listed pair is one that was made, or the same with a piece of the
/// words around it on both sides (发展观→进展观 for 发展→进展).
fn widens(listed_from: &str, listed_to: &str, from: &str, to: &str) -> bool {
    listed_from.match_indices(from).any(|(at, _)| {
        let (before, after) = (&listed_from[..at], &listed_from[at + from.len()..]);
        listed_to
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            == Some(to)
    })
}
