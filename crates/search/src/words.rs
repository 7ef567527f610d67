//! The words that a term of a query is looked up by.

use std::collections::HashMap;

use tantivy::Searcher;
use tantivy::schema::Field;
use wenyuan_text::{Segmenter, is_stop_word, stem_english, units};

use crate::SearchError;
use crate::dates::dates;
use crate::query::Term;

/// Words that `word*` stands for at most.
const MOST_BEGINNINGS: usize = 24;
/// Words of each segment that are looked at for them.
const LOOKED_AT: usize = 400;

/// The longest words of a term, without stop words unless there are no others;
/// a date is one word.
pub(crate) fn strict_words(term: &Term) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    for date in dates(&term.text) {
        words.extend(telling_words(&term.text[at..date.range.start]));
        words.push(date.key());
        at = date.range.end;
    }
    let rest = &term.text[at..];
    if at == 0 || units(rest).next().is_some() {
        words.extend(telling_words(rest));
    }
    distinct(words)
}

fn telling_words(text: &str) -> Vec<String> {
    without_stop_words(Segmenter::shared().query_tokens(text).map(|t| t.text))
}

/// All words of a term, also those inside others, without single characters:
/// those stand everywhere.
pub(crate) fn loose_words(term: &Term) -> Vec<String> {
    let tokens = Segmenter::shared().search_tokens(&term.text);
    let mut words = without_stop_words(
        tokens
            .map(|t| t.text)
            .filter(|word| word.chars().nth(1).is_some()),
    );
    words.extend(dates(&term.text).map(|date| date.key()));
    distinct(words)
}

fn without_stop_words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<&str> = words.collect();
    if all.iter().any(|word| !is_stop_word(word)) {
        all.retain(|word| !is_stop_word(word));
    }
    all.into_iter()
        .map(|word| stem_english(word).into_owned())
        .collect()
}

fn distinct(words: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        if !out.contains(&word) {
            out.push(word);
        }
    }
    out
}

/// The most frequent words of a field that begin with the last word of `text`.
/// Nothing for Chinese: there a piece of a text is found wherever it ends.
pub(crate) fn beginnings(
    searcher: &Searcher,
    field: Field,
    text: &str,
) -> Result<Vec<String>, SearchError> {
    let mut all = units(text);
    let (Some(only), None) = (all.next(), all.next()) else {
        return Ok(Vec::new());
    };
    if only.unspaced || only.text.chars().nth(1).is_none() {
        return Ok(Vec::new());
    }
    let beginning = only.text;
    let mut found: HashMap<String, u64> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index
            .terms()
            .range()
            .ge(beginning.as_bytes())
            .into_stream()?;
        let mut looked = 0;
        while looked < LOOKED_AT && words.advance() && words.key().starts_with(beginning.as_bytes())
        {
            looked += 1;
            if let Ok(word) = std::str::from_utf8(words.key()) {
                *found.entry(word.to_owned()).or_default() += u64::from(words.value().doc_freq);
            }
        }
    }
    let mut found: Vec<(String, u64)> = found.into_iter().collect();
    found.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(MOST_BEGINNINGS);
    Ok(found.into_iter().map(|(word, _)| word).collect())
}
