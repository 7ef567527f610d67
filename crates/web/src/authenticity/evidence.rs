//! What proves a finding, line by line.

use super::words::percent;
use crate::locale::Locale;
use wenyuan_text::authenticity::{Anchor, Evidence, Finding, PersonalData};

/// Places in the text that are named.
const ANCHORS: usize = 8;

/// Returns the lines about a finding. `whole`: the reader may read every word
/// that could be quoted; `insider`: he is the owner or staff.
pub(super) fn lines(finding: &Finding, whole: bool, insider: bool, t: &Locale) -> Vec<String> {
    let mut lines = Vec::new();
    match &finding.evidence {
        Evidence::Identity | Evidence::Terms { .. } => {}
        Evidence::Passages { passages } => {
            lines.push(t.with2(
                "finding-shares",
                ("here", percent(finding.coverage)),
                ("there", percent(finding.other_coverage)),
            ));
            if passages.len() > 1 {
                lines.push(t.with("finding-passages", "count", passages.len()));
            }
            if finding.replaced > 0 {
                lines.push(t.with("finding-replaced", "count", finding.replaced));
            }
        }
        Evidence::Years { promised, found } => {
            lines.extend(promised.iter().map(|anchor| {
                let source = ("source", source(&anchor.source, t));
                t.with2(
                    "finding-year-promised",
                    source,
                    ("year", anchor.year.to_string()),
                )
            }));
            if !found.is_empty() {
                let named = found
                    .iter()
                    .take(ANCHORS)
                    .map(|anchor| year(anchor, whole, t));
                let mut named: Vec<String> = named.collect();
                named.dedup();
                let named = named.join(&t.get("finding-and"));
                lines.push(t.with("finding-year-found", "years", named));
            }
        }
        Evidence::Measure {
            name,
            expected,
            found,
            examples,
        } => {
            lines.push(measure(name, *expected, *found, t));
            if whole && !examples.is_empty() {
                let quoted = examples
                    .iter()
                    .map(|words| t.with("finding-quoted", "words", words));
                let quoted: Vec<String> = quoted.collect();
                lines.push(quoted.join(&t.get("finding-and")));
            }
        }
        Evidence::Personal { numbers } => {
            for data in numbers
                .iter()
                .filter(|data| insider && !data.examples.is_empty())
            {
                let examples = data.examples.join(&t.get("finding-and"));
                lines.push(t.with2(
                    "finding-personal-examples",
                    ("numbers", personal(data, t)),
                    ("examples", examples),
                ));
            }
        }
        Evidence::Suspicion { nats_per_1000 } => {
            lines.push(t.with("finding-suspicion", "nats", format!("{nats_per_1000:.1}")));
        }
    }
    lines
}

/// `2 个身份证号`
pub(super) fn personal(data: &PersonalData, t: &Locale) -> String {
    let key = match data.kind.as_str() {
        "id_card" => "finding-id-cards",
        "mobile" => "finding-mobiles",
        "bank_card" => "finding-bank-cards",
        _ => "finding-numbers",
    };
    t.with(key, "count", data.count)
}

fn source(source: &str, t: &Locale) -> String {
    t.get(match source {
        "title" => "finding-source-title",
        "file_name" => "finding-source-file-name",
        "header" => "finding-source-header",
        "footer" => "finding-source-footer",
        _ => "finding-source-text",
    })
}

fn year(anchor: &Anchor, whole: bool, t: &Locale) -> String {
    let year = anchor.year.to_string();
    // A bare year is its own quotation.
    if !whole || anchor.text.is_empty() || anchor.text.starts_with(&year) {
        return year;
    }
    t.with2(
        "finding-year-quoted",
        ("year", year),
        ("words", &anchor.text),
    )
}

/// A measure; what has no words of its own is shown by the rule's.
fn measure(name: &str, expected: f64, found: f64, t: &Locale) -> String {
    let key = match name {
        "pages" => "finding-measure-pages",
        "characters" => "finding-measure-characters",
        "lures" => "finding-measure-lures",
        "repeated" => "finding-measure-repeated",
        "equal_pages" => "finding-measure-equal-pages",
        "directory_share" => "finding-measure-directory",
        "garbled_share" => "finding-measure-garbled",
        "new_share" => "finding-measure-new",
        "lorem_share" => "finding-measure-lorem",
        "address_share" => "finding-measure-addresses",
        _ => "finding-measure",
    };
    let is_share = name.ends_with("_share") || name == "equal_pages";
    let number = |value: f64| match value {
        value if is_share => percent(value),
        value if value >= 10.0 || value.fract() == 0.0 => t.number(value as u64),
        value => format!("{value:.1}"),
    };
    let (found, expected) = (number(found), number(expected));
    let values = t.with2(key, ("found", found), ("expected", expected));
    match key {
        "finding-measure" => format!("{name}{}{values}", t.get("finding-colon")),
        _ => values,
    }
}
