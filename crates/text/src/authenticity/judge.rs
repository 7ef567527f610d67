//! What a comparison makes of the suspect.
//!
//! Two texts that share most of their words differ either because somebody
//! swapped words (then nearly all differences are ordinary words in other
//! words' places), or because one is a later version of the other or both
//! follow a template (then figures, names and clauses differ, and swapped words
//! are few among the differences). [`Measures::fidelity`] tells them apart;
//! `docs/authenticity.md` has the figures.

use super::finding::Kind;
use super::measure::Measures;

/// The fewest characters that count; of less nothing is said.
pub const MIN_CHARS: usize = 30;

/// Share of both texts from which they are the same.
const SAME: f64 = 0.9;
/// Share of a text from which it stands in the other.
const MOST: f64 = 0.5;
/// A passage: characters in one piece, share of either text, and at most one
/// other difference to so many words. Templates share as much, in scraps.
const PASSAGE_CHARS: u32 = 200;
const PASSAGE_SHARE: f64 = 0.1;
const PASSAGE_WORDS_TO_EDIT: u32 = 25;

/// Decides by what two texts share; gives the kind and the rule.
pub(super) fn judge(measures: &Measures) -> Option<(Kind, &'static str)> {
    if measures.is_identical {
        return Some((Kind::SameText, "text.identical"));
    }
    let (here, there) = (measures.coverage, measures.other_coverage);
    if here.max(there) >= MOST
        && let Some(rule) = spun(measures)
    {
        return Some((Kind::SpunCopy, rule));
    }
    if here >= SAME && there >= SAME {
        return Some((Kind::SameText, "text.copied"));
    }
    if here >= MOST && here >= there {
        return Some((Kind::Contained, "part.contained"));
    }
    if there >= MOST {
        return Some((Kind::Containing, "part.containing"));
    }
    let smooth = measures.other_edits * PASSAGE_WORDS_TO_EDIT <= measures.words;
    if measures.longest >= PASSAGE_CHARS && here.max(there) >= PASSAGE_SHARE && smooth {
        return Some((Kind::Containing, "part.passage"));
    }
    None
}

/// Whether words were swapped for synonyms, and by which rule.
fn spun(measures: &Measures) -> Option<&'static str> {
    let pairs = f64::from(measures.pairs);
    let rate = f64::from(measures.swapped) / f64::from(measures.words.max(1));
    let known = f64::from(measures.known) / pairs.max(1.0);
    let gone = measures.exclusivity >= 0.75;
    if measures.pairs >= 6 && rate >= 0.008 {
        if known >= 0.3 && gone && measures.fidelity >= 0.4 {
            return Some("spun.lexicon");
        }
        // A term that was renamed recurs (工商行政管理 → 市场监督管理), but
        // terms are few.
        if measures.fidelity >= if measures.pairs >= 12 { 0.55 } else { 0.85 } {
            return Some(if gone { "spun.pairs" } else { "spun.random" });
        }
    }
    // A short text has no room for many.
    let is_dense = rate >= 0.02 && measures.fidelity >= 0.75;
    (measures.pairs >= 4 && known >= 0.5 && is_dense).then_some("spun.few")
}
