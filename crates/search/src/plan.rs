//! From a [`Query`] to what the engine runs.
//!
//! score(d) = Σ words BM25(all words, word, d) + boost × BM25(head, word, d),
//! with k1 = 1.2, b = 0.75 and the boosts of [`Boosts`]; a piece counts by the
//! rarity of its grams. A title that is exactly what was typed adds
//! [`Boosts::EXACT_TITLE`]. Conditions and exclusions add nothing. `merit.rs`
//! and `proximity.rs` multiply what comes out.
//!
//! Where some of the words are enough ([`Mode::Any`]), all pairs of characters
//! of the query count as well, one by one, and having all words counts double.

use std::ops::Bound;

use tantivy::query::{
    AllQuery, Bm25Weight, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur,
    Query as EngineQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term as IndexTerm};
use wenyuan_text::{expand, units};

use crate::count::year_span;
use crate::grams::{is_word, looked_up, title_key};
use crate::query::{Atom, Clause, Condition, Place, Term};
use crate::schema::Fields;
use crate::words::{beginnings, loose_words, strict_words};
use crate::{Query, SearchError, letters};

type Clauses = Vec<(Occur, Box<dyn EngineQuery>)>;

/// How much a match counts: title > tags > author > text, and words above
/// grams. How title, tags and author weigh among the words of the head is in
/// `writer.rs`.
struct Boosts;

impl Boosts {
    const WORDS: f32 = 1.0;
    const HEAD_WORDS: f32 = 5.0;
    /// Where some of the words are enough: one word of a question must not put
    /// every title that has it before the texts that answer.
    const HEAD_WORDS_OF_ANY: f32 = 1.0;
    const TITLE_GRAMS: f32 = 2.0;
    const TAG_GRAMS: f32 = 1.3;
    const AUTHOR_GRAMS: f32 = 1.0;
    const BODY_GRAMS: f32 = 0.4;
    /// One pair of a query that need not all be there.
    const TITLE_PAIR: f32 = 2.0;
    const BODY_PAIR: f32 = 1.0;
    /// More than all the rest together comes to.
    const EXACT_TITLE: f32 = 200.0;
    /// A quoted phrase has no words beside it to count.
    const PHRASE: f32 = 2.0;
}

/// Pairs of a query that count one by one.
const MOST_PAIRS: usize = 24;
/// Documents from which on a word that more than a fiftieth of them have does not
/// make a match by itself, only adds to the score of one, and pairs do not
/// count: what would be scored is the most of the library.
const MANY_DOCUMENTS: u64 = 50_000;

/// How strictly the words of a query are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Every term must match by its words. Fast, and enough when it finds much.
    Words,
    /// Every term must match by its words or as a piece of a text.
    Pieces,
    /// The same, and Latin letters may be pinyin.
    Letters,
    /// Any word of any term may match; quoted phrases stay phrases.
    Any,
}

/// What a plan is made for.
pub(crate) struct Planner<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) fields: &'a Fields,
    pub(crate) query: &'a Query,
    pub(crate) mode: Mode,
}

/// Whether looking for pieces could find more than looking for words.
pub(crate) fn has_pieces(query: &Query) -> bool {
    query
        .wanted()
        .any(|term| !term.phrase && matches!(term.place, Place::Anywhere | Place::Title))
}

/// Whether [`Mode::Any`] could find more than [`Mode::Pieces`].
pub(crate) fn can_relax(query: &Query) -> bool {
    let mut wanted = query.wanted();
    match (wanted.next(), wanted.next()) {
        (Some(_), Some(_)) => true,
        (Some(term), None) => !term.phrase && loose_words(term).len() > 1,
        _ => false,
    }
}

/// What the engine runs.
pub(crate) struct Plan {
    /// What matches.
    pub(crate) matching: Box<dyn EngineQuery>,
    /// What adds to the score of a match. Apart, because the engine's own way
    /// to look such things up costs more per match than all the rest.
    pub(crate) extra: Vec<Box<dyn EngineQuery>>,
    /// For a query of words and conditions alone.
    pub(crate) by_title: Option<ByTitle>,
}

/// What lets the documents that have a word in the title be looked at first.
pub(crate) struct ByTitle {
    /// The most that `matching` scores.
    pub(crate) ceiling: f32,
    /// Titles that are the query.
    pub(crate) exact: Box<dyn EngineQuery>,
    /// Heads that have any of the words: with [`ByTitle::exact`] that is all of
    /// [`Plan::extra`], but not boosted, for the engine prunes no boosted query.
    pub(crate) heads: Box<dyn EngineQuery>,
    /// How much a score of `heads` counts.
    pub(crate) boost: f32,
}

impl Planner<'_> {
    /// Builds the engine's queries. The filters that are facets are not in
    /// them: `checks.rs` applies them.
    pub(crate) fn plan(&self) -> Result<Plan, SearchError> {
        let mut clauses: Clauses = Vec::new();
        let mut extra: Vec<Box<dyn EngineQuery>> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let has_words = self.query.wanted().next().is_some();
        for clause in self.query.required() {
            let texts = clause
                .atoms
                .iter()
                .any(|atom| matches!(atom, Atom::Text(_)));
            if self.mode != Mode::Any || !texts {
                self.require(clause, &mut clauses)?;
            }
        }
        if self.mode == Mode::Any && has_words {
            clauses.push((Occur::Must, self.any_word(&mut extra)?));
            extra.push(self.every_word()?);
            if self.searcher.num_docs() < MANY_DOCUMENTS {
                extra.extend(self.pairs());
            }
        }
        // A query of exclusions alone starts from everything.
        if clauses.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        if has_words {
            let anywhere = |term: &&Term| matches!(term.place, Place::Anywhere | Place::Title);
            let key = title_key(
                self.query
                    .wanted()
                    .filter(anywhere)
                    .map(|t| t.text.as_str()),
            );
            let key = IndexTerm::from_field_u64(self.fields.title_key, key);
            let exact = TermQuery::new(key, IndexRecordOption::Basic);
            let exact = ConstScoreQuery::new(Box::new(exact), Boosts::EXACT_TITLE);
            extra.push(Box::new(exact));
            for term in self.query.wanted().filter(anywhere) {
                words.extend(strict_words(term));
            }
            words.sort_unstable();
            words.dedup();
            let head_boost = match self.mode {
                Mode::Any => Boosts::HEAD_WORDS_OF_ANY,
                Mode::Words | Mode::Pieces | Mode::Letters => Boosts::HEAD_WORDS,
            };
            for word in &words {
                let in_head = term_query(self.fields.head_words, word);
                extra.push(boosted(in_head, head_boost));
            }
        }
        for clause in self.query.clauses.iter().filter(|clause| clause.exclude) {
            for atom in &clause.atoms {
                clauses.push((Occur::MustNot, self.excluded(atom)));
            }
        }
        let heads = words
            .iter()
            .map(|word| term_query(self.fields.head_words, word));
        let by_title = match (self.ceiling()?, extra.first()) {
            (Some(ceiling), Some(exact)) => Some(ByTitle {
                ceiling,
                exact: exact.box_clone(),
                heads: any_of(heads.collect()),
                boost: Boosts::HEAD_WORDS,
            }),
            _ => None,
        };
        // One alone is pruned by the engine, a list of one is not.
        let matching = match clauses.as_slice() {
            [(Occur::Must, only)] => only.box_clone(),
            _ => Box::new(BooleanQuery::new(clauses)),
        };
        Ok(Plan {
            matching,
            extra,
            by_title,
        })
    }

    /// The most that all words of the query score together, where nothing but
    /// words and conditions is looked for.
    fn ceiling(&self) -> Result<Option<f32>, SearchError> {
        let mut most = 0.0;
        for clause in self.query.required() {
            match clause.atoms.as_slice() {
                [Atom::Condition(_)] => {}
                [Atom::Text(term)] if self.by_words(term) => {
                    for word in strict_words(term) {
                        if !expand(&word).is_empty() {
                            return Ok(None);
                        }
                        let term = IndexTerm::from_field_text(self.fields.words, &word);
                        let weight = Bm25Weight::for_terms(self.searcher, &[term])?;
                        most += weight.max_score() * Boosts::WORDS;
                    }
                }
                _ => return Ok(None),
            }
        }
        // Scores are added up in another order.
        Ok((most > 0.0).then_some(most * 1.001))
    }

    /// Adds what must hold for a clause. Words stand side by side with those
    /// of other clauses: the engine is fastest with one flat list.
    fn require(&self, clause: &Clause, clauses: &mut Clauses) -> Result<(), SearchError> {
        if let [Atom::Text(term)] = clause.atoms.as_slice()
            && self.by_words(term)
        {
            for word in strict_words(term) {
                clauses.push((Occur::Must, self.word(&word)));
            }
            return Ok(());
        }
        let mut ways = Vec::new();
        for atom in &clause.atoms {
            ways.push(match atom {
                Atom::Text(term) => self.wanted(term)?,
                Atom::Condition(condition) => unscored(self.condition(condition)),
            });
        }
        clauses.push((Occur::Must, any_of(ways)));
        Ok(())
    }

    /// Whether a term is looked for only by its words.
    fn by_words(&self, term: &Term) -> bool {
        self.mode == Mode::Words
            && !term.phrase
            && !term.open
            && term.place == Place::Anywhere
            && expand(&term.text).is_empty()
    }

    /// A term that must be there: all its words, wherever they stand, or the
    /// whole of it as a piece of title, tag, author or text.
    fn wanted(&self, term: &Term) -> Result<Box<dyn EngineQuery>, SearchError> {
        if self.by_words(term) {
            return Ok(self.all_words(term));
        }
        let mut ways = self.pieces(term);
        let single = units(&term.text).nth(1).is_none();
        if term.place == Place::Anywhere && (!term.phrase || single) {
            ways.push(self.all_words(term));
        }
        if term.place == Place::Anywhere && !term.phrase {
            ways.extend(self.synonyms(&term.text));
        }
        if self.mode == Mode::Letters {
            ways.extend(letters::ways(self.fields, term));
        }
        if term.open {
            let field = match term.place {
                Place::Anywhere => self.fields.words,
                Place::Title => self.fields.title_grams,
                Place::Tag => self.fields.tag_grams,
                Place::Author => self.fields.author_grams,
            };
            for word in beginnings(self.searcher, field, &term.text)? {
                ways.push(term_query(field, &word));
            }
        }
        Ok(any_of(ways))
    }

    /// All words of a term, wherever they stand.
    fn all_words(&self, term: &Term) -> Box<dyn EngineQuery> {
        let words = strict_words(term);
        let all = words.iter().map(|word| (Occur::Must, self.word(word)));
        Box::new(BooleanQuery::new(all.collect()))
    }

    /// What must not be there.
    fn excluded(&self, atom: &Atom) -> Box<dyn EngineQuery> {
        match atom {
            Atom::Condition(condition) => self.condition(condition),
            Atom::Text(term) => {
                let mut ways = self.pieces(term);
                if let [word] = strict_words(term).as_slice()
                    && term.place == Place::Anywhere
                {
                    ways.push(term_query(self.fields.words, word));
                }
                any_of(ways)
            }
        }
    }

    /// Any of the words; those that are everywhere only add to the score.
    fn any_word(
        &self,
        extra: &mut Vec<Box<dyn EngineQuery>>,
    ) -> Result<Box<dyn EngineQuery>, SearchError> {
        let mut words: Vec<String> = Vec::new();
        let mut ways = Vec::new();
        let loose = |term: &&Term| term.place == Place::Anywhere && !term.phrase;
        for term in self.query.wanted() {
            if loose(&term) {
                words.extend(loose_words(term));
                ways.extend(self.synonyms(&term.text));
            } else {
                ways.push(self.wanted(term)?);
            }
        }
        words.sort_unstable();
        words.dedup();
        let (common, telling) = self.common(words)?;
        // A term of which every word is everywhere is so as a piece as well.
        let is_common = |term: &&Term| strict_words(term).iter().all(|word| common.contains(word));
        for term in self.query.wanted().filter(loose) {
            if common.is_empty() || !is_common(&term) {
                ways.extend(self.pieces(term));
            }
        }
        ways.extend(telling.iter().map(|word| self.word(word)));
        extra.extend(common.iter().map(|word| self.word(word)));
        Ok(any_of(ways))
    }

    /// The words that are everywhere, and the others; the rarest is always
    /// among those.
    fn common(&self, words: Vec<String>) -> Result<(Vec<String>, Vec<String>), SearchError> {
        let documents = self.searcher.num_docs();
        if documents < MANY_DOCUMENTS {
            return Ok((Vec::new(), words));
        }
        let mut counted = Vec::with_capacity(words.len());
        for word in words {
            let term = IndexTerm::from_field_text(self.fields.words, &word);
            counted.push((self.searcher.doc_freq(&term)?, word));
        }
        let rarest = counted.iter().map(|(count, _)| *count).min().unwrap_or(0);
        let most = rarest.max(documents / 50);
        let (common, telling): (Vec<_>, Vec<_>) =
            counted.into_iter().partition(|(count, _)| *count > most);
        let only_words =
            |counted: Vec<(u64, String)>| counted.into_iter().map(|(_, w)| w).collect();
        Ok((only_words(common), only_words(telling)))
    }

    /// What a document that has all words has besides.
    fn every_word(&self) -> Result<Box<dyn EngineQuery>, SearchError> {
        let strict = Planner {
            mode: Mode::Pieces,
            ..*self
        };
        let mut clauses: Clauses = Vec::new();
        for clause in self.query.required() {
            strict.require(clause, &mut clauses)?;
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    /// The pairs of the query, one by one, in titles and in texts.
    fn pairs(&self) -> impl Iterator<Item = Box<dyn EngineQuery>> {
        let loose = |term: &&Term| !term.phrase && term.place == Place::Anywhere;
        let mut pairs: Vec<String> = self
            .query
            .wanted()
            .filter(loose)
            .flat_map(|term| looked_up(&term.text))
            .filter(|gram| units(gram).nth(1).is_some())
            // One spelling of a date must not stand before the others. (Two
            // Latin words are a hash, which may look like a number.)
            .filter(|gram| gram.starts_with('\u{1}') || !gram.chars().any(char::is_numeric))
            .collect();
        pairs.truncate(MOST_PAIRS);
        pairs.into_iter().flat_map(|pair| {
            let in_title = gram_query(self.fields.title_grams, &pair);
            [
                boosted(self.body_gram(&pair), Boosts::BODY_PAIR),
                boosted(in_title, Boosts::TITLE_PAIR),
            ]
        })
    }

    /// A word wherever it stands, or what the operator has named beside it.
    fn word(&self, word: &str) -> Box<dyn EngineQuery> {
        let itself = boosted(term_query(self.fields.words, word), Boosts::WORDS);
        let mut ways = self.synonyms(word);
        if ways.is_empty() {
            return itself;
        }
        ways.push(itself);
        any_of(ways)
    }

    /// What the operator has named to be looked for beside a text, for less.
    fn synonyms(&self, text: &str) -> Vec<Box<dyn EngineQuery>> {
        expand(text)
            .into_iter()
            .map(|(other, weight)| {
                let term = Term {
                    text: other,
                    ..Term::default()
                };
                let mut ways = self.pieces(&term);
                let all = strict_words(&term)
                    .into_iter()
                    .map(|word| (Occur::Must, term_query(self.fields.words, &word)));
                ways.push(Box::new(BooleanQuery::new(all.collect())));
                boosted(any_of(ways), weight)
            })
            .collect()
    }

    /// A term as a piece of the fields it may stand in; empty when it cannot
    /// be looked up so.
    fn pieces(&self, term: &Term) -> Vec<Box<dyn EngineQuery>> {
        let fields = self.fields;
        let grams = looked_up(&term.text);
        let factor = if term.phrase { Boosts::PHRASE } else { 1.0 };
        let all_in = |boost: f32, gram: &dyn Fn(&str) -> Box<dyn EngineQuery>| {
            let all: Vec<_> = grams.iter().map(|text| (Occur::Must, gram(text))).collect();
            let all = Box::new(BooleanQuery::new(all));
            (!grams.is_empty()).then(|| boosted(all, boost * factor))
        };
        let in_head = |field, boost| all_in(boost, &|gram| gram_query(field, gram));
        let title = || in_head(fields.title_grams, Boosts::TITLE_GRAMS);
        let tags = || in_head(fields.tag_grams, Boosts::TAG_GRAMS);
        let author = || in_head(fields.author_grams, Boosts::AUTHOR_GRAMS);
        // A single unit is no gram of a body.
        let paired = units(&term.text).nth(1).is_some();
        let body = || {
            let gram = |gram: &str| self.body_gram(gram);
            paired.then(|| all_in(Boosts::BODY_GRAMS, &gram)).flatten()
        };
        match term.place {
            Place::Anywhere => [title(), tags(), author(), body()]
                .into_iter()
                .flatten()
                .collect(),
            Place::Title => title().into_iter().collect(),
            Place::Tag => tags().into_iter().collect(),
            Place::Author => author().into_iter().collect(),
        }
    }

    /// A pair of characters in a text: among the grams, or a word by itself.
    fn body_gram(&self, gram: &str) -> Box<dyn EngineQuery> {
        let pair = gram_query(self.fields.body_grams, gram);
        if is_word(gram) {
            any_of(vec![pair, gram_query(self.fields.words, gram)])
        } else {
            pair
        }
    }

    fn condition(&self, condition: &Condition) -> Box<dyn EngineQuery> {
        let fields = self.fields;
        match condition {
            Condition::Format(format) => term_query(fields.format, format),
            Condition::Language(language) => term_query(fields.language, language),
            Condition::Years(first, last) => {
                let (from, to) = (year_span(*first).0, year_span(*last).1);
                let bound = |n| Bound::Included(IndexTerm::from_field_i64(fields.published_at, n));
                Box::new(RangeQuery::new(bound(from), bound(to)))
            }
            Condition::Pages(least, most) => {
                let bound =
                    |n| Bound::Included(IndexTerm::from_field_u64(fields.pages, u64::from(n)));
                Box::new(RangeQuery::new(bound(*least), bound(*most)))
            }
        }
    }
}

/// A gram of a field that knows only which documents have it.
pub(crate) fn gram_query(field: Field, gram: &str) -> Box<dyn EngineQuery> {
    let term = IndexTerm::from_field_text(field, gram);
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

pub(crate) fn term_query(field: Field, text: &str) -> Box<dyn EngineQuery> {
    let term = IndexTerm::from_field_text(field, text);
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

pub(crate) fn boosted(query: Box<dyn EngineQuery>, boost: f32) -> Box<dyn EngineQuery> {
    if (boost - 1.0).abs() < f32::EPSILON {
        return query;
    }
    Box::new(BoostQuery::new(query, boost))
}

fn unscored(query: Box<dyn EngineQuery>) -> Box<dyn EngineQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

pub(crate) fn all_of(mut queries: Vec<Box<dyn EngineQuery>>) -> Box<dyn EngineQuery> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::intersection(queries)),
    }
}

pub(crate) fn any_of(mut queries: Vec<Box<dyn EngineQuery>>) -> Box<dyn EngineQuery> {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}
