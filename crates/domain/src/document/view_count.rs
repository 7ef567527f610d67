//! Counts that mean something.

use super::{Document, State};
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Tx};
use crate::visibility::Viewer;
use crate::{job, trending};
use sqlx::Row as _;

/// Counts a reader, once a day; the owner does not count.
///
/// `reader` identifies the person without naming him: `u` and the number of the
/// account, or a keyed hash of what a browser shows of itself (hexadecimal, so
/// never with a `u`). Whether the reader is a crawler is the caller's to know.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn count_view(
    db: &Db,
    viewer: Viewer,
    document: &Document,
    reader: &str,
) -> Result<(), DbError> {
    if viewer.id() == Some(document.owner) || document.state != State::Readable {
        return Ok(());
    }
    let day = Timestamp::now().day();
    let mut tx = db.write().await?;
    let new = sqlx::query(
        "insert into document_views (document_id, day, reader) values ($1, $2, $3) \
         on conflict do nothing",
    )
    .bind(document.id.0)
    .bind(day)
    .bind(reader.to_owned())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if new == 1 {
        trending::add(&mut tx, document.id, trending::READ, Timestamp::now()).await?;
        let row = sqlx::query(
            "update documents set view_count = view_count + 1 where id = $1 returning view_count",
        )
        .bind(document.id.0)
        .fetch_one(&mut *tx)
        .await?;
        let count: i64 = row.try_get(0)?;
        if is_told_to_the_index(count) && document.visibility == super::Visibility::Public {
            job::enqueue(&mut tx, job::Kind::Index, document.id.0).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Whether the search index learns of this count: at 8, 16, 32, … readers. It
/// weighs counts by their orders of magnitude, and an entry costs a page of
/// work.
fn is_told_to_the_index(count: i64) -> bool {
    u64::try_from(count).is_ok_and(|count| count >= 8 && count.is_power_of_two())
}

/// Counts a download that began from the first byte.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn count_download(db: &Db, document: &Document) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query("update documents set download_count = download_count + 1 where id = $1")
        .bind(document.id.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// How long the reads of strangers are kept: the day on which they count once,
/// and time for [`crate::also_read`] to pair them.
const STRANGERS_DAYS: i64 = 2;

/// Forgets who read what: strangers' reads after two days, members' when they
/// are no longer paired with newer ones.
pub(crate) async fn forget_views(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query(
        "delete from document_views where day < $1 or (day < $2 and substr(reader, 1, 1) <> 'u')",
    )
    .bind(now.day() - crate::also_read::WINDOW_DAYS)
    .bind(now.day() - STRANGERS_DAYS)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
