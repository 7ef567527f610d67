//! Favourites (收藏): what a reader keeps.

use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::document::{Card, Cursor, Document};
use crate::id::UserId;
use crate::trending;
use crate::visibility::Viewer;
use sqlx::Row as _;

/// Keeps a document, or lets it go. Doing either twice changes nothing.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn set(db: &Db, user: UserId, document: &Document, keep: bool) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    let changed = if keep {
        sqlx::query(
            "insert into favourites (user_id, document_id, created_at) values ($1, $2, $3) \
             on conflict do nothing returning created_at",
        )
        .bind(user.0)
        .bind(document.id.0)
        .bind(Timestamp::now().0)
        .fetch_optional(&mut *tx)
        .await?
    } else {
        sqlx::query(
            "delete from favourites where user_id = $1 and document_id = $2 returning created_at",
        )
        .bind(user.0)
        .bind(document.id.0)
        .fetch_optional(&mut *tx)
        .await?
    };
    if let Some(row) = changed
        && user != document.owner
    {
        let kept_at = Timestamp(row.try_get(0)?);
        let weight = if keep {
            trending::KEPT
        } else {
            -trending::KEPT
        };
        trending::add(&mut tx, document.id, weight, kept_at).await?;
    }
    sqlx::query(
        "update documents set favourite_count = \
             (select cast(count(*) as bigint) from favourites where document_id = $1) \
         where id = $1",
    )
    .bind(document.id.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Returns whether the viewer keeps the document.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn has(db: &Db, viewer: Viewer, document: &Document) -> Result<bool, DbError> {
    let Some(user) = viewer.id() else {
        return Ok(false);
    };
    let row = sqlx::query("select 1 from favourites where user_id = $1 and document_id = $2")
        .bind(user.0)
        .bind(document.id.0)
        .fetch_optional(db.read())
        .await?;
    Ok(row.is_some())
}

/// What a person keeps and may still open, last kept first, with the time it
/// was kept (the key of the cursor).
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn list(
    db: &Db,
    viewer: Viewer,
    user: UserId,
    after: Cursor,
    limit: u32,
) -> Result<Vec<(Card, Timestamp)>, DbError> {
    crate::document::favourites_of(db, viewer, user, after, limit).await
}
