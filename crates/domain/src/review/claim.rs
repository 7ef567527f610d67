//! Who has which upload.

use super::{CLAIM, ReviewError, staff_only, why_not};
use crate::clock::Timestamp;
use crate::db::Db;
use crate::id::DocumentId;
use crate::visibility::Viewer;
use sqlx::Row as _;

/// Claims one for [`CLAIM`], or goes on claiming it.
///
/// # Errors
/// [`ReviewError::Taken`] while another has it, [`ReviewError::NotWaiting`]
/// when there is nothing to review.
pub async fn claim(db: &Db, viewer: Viewer, id: DocumentId) -> Result<(), ReviewError> {
    let reviewer = staff_only(viewer)?;
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    let claimed = sqlx::query(
        "update reviews set claimed_by = $1, claimed_until = $2 where document_id = $3 \
             and (claimed_by is null or claimed_by = $1 or claimed_until <= $4) \
             and exists (select 1 from documents d where d.id = document_id \
                 and d.state = 'converting' and d.stage = 'held')",
    )
    .bind(reviewer.0)
    .bind(now.plus(CLAIM).0)
    .bind(id.0)
    .bind(now.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if claimed == 0 {
        return Err(why_not(&mut tx, id).await?);
    }
    tx.commit().await?;
    Ok(())
}

/// Claims the one that has waited longest of those that nobody has, or that
/// the reviewer himself has.
///
/// # Errors
/// [`ReviewError::Forbidden`] for all but staff.
pub async fn claim_next(db: &Db, viewer: Viewer) -> Result<Option<DocumentId>, ReviewError> {
    let reviewer = staff_only(viewer)?;
    let now = Timestamp::now();
    // PostgreSQL: of two who ask at once, the second takes the next but one.
    let sql = db.dialect(
        "update reviews set claimed_by = $1, claimed_until = $2 where document_id = \
             (select r.document_id from reviews r join documents d on d.id = r.document_id \
             where d.state = 'converting' and d.stage = 'held' \
                 and (r.claimed_by is null or r.claimed_by = $1 or r.claimed_until <= $3) \
             order by r.held_at, r.document_id limit 1) returning document_id",
        "update reviews set claimed_by = $1, claimed_until = $2 where document_id = \
             (select r.document_id from reviews r join documents d on d.id = r.document_id \
             where d.state = 'converting' and d.stage = 'held' \
                 and (r.claimed_by is null or r.claimed_by = $1 or r.claimed_until <= $3) \
             order by r.held_at, r.document_id limit 1 for update of r skip locked) \
         returning document_id",
    );
    let mut tx = db.write().await?;
    let row = sqlx::query(sql)
        .bind(reviewer.0)
        .bind(now.plus(CLAIM).0)
        .bind(now.0)
        .fetch_optional(&mut *tx)
        .await?;
    let id = match &row {
        Some(row) => Some(DocumentId(row.try_get(0)?)),
        None => None,
    };
    tx.commit().await?;
    Ok(id)
}

/// Gives one back.
///
/// # Errors
/// [`ReviewError::Forbidden`] for all but staff.
pub async fn release(db: &Db, viewer: Viewer, id: DocumentId) -> Result<(), ReviewError> {
    let reviewer = staff_only(viewer)?;
    let mut tx = db.write().await?;
    sqlx::query(
        "update reviews set claimed_by = null, claimed_until = 0 \
         where document_id = $1 and claimed_by = $2",
    )
    .bind(id.0)
    .bind(reviewer.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}
