//! Keywords of a text against the library.

use crate::support::{TestIndex, entry};

const TEXT: &str = "中华鲟保护条例。为了保护中华鲟，制定本条例。中华鲟的保护，适用本条例；条例的解释权属于\
                    文化厅。使用 WPS Office 填报，WPS 表格由文化厅发放，wps 用户另行通知。保护工作由市人民政府领导。";

#[test]
fn what_the_whole_library_is_about_says_little() {
    let statutes: Vec<_> = (1..=300)
        .map(|id| {
            entry(
                id,
                "管理条例",
                "本条例适用于保护工作。条例由市人民政府解释。",
            )
        })
        .collect();
    let alone = TestIndex::new();
    let among = TestIndex::with(&statutes);
    let place = |test: &TestIndex, word: &str| {
        let words = test.index.keywords_of_text(TEXT, 20).unwrap();
        words.iter().position(|known| known == word)
    };
    assert!(
        place(&alone, "条例").unwrap() < 5,
        "often, and not a common word"
    );
    assert!(place(&among, "条例") > place(&alone, "条例"));
    assert!(place(&among, "条例") > place(&among, "中华鲟"));
    assert!(place(&among, "条例") > place(&among, "文化厅"));
}

#[test]
fn words_are_spelled_as_in_the_text() {
    let test = TestIndex::new();
    let words = test.index.keywords_of_text(TEXT, 20).unwrap();
    assert!(words.contains(&"WPS".to_owned()), "{words:?}");
    let words = test
        .index
        .keywords_of_text(
            "鄉鎮文化站：鄉鎮的文化站。documents and a document, Documents",
            9,
        )
        .unwrap();
    assert!(words.contains(&"鄉鎮".to_owned()), "{words:?}");
    let plural = words
        .iter()
        .filter(|word| word.to_lowercase().starts_with("document"))
        .count();
    assert!(plural <= 1, "one of a stem: {words:?}");
    assert!(test.index.keywords_of_text("", 9).unwrap().is_empty());
    assert!(
        test.index
            .keywords_of_text("。1 2 3", 9)
            .unwrap()
            .is_empty()
    );
}
