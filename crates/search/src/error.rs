//! What can go wrong with the index.

use tantivy::TantivyError;

/// A failure of the index itself; never caused by what a reader typed.
#[derive(Debug, thiserror::Error)]
#[error("search index: {detail}")]
pub struct SearchError {
    detail: String,
}

impl SearchError {
    pub(crate) fn new(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
        }
    }
}

impl From<TantivyError> for SearchError {
    fn from(error: TantivyError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// Why no writer was given out.
#[derive(Debug, thiserror::Error)]
pub enum WriterError {
    /// Another writer holds the index, in this process or another.
    #[error("the search index is being written by somebody else")]
    Busy,
    /// The index failed.
    #[error(transparent)]
    Index(#[from] SearchError),
}
