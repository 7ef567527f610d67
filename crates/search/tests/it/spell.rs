//! Did you mean.

use wenyuan_search::{Correction, Filters, Query, Sort, Speller};

use crate::support::{TestIndex, entry};

fn library() -> TestIndex {
    let bodies = [
        "省文化厅印发《公共图书馆管理办法》，乡镇文化站执行。",
        "文化厅工作总结。The library keeps documents for every university.",
        "未来五年，文化厅将继续。library rules",
        "文渊阁藏书考。",
        "学习实践科学发展观。",
    ];
    let entries: Vec<_> = (1..)
        .zip(bodies)
        .map(|(id, body)| entry(id, "文件", body))
        .collect();
    TestIndex::with(&entries)
}

fn corrections(test: &TestIndex, input: &str, filters: &Filters) -> Vec<Correction> {
    let query = Query::parse(input);
    let found = test
        .index
        .search(&query, filters, Sort::Relevance, 0, 10)
        .unwrap();
    let speller = Speller::new(test.index.clone());
    let had = if found.relaxed { 0 } else { found.total };
    speller.correct(input, filters, had).unwrap()
}

fn first(test: &TestIndex, input: &str) -> Option<(String, usize)> {
    let all = corrections(test, input, &Filters::default());
    all.into_iter().next().map(|c| (c.query, c.total))
}

#[test]
fn what_sounds_looks_or_spells_alike_is_offered_with_its_count() {
    let test = library();
    for (input, meant, total) in [
        // Sounds alike: one character, every character, inside a longer piece.
        ("文化听", "文化厅", 3),
        ("闻华亭", "文化厅", 3),
        ("乡镇文化占", "乡镇文化站", 1),
        ("图输馆", "图书馆", 1),
        // Looks alike.
        ("末来", "未来", 1),
        ("文渊阎", "文渊阁", 1),
        // Pinyin and slips of the finger.
        ("wenhuating", "文化厅", 3),
        ("xuexishijian", "学习实践", 1),
        ("libary", "library", 2),
        ("univeristy", "university", 1),
        ("documwnts", "documents", 1),
        // The rest of the query stays as it is.
        ("\"文化听\" -草案", "\"文化厅\" -草案", 3),
        ("文化听 libary", "文化厅 library", 2),
    ] {
        assert_eq!(
            first(&test, input),
            Some((meant.to_owned(), total)),
            "{input}"
        );
    }
}

#[test]
fn parts_that_stand_apart_are_no_find() {
    let bodies = [
        "文化厅的决定",
        "听取文化汇报",
        "听文化课",
        "文化与听力",
        "群众听，文化兴",
    ];
    let entries: Vec<_> = (1..)
        .zip(bodies)
        .map(|(id, body)| entry(id, "文件", body))
        .collect();
    let test = TestIndex::with(&entries);
    let offered = corrections(&test, "文化听", &Filters::default());
    assert_eq!(offered[0].query, "文化厅");
    // Two words that no document has side by side are two words.
    assert!(corrections(&test, "汇报文化", &Filters::default()).is_empty());
}

#[test]
fn nothing_is_offered_where_nothing_is_wrong_or_nothing_known() {
    let test = library();
    for input in [
        "文化厅",
        "library",
        "",
        "。",
        "龘龘龘",
        "qqqqqqqq",
        "2023",
        "-文化听",
    ] {
        assert_eq!(first(&test, input), None, "{input}");
    }
    let empty = TestIndex::new();
    assert_eq!(first(&empty, "文化听"), None);
    assert_eq!(first(&test, &"文化听".repeat(3_000)), None);
}

#[test]
fn what_is_offered_is_found_under_the_same_filters() {
    let test = library();
    let filters = Filters {
        format: Some("pdf".to_owned()),
        ..Filters::default()
    };
    assert!(corrections(&test, "文化听", &filters).is_empty());
}
