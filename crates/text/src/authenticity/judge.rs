//! What a comparison makes of the suspect.

use super::finding::Kind;
use super::measure::Measures;

/// The fewest characters that count; of less nothing is said.
pub const MIN_CHARS: usize = 30;

/// Decides by what two texts share; gives the kind and the rule.
pub(super) fn judge(measures: &Measures) -> Option<(Kind, &'static str)> {
    if measures.is_identical {
        return Some((Kind::SameText, "text.identical"));
    }
    let (here, there) = (measures.coverage, measures.other_coverage);
    let spun = spun(measures);
    if let Some(rule) = spun
        && here.max(there) >= 0.5
    {
        return Some((Kind::SpunCopy, rule));
    }
    if here >= 0.9 && there >= 0.9 {
        return Some((Kind::SameText, "text.copied"));
    }
    if here >= 0.5 && here >= there {
        return Some((Kind::Contained, "part.contained"));
    }
    if there >= 0.5 {
        return Some((Kind::Containing, "part.containing"));
    }
    if measures.longest >= 200 && here.max(there) >= 0.15 {
        return Some((Kind::Containing, "part.passage"));
    }
    None
}

/// Whether words were swapped for synonyms, and by which rule.
fn spun(measures: &Measures) -> Option<&'static str> {
    let rate = f64::from(measures.swapped) / f64::from(measures.words.max(1));
    if measures.pairs < 6 || rate < 0.008 {
        return None;
    }
    if measures.exclusivity >= 0.75 {
        if f64::from(measures.known) >= 0.3 * f64::from(measures.pairs) {
            return Some("spun.lexicon");
        }
        if measures.pairs >= 20 {
            return Some("spun.pairs");
        }
    }
    if measures.pairs >= 20 && rate >= 0.03 && measures.coverage >= 0.5 {
        return Some("spun.random");
    }
    None
}
