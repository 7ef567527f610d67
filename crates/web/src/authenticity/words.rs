//! A finding in the reader's words: the phrase of the honest line, and what
//! stands beside it.

use super::evidence;
use crate::locale::Locale;
use crate::url;
use wenyuan_domain::document::{Document, State};
use wenyuan_domain::finding::Found;
use wenyuan_text::authenticity::{Anchor, Evidence, Finding, Kind, Swap};

/// Pairs of swapped words that are shown beside a finding.
const SWAPS: usize = 12;
/// Terms of a title that a phrase names.
const TERMS: usize = 3;

/// A finding as its page shows it.
pub(crate) struct FindingView {
    /// The stored name of its kind.
    pub(crate) kind: &'static str,
    /// The kind in words.
    pub(crate) name: String,
    /// What was found, in one phrase.
    pub(crate) headline: String,
    /// What that means.
    pub(crate) meaning: String,
    /// What proves it.
    pub(crate) lines: Vec<String>,
    /// Swapped words, most frequent first, and how many more pairs there are.
    pub(crate) swaps: Vec<Swap>,
    pub(crate) more_swaps: usize,
    /// The other document, if the reader may know of it.
    pub(crate) other: Option<(String, String)>,
    /// Where both stand side by side.
    pub(crate) compare_url: Option<String>,
    /// For reviewers alone.
    pub(crate) is_hint: bool,
    /// A reviewer let it pass.
    pub(crate) is_accepted: bool,
    /// Readers are not told.
    pub(crate) is_hidden: bool,
    /// By which rule it was found; empty for whom that says nothing.
    pub(crate) rule: String,
}

impl FindingView {
    /// Puts a finding into words for whom both documents were loaded.
    pub(crate) fn new(document: &Document, found: &Found, t: &Locale) -> Self {
        let finding = &found.finding;
        let other = found.other.as_ref();
        // Words of pages that he may not read are not his.
        let whole = document.access.pages >= document.page_count
            && other.is_none_or(|other| other.is_whole);
        let mut swaps = match &finding.evidence {
            Evidence::Terms { instead, .. } => instead.clone(),
            _ => finding.swaps.clone(),
        };
        let all = swaps.len().max(finding.swap_count as usize);
        swaps.truncate(if whole { SWAPS } else { 0 });
        let has_pages = document.access.pages > 0 && document.state != State::Refused;
        Self {
            kind: finding.kind.as_str(),
            name: kind_name(finding.kind, t),
            headline: headline(found, t),
            meaning: meaning(finding.kind, t),
            lines: evidence::lines(finding, whole, document.access.edit, t),
            more_swaps: all - swaps.len(),
            swaps,
            other: other.map(|other| (url::document(other.id), other.title.clone())),
            compare_url: other
                .filter(|_| has_pages && finding.kind != Kind::SameFile)
                .map(|other| url::comparison(document.id, other.id)),
            is_hint: found.is_hint,
            is_accepted: found.is_accepted,
            is_hidden: !found.is_shown,
            rule: finding.rule.clone(),
        }
    }

    /// Puts several into words.
    pub(crate) fn list(document: &Document, found: &[Found], t: &Locale) -> Vec<Self> {
        let view = |found| Self::new(document, found, t);
        found.iter().map(view).collect()
    }
}

/// What a kind of finding is called.
pub(crate) fn kind_name(kind: Kind, t: &Locale) -> String {
    t.get(match kind {
        Kind::SameFile => "finding-same-file",
        Kind::SameText => "finding-same-text",
        Kind::SpunCopy => "finding-spun-copy",
        Kind::Contained => "finding-contained",
        Kind::Containing => "finding-containing",
        Kind::Redated => "finding-redated",
        Kind::TitleMismatch => "finding-title-mismatch",
        Kind::LittleContent => "finding-little-content",
        Kind::PersonalData => "finding-personal-data",
        Kind::SuspectedSpun => "finding-suspected-spun",
    })
}

/// What a kind of finding means, for whoever reads it for the first time.
fn meaning(kind: Kind, t: &Locale) -> String {
    t.get(match kind {
        Kind::SameFile => "finding-same-file-means",
        Kind::SameText => "finding-same-text-means",
        Kind::SpunCopy => "finding-spun-copy-means",
        Kind::Contained => "finding-contained-means",
        Kind::Containing => "finding-containing-means",
        Kind::Redated => "finding-redated-means",
        Kind::TitleMismatch => "finding-title-mismatch-means",
        Kind::LittleContent => "finding-little-content-means",
        Kind::PersonalData => "finding-personal-data-means",
        Kind::SuspectedSpun => "finding-suspected-spun-means",
    })
}

/// Says what was found in one phrase: `与《…》相同 98 %，54 个词被替换`.
pub(crate) fn headline(found: &Found, t: &Locale) -> String {
    let finding = &found.finding;
    if finding.kind.names_another() {
        return match &found.other {
            Some(other) => about_two(finding, &t.with("finding-title", "title", &other.title), t),
            // Staff is told the figures all the same.
            None if finding.coverage > 0.0 => about_two(finding, &t.get("finding-gone"), t),
            None => t.get("finding-hidden"),
        };
    }
    match (&finding.kind, &finding.evidence) {
        (Kind::Redated, Evidence::Years { found, .. }) => match usual_year(found) {
            Some(year) => t.with("finding-redated-year", "year", year.to_string()),
            None => t.get("finding-redated"),
        },
        (Kind::TitleMismatch, Evidence::Terms { missing, .. }) if !missing.is_empty() => {
            let quoted = |term: &String| t.with("finding-quoted", "words", term);
            let terms: Vec<String> = missing.iter().take(TERMS).map(quoted).collect();
            t.with(
                "finding-title-terms",
                "terms",
                terms.join(&t.get("finding-and")),
            )
        }
        (Kind::PersonalData, Evidence::Personal { numbers }) => {
            let counted = numbers.iter().map(|data| evidence::personal(data, t));
            let counted: Vec<String> = counted.collect();
            t.with(
                "finding-personal-count",
                "numbers",
                counted.join(&t.get("finding-and")),
            )
        }
        (kind, _) => kind_name(*kind, t),
    }
}

/// The year that most of a text is of; the later of two.
fn usual_year(anchors: &[Anchor]) -> Option<i32> {
    let times = |year: i32| anchors.iter().filter(|anchor| anchor.year == year).count();
    anchors
        .iter()
        .map(|anchor| anchor.year)
        .max_by_key(|year| (times(*year), *year))
}

fn about_two(finding: &Finding, title: &str, t: &Locale) -> String {
    let share = percent(finding.coverage);
    let same = match finding.kind {
        Kind::SameFile => t.with("finding-same-file-as", "title", title),
        Kind::SameText if finding.evidence == Evidence::Identity => {
            t.with("finding-same-text-as", "title", title)
        }
        Kind::Contained => t.with2("finding-stands-in", ("title", title), ("share", share)),
        Kind::Containing => t.with2("finding-part-same", ("title", title), ("share", share)),
        _ => t.with2("finding-same-as", ("title", title), ("share", share)),
    };
    if finding.swap_count == 0 {
        return same;
    }
    let swapped = t.with("finding-swapped", "count", finding.swap_count);
    format!("{same}{}{swapped}", t.get("finding-comma"))
}

/// Writes a share as `98 %`: never 100 for what is not all, never 0 for what
/// is something.
pub(super) fn percent(share: f64) -> String {
    let whole = (share * 100.0).floor().clamp(0.0, 100.0) as u32;
    // The number and its sign stay on one line.
    format!("{}\u{A0}%", whole.max(u32::from(share > 0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_do_not_say_more_than_they_are() {
        let shown = [0.0, 0.001, 0.984, 0.999, 1.0, 7.0].map(percent);
        assert_eq!(
            shown.map(|share| share.replace('\u{A0}', " ")),
            ["0 %", "1 %", "98 %", "99 %", "100 %", "100 %"]
        );
    }

    #[test]
    fn a_text_is_of_the_year_that_most_of_it_is_of() {
        let anchor = |year| Anchor {
            year,
            source: "event".to_owned(),
            text: String::new(),
            at: 0,
        };
        let years =
            |years: &[i32]| usual_year(&years.iter().copied().map(anchor).collect::<Vec<_>>());
        assert_eq!(years(&[2017, 2008, 2008]), Some(2008));
        assert_eq!(years(&[2008, 2010]), Some(2010));
        assert_eq!(years(&[]), None);
    }
}
