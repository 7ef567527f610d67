//! The owner (or staff) edits what is said of a document.

use super::create::{clean_text, clean_title, replace_tags};
use super::{Document, Visibility};
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::id::CategoryId;
use crate::job::{self, Kind};
use crate::visibility::{Download, Viewer};

/// The parts that can be edited.
#[derive(Clone, Debug)]
pub struct Changes {
    /// Its title; 1 to 200 characters.
    pub title: String,
    /// What the uploader says of it.
    pub description: String,
    /// Where it stands in the tree.
    pub category: Option<CategoryId>,
    /// Its tags, in order; at most 20 of 40 characters are kept.
    pub tags: Vec<String>,
    /// Who finds it.
    pub visibility: Visibility,
    /// Who gets the original.
    pub download: Download,
    /// Pages that strangers may read; all when `None`.
    pub preview_pages: Option<u32>,
}

/// Why an edit was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The viewer neither owns the document nor is staff.
    #[error("only the owner may edit a document")]
    Forbidden,
    /// The title is empty or too long.
    #[error("a title has 1 to 200 characters")]
    BadTitle,
    /// A preview of no pages.
    #[error("a preview has at least one page")]
    BadPreview,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for UpdateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Stores an edit and asks for the search index to follow. What another title
/// says of the text, and what others may find now, is checked anew.
///
/// # Errors
/// [`UpdateError`] saying which field is at fault.
pub async fn update(
    db: &Db,
    viewer: Viewer,
    document: &Document,
    changes: &Changes,
) -> Result<(), UpdateError> {
    if !document.access.edit {
        return Err(UpdateError::Forbidden);
    }
    let title = clean_title(&changes.title).ok_or(UpdateError::BadTitle)?;
    if changes.preview_pages == Some(0) {
        return Err(UpdateError::BadPreview);
    }
    let is_checked_anew = title != document.title || changes.visibility != document.visibility;
    let mut tx = db.write().await?;
    sqlx::query(
        "update documents set title = $1, description = $2, category_id = $3, visibility = $4, \
             download = $5, preview_pages = $6, updated_at = $7 where id = $8",
    )
    .bind(title)
    .bind(clean_text(&changes.description))
    .bind(changes.category.map(|id| id.0))
    .bind(changes.visibility.as_str())
    .bind(changes.download.as_str())
    .bind(changes.preview_pages.map(i64::from))
    .bind(Timestamp::now().0)
    .bind(document.id.0)
    .execute(&mut *tx)
    .await?;
    replace_tags(&mut tx, document.id, &changes.tags).await?;
    if document.visibility == Visibility::Private && changes.visibility != Visibility::Private {
        // They held nothing while nobody else could read it, and are not what
        // it was published with.
        sqlx::query("delete from findings where document_id = $1")
            .bind(document.id.0)
            .execute(&mut *tx)
            .await?;
    }
    if is_checked_anew {
        job::enqueue(&mut tx, Kind::Check, document.id.0).await?;
    }
    job::enqueue(&mut tx, Kind::Index, document.id.0).await?;
    if viewer.id() != Some(document.owner) {
        crate::audit::record(
            &mut tx,
            viewer.id(),
            "document.edit",
            &format!("document:{}", document.id),
            &document.title,
        )
        .await?;
    }
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(())
}
