//! The librarian's mark: a statute, standard, template or form (参考件), of
//! which everybody may have a copy.

use super::Document;
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::job::{self, Kind};
use crate::visibility::Viewer;
use sqlx::Row as _;

/// Marks a document as a reference, or takes the mark away, and asks for it and
/// all that was found to be like it to be compared again. Only staff may.
///
/// Returns whether anything changed.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn set_reference(
    db: &Db,
    viewer: Viewer,
    document: &Document,
    is_reference: bool,
) -> Result<bool, DbError> {
    if !viewer.is_staff() {
        return Ok(false);
    }
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    let changed = sqlx::query(
        "update documents set is_reference = $1, updated_at = $2 \
         where id = $3 and is_reference <> $1",
    )
    .bind(i64::from(is_reference))
    .bind(now.0)
    .bind(document.id.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if changed == 1 {
        let rows = sqlx::query(
            "select d.id from documents d \
             where d.state = 'readable' and (d.id = $1 or exists (select 1 from findings f \
                 where f.document_id = d.id and f.other_id = $1))",
        )
        .bind(document.id.0)
        .fetch_all(&mut *tx)
        .await?;
        for row in rows {
            job::enqueue(&mut tx, Kind::Check, row.try_get(0)?).await?;
        }
        job::enqueue(&mut tx, Kind::Index, document.id.0).await?;
        let action = if is_reference {
            "document.reference"
        } else {
            "document.no_reference"
        };
        crate::audit::record(
            &mut tx,
            viewer.id(),
            action,
            &format!("document:{}", document.id),
            &document.title,
        )
        .await?;
    }
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(changed == 1)
}
