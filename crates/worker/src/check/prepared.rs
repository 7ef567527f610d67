//! A text made ready to be compared. Reading and comparing compute for
//! milliseconds to seconds: never on the async threads.

use std::ops::Range;
use std::sync::Arc;
use tokio::task::JoinHandle;
use wenyuan_domain::document::CheckedPage;
use wenyuan_text::authenticity::{
    Comparison, Finding, Knowledge, MAX_COMPARED_CHARS, Reading, Signature, Subject, SubjectPage,
    compare_readings, examine, is_reference, quotations, sign,
};

/// What is checked, owned, so that it can go to another thread.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) file_name: String,
    /// Text and picture of each page; pages of one picture have the same.
    pages: Vec<(String, Option<String>)>,
    /// The pages joined, as far as they are compared.
    pub(super) joined: String,
}

impl Text {
    pub(super) fn new(title: &str, file_name: &str, pages: Vec<CheckedPage>) -> Self {
        let joined = join(&pages);
        Self {
            title: title.to_owned(),
            file_name: file_name.to_owned(),
            pages: pages
                .into_iter()
                .map(|page| (page.text, Some(page.picture.to_string())))
                .collect(),
            joined,
        }
    }

    pub(super) fn of_subject(subject: &Subject<'_>, text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(MAX_COMPARED_CHARS)
            .map_or(text.len(), |(at, _)| at);
        Self {
            title: subject.title.to_owned(),
            file_name: subject.file_name.to_owned(),
            pages: subject
                .pages
                .iter()
                .map(|page| (page.text.to_owned(), page.picture.map(str::to_owned)))
                .collect(),
            joined: text.get(..end).unwrap_or(text).to_owned(),
        }
    }

    /// What the document says of itself.
    fn examine(&self) -> Vec<Finding> {
        let pages: Vec<SubjectPage<'_>> = self
            .pages
            .iter()
            .map(|(text, picture)| SubjectPage {
                text,
                picture: picture.as_deref(),
            })
            .collect();
        examine(&Subject {
            title: &self.title,
            file_name: &self.file_name,
            pages: &pages,
        })
    }
}

/// The text of a document as it is compared: its pages, joined.
pub(super) fn join(pages: &[CheckedPage]) -> String {
    let mut joined = String::new();
    for (place, page) in pages.iter().enumerate() {
        if place > 0 {
            joined.push('\n');
        }
        joined.push_str(&page.text);
    }
    joined
}

/// Signs a text.
pub(super) async fn signature(text: &Arc<Text>) -> anyhow::Result<Signature> {
    let text = Arc::clone(text);
    Ok(tokio::task::spawn_blocking(move || sign(&text.joined)).await?)
}

/// What stands in the text itself.
pub(super) async fn own_findings(text: &Arc<Text>) -> anyhow::Result<Vec<Finding>> {
    let text = Arc::clone(text);
    Ok(tokio::task::spawn_blocking(move || text.examine()).await?)
}

/// Whether a text is a statute or the like.
pub(super) async fn is_statute(title: &str, text: &Arc<str>) -> anyhow::Result<bool> {
    let (title, text) = (title.to_owned(), Arc::clone(text));
    Ok(tokio::task::spawn_blocking(move || is_reference(&title, &text)).await?)
}

/// A suspect, read, with what does not count in it.
pub(super) struct Prepared {
    reading: Arc<Reading>,
    knowledge: Arc<Knowledge>,
    excluded: Vec<Range<u32>>,
}

impl Prepared {
    pub(super) async fn of(text: &Arc<Text>, knowledge: Arc<Knowledge>) -> anyhow::Result<Self> {
        let text = Arc::clone(text);
        let read = move || (Reading::of(&text.joined), quotations(&text.joined));
        let (reading, excluded) = tokio::task::spawn_blocking(read).await?;
        Ok(Self {
            reading: Arc::new(reading),
            knowledge,
            excluded,
        })
    }

    /// Begins to compare it with another text.
    pub(super) fn compare(&self, other: &Arc<str>) -> JoinHandle<Comparison> {
        let (reading, knowledge) = (Arc::clone(&self.reading), Arc::clone(&self.knowledge));
        let (excluded, other) = (self.excluded.clone(), Arc::clone(other));
        tokio::task::spawn_blocking(move || {
            compare_readings(&reading, &Reading::of(&other), &knowledge, &excluded)
        })
    }

    /// Leaves what it shares with a statute or the like out of what is compared
    /// from now on.
    pub(super) fn leave_out(&mut self, comparison: &Comparison) {
        let places = comparison.spans.iter().map(|span| &span.passage);
        self.excluded
            .extend(places.map(|passage| passage.start..passage.end));
        self.excluded.sort_by_key(|place| (place.start, place.end));
    }
}
