//! Suggestions while somebody types.

use wenyuan_search::{Entry, title_begins};

use crate::support::{TestIndex, entry};

fn titled(id: i64, title: &str, views: i64) -> Entry {
    Entry {
        views,
        ..entry(id, title, "正文。")
    }
}

fn library() -> TestIndex {
    TestIndex::with(&[
        titled(1, "文化厅工作总结", 5),
        titled(2, "文化馆管理办法", 50),
        titled(3, "省文化厅的通知", 500),
        titled(4, "問化石", 1),
        titled(5, "Library rules", 2),
        titled(
            6,
            "中华人民共和国文物保护法实施条例释义及有关规定的汇编第一册",
            3,
        ),
        titled(
            7,
            "中华人民共和国文物保护法实施条例释义及有关规定的汇编第二册",
            4,
        ),
    ])
}

fn suggested(test: &TestIndex, typed: &str) -> Vec<i64> {
    test.index.suggest_titles(typed, 10).unwrap()
}

#[test]
fn titles_come_by_their_beginning_then_by_words_inside_most_read_first() {
    let test = library();
    for typed in ["文化", "文", "wenhua", "wh", "文h", "文hua", "ＷＥＮhua"] {
        let mut ids = suggested(&test, typed);
        ids.retain(|id| *id != 4 && *id < 6);
        assert_eq!(ids, [2, 1, 3], "{typed}");
    }
    assert_eq!(suggested(&test, "文化厅"), [1, 3]);
    assert_eq!(suggested(&test, "文化t"), [1, 3]);
    assert_eq!(suggested(&test, "wenhuating"), [1, 3]);
    assert_eq!(suggested(&test, "wht"), [1, 3]);
    assert_eq!(suggested(&test, "问"), [4]);
    assert_eq!(suggested(&test, "lib"), [5]);
    assert_eq!(suggested(&test, "RULES"), [5]);
}

#[test]
fn a_long_input_is_followed_to_its_end() {
    let test = library();
    let long = "中华人民共和国文物保护法实施条例释义及有关规定的汇编第";
    assert_eq!(suggested(&test, long), [7, 6]);
    assert_eq!(suggested(&test, &format!("{long}一")), [6]);
    assert_eq!(suggested(&test, "文物保护法实施条例释义"), [7, 6]);
    assert!(title_begins(
        "wenwubaohufashishi",
        "中华人民共和国文物保护法实施条例"
    ));
}

#[test]
fn nothing_to_suggest_is_no_error() {
    let test = library();
    for typed in [
        "",
        " ",
        "，",
        "\u{1}",
        "化馆",
        "没有的",
        "xq",
        "文xyz",
        "龘",
    ] {
        assert!(suggested(&test, typed).is_empty(), "{typed:?}");
    }
    assert!(suggested(&test, &"文化".repeat(5_000)).is_empty());
    assert!(test.index.suggest_titles("文", 0).unwrap().is_empty());
}

#[test]
fn what_was_removed_is_not_suggested_any_more() {
    let mut test = library();
    test.writer.remove(2).unwrap();
    test.writer.put(&titled(1, "档案局工作总结", 5)).unwrap();
    test.writer.commit().unwrap();
    assert_eq!(suggested(&test, "文化"), [3]);
    assert_eq!(suggested(&test, "daj"), [1]);
}

#[test]
fn letters_that_nothing_has_are_searched_as_pinyin() {
    let test = TestIndex::with(&[
        titled(1, "全省文化厅工作总结", 0),
        Entry {
            tags: vec!["文化厅".to_owned()],
            ..titled(2, "通知", 0)
        },
        Entry {
            author: "省文化厅".to_owned(),
            ..titled(3, "决定", 0)
        },
        titled(4, "公布", 0),
        titled(5, "GB/T 9704", 0),
    ]);
    let found = |query| crate::support::found_in(&test.index, query);
    assert_eq!(found("wenhuating"), [1, 2]);
    assert_eq!(found("wht"), [1, 2]);
    assert_eq!(found("wenhuating 总结"), [1]);
    assert_eq!(found("shengwenhuating"), [3]);
    assert_eq!(found("gb"), [5], "letters that stand there are no initials");
    assert_eq!(found("gongbu"), [4]);
    assert!(found("\"wenhuating\"").is_empty(), "quoted is as it is");
    assert!(!test.search("wht").relaxed);
}
