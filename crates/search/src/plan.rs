//! From a [`Query`] and [`Filters`] to what the engine runs.
//!
//! score(d) = Σ over terms, Σ over fields of boost × BM25(field, term, d), with
//! k1 = 1.2, b = 0.75 and the boosts of [`Boosts`]. A phrase's BM25 uses the
//! sum of its grams' rarities. A title that is exactly what was typed adds
//! [`Boosts::EXACT_TITLE`]. Filters and exclusions add nothing.

use std::ops::Bound;

use tantivy::Term as IndexTerm;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as EngineQuery,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use wenyuan_text::{Segmenter, expand, is_stop_word, stem_english};

use crate::grams::{Gram, body_gram_cover, title_gram_cover, title_key};
use crate::query::Term;
use crate::schema::Fields;
use crate::{Filters, Query, letters};

type Clause = (Occur, Box<dyn EngineQuery>);

/// How much a match in each field counts: title > tags > author > description
/// > body, and words above grams.
struct Boosts;

impl Boosts {
    const TITLE_WORDS: f32 = 6.0;
    const TITLE_GRAMS: f32 = 2.0;
    const TAG_WORDS: f32 = 4.0;
    const TAG_GRAMS: f32 = 1.3;
    const AUTHOR_WORDS: f32 = 3.0;
    const AUTHOR_GRAMS: f32 = 1.0;
    const DESCRIPTION_WORDS: f32 = 1.5;
    const BODY_WORDS: f32 = 1.0;
    const BODY_GRAMS: f32 = 0.4;
    /// More than all the rest together comes to.
    const EXACT_TITLE: f32 = 200.0;
    /// A quoted phrase has no words beside it to count.
    const PHRASE: f32 = 2.0;
}

/// How strictly the words of a query are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Every term must match.
    All,
    /// Every term must match, and Latin letters may be pinyin.
    Letters,
    /// Any word of any term may match; quoted phrases stay phrases.
    Any,
}

/// Builds the engine's query. The format filter is not in it: the collector
/// applies it, so that the other formats can be counted.
pub(crate) fn plan(
    fields: &Fields,
    query: &Query,
    filters: &Filters,
    mode: Mode,
) -> Box<dyn EngineQuery> {
    let mut clauses: Vec<Clause> = match mode {
        Mode::All | Mode::Letters => query
            .wanted()
            .map(|term| (Occur::Must, wanted(fields, term, mode)))
            .collect(),
        Mode::Any => vec![(Occur::Must, any_word(fields, query))],
    };
    // A query of exclusions alone starts from everything.
    if clauses.is_empty() {
        clauses.push((Occur::Must, Box::new(AllQuery)));
    } else {
        let key = title_key(query.wanted().map(|term| term.text.as_str()));
        let exact = ConstScoreQuery::new(term_query(fields.title_key, &key), Boosts::EXACT_TITLE);
        clauses.push((Occur::Should, Box::new(exact)));
    }
    for term in query.terms.iter().filter(|term| term.exclude) {
        clauses.push((Occur::MustNot, excluded(fields, term)));
    }
    for filter in filter_queries(fields, filters) {
        let unscored = ConstScoreQuery::new(filter, 0.0);
        clauses.push((Occur::Must, Box::new(unscored)));
    }
    Box::new(BooleanQuery::new(clauses))
}

/// Whether [`Mode::Any`] could find more than [`Mode::All`].
pub(crate) fn can_relax(query: &Query) -> bool {
    let mut wanted = query.wanted();
    match (wanted.next(), wanted.next()) {
        (Some(_), Some(_)) => true,
        (Some(term), None) => !term.phrase && loose_words(term).len() > 1,
        _ => false,
    }
}

/// A term that must be there: all its words, wherever they stand, or the
/// whole of it as a piece of title, tag, author or text.
fn wanted(fields: &Fields, term: &Term, mode: Mode) -> Box<dyn EngineQuery> {
    let mut ways = pieces(
        fields,
        &term.text,
        if term.phrase { Boosts::PHRASE } else { 1.0 },
    );
    let words = strict_words(term);
    if !term.phrase || ways.is_empty() {
        let all = words
            .iter()
            .map(|word| (Occur::Must, word_or_synonym(fields, word)));
        ways.push(Box::new(BooleanQuery::new(all.collect())));
    }
    if !term.phrase && words.len() > 1 {
        ways.extend(synonyms(fields, &term.text));
    }
    if mode == Mode::Letters {
        ways.extend(letters::ways(fields, term));
    }
    any_of(ways)
}

/// A term that must not be there.
fn excluded(fields: &Fields, term: &Term) -> Box<dyn EngineQuery> {
    let mut ways = pieces(fields, &term.text, 1.0);
    if let [word] = strict_words(term).as_slice() {
        ways.push(word_query(fields, word));
    }
    any_of(ways)
}

fn any_word(fields: &Fields, query: &Query) -> Box<dyn EngineQuery> {
    let mut words: Vec<String> = Vec::new();
    let mut ways = Vec::new();
    for term in query.wanted() {
        ways.extend(pieces(fields, &term.text, 1.0));
        if !term.phrase {
            words.extend(loose_words(term));
        }
    }
    words.sort_unstable();
    words.dedup();
    ways.extend(words.iter().map(|word| word_query(fields, word)));
    any_of(ways)
}

/// The longest words of a term, without stop words unless there are no others.
fn strict_words(term: &Term) -> Vec<String> {
    without_stop_words(Segmenter::shared().query_tokens(&term.text).map(|t| t.text))
}

/// All words of a term, also those inside others, without single characters:
/// those stand everywhere.
fn loose_words(term: &Term) -> Vec<String> {
    let tokens = Segmenter::shared().search_tokens(&term.text);
    without_stop_words(
        tokens
            .map(|t| t.text)
            .filter(|word| word.chars().nth(1).is_some()),
    )
}

fn without_stop_words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<&str> = words.collect();
    if all.iter().any(|word| !is_stop_word(word)) {
        all.retain(|word| !is_stop_word(word));
    }
    let mut out: Vec<String> = Vec::new();
    for word in all {
        let word = stem_english(word).into_owned();
        if !out.contains(&word) {
            out.push(word);
        }
    }
    out
}

/// A word in any field.
fn word_query(fields: &Fields, word: &str) -> Box<dyn EngineQuery> {
    let weighed = [
        (fields.title_words, Boosts::TITLE_WORDS),
        (fields.tag_words, Boosts::TAG_WORDS),
        (fields.author_words, Boosts::AUTHOR_WORDS),
        (fields.description_words, Boosts::DESCRIPTION_WORDS),
        (fields.body_words, Boosts::BODY_WORDS),
    ];
    any_of(
        weighed
            .into_iter()
            .map(|(field, boost)| boosted(term_query(field, word), boost))
            .collect(),
    )
}

fn word_or_synonym(fields: &Fields, word: &str) -> Box<dyn EngineQuery> {
    let mut ways = synonyms(fields, word);
    if ways.is_empty() {
        return word_query(fields, word);
    }
    ways.push(word_query(fields, word));
    any_of(ways)
}

/// What the operator has named to be looked for beside a word, for less.
fn synonyms(fields: &Fields, word: &str) -> Vec<Box<dyn EngineQuery>> {
    expand(word)
        .into_iter()
        .map(|(other, weight)| {
            let term = Term {
                text: other,
                phrase: false,
                exclude: false,
            };
            let mut ways = pieces(fields, &term.text, 1.0);
            let all = strict_words(&term)
                .into_iter()
                .map(|word| (Occur::Must, word_query(fields, &word)));
            ways.push(Box::new(BooleanQuery::new(all.collect())));
            boosted(any_of(ways), weight)
        })
        .collect()
}

/// A folded text as a piece of any field; empty when it cannot be looked up so.
fn pieces(fields: &Fields, text: &str, factor: f32) -> Vec<Box<dyn EngineQuery>> {
    let title_cover = title_gram_cover(text);
    let body_cover = body_gram_cover(text);
    [
        (fields.title_grams, &title_cover, Boosts::TITLE_GRAMS),
        (fields.tag_grams, &title_cover, Boosts::TAG_GRAMS),
        (fields.author_grams, &title_cover, Boosts::AUTHOR_GRAMS),
        (fields.body_grams, &body_cover, Boosts::BODY_GRAMS),
    ]
    .into_iter()
    .filter_map(|(field, cover, boost)| Some(boosted(gram_query(field, cover)?, boost * factor)))
    .collect()
}

/// The grams at their places.
pub(crate) fn gram_query(field: Field, cover: &[Gram<'_>]) -> Option<Box<dyn EngineQuery>> {
    match cover {
        [] => None,
        [one] => Some(term_query(field, &one.text())),
        many => {
            let first = many.iter().map(|gram| gram.position).min().unwrap_or(0);
            let terms = many
                .iter()
                .map(|gram| {
                    let term = IndexTerm::from_field_text(field, &gram.text());
                    (gram.position - first, term)
                })
                .collect();
            Some(Box::new(PhraseQuery::new_with_offset(terms)))
        }
    }
}

pub(crate) fn term_query(field: Field, text: &str) -> Box<dyn EngineQuery> {
    let term = IndexTerm::from_field_text(field, text);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

pub(crate) fn boosted(query: Box<dyn EngineQuery>, boost: f32) -> Box<dyn EngineQuery> {
    Box::new(BoostQuery::new(query, boost))
}

pub(crate) fn any_of(queries: Vec<Box<dyn EngineQuery>>) -> Box<dyn EngineQuery> {
    Box::new(BooleanQuery::union(queries))
}

fn filter_queries(fields: &Fields, filters: &Filters) -> Vec<Box<dyn EngineQuery>> {
    let mut out: Vec<Box<dyn EngineQuery>> = Vec::new();
    if let Some(category) = filters.category {
        let term = IndexTerm::from_field_i64(fields.category, category);
        out.push(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
    }
    if let Some(language) = &filters.language {
        let term = IndexTerm::from_field_text(fields.language, language);
        out.push(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
    }
    if let Some((least, most)) = filters.pages {
        let bound = |n| Bound::Included(IndexTerm::from_field_u64(fields.pages, u64::from(n)));
        out.push(Box::new(RangeQuery::new(bound(least), bound(most))));
    }
    if let Some((from, to)) = filters.published {
        let bound = |n| Bound::Included(IndexTerm::from_field_i64(fields.published_at, n));
        out.push(Box::new(RangeQuery::new(bound(from), bound(to))));
    }
    out
}
