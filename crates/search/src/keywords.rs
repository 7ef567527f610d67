//! Keywords of a text against this library: TF-IDF.
//!
//! What is rare in the language need not be in this library: in a collection
//! of statutes every text is about 法规. So a candidate's count is weighed by
//! how few of the documents here have the word, and by its rarity in jieba's
//! corpus as far as the library is too small to tell.

use std::collections::HashSet;

use tantivy::Term;
use wenyuan_text::{Folded, Keyword, fold_with_map, keywords, stem_english};

use crate::schema::Fields;
use crate::{Index, SearchError};

/// Strongest words by jieba's corpus that are weighed again.
const CANDIDATES: usize = 80;
/// A library of so many documents tells rarity as well as the corpus does.
const TELLING_DOCUMENTS: f32 = 30.0;
/// A word that stands but once counts so much less.
const ONCE: f32 = 0.5;
/// The rarest that a word of the corpus can be: ln(60,101,967 / 30).
const RAREST: f32 = 14.5;
/// How much of a text is read; as `wenyuan_text::keywords`.
const BYTES_READ: usize = 600_000;
/// Occurrences that decide how a word is spelled.
const SPELLINGS: usize = 50;

impl Index {
    /// The words that tell `text` from the other documents of this library,
    /// strongest first, as the text spells them. At least two characters each;
    /// no stop words, no numbers.
    ///
    /// weight = (1 + ln count) × (λ × L + (1 − λ) × C), where N documents have
    /// been indexed, n of them with the word, λ = N / (N + 30),
    /// L = ln((1 + N) / (1 + n)) / ln(1 + N) and C the rarity in jieba's
    /// corpus, both from 0 to 1; half of it for a word that stands but once.
    pub fn keywords_of_text(&self, text: &str, limit: usize) -> Result<Vec<String>, SearchError> {
        let text = head(text);
        let searcher = self.searcher();
        let words = Fields::of(searcher.schema())?.words;
        let documents = searcher.num_docs() as f32;
        let trust = documents / (documents + TELLING_DOCUMENTS);
        let mut weighed = Vec::new();
        for keyword in keywords(text, CANDIDATES) {
            let term = Term::from_field_text(words, &stem_english(&keyword.word));
            let having = searcher.doc_freq(&term)? as f32;
            let rarity =
                trust * rarity_here(documents, having) + (1.0 - trust) * rarity_in_corpus(&keyword);
            let weight = match keyword.count {
                1 => ONCE,
                count => 1.0 + (count as f32).ln(),
            };
            weighed.push((weight * rarity, keyword.word));
        }
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let folded = fold_with_map(text);
        let mut stems = HashSet::new();
        Ok(weighed
            .into_iter()
            .filter(|(_, word)| stems.insert(stem_english(word).into_owned()))
            .take(limit)
            .map(|(_, word)| spelling(text, &folded, &word).unwrap_or(word))
            .collect())
    }
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(BYTES_READ);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn rarity_here(documents: f32, having: f32) -> f32 {
    if documents < 1.0 {
        return 0.0;
    }
    ((1.0 + documents) / (1.0 + having)).ln().max(0.0) / (1.0 + documents).ln()
}

fn rarity_in_corpus(keyword: &Keyword) -> f32 {
    (keyword.weight / keyword.count as f32 / RAREST).clamp(0.0, 1.0)
}

/// How the text mostly spells a folded word (script and case); nothing when it
/// stands only across the ends of lines.
fn spelling(text: &str, folded: &Folded, word: &str) -> Option<String> {
    let is_part = |c: Option<char>| word.is_ascii() && c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut spellings: Vec<(&str, usize)> = Vec::new();
    let found = folded.text.match_indices(word).filter(|(at, _)| {
        let before = folded.text[..*at].chars().next_back();
        let behind = folded.text[at + word.len()..].chars().next();
        !is_part(before) && !is_part(behind)
    });
    for (at, _) in found.take(SPELLINGS) {
        let source = &text[folded.source_range(at..at + word.len())];
        match spellings.iter_mut().find(|(known, _)| *known == source) {
            Some((_, count)) => *count += 1,
            None => spellings.push((source, 1)),
        }
    }
    // Equally frequent ones: the first.
    let (best, _) = spellings
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)?;
    Some(best.to_owned())
}
