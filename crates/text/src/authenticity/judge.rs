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
/// Share of a text from which most of it stands in the other.
const MOST: f64 = 0.5;
/// Share of the suspect from which it may be a spun copy of a shorter text.
const MUCH: f64 = 0.25;
/// Characters of a text from which it is a document of its own, and no cover or
/// form that many have in them.
const LEAST_WHOLE: u32 = 100;
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
    let spun = spun(measures);
    if let Some(rule) = spun
        && (here >= MOST || here >= MUCH && there >= MOST)
    {
        return Some((Kind::SpunCopy, rule));
    }
    if here >= SAME && there >= SAME {
        return Some((Kind::SameText, "text.copied"));
    }
    if here >= MOST && here >= there {
        return Some((Kind::Contained, "part.contained"));
    }
    if there >= MOST && measures.covered >= LEAST_WHOLE {
        return Some((Kind::Containing, "part.containing"));
    }
    if measures.longest >= PASSAGE_CHARS && here.max(there) >= PASSAGE_SHARE {
        if spun.is_some() {
            return Some((Kind::Containing, "part.spun"));
        }
        if measures.other_edits * PASSAGE_WORDS_TO_EDIT <= measures.words {
            return Some((Kind::Containing, "part.passage"));
        }
    }
    None
}

/// Whether words were swapped for synonyms, and by which rule.
fn spun(measures: &Measures) -> Option<&'static str> {
    let rate = f64::from(measures.swapped) / f64::from(measures.words.max(1));
    let known = f64::from(measures.known) / f64::from(measures.pairs.max(1));
    let gone = measures.exclusivity >= 0.75;
    if measures.pairs >= 6 && rate >= 0.008 {
        if known >= 0.3 && gone && measures.fidelity >= 0.5 {
            return Some("spun.lexicon");
        }
        // Where little is shared, an article on the same matter in other words
        // looks like it; where swapped words stay elsewhere, a passage that was
        // aligned with one much like its own.
        let enough = measures.words >= 300 || measures.coverage >= 0.7;
        let least = if measures.words >= 300 && gone {
            0.6
        } else {
            0.7
        };
        if enough && measures.fidelity >= least {
            return Some(if gone { "spun.pairs" } else { "spun.random" });
        }
    }
    // A short text has no room for more; but then it must be nothing else.
    let few = measures.pairs >= 3 && rate >= 0.02 && measures.coverage >= SAME;
    (few && gone && measures.fidelity >= if known >= 0.5 { 0.6 } else { 0.75 })
        .then_some("spun.few")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of 2,500 words, half of whose ordinary words were swapped for good.
    fn spun_tenth() -> Measures {
        Measures {
            coverage: 0.99,
            other_coverage: 1.0,
            covered: 5_000,
            longest: 5_000,
            words: 2_500,
            swapped: 250,
            pairs: 80,
            recurring: 40,
            known: 0,
            exclusivity: 1.0,
            other_edits: 10,
            fidelity: 0.89,
            ..Measures::default()
        }
    }

    fn judged(measures: Measures) -> Option<(Kind, &'static str)> {
        judge(&measures)
    }

    #[test]
    fn swapped_words_make_a_spun_copy_known_or_not() {
        let spun = spun_tenth();
        assert_eq!(judged(spun), Some((Kind::SpunCopy, "spun.pairs")));
        let known = Measures { known: 30, ..spun };
        assert_eq!(judged(known), Some((Kind::SpunCopy, "spun.lexicon")));
        let random = Measures {
            exclusivity: 0.2,
            ..spun
        };
        assert_eq!(judged(random), Some((Kind::SpunCopy, "spun.random")));
        let short = Measures {
            words: 120,
            swapped: 5,
            pairs: 3,
            other_edits: 1,
            fidelity: 0.75,
            other_coverage: 0.2,
            ..spun
        };
        assert_eq!(judged(short), Some((Kind::SpunCopy, "spun.few")));
        let part = Measures {
            coverage: 0.2,
            other_coverage: 0.3,
            ..spun
        };
        assert_eq!(judged(part), Some((Kind::Containing, "part.spun")));
    }

    #[test]
    fn amended_versions_and_templates_are_not_spun() {
        let amended = Measures {
            coverage: 0.85,
            other_coverage: 0.8,
            swapped: 40,
            pairs: 12,
            other_edits: 30,
            fidelity: 0.28,
            ..spun_tenth()
        };
        assert_eq!(judged(amended), Some((Kind::Contained, "part.contained")));
        let little = Measures {
            swapped: 50,
            pairs: 5,
            other_edits: 3,
            fidelity: 0.62,
            ..spun_tenth()
        };
        assert_eq!(judged(little), Some((Kind::SameText, "text.copied")));
        let scraps = Measures {
            coverage: 0.3,
            other_coverage: 0.3,
            other_edits: 150,
            fidelity: 0.35,
            ..spun_tenth()
        };
        assert_eq!(judged(scraps), None);
    }
}
