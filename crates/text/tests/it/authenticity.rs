//! Comparing whole texts: what is found, what is left alone, and that no text
//! takes it anywhere it should not go.

use wenyuan_text::authenticity::{
    Comparison, Evidence, Kind, Knowledge, compare, compare_excluding, sign,
};

use crate::junk::junk;

/// The report of the demo, as its author wrote it.
const ORIGINAL: &str = include_str!("../data/report-2008.txt");
/// The same, sold under another year with its words swapped.
const SPUN: &str = include_str!("../data/report-2023.txt");

fn slice(text: &str, start: u32, end: u32) -> String {
    text.chars()
        .skip(start as usize)
        .take((end - start) as usize)
        .collect()
}

/// Places lie in the texts, in order, and edits inside their spans.
fn assert_sound(comparison: &Comparison, suspect: &str, other: &str) {
    let (here, there) = (suspect.chars().count(), other.chars().count());
    let mut behind = 0;
    for span in &comparison.spans {
        let passage = span.passage;
        assert!(passage.start >= behind && passage.start < passage.end);
        assert!(passage.end as usize <= here && passage.other_end as usize <= there);
        assert!(passage.other_start < passage.other_end);
        behind = passage.end;
        let mut at = (passage.start, passage.other_start);
        for edit in &span.edits {
            assert!(edit.start >= at.0 && edit.other_start >= at.1, "{edit:?}");
            assert!(edit.start <= edit.end && edit.other_start <= edit.other_end);
            at = (edit.end, edit.other_end);
        }
        assert!(at.0 <= passage.end && at.1 <= passage.other_end);
    }
    assert!((0.0..=1.0).contains(&comparison.coverage));
    assert!((0.0..=1.0).contains(&comparison.other_coverage));
}

#[test]
fn the_pair_of_the_demo_is_a_spun_copy_whose_edits_lie_in_their_places() {
    let comparison = compare(SPUN, ORIGINAL, Knowledge::builtin());
    assert_sound(&comparison, SPUN, ORIGINAL);
    let finding = comparison.finding.unwrap();
    assert_eq!(finding.kind, Kind::SpunCopy, "{:?}", comparison.measures);
    assert!(
        finding
            .swaps
            .iter()
            .any(|s| s.from == "知识" && s.to == "学问")
    );
    assert!(finding.swap_count >= 60, "{}", finding.swap_count);
    assert!(finding.coverage > 0.9 && finding.other_coverage > 0.9);
    let pairs: Vec<(String, String)> = comparison
        .spans
        .iter()
        .flat_map(|span| &span.edits)
        .filter(|edit| edit.is_swap)
        .map(|edit| {
            (
                slice(ORIGINAL, edit.other_start, edit.other_end),
                slice(SPUN, edit.start, edit.end),
            )
        })
        .collect();
    assert_eq!(pairs.len(), finding.replaced as usize);
    assert!(
        pairs.contains(&("服务".to_owned(), "效劳".to_owned())),
        "{pairs:?}"
    );
}

#[test]
fn another_layout_is_the_same_text() {
    let broken: String = ORIGINAL
        .chars()
        .filter(|c| !c.is_whitespace())
        .enumerate()
        .flat_map(|(at, c)| [c].into_iter().chain((at % 31 == 30).then_some('\n')))
        .collect();
    let comparison = compare(&broken, ORIGINAL, Knowledge::builtin());
    assert_sound(&comparison, &broken, ORIGINAL);
    let finding = comparison.finding.unwrap();
    assert_eq!(
        (finding.kind, finding.rule.as_str()),
        (Kind::SameText, "text.identical")
    );
    assert_eq!(finding.evidence, Evidence::Identity);
    assert_eq!(sign(&broken), sign(ORIGINAL));
}

#[test]
fn misread_characters_are_no_swapped_words() {
    // One character in thirty, as a poor scan has it.
    let scanned: String = ORIGINAL
        .chars()
        .enumerate()
        .map(|(at, c)| {
            let alike = wenyuan_text::look_alikes(c).next();
            if at % 30 == 0 { alike.unwrap_or(c) } else { c }
        })
        .collect();
    let finding = compare(&scanned, ORIGINAL, Knowledge::builtin())
        .finding
        .unwrap();
    assert_eq!(finding.kind, Kind::SameText);
}

#[test]
fn parts_are_found_on_either_side() {
    let paragraphs: Vec<&str> = ORIGINAL.lines().filter(|line| !line.is_empty()).collect();
    let half = paragraphs[..paragraphs.len() / 2].join("\n");
    let kind = |suspect: &str, other: &str| {
        let comparison = compare(suspect, other, Knowledge::builtin());
        assert_sound(&comparison, suspect, other);
        comparison.finding.map(|finding| finding.kind)
    };
    assert_eq!(kind(&half, ORIGINAL), Some(Kind::Contained));
    assert_eq!(kind(ORIGINAL, &half), Some(Kind::Containing));
    let shuffled: Vec<&str> = paragraphs.iter().rev().copied().collect();
    assert_eq!(kind(&shuffled.join("\n"), ORIGINAL), Some(Kind::SameText));
    assert_eq!(kind(ENGLISH, ORIGINAL), None);
}

#[test]
fn what_is_excluded_counts_on_neither_side_of_the_share() {
    let own =
        "本馆另行购置了三百册外文图书，全部放在二楼东侧的阅览室里，供读者自由取阅，不得带出。";
    let quoting = format!("{own}\n{ORIGINAL}");
    let quoted = u32::try_from(own.chars().count()).unwrap()..u32::MAX;
    let knowledge = Knowledge::builtin();
    assert!(compare(&quoting, ORIGINAL, knowledge).finding.is_some());
    let without = compare_excluding(&quoting, ORIGINAL, knowledge, &[quoted]);
    assert_eq!(without.finding, None);
    assert!(without.coverage < 0.1, "{}", without.coverage);
}

const ENGLISH: &str = "The reading room opens at nine in the morning and closes at six. \
    Visitors leave their bags at the entrance and show their card to the librarian. Books may be \
    consulted freely, but they do not leave the building. Whoever wants a copy asks at the desk, \
    where the staff will gladly help. Children are welcome when an adult accompanies them. \
    Drinks and food stay outside, and telephones are silent.";

#[test]
fn english_is_compared_by_its_words() {
    let spun = [
        ("opens", "starts"),
        ("closes", "finishes"),
        ("Visitors", "Guests"),
        ("entrance", "doorway"),
        ("freely", "liberally"),
        ("building", "premises"),
        ("gladly", "happily"),
        ("silent", "muted"),
    ]
    .iter()
    .fold(ENGLISH.to_owned(), |text, (from, to)| {
        text.replace(from, to)
    });
    let finding = compare(&spun, ENGLISH, Knowledge::builtin())
        .finding
        .unwrap();
    assert_eq!(finding.kind, Kind::SpunCopy);
    assert!(
        finding
            .swaps
            .iter()
            .any(|s| s.from == "gladly" && s.to == "happily")
    );
}

#[test]
fn texts_too_short_to_say_anything_about_have_no_finding() {
    for text in ["", "谢谢", "附件一", "图书馆 2023 年工作总结"] {
        assert_eq!(compare(text, text, Knowledge::builtin()).finding, None);
        assert_eq!(compare(text, ORIGINAL, Knowledge::builtin()).finding, None);
    }
}

#[test]
fn repetitive_and_odd_texts_are_answered() {
    let knowledge = Knowledge::builtin();
    let one = "国".repeat(300_000);
    let comparison = compare(&one, &one[3..], knowledge);
    assert_sound(&comparison, &one, &one[3..]);
    let table: String = (0..20_000)
        .map(|row| format!("{row}\t第{}组\t合格\n", row % 7))
        .collect();
    let other = table.replace("\t合格", "\t优良");
    let comparison = compare(&table, &other, knowledge);
    assert_sound(&comparison, &table, &other);
    let period = "一二三四五六七八九十".repeat(20_000);
    let comparison = compare(&period, &period[..3_000], knowledge);
    assert_sound(&comparison, &period, &period[..3_000]);
    let rtl = "ينص القانون على أن لكل شخص الحق في حرية الرأي والتعبير ".repeat(3);
    let mixed = format!("{rtl}{ENGLISH}{ORIGINAL}");
    let comparison = compare(&mixed, &rtl, knowledge);
    assert_sound(&comparison, &mixed, &rtl);
    assert!(comparison.finding.is_some());
}

#[test]
fn junk_is_compared_without_harm() {
    for seed in 0..300 {
        let part = junk(seed);
        let suspect = format!("{}{part}{}", junk(seed + 1), junk(seed + 2));
        let other = format!("{part}{}", junk(seed + 3)).repeat(2);
        let comparison = compare(&suspect, &other, Knowledge::builtin());
        assert_sound(&comparison, &suspect, &other);
        let excluded = [3..9, 5..20];
        let comparison = compare_excluding(&suspect, &other, Knowledge::builtin(), &excluded);
        assert_sound(&comparison, &suspect, &other);
    }
}
