//! The pair that authenticity is modelled on: a report of 2008, and the same
//! sold under 2023 with its words swapped.

use std::path::Path;

use wenyuan_text::authenticity::{Finding, Kind, Knowledge, compare};

fn seed(name: &str) -> Option<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seed/");
    std::fs::read_to_string(Path::new(folder).join(name)).ok()
}

/// The document itself, without the page of the site around it.
fn specimen() -> Option<String> {
    let page = seed("document-page.txt")?;
    let start = page.find("\n2023年文化厅学习实践科学进展观活动总结")?;
    let end = page[start..]
        .find("\n\n你可能")
        .unwrap_or(page.len() - start);
    Some(page[start..start + end].to_owned())
}

fn has(finding: &Finding, from: &str, to: &str) -> bool {
    finding
        .swaps
        .iter()
        .any(|swap| swap.from == from && swap.to == to)
}

#[test]
fn the_specimen_is_a_spun_copy_of_its_original() {
    let (Some(copy), Some(original)) = (specimen(), seed("original-reconstructed.txt")) else {
        eprintln!("skipped: no ../shared");
        return;
    };
    let comparison = compare(&copy, &original, Knowledge::builtin());
    let finding = comparison.finding.unwrap();
    assert_eq!(finding.kind, Kind::SpunCopy);
    assert!(finding.swap_count >= 50, "{}", finding.swap_count);
    for (from, to) in [
        ("发展观", "进展观"),
        ("知识", "学问"),
        ("服务", "效劳"),
        ("广大", "宽敞"),
        ("十七大", "十九大"),
    ] {
        assert!(has(&finding, from, to), "{from}→{to}");
    }
}
