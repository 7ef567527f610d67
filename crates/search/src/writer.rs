//! Changing the index.

use std::collections::BTreeSet;

use tantivy::indexer::IndexWriterOptions;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};
use wenyuan_text::{fold_compact_text, pinyin_keys};

use crate::grams::{fnv1a, title_key};
use crate::merit;
use crate::open::set_needs_rebuild;
use crate::related::stored_keywords;
use crate::schema::Fields;
use crate::{Entry, Index, SearchError, WriterError};

/// Memory for documents that are not yet flushed; more makes fewer, larger
/// segments in bulk import.
const ARENA_BYTES: usize = 30_000_000;
/// Characters of body that are indexed, in bytes of folded text. Beyond that a
/// file is a data dump, and one document should not fill the memory.
const MAX_BODY_BYTES: usize = 24_000_000;

/// The right to change the index; one at a time, over all processes.
///
/// Dropping it forgets what was not committed and stops merges halfway, which
/// is harmless; [`Writer::finish`] lets them end.
pub struct Writer {
    index: Index,
    engine: IndexWriter,
    fields: Fields,
}

impl Writer {
    pub(crate) fn new(index: Index) -> Result<Self, WriterError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(ARENA_BYTES)
            .build();
        let engine: IndexWriter = match index.engine().writer_with_options(options) {
            Ok(engine) => engine,
            Err(TantivyError::LockFailure(..)) => return Err(WriterError::Busy),
            Err(error) => return Err(WriterError::Index(error.into())),
        };
        engine.set_merge_policy(Box::new(merge_policy()));
        let fields = Fields::of(&engine.index().schema())?;
        Ok(Self {
            index,
            engine,
            fields,
        })
    }

    /// Takes a document in, in place of any of the same id. Readers see it
    /// after [`Writer::commit`]. Costs about a second for 10 MB of text.
    pub fn put(&mut self, entry: &Entry) -> Result<(), SearchError> {
        let document = self.document(entry);
        self.remove(entry.id)?;
        self.engine.add_document(document)?;
        Ok(())
    }

    /// Takes a document out; one that is not there is no error.
    pub fn remove(&mut self, id: i64) -> Result<(), SearchError> {
        self.engine
            .delete_term(Term::from_field_i64(self.fields.id, id));
        Ok(())
    }

    /// Takes every document out, for rebuilding from nothing, and notes that
    /// the index needs it until [`Index::mark_rebuilt`].
    pub fn clear(&mut self) -> Result<(), SearchError> {
        set_needs_rebuild(self.index.dir(), true)?;
        self.engine.delete_all_documents()?;
        Ok(())
    }

    /// Makes everything since the last commit durable and visible: at once in
    /// this process, with the next search in others.
    pub fn commit(&mut self) -> Result<(), SearchError> {
        self.engine.commit()?;
        // Loading the new state here saves the next reader the wait.
        self.index.searcher();
        Ok(())
    }

    /// Commits and waits for the merges at work. After a bulk import.
    pub fn finish(mut self) -> Result<(), SearchError> {
        self.commit()?;
        self.engine.wait_merging_threads()?;
        self.index.searcher();
        Ok(())
    }

    fn document(&self, entry: &Entry) -> TantivyDocument {
        let fields = &self.fields;
        let mut document = TantivyDocument::default();
        document.add_i64(fields.id, entry.id);
        let title = fold_compact_text(&entry.title);
        let author = fold_compact_text(&entry.author);
        let description = fold_compact_text(&entry.description);
        let body = body(&entry.body);
        document.add_u64(fields.cluster, cluster(entry, &body));
        document.add_text(fields.keywords, stored_keywords(&title, &body));
        document.add_u64(fields.title_key, title_key([title.as_str()]));
        document.add_text(fields.title_grams, &title);
        document.add_text(fields.title_starts, &title);
        for key in name_keys(entry) {
            document.add_text(fields.name_keys, key);
        }
        document.add_text(fields.author_grams, &author);
        document.add_text(fields.body_grams, &description);
        document.add_text(fields.body_grams, &body);
        let tags: Vec<String> = entry
            .tags
            .iter()
            .map(|tag| fold_compact_text(tag))
            .collect();
        let weighed = [(&title, Counts::TITLE), (&author, Counts::AUTHOR)]
            .into_iter()
            .chain(tags.iter().map(|tag| (tag, Counts::TAG)));
        for (text, times) in weighed {
            for _ in 0..times {
                document.add_text(fields.head_words, text);
            }
        }
        for tag in &tags {
            document.add_text(fields.tag_grams, tag);
        }
        // One text, so that blocks count on: the head is part of the first.
        let mut all = title;
        for part in tags.iter().chain([&author, &description, &body]) {
            all.push('\n');
            all.push_str(part);
        }
        document.add_text(fields.words, all);
        document.add_text(fields.format, &entry.format);
        for &category in &entry.category_path {
            document.add_i64(fields.category, category);
        }
        document.add_u64(fields.pages, u64::from(entry.pages));
        document.add_i64(fields.published_at, entry.published_at);
        document.add_text(fields.language, &entry.language);
        document.add_u64(fields.price, entry.price.code());
        document.add_text(fields.author, &entry.author);
        document.add_i64(fields.views, entry.views);
        let standing = merit::standing(entry.published_at, entry.views, entry.favourites);
        document.add_u64(fields.standing, standing);
        document
    }
}

/// How often a word counts among the words of the head.
struct Counts;

impl Counts {
    const TITLE: usize = 3;
    const TAG: usize = 2;
    const AUTHOR: usize = 1;
}

/// Letters and characters from which on two texts that are the same are copies;
/// below that they are forms, or nothing.
const COPY_CHARS: usize = 100;

/// What copies have in common; 0 for a document that is none.
fn cluster(entry: &Entry, body: &str) -> u64 {
    entry.cluster.unwrap_or_else(|| {
        let letters = || body.chars().filter(|c| c.is_alphanumeric());
        if letters().nth(COPY_CHARS - 1).is_none() {
            return 0;
        }
        fnv1a(letters().flat_map(|c| u32::from(c).to_le_bytes())).max(1)
    })
}

/// What may be typed in Latin letters for the tags and the author.
fn name_keys(entry: &Entry) -> BTreeSet<String> {
    let names = entry.tags.iter().chain([&entry.author]);
    names
        .flat_map(|name| pinyin_keys(&fold_compact_text(name)))
        .flat_map(|key| [key.full, key.initials])
        .collect()
}

/// Joins the pages, so that a phrase over a page end is found.
fn body(pages: &[String]) -> String {
    let mut joined = String::new();
    for page in pages {
        joined.push_str(page);
        joined.push('\n');
        if joined.len() > MAX_BODY_BYTES {
            break;
        }
    }
    let mut folded = fold_compact_text(&joined);
    let mut end = folded.len().min(MAX_BODY_BYTES);
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    folded.truncate(end);
    folded
}

/// Documents come one by one and have to be seen at once, so there are many
/// tiny segments. They are merged by eight, and a level is a factor of four:
/// each document is rewritten about once a level, and a million of them lie in
/// some fifty segments.
fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(8);
    policy.set_min_layer_size(64);
    policy.set_level_log_size(2.0);
    policy.set_del_docs_ratio_before_merge(0.3);
    policy
}
