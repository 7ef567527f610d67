//! The four rankings that are compared: ours, and three as others have them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jieba_rs::{Jieba, TokenizeMode};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Query as EngineQuery, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{IndexReader, IndexWriter, TantivyDocument, Term};
use tempfile::TempDir;
use wenyuan_search::{Entry, Filters, Index, Query, Sort};

use super::{DEPTH, Document, Result};

/// Something that answers a query with documents, best first.
pub(crate) trait Ranking {
    /// What it is called in the table.
    fn name(&self) -> &'static str;
    /// Gives at most [`DEPTH`] documents by their place in the library.
    fn search(&self, query: &str) -> Result<Vec<usize>>;
}

/// [`wenyuan_search::Index`], through its public door.
pub(crate) struct Ours {
    index: Index,
    _directory: TempDir,
}

impl Ours {
    pub(crate) fn new(documents: &[Document]) -> Result<Ours> {
        let directory = TempDir::new()?;
        let index = Index::open(&directory.path().join("index"))?;
        let mut writer = index.writer()?;
        for (id, document) in (0..).zip(documents) {
            writer.put(&entry(id, document))?;
        }
        writer.commit()?;
        Ok(Ours {
            index,
            _directory: directory,
        })
    }
}

/// Without date and reads: the figures must not depend on the day.
fn entry(id: i64, document: &Document) -> Entry {
    Entry {
        id,
        title: document.title.clone(),
        author: document.author.clone(),
        tags: document.tags.clone(),
        description: document.description.clone(),
        body: document.pages.clone(),
        format: document.format.clone(),
        pages: u32::try_from(document.pages.len()).unwrap_or(u32::MAX),
        language: document.language.clone(),
        ..Entry::default()
    }
}

impl Ranking for Ours {
    fn name(&self) -> &'static str {
        "wenyuan"
    }

    fn search(&self, query: &str) -> Result<Vec<usize>> {
        let query = Query::parse(query);
        let filters = Filters::default();
        let found = self
            .index
            .search(&query, &filters, Sort::Relevance, 0, DEPTH)?;
        Ok(found
            .hits
            .iter()
            .filter_map(|hit| usize::try_from(hit.id).ok())
            .collect())
    }
}

/// Cuts a text into the terms of an index.
type Cut = Box<dyn Fn(&str) -> Vec<String>>;

/// A bare index of the same engine: one field with all text, any term may
/// match, BM25 as it comes.
pub(crate) struct Bare {
    name: &'static str,
    cut: Cut,
    field: Field,
    reader: IndexReader,
}

impl Bare {
    /// Words as jieba's search mode cuts them, names guessed, lower case.
    pub(crate) fn words(documents: &[Document]) -> Result<Bare> {
        let jieba = Jieba::new();
        let cut = move |text: &str| {
            jieba
                .tokenize(text, TokenizeMode::Search, true)
                .into_iter()
                .filter(|token| token.word.chars().any(char::is_alphanumeric))
                .map(|token| token.word.to_lowercase())
                .collect()
        };
        Bare::new("BM25, jieba words", documents, Box::new(cut))
    }

    /// Pairs of neighbouring Chinese characters; other words whole, lower case.
    pub(crate) fn bigrams(documents: &[Document]) -> Result<Bare> {
        Bare::new("BM25, bigrams", documents, Box::new(bigrams))
    }

    fn new(name: &'static str, documents: &[Document], cut: Cut) -> Result<Bare> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let field = schema.add_text_field(
            "text",
            TextOptions::default().set_indexing_options(indexing),
        );
        let place = schema.add_u64_field("place", INDEXED | FAST);
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 50_000_000)?;
        for (at, document) in (0_u64..).zip(documents) {
            let text = document.all_text();
            let tokens = cut(&text)
                .into_iter()
                .enumerate()
                .map(|(position, text)| Token {
                    position,
                    text,
                    ..Token::default()
                })
                .collect();
            let mut line = TantivyDocument::default();
            line.add_pre_tokenized_text(field, PreTokenizedString { text, tokens });
            line.add_u64(place, at);
            writer.add_document(line)?;
        }
        writer.commit()?;
        let reader = index.reader()?;
        Ok(Bare {
            name,
            cut,
            field,
            reader,
        })
    }
}

impl Ranking for Bare {
    fn name(&self) -> &'static str {
        self.name
    }

    fn search(&self, query: &str) -> Result<Vec<usize>> {
        // In order: a sum of floats depends on it.
        let words: BTreeSet<String> = (self.cut)(query).into_iter().collect();
        let terms = words
            .iter()
            .map(|word| {
                let term = Term::from_field_text(self.field, word);
                let query: Box<dyn EngineQuery> =
                    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
                query
            })
            .collect();
        let searcher = self.reader.searcher();
        let best = TopDocs::with_limit(DEPTH).order_by_score();
        let mut found = Vec::new();
        for (_, address) in searcher.search(&BooleanQuery::union(terms), &best)? {
            let places = searcher
                .segment_reader(address.segment_ord)
                .fast_fields()
                .u64("place")?;
            let place = places
                .first(address.doc_id)
                .ok_or("a document without place")?;
            found.push(usize::try_from(place)?);
        }
        Ok(found)
    }
}

fn bigrams(text: &str) -> Vec<String> {
    let is_han = |c: &char| wenyuan_text::is_han(*c);
    let chars: Vec<char> = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let mut out = Vec::new();
    for run in chars.chunk_by(|a, b| *a != ' ' && *b != ' ' && is_han(a) == is_han(b)) {
        match run {
            [' '] => {}
            [one, _, ..] if is_han(one) => {
                out.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
            word => out.push(word.iter().collect()),
        }
    }
    out
}

/// `WHERE title LIKE '%q%' OR text LIKE '%q%' ORDER BY title LIKE '%q%' DESC`,
/// newest first, as SQLite answers it: the letters as they are, a to z in
/// either case. Computed here; no query of the set has `%` or `_`.
pub(crate) struct Like {
    /// Title, text and year, lower case.
    rows: Vec<(String, String, Option<i64>)>,
}

impl Like {
    pub(crate) fn new(documents: &[Document]) -> Like {
        let rows = documents
            .iter()
            .map(|document| {
                let title = document.title.to_ascii_lowercase();
                let text = document.all_text().to_ascii_lowercase();
                (title, text, document.year)
            })
            .collect();
        Like { rows }
    }
}

impl Ranking for Like {
    fn name(&self) -> &'static str {
        "SQL LIKE"
    }

    fn search(&self, query: &str) -> Result<Vec<usize>> {
        let wanted = query.to_ascii_lowercase();
        let mut found: Vec<usize> = (0..self.rows.len())
            .filter(|&at| self.rows[at].1.contains(&wanted))
            .collect();
        // Stable: equal rows stay in the order of the library.
        found.sort_by_key(|&at| {
            let (title, _, year) = &self.rows[at];
            (!title.contains(&wanted), Reverse(*year))
        });
        found.truncate(DEPTH);
        Ok(found)
    }
}
