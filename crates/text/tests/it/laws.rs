//! The 765 statutes of the shared corpus.

use std::path::Path;

use wenyuan_text::{
    Language, Segmenter, excerpt, fold, fold_compact, fold_compact_text, keywords, language,
    title_tags, units,
};

/// Title and text of each, or nothing when the corpus is not there.
#[expect(clippy::print_stderr, reason = "says why a test did nothing")]
fn laws() -> Vec<(String, String)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/corpus/zh/laws.jsonl"
    );
    if !Path::new(path).exists() {
        eprintln!("skipped: no ../shared");
        return Vec::new();
    }
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            let law: serde_json::Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| law[name].as_str().unwrap().to_owned();
            (field("title"), field("text"))
        })
        .collect()
}

#[test]
fn every_statute_is_chinese_and_has_tags_and_keywords() {
    for (title, text) in laws() {
        assert_eq!(language(&text), Language::Chinese, "{title}");
        let tags = title_tags(&title);
        assert!(!tags.is_empty(), "{title}");
        assert!(
            tags.iter().all(|tag| title.contains(tag.as_str())),
            "{tags:?}"
        );
        let words = keywords(&text, 10);
        assert_eq!(words.len(), 10, "{title}");
        assert!(words.is_sorted_by(|a, b| a.weight >= b.weight));
        let folded = fold_compact_text(&text);
        assert!(words.iter().all(|k| folded.contains(&k.word)));
    }
}

#[test]
fn tokens_cover_every_unit_and_agree_with_them() {
    for (title, text) in laws() {
        let folded = fold_compact(&text);
        let units: Vec<_> = units(&folded.text).collect();
        assert!(units.is_sorted_by(|a, b| a.position < b.position && a.end <= b.start));
        let mut covered = 0;
        for token in Segmenter::shared().query_tokens(&folded.text) {
            let first = units.binary_search_by_key(&token.start, |u| u.start);
            let unit = units[first.unwrap()];
            assert_eq!(unit.position, token.position, "{title}: {token:?}");
            covered += units[first.unwrap()..]
                .iter()
                .take_while(|unit| unit.start < token.end)
                .count();
        }
        assert_eq!(covered, units.len(), "{title}");
    }
}

#[test]
fn the_map_of_a_statute_leads_back() {
    for (title, text) in laws().into_iter().step_by(20) {
        let folded = fold_compact(&text);
        for token in Segmenter::shared().search_tokens(&folded.text) {
            let source = &text[folded.source_range(token.start..token.end)];
            assert_eq!(fold_compact_text(source), token.text, "{title}");
        }
    }
}

#[test]
fn excerpts_of_statutes_end_with_a_sentence() {
    let laws = laws();
    let whole = laws
        .iter()
        .map(|(_, text)| excerpt(text, 160))
        .inspect(|cut| assert!(cut.chars().count() <= 160))
        .filter(|cut| cut.ends_with(['。', '；', '”', '》']))
        .count();
    assert!(whole * 10 >= laws.len() * 7, "{whole} of {}", laws.len());
}

#[test]
fn simplified_statutes_fold_to_themselves() {
    for (title, text) in laws().into_iter().step_by(10) {
        let han: String = text.chars().filter(|c| wenyuan_text::is_han(*c)).collect();
        assert_eq!(fold(&han), han.replace('噁', "恶"), "{title}");
    }
}
