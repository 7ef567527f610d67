//! The rules about a document alone, over real texts.

use std::path::{Path, PathBuf};

use serde_json::Value;
use wenyuan_text::authenticity::{
    Evidence, Finding, Kind, Subject, SubjectPage, examine, is_reference,
};

#[expect(clippy::print_stderr, reason = "says why a test did nothing")]
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(path);
    if !path.exists() {
        eprintln!("skipped: no ../shared beside this clone");
        return None;
    }
    Some(path)
}

fn found(title: &str, text: &str) -> Vec<Finding> {
    let pages = [SubjectPage {
        text,
        picture: Some("a"),
    }];
    examine(&Subject {
        title,
        file_name: title,
        pages: &pages,
    })
}

#[test]
fn the_specimen_is_of_2008_and_not_what_its_title_says() {
    let Some(path) = shared("seed/document-page.txt") else {
        return;
    };
    let page = std::fs::read_to_string(path).unwrap();
    // What stands before and after is the site's, not the document's.
    let text = page.split_once("活动 总结\n").unwrap().1;
    let text = text.split("此文档下载收益").next().unwrap();
    let findings = found("2023年文化厅学习实践科学发展观活动总结", text);
    let kinds: Vec<Kind> = findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [Kind::Redated, Kind::TitleMismatch], "{findings:#?}");
    let Evidence::Years { promised, found } = &findings[0].evidence else {
        panic!("{findings:#?}");
    };
    assert!(promised.iter().all(|anchor| anchor.year == 2023));
    assert!(found.iter().filter(|anchor| anchor.year == 2008).count() >= 2);
    let Evidence::Terms { missing, instead } = &findings[1].evidence else {
        panic!("{findings:#?}");
    };
    assert_eq!(missing, &["科学发展观"]);
    assert_eq!(instead[0].to, "科学进展观");
}

#[test]
fn statutes_are_references_and_nothing_is_wrong_with_them() {
    let Some(path) = shared("corpus/zh/laws.jsonl") else {
        return;
    };
    let laws = std::fs::read_to_string(path).unwrap();
    let (mut wrong, mut references, mut all) = (Vec::new(), 0, 0);
    for line in laws.lines() {
        let law: Value = serde_json::from_str(line).unwrap();
        let (title, text) = (
            law["title"].as_str().unwrap(),
            law["text"].as_str().unwrap(),
        );
        all += 1;
        references += usize::from(is_reference(title, text));
        for finding in found(title, text) {
            wrong.push(format!("{title}: {}", finding.rule));
        }
    }
    assert!(
        wrong.len() * 100 < all,
        "{} of {all}: {wrong:#?}",
        wrong.len()
    );
    assert!(references * 100 >= all * 95, "{references} of {all}");
}
