//! A document goes: erased by its owner, or withdrawn by staff.

use super::{Document, State};
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::job::{self, Kind};
use crate::signature;
use crate::visibility::Viewer;

/// Erases a document. Its blobs go with the next sweep, unless another
/// document has the same bytes.
///
/// Returns whether the viewer might do so and the document was there.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn delete(db: &Db, viewer: Viewer, document: &Document) -> Result<bool, DbError> {
    // What staff took down is kept as evidence; its owner cannot erase it.
    if !document.access.edit || (document.state == State::Withdrawn && !viewer.is_staff()) {
        return Ok(false);
    }
    let mut tx = db.write().await?;
    signature::leave(&mut tx, document.id).await?;
    let gone = sqlx::query("delete from documents where id = $1")
        .bind(document.id.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    sqlx::query("delete from jobs where subject = $1 and kind in ('convert', 'check', 'index')")
        .bind(document.id.0)
        .execute(&mut *tx)
        .await?;
    job::enqueue(&mut tx, Kind::Index, document.id.0).await?;
    if viewer.id() != Some(document.owner) {
        crate::audit::record(
            &mut tx,
            viewer.id(),
            "document.delete",
            &format!("document:{}", document.id),
            &document.title,
        )
        .await?;
    }
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(gone == 1)
}

/// Takes a readable document down, or puts it back. Only staff may.
///
/// Returns whether anything changed.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn withdraw(
    db: &Db,
    viewer: Viewer,
    document: &Document,
    down: bool,
    reason: &str,
) -> Result<bool, DbError> {
    if !viewer.is_staff() {
        return Ok(false);
    }
    let (from, to, action) = if down {
        ("readable", "withdrawn", "document.withdraw")
    } else {
        ("withdrawn", "readable", "document.restore")
    };
    let mut tx = db.write().await?;
    let changed = sqlx::query(
        "update documents set state = $1, updated_at = $2 where id = $3 and state = $4",
    )
    .bind(to)
    .bind(Timestamp::now().0)
    .bind(document.id.0)
    .bind(from)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if changed == 1 {
        job::enqueue(&mut tx, Kind::Index, document.id.0).await?;
        if !down {
            // What changed meanwhile was signed, not compared.
            job::enqueue(&mut tx, Kind::Check, document.id.0).await?;
        }
        crate::audit::record(
            &mut tx,
            viewer.id(),
            action,
            &format!("document:{}", document.id),
            reason,
        )
        .await?;
    }
    tx.commit().await?;
    db.bulletin().announce_change(document.id);
    db.bulletin().announce_work();
    Ok(changed == 1)
}
