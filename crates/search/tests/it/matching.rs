//! What a query finds, and in which order.

use wenyuan_search::{Entry, Filters, Sort};

use crate::support::{TestIndex, entry, ids};

#[test]
fn a_compound_in_a_body_is_found_in_every_spelling() {
    let test = TestIndex::with(&[
        entry(1, "年度总结", "２０２３年，各乡镇文\n化站开展活动。"),
        entry(2, "另一篇", "乡镇企业与文化车站"),
        entry(3, "傳統", "鄉鎮文化站的建設"),
    ]);
    for query in ["乡镇文化站", "鄉鎮文化站", "镇文化", "\"乡镇文化站\""] {
        let found = test.search(query);
        let mut ids: Vec<i64> = found.hits.iter().take(2).map(|h| h.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, [1, 3], "{query}");
        assert!(!found.relaxed);
    }
    for query in ["2023", "２０２３", "2023年", "2023 文化站"] {
        assert_eq!(test.ids(query)[0], 1, "{query}");
    }
}

#[test]
fn long_words_are_found_by_their_parts_and_the_other_way_round() {
    let test = TestIndex::with(&[entry(1, "学习实践科学发展观活动总结", "无")]);
    for query in ["科学", "发展观", "科学发展观", "发展", "学发", "观活", "总"] {
        assert_eq!(test.ids(query), [1], "{query}");
    }
    assert!(test.ids("发展学").is_empty());
}

#[test]
fn the_order_of_a_phrase_matters() {
    let test = TestIndex::with(&[
        entry(1, "甲", "文化建设与站点管理"),
        entry(2, "乙", "管理站点与建设文化"),
        entry(3, "丙", "the open library of documents"),
        entry(4, "丁", "the library is open"),
    ]);
    assert_eq!(test.ids("\"文化建设\""), [1]);
    assert_eq!(test.ids("“建设文化”"), [2]);
    assert_eq!(test.ids("《站点 管理》"), [1]);
    assert_eq!(test.ids("\"open library\""), [3]);
    assert_eq!(test.ids("\"library open\""), Vec::<i64>::new());
    assert_eq!(test.ids("open library").len(), 2);
    assert_eq!(test.ids("document"), [3], "plurals fold");
    assert!(test.ids("\"文化管理\"").is_empty());
}

#[test]
fn excluded_words_and_phrases_are_not_there() {
    let test = TestIndex::with(&[
        entry(1, "图书馆条例", "公共图书馆"),
        entry(2, "图书馆条例（草案）", "公共图书馆"),
        entry(3, "博物馆条例", "征求意见稿, documents"),
    ]);
    assert_eq!(test.ids("条例 -草案 -博物馆"), [1]);
    assert_eq!(test.ids("条例 -“征求意见” -草案"), [1]);
    assert_eq!(test.ids("条例 -document -草案"), [1]);
    assert_eq!(test.ids("-图书馆"), [3]);
    assert_eq!(test.ids("-馆"), Vec::<i64>::new());
}

#[test]
fn words_may_stand_in_different_fields() {
    let test = TestIndex::with(&[
        Entry {
            author: "张三丰".to_owned(),
            tags: vec!["太极拳".to_owned()],
            description: "入门读物".to_owned(),
            ..entry(1, "拳法", "以柔克刚")
        },
        entry(2, "拳法", "以刚克柔"),
    ]);
    for query in [
        "张三丰",
        "三丰",
        "張三豐 拳法",
        "太极",
        "极拳",
        "入门 以柔克刚",
        "门读",
    ] {
        assert_eq!(test.ids(query)[0], 1, "{query}");
    }
    assert_eq!(test.ids("拳法").len(), 2);
}

#[test]
fn title_before_tags_before_author_before_body() {
    let filler = "其他内容，无关紧要。".repeat(3);
    let test = TestIndex::with(&[
        entry(1, "甲篇", &format!("{filler}文化站")),
        Entry {
            author: "文化站".to_owned(),
            ..entry(2, "乙篇", &filler)
        },
        Entry {
            tags: vec!["文化站".to_owned()],
            ..entry(3, "丙篇", &filler)
        },
        entry(4, "丁篇文化站", &filler),
        entry(5, "戊篇", &filler),
    ]);
    assert_eq!(test.ids("文化站"), [4, 3, 2, 1]);
}

#[test]
fn whole_words_rank_above_pieces() {
    let test = TestIndex::with(&[
        entry(1, "发展中国家的经验", "无"),
        entry(2, "关于中国的经验", "无"),
    ]);
    assert_eq!(
        test.ids("中国"),
        [2, 1],
        "发展中|国家 has it only as a piece"
    );
}

#[test]
fn documents_with_some_of_the_words_follow_those_with_all() {
    let test = TestIndex::with(&[
        entry(1, "图书馆图书馆图书馆条例", "图书馆"),
        entry(2, "通知", "图书馆旁边是天文台"),
        entry(3, "博物馆条例", "公共博物馆"),
    ]);
    let found = test.search("图书馆 天文台");
    assert_eq!(test.ids("图书馆 天文台"), [2, 1]);
    assert!(!found.relaxed && found.total == 2);
    let newest = test.narrowed("图书馆 天文台", &Filters::default(), Sort::Newest);
    assert_eq!(ids(&newest), [2], "by date they would stand between");
}

#[test]
fn when_nothing_has_all_words_some_do() {
    let test = TestIndex::with(&[
        entry(1, "图书馆条例", "公共图书馆"),
        entry(2, "博物馆条例", "公共博物馆"),
    ]);
    let found = test.search("图书馆 天文台");
    assert!(found.relaxed && found.total == 1 && found.hits[0].id == 1);
    let found = test.search("图书馆天文台");
    assert!(found.relaxed && found.total == 1);
    let found = test.search("天文台");
    assert!(!found.relaxed && found.total == 0);
    let found = test.search("\"图书馆 天文台\"");
    assert!(
        !found.relaxed && found.total == 0,
        "a quoted phrase stays one"
    );
    let found = test.search("图书馆 天文台 -公共");
    assert_eq!(found.total, 0);
}

#[test]
fn related_documents_share_the_subject() {
    let test = TestIndex::with(&[
        entry(
            1,
            "中华鲟保护条例",
            "为了保护中华鲟，划定中华鲟保护区，放流中华鲟。",
        ),
        entry(2, "中华鲟放流记录", "放流中华鲟的记录，保护区里的中华鲟。"),
        entry(3, "城市绿线管理条例", "城市绿线的划定，绿地的管理。"),
        entry(4, "绿地管理记录", "绿地的管理，城市绿线。"),
    ]);
    assert_eq!(test.index.related(1, 10).unwrap()[0], 2);
    assert_eq!(test.index.related(4, 1).unwrap(), [3]);
    assert!(!test.index.related(1, 10).unwrap().contains(&1));
    assert!(test.index.related(99, 10).unwrap().is_empty());
    assert!(test.index.related(1, 0).unwrap().is_empty());
    assert_eq!(test.index.related_to_text("中华鲟放流", 1).unwrap(), [2]);
    assert!(test.index.related_to_text("", 5).unwrap().is_empty());
}
