//! Queries and documents that nobody means well.

use std::time::{Duration, Instant};

use wenyuan_search::{Query, find_text, mark_hits, snippet};

use crate::support::{TestIndex, entry};

fn nasty() -> Vec<String> {
    vec![
        "国".repeat(10_000),
        "文化站 ".repeat(2_500),
        "\"".repeat(10_000),
        "“".repeat(5_000) + &"”".repeat(5_000),
        "「《『".repeat(3_000),
        "-".repeat(10_000),
        "* ".repeat(5_000),
        "(a+)+$ [^] .*.*.*".repeat(500),
        "a AND OR NOT ((( title: \\ ^~ +".repeat(300),
        (0..10_000u32).filter_map(char::from_u32).collect(),
        "\u{0}\u{1}\u{7}\u{1b}\u{7f}\u{85}\u{feff}\u{202e}".repeat(1_000),
        "e\u{301}\u{301}\u{301}".repeat(3_000),
        "🙂🙃".repeat(5_000),
        "a1".repeat(5_000),
        "\u{fdfa}".repeat(10_000),
        "ㄱㅏ각".repeat(3_000),
    ]
}

#[test]
fn nasty_queries_are_answered_within_a_tenth_of_a_second() {
    let body = "乡镇文化站 a1 国国国 library ".repeat(2_000);
    let entries: Vec<_> = (0..50).map(|id| entry(id, "文化站国国", &body)).collect();
    let test = TestIndex::with(&entries);
    // The first search loads the dictionary.
    test.search("文化");
    for query in nasty() {
        let shown: String = query.chars().take(12).collect();
        let started = Instant::now();
        test.search(&query);
        let took = started.elapsed();
        assert!(took < Duration::from_millis(100), "{shown:?} took {took:?}");
        let parsed = Query::parse(&query);
        let page = "乡镇文化站 国国 a1".repeat(100);
        mark_hits(&parsed, &page);
        find_text(&query, &page);
        snippet(&parsed, &[(1, &page)], 120);
    }
}

#[test]
fn nasty_documents_are_indexed_and_found() {
    let mut test = TestIndex::new();
    for (id, text) in (0..).zip(nasty()) {
        let mut entry = entry(id, &text, &text);
        entry.author.clone_from(&text);
        entry.tags = vec![text.clone(), String::new(), text];
        test.writer.put(&entry).unwrap();
    }
    test.writer
        .put(&entry(1_000, "文化站", "正常的文章"))
        .unwrap();
    test.writer.commit().unwrap();
    assert_eq!(test.ids("正常的文章"), [1_000]);
    assert_eq!(test.index.len().unwrap(), nasty().len() + 1);
    for (id, text) in (0..).zip(nasty()) {
        let marks = mark_hits(&Query::parse("文化站 国"), &text);
        assert!(
            marks.iter().all(|range| text.get(range.clone()).is_some()),
            "{id}"
        );
        test.index.related(id, 5).unwrap();
    }
}
