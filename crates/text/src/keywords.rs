//! Keywords: the words that carry a text.
//!
//! Rarity comes from the word frequencies that jieba's dictionary has anyway.
//! jieba's own TF-IDF table would add 6 MB of data for a slightly better guess.

use std::collections::HashMap;

use crate::fold::fold_compact_text;
use crate::segment::Segmenter;
use crate::stop::is_stop_word;

/// A word and how much it carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyword {
    /// The word, folded.
    pub word: String,
    /// Frequency times rarity, in arbitrary units; compare within one text.
    pub weight: f32,
    /// How often it stands in the text.
    pub count: u32,
}

/// How much of a text is read; later pages repeat the words of the first.
const BYTES_READ: usize = 600_000;
/// Words of the corpus that jieba's frequencies were counted on.
const CORPUS_WORDS: f32 = 60_101_967.0;
/// Words that the dictionary lacks (names, Latin) count as this frequent:
/// rarer than most, so that they surface, but not beyond any comparison.
const UNKNOWN_FREQUENCY: usize = 30;
/// Only the most frequent words are weighed; looking up rarity costs a cut.
const CANDIDATES: usize = 400;

/// Gives the `n` strongest words of `text`, strongest first.
///
/// weight = count × ln(60,101,967 / frequency in jieba's corpus). Words of one
/// character, stop words and bare numbers are left out. Ties are broken by the
/// word itself, so the answer is always the same.
pub fn keywords(text: &str, n: usize) -> Vec<Keyword> {
    let mut end = text.len().min(BYTES_READ);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let folded = fold_compact_text(&text[..end]);
    let segmenter = Segmenter::shared();
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for token in segmenter.query_tokens(&folded) {
        if is_candidate(token.text) {
            *counts.entry(token.text).or_default() += 1;
        }
    }
    let mut counted: Vec<(&str, u32)> = counts.into_iter().collect();
    counted.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counted.truncate(CANDIDATES.max(n));
    let mut weighed: Vec<Keyword> = counted
        .into_iter()
        .map(|(word, count)| Keyword {
            word: word.to_owned(),
            weight: count as f32 * rarity(&segmenter, word),
            count,
        })
        .collect();
    weighed.sort_by(|a, b| {
        b.weight
            .total_cmp(&a.weight)
            .then_with(|| a.word.cmp(&b.word))
    });
    weighed.truncate(n);
    weighed
}

fn is_candidate(word: &str) -> bool {
    word.chars().nth(1).is_some()
        && word.chars().any(char::is_alphabetic)
        && !is_stop_word(word)
        && !is_ordinal(word)
}

/// 第一条, 十二, 二百: numbers in Chinese characters.
fn is_ordinal(word: &str) -> bool {
    word.chars()
        .all(|c| "第零〇一二三四五六七八九十百千万亿两条章节款项年月日个".contains(c))
}

fn rarity(segmenter: &Segmenter, word: &str) -> f32 {
    let frequency = match segmenter.frequency(word) {
        0 | 1 => UNKNOWN_FREQUENCY,
        known => known,
    };
    (CORPUS_WORDS / frequency as f32).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_comes_first() {
        let text = "第一条 为了加强中华鲟保护管理，制定本条例。\n第二条 中华鲟的保护，适用本条例。\
                    第三条 市人民政府应当加强对中华鲟\n保护工作的领导，2023年起执行。";
        let found = keywords(text, 5);
        let words: Vec<&str> = found.iter().map(|k| k.word.as_str()).collect();
        assert!(words[..2].contains(&"中华鲟"), "{words:?}");
        assert_eq!(found, keywords(text, 5));
        assert!(found.iter().all(|k| k.word != "第一条" && k.word != "2023"));
        assert!(keywords("", 5).is_empty());
    }

    #[test]
    fn english_works_too() {
        let text = "The library keeps documents. Documents are read in the library.";
        let words: Vec<String> = keywords(text, 2).into_iter().map(|k| k.word).collect();
        assert_eq!(words, ["documents", "library"]);
    }
}
