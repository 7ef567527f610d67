//! One document, for a reader or for a job.

use super::{Document, Engine, State, columns, from_row};
use crate::blob::Sha256;
use crate::db::{Db, DbError};
use crate::id::DocumentId;
use crate::visibility::{Viewer, may_open};
use sqlx::Row as _;

/// Finds a document that the viewer may open.
///
/// What he may not open is `None`, exactly as what does not exist: the answer
/// does not tell that there is something to hide.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn find(db: &Db, viewer: Viewer, id: DocumentId) -> Result<Option<Document>, DbError> {
    let row = sqlx::query(concat!(
        "select ",
        columns!(),
        " from documents d join users u on u.id = d.owner_id where d.id = $3 and ",
        may_open!()
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(id.0)
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut document = from_row(&row, viewer)?;
    document.tags = tags(db, id).await?;
    Ok(Some(document))
}

pub(super) async fn tags(db: &Db, id: DocumentId) -> Result<Vec<String>, DbError> {
    let rows =
        sqlx::query("select tag from document_tags where document_id = $1 order by position")
            .bind(id.0)
            .fetch_all(db.read())
            .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// What the worker needs of a document: everything, whoever may see it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The document.
    pub id: DocumentId,
    /// Where it stands.
    pub state: State,
    /// The uploaded file's name.
    pub file_name: String,
    /// The original.
    pub original: Sha256,
    /// What it shall be drawn by.
    pub asked: Engine,
    /// Its pages can be read and are to be drawn anew.
    pub is_redrawing: bool,
    /// The document with its tags, as staff see it.
    pub document: Document,
    /// Whether it belongs into the search index.
    pub listed: bool,
}

/// Reads a document for a job.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn source(db: &Db, id: DocumentId) -> Result<Option<Source>, DbError> {
    let staff = Viewer::Member {
        id: crate::UserId(0),
        role: crate::account::Role::Administrator,
    };
    Ok(find(db, staff, id).await?.map(|document| Source {
        id: document.id,
        state: document.state,
        file_name: document.file_name.clone(),
        original: document.original,
        asked: document.engine_asked,
        is_redrawing: document.is_redrawing,
        listed: document.state == State::Readable
            && document.visibility == super::Visibility::Public,
        document,
    }))
}
