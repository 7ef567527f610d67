//! Documents like a document, by content.
//!
//! With each document its strongest words are stored with their counts: those
//! of the title, and the keywords of the text. `related` weighs them by how
//! rare they are in this library and searches for the best dozen in titles,
//! tags and texts.

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query as EngineQuery, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};
use wenyuan_text::{Segmenter, fold_compact_text, is_stop_word, keywords, stem_english};

use crate::plan::{any_of, boosted, term_query};
use crate::schema::{Fields, ID};
use crate::{Index, MAX_LIMIT, SearchError};

/// Words that are stored at most, and at least.
const STORED_WORDS: usize = 24;
const STORED_OF_SHORT: usize = 8;
/// A text has one stored word for so many bytes: a page should not cost as much
/// as a book.
const BYTES_A_WORD: usize = 128;
/// Words that are searched for.
const SEARCHED_WORDS: usize = 12;
/// A word of the title counts as if it stood this often in the text.
const TITLE_COUNT: u32 = 6;
const HEAD_BOOST: f32 = 3.0;

impl Index {
    /// Ids of documents like document `id`, most alike first, without itself.
    /// Empty when the document is not in the index. At most [`MAX_LIMIT`].
    pub fn related(&self, id: i64, limit: usize) -> Result<Vec<i64>, SearchError> {
        let searcher = self.searcher();
        let fields = Fields::of(searcher.schema())?;
        let own = TermQuery::new(
            Term::from_field_i64(fields.id, id),
            IndexRecordOption::Basic,
        );
        let found = searcher.search(&own, &TopDocs::with_limit(1).order_by_score())?;
        let Some(&(_, address)) = found.first() else {
            return Ok(Vec::new());
        };
        let document: TantivyDocument = searcher.doc(address)?;
        let stored = document
            .get_first(fields.keywords)
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        self.alike(&searcher, stored, Some(own), limit)
    }

    /// Ids of documents like `text`, most alike first. At most [`MAX_LIMIT`].
    pub fn related_to_text(&self, text: &str, limit: usize) -> Result<Vec<i64>, SearchError> {
        let stored = stored_keywords("", &fold_compact_text(text));
        self.alike(&self.searcher(), &stored, None, limit)
    }

    fn alike(
        &self,
        searcher: &Searcher,
        stored: &str,
        without: Option<TermQuery>,
        limit: usize,
    ) -> Result<Vec<i64>, SearchError> {
        let fields = Fields::of(searcher.schema())?;
        let mut words = Vec::new();
        for (word, count) in read_keywords(stored) {
            let frequency = searcher.doc_freq(&Term::from_field_text(fields.words, word))?;
            let rarity = ((1.0 + searcher.num_docs() as f32) / (1.0 + frequency as f32)).ln();
            let weight = 1.0 + (count as f32).ln();
            words.push((word, weight, weight * rarity.max(0.0)));
        }
        words.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| a.0.cmp(b.0)));
        words.truncate(SEARCHED_WORDS);
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        // BM25 has the rarity in it; only the weight in the document is added.
        let ways = words
            .into_iter()
            .flat_map(|(word, weight, _)| {
                [
                    boosted(term_query(fields.head_words, word), weight * HEAD_BOOST),
                    boosted(term_query(fields.words, word), weight),
                ]
            })
            .collect();
        let mut clauses: Vec<(Occur, Box<dyn EngineQuery>)> = vec![(Occur::Must, any_of(ways))];
        if let Some(own) = without {
            clauses.push((Occur::MustNot, Box::new(own)));
        }
        let top = TopDocs::with_limit(limit.min(MAX_LIMIT)).order_by_score();
        let found = searcher.search(&BooleanQuery::new(clauses), &top)?;
        found
            .into_iter()
            .filter_map(|(_, address)| id_of(searcher, address).transpose())
            .collect()
    }
}

fn id_of(searcher: &Searcher, address: DocAddress) -> Result<Option<i64>, SearchError> {
    let segment = searcher.segment_reader(address.segment_ord);
    Ok(segment.fast_fields().i64(ID)?.first(address.doc_id))
}

/// The strongest words of a folded title and text: `word count` a line, or the
/// word alone when it stands once; words as the word fields have them.
pub(crate) fn stored_keywords(title: &str, body: &str) -> String {
    let mut lines: Vec<(String, u32)> = Vec::new();
    let add = |lines: &mut Vec<(String, u32)>, word: &str, count: u32| {
        let word = stem_english(word);
        match lines.iter_mut().find(|(known, _)| *known == *word) {
            Some((_, known)) => *known += count,
            None => lines.push((word.into_owned(), count)),
        }
    };
    for token in Segmenter::shared().query_tokens(title) {
        let telling = token.text.chars().any(char::is_alphabetic);
        if telling && token.text.chars().nth(1).is_some() && !is_stop_word(token.text) {
            add(&mut lines, token.text, TITLE_COUNT);
        }
    }
    let most = (body.len() / BYTES_A_WORD).clamp(STORED_OF_SHORT, STORED_WORDS);
    let room = most.saturating_sub(lines.len()).max(STORED_OF_SHORT / 2);
    for keyword in keywords(body, room) {
        add(&mut lines, &keyword.word, keyword.count);
    }
    lines
        .iter()
        .map(|(word, count)| match count {
            1 => format!("{word}\n"),
            count => format!("{word} {count}\n"),
        })
        .collect()
}

fn read_keywords(stored: &str) -> impl Iterator<Item = (&str, u32)> {
    stored.lines().map(|line| {
        let counted = line.rsplit_once(' ');
        let counted = counted.and_then(|(word, count)| Some((word, count.parse().ok()?)));
        counted.unwrap_or((line, 1))
    })
}
