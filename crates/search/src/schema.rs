//! The fields of the index. Change anything here or in the analysis and raise
//! [`VERSION`]: an index of another version is rebuilt.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

use crate::analysis::{BODY_GRAMS, TITLE_GRAMS, TITLE_STARTS, WORDS};

/// Version of fields and analysis together.
pub(crate) const VERSION: &str = "2";

pub(crate) const ID: &str = "id";
pub(crate) const FORMAT: &str = "format";
pub(crate) const CATEGORY: &str = "category";
pub(crate) const PUBLISHED: &str = "published_at";
pub(crate) const VIEWS: &str = "views";

/// Handles of all fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    /// The title's letters, digits and characters run together.
    pub(crate) title_key: Field,
    pub(crate) title_words: Field,
    pub(crate) title_grams: Field,
    /// What may have been typed of the title so far, and its pinyin.
    pub(crate) title_starts: Field,
    /// Pinyin and initials of tags and author.
    pub(crate) name_keys: Field,
    pub(crate) tag_words: Field,
    pub(crate) tag_grams: Field,
    pub(crate) author_words: Field,
    pub(crate) author_grams: Field,
    pub(crate) description_words: Field,
    pub(crate) body_words: Field,
    /// Description and body.
    pub(crate) body_grams: Field,
    pub(crate) format: Field,
    pub(crate) category: Field,
    pub(crate) pages: Field,
    pub(crate) published_at: Field,
    pub(crate) language: Field,
    pub(crate) views: Field,
    /// The strongest words with their counts, as `related.rs` writes them.
    pub(crate) keywords: Field,
}

/// Builds the schema.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |analyser: &str, record: IndexRecordOption| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(analyser)
                .set_index_option(record),
        )
    };
    let words = text(WORDS, IndexRecordOption::WithFreqs);
    let grams = text(TITLE_GRAMS, IndexRecordOption::WithFreqsAndPositions);
    let starts = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(TITLE_STARTS)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    let body_grams = text(BODY_GRAMS, IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        id: builder.add_i64_field(ID, INDEXED | FAST),
        title_key: builder.add_text_field("title_key", STRING),
        title_words: builder.add_text_field("title_words", words.clone()),
        title_grams: builder.add_text_field("title_grams", grams.clone()),
        title_starts: builder.add_text_field("title_starts", starts),
        name_keys: builder.add_text_field("name_keys", STRING),
        tag_words: builder.add_text_field("tag_words", words.clone()),
        tag_grams: builder.add_text_field("tag_grams", grams.clone()),
        author_words: builder.add_text_field("author_words", words.clone()),
        author_grams: builder.add_text_field("author_grams", grams),
        description_words: builder.add_text_field("description_words", words.clone()),
        body_words: builder.add_text_field("body_words", words),
        body_grams: builder.add_text_field("body_grams", body_grams),
        format: builder.add_text_field(FORMAT, STRING | FAST),
        category: builder.add_i64_field(CATEGORY, INDEXED | FAST),
        pages: builder.add_u64_field("pages", FAST),
        published_at: builder.add_i64_field(PUBLISHED, FAST),
        language: builder.add_text_field("language", STRING | FAST),
        views: builder.add_i64_field(VIEWS, FAST),
        keywords: builder.add_text_field("keywords", STORED),
    };
    (builder.build(), fields)
}
