//! The addresses of the site's pages: the only place that spells them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wenyuan_domain::id::CollectionId;
use wenyuan_domain::{CheckId, DocumentId, SavedSearchId, Sha256};

/// Everything but the unreserved characters of RFC 3986.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a part of a path or a value of a query.
pub(crate) fn encode(part: &str) -> String {
    utf8_percent_encode(part, COMPONENT).to_string()
}

/// The page of a document.
pub(crate) fn document(id: DocumentId) -> String {
    format!("/d/{id}")
}

/// The page of a document at one of its pages, with the words of a query
/// marked.
pub(crate) fn document_hit(id: DocumentId, query: &str, page: u32) -> String {
    format!("/d/{id}?q={}#page-{page}", encode(query))
}

/// A document's cover; `cover` makes the address change with the picture.
pub(crate) fn cover(id: DocumentId, cover: &Sha256) -> String {
    let mut version = cover.to_string();
    version.truncate(12);
    format!("/d/{id}/cover?v={version}")
}

/// What an action on a document is posted to (`edit`, `delete`, …).
pub(crate) fn document_action(id: DocumentId, action: &str) -> String {
    format!("/d/{id}/{action}")
}

/// A document beside the one that it was found to be like.
pub(crate) fn comparison(id: DocumentId, other: DocumentId) -> String {
    format!("/d/{id}/compare/{other}")
}

/// A held upload, for its reviewer.
pub(crate) fn review(id: DocumentId) -> String {
    format!("/review/{id}")
}

/// A collection's page.
pub(crate) fn collection(id: CollectionId) -> String {
    format!("/collections/{id}")
}

/// What an action on a collection is posted to (`edit`, `delete`).
pub(crate) fn collection_action(id: CollectionId, action: &str) -> String {
    format!("/collections/{id}/{action}")
}

/// A category's page.
pub(crate) fn category(slug: &str) -> String {
    format!("/c/{}", encode(slug))
}

/// A tag's page.
pub(crate) fn tag(tag: &str) -> String {
    format!("/t/{}", encode(tag))
}

/// An author's page.
pub(crate) fn author(name: &str) -> String {
    format!("/u/{}", encode(name))
}

/// The search page with words.
pub(crate) fn search(words: &str) -> String {
    format!("/search?q={}", encode(words))
}

/// One of one's own saved searches.
pub(crate) fn saved_search(id: SavedSearchId) -> String {
    format!("/my/saved-searches/{id}")
}

/// A file's check, for other programs.
pub(crate) fn check(id: CheckId) -> String {
    format!("/api/v1/authenticity/{id}")
}

/// The log-in page that leads back to `next`.
pub(crate) fn log_in(next: &str) -> String {
    if next.is_empty() || next == "/" {
        "/login".to_owned()
    } else {
        format!("/login?next={}", encode(next))
    }
}

/// The switch to the other language that leads back to `back`.
pub(crate) fn language(to: &str, back: &str) -> String {
    format!("/language?to={to}&back={}", encode(back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_would_end_a_part() {
        assert_eq!(tag("C/C++ 语言"), "/t/C%2FC%2B%2B%20%E8%AF%AD%E8%A8%80");
        assert_eq!(
            document_hit(DocumentId(7), "a&b#c", 3),
            "/d/7?q=a%26b%23c#page-3"
        );
        assert_eq!(log_in("/my/documents"), "/login?next=%2Fmy%2Fdocuments");
    }
}
