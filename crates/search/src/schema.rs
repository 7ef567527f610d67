//! The fields of the index. Change anything here or in the analysis and raise
//! [`VERSION`]: an index of another version is rebuilt. Until then it answers,
//! as long as it has all the fields ([`Fields::of`]), so it must not answer
//! wrongly: a field that means something else gets another name.

use std::sync::LazyLock;

use tantivy::index::IndexSettings;
use tantivy::schema::{
    FAST, Field, FieldEntry, FieldType, IndexRecordOption, NumericOptions, STORED, Schema,
    TextFieldIndexing, TextOptions,
};

use crate::SearchError;
use crate::analysis::{BODY_GRAMS, HEAD_GRAMS, TITLE_STARTS, WORDS};

/// Version of fields and analysis together.
pub(crate) const VERSION: &str = "4";

pub(crate) const ID: &str = "id";
pub(crate) const FORMAT: &str = "format";
pub(crate) const CATEGORY: &str = "category";
pub(crate) const PAGES: &str = "pages";
pub(crate) const PUBLISHED: &str = "published_at";
pub(crate) const LANGUAGE: &str = "language";
pub(crate) const PRICE: &str = "price";
pub(crate) const AUTHOR: &str = "author";
pub(crate) const VIEWS: &str = "views";
pub(crate) const STANDING: &str = "standing";
pub(crate) const CLUSTER: &str = "cluster";

/// Handles of all fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    /// A hash of the title without punctuation and space.
    pub(crate) title_key: Field,
    /// Every word of the document, wherever it stands: one list of documents
    /// a word. Positions are blocks.
    pub(crate) words: Field,
    /// Words of title, tags and author, each field as often as it weighs.
    pub(crate) head_words: Field,
    pub(crate) title_grams: Field,
    /// What may have been typed of the title so far, and its pinyin.
    pub(crate) title_starts: Field,
    /// Pinyin and initials of tags and author.
    pub(crate) name_keys: Field,
    pub(crate) tag_grams: Field,
    pub(crate) author_grams: Field,
    /// Description and body.
    pub(crate) body_grams: Field,
    pub(crate) format: Field,
    pub(crate) category: Field,
    pub(crate) pages: Field,
    pub(crate) published_at: Field,
    pub(crate) language: Field,
    pub(crate) price: Field,
    /// The author's name as shown.
    pub(crate) author: Field,
    pub(crate) views: Field,
    /// Age, reads and favourites, as `merit.rs` packs them.
    pub(crate) standing: Field,
    /// The same for documents of the same text.
    pub(crate) cluster: Field,
    /// The strongest words with their counts, as `related.rs` writes them.
    pub(crate) keywords: Field,
}

impl Fields {
    /// Looks the fields up in the schema of an index, which may be another
    /// version's: they are there by name, in any order, and kept in the same
    /// way but for their lengths.
    pub(crate) fn of(schema: &Schema) -> Result<Self, SearchError> {
        let (ours, fields) = self::schema();
        if *schema == ours {
            return Ok(fields);
        }
        let find = |field: Field| {
            let wanted = ours.get_field_entry(field);
            let found = schema.get_field(wanted.name()).ok();
            found
                .filter(|found| is_like(schema.get_field_entry(*found), wanted))
                .ok_or_else(|| SearchError::new(format!("other field {}", wanted.name())))
        };
        Ok(Self {
            id: find(fields.id)?,
            title_key: find(fields.title_key)?,
            words: find(fields.words)?,
            head_words: find(fields.head_words)?,
            title_grams: find(fields.title_grams)?,
            title_starts: find(fields.title_starts)?,
            name_keys: find(fields.name_keys)?,
            tag_grams: find(fields.tag_grams)?,
            author_grams: find(fields.author_grams)?,
            body_grams: find(fields.body_grams)?,
            format: find(fields.format)?,
            category: find(fields.category)?,
            pages: find(fields.pages)?,
            published_at: find(fields.published_at)?,
            language: find(fields.language)?,
            price: find(fields.price)?,
            author: find(fields.author)?,
            views: find(fields.views)?,
            standing: find(fields.standing)?,
            cluster: find(fields.cluster)?,
            keywords: find(fields.keywords)?,
        })
    }
}

/// Whether what is asked of a field can be asked of the other.
fn is_like(found: &FieldEntry, wanted: &FieldEntry) -> bool {
    let (found_type, wanted_type) = (found.field_type(), wanted.field_type());
    let tokenizer = |entry: &FieldEntry| match entry.field_type() {
        FieldType::Str(options) => options
            .get_indexing_options()
            .map(|indexing| indexing.tokenizer().to_owned()),
        _ => None,
    };
    found_type.value_type() == wanted_type.value_type()
        && found_type.get_index_record_option() == wanted_type.get_index_record_option()
        && tokenizer(found) == tokenizer(wanted)
        && found.is_indexed() == wanted.is_indexed()
        && found.is_fast() == wanted.is_fast()
        && found.is_stored() == wanted.is_stored()
}

/// The schema of this version.
pub(crate) fn schema() -> (Schema, Fields) {
    static OURS: LazyLock<(Schema, Fields)> = LazyLock::new(build);
    OURS.clone()
}

fn build() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |analyser: &str, record: IndexRecordOption| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(analyser)
                .set_index_option(record),
        )
    };
    let words = text(WORDS, IndexRecordOption::WithFreqsAndPositions);
    let head_words = text(WORDS, IndexRecordOption::WithFreqs);
    let grams = text(HEAD_GRAMS, IndexRecordOption::Basic);
    // Where the length says nothing it is not kept: it costs a byte a document.
    let without_length = |analyser: &str| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(analyser)
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic),
        )
    };
    let whole = without_length("raw");
    let number = NumericOptions::default().set_indexed();
    let body_grams = text(BODY_GRAMS, IndexRecordOption::Basic);
    let fields = Fields {
        id: builder.add_i64_field(ID, number.clone().set_fast()),
        title_key: builder.add_u64_field("title_key", number.clone()),
        words: builder.add_text_field("words", words),
        head_words: builder.add_text_field("head_words", head_words),
        title_grams: builder.add_text_field("title_grams", grams.clone()),
        title_starts: builder.add_text_field("title_starts", without_length(TITLE_STARTS)),
        name_keys: builder.add_text_field("name_keys", whole.clone()),
        tag_grams: builder.add_text_field("tag_grams", grams.clone()),
        author_grams: builder.add_text_field("author_grams", grams),
        body_grams: builder.add_text_field("body_grams", body_grams),
        format: builder.add_text_field(FORMAT, whole.clone() | FAST),
        category: builder.add_i64_field(CATEGORY, number.set_fast()),
        pages: builder.add_u64_field(PAGES, FAST),
        published_at: builder.add_i64_field(PUBLISHED, FAST),
        language: builder.add_text_field(LANGUAGE, whole | FAST),
        price: builder.add_u64_field(PRICE, FAST),
        author: builder.add_text_field(AUTHOR, FAST),
        views: builder.add_i64_field(VIEWS, FAST),
        standing: builder.add_u64_field(STANDING, FAST),
        cluster: builder.add_u64_field(CLUSTER, FAST),
        keywords: builder.add_text_field("keywords", STORED),
    };
    (builder.build(), fields)
}

/// How the engine keeps an index. Of what is stored only `related` reads, one
/// document at a time, so it may be packed in large pieces.
pub(crate) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_blocksize: 65_536,
        ..IndexSettings::default()
    }
}
