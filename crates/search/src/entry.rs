//! What the index takes in of one document.

use crate::Price;

/// One public document, as the index takes it in.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The document's id; a second put with the same id replaces the first.
    pub id: i64,
    /// Title, as shown.
    pub title: String,
    /// Name of the author or uploader, as shown.
    pub author: String,
    /// Tags, as shown.
    pub tags: Vec<String>,
    /// Description; may be empty.
    pub description: String,
    /// The text of each page, in order. Not stored, only indexed.
    pub body: Vec<String>,
    /// `docx`, `pdf`, …
    pub format: String,
    /// Ids of the category and of all its ancestors, any order.
    pub category_path: Vec<i64>,
    /// Number of pages.
    pub pages: u32,
    /// When it became public, microseconds since 1970.
    pub published_at: i64,
    /// BCP 47 tag as from `wenyuan_text::Language::as_str`.
    pub language: String,
    /// Who may download it.
    pub price: Price,
    /// How often it was read, as of this put.
    pub views: i64,
    /// How many have it among their favourites, as of this put.
    pub favourites: i64,
    /// The same for documents that are copies of each other; `None` lets the
    /// index tell by the text, letter by letter.
    pub cluster: Option<u64>,
}
