//! The operator's words and synonyms.

use wenyuan_search::{Query, mark_hits};
use wenyuan_text::{Dictionary, Synonyms, dictionary_fingerprint, use_dictionary, use_synonyms};

use crate::support::{TestIndex, entry};

#[test]
fn synonyms_are_found_below_what_was_typed_and_marked() {
    // No other test has these words.
    let (synonyms, bad) =
        Synonyms::parse("沼泽驿站, 湿地小屋\n水寨 => 芦苇荡的家\nautobus => coach\n");
    assert!(bad.is_empty());
    use_synonyms(synonyms);
    let test = TestIndex::with(&[
        entry(1, "湿地小屋管理", "正文"),
        entry(2, "沼泽驿站管理", "正文"),
        entry(3, "芦苇荡的家", "正文"),
        entry(4, "coach", "正文"),
    ]);
    assert_eq!(test.ids("沼泽驿站"), [2, 1]);
    assert_eq!(test.ids("湿地小屋"), [1, 2]);
    assert_eq!(test.ids("水寨"), [3]);
    assert_eq!(test.ids("autobus"), [4]);
    assert!(test.ids("\"水寨\"").is_empty(), "quoted is as it is");
    let title = "湿地小屋管理";
    let marked = mark_hits(&Query::parse("沼泽驿站"), title);
    assert_eq!(
        marked.first().map(|hit| &title[hit.clone()]),
        Some("湿地小屋")
    );
}

#[test]
fn an_index_knows_by_which_words_it_was_cut() {
    let test = TestIndex::new();
    let before = dictionary_fingerprint();
    assert_eq!(before, "");
    assert!(test.index.is_cut_by("").unwrap());
    let (dictionary, bad) = Dictionary::parse("鳄梨塔楼 5\n");
    assert!(bad.is_empty());
    use_dictionary(&dictionary);
    let words = dictionary_fingerprint();
    assert!(!test.index.is_cut_by(&words).unwrap());
    test.index.mark_cut_by(&words).unwrap();
    let again = wenyuan_search::Index::open(&test.dir.path().join("index")).unwrap();
    assert!(again.is_cut_by(&words).unwrap() && !again.is_cut_by("").unwrap());
    use_dictionary(&Dictionary::default());
    assert_eq!(dictionary_fingerprint(), "");
}

#[test]
fn inflected_english_finds_its_word() {
    let test = TestIndex::with(&[
        entry(1, "Annual report", "Universities are running libraries."),
        entry(2, "Notice", "The universe provided nothing."),
    ]);
    assert_eq!(test.ids("university"), [1]);
    assert_eq!(test.ids("library run"), [1]);
    assert_eq!(test.ids("reports"), [1]);
    assert_eq!(test.ids("provide"), [2]);
}
