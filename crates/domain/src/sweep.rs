//! Housekeeping: what nothing refers to any more goes.

use crate::blob::{BlobError, Blobs, Sha256};
use crate::clock::{DAY, Timestamp};
use crate::db::{Db, DbError};
use futures::StreamExt;
use sqlx::Row as _;

/// Blobs younger than this are left alone: their row may be on its way.
pub const GRACE: i64 = DAY;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Swept {
    /// Blobs that no row points at.
    pub blobs: u64,
    /// Sessions that had run out.
    pub sessions: u64,
    /// Finished jobs older than a week.
    pub jobs: u64,
}

/// Why a sweep stopped; what it had removed stays removed.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The store failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl From<sqlx::Error> for SweepError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// SQL: no row points at blob `b`.
macro_rules! unreferenced {
    () => {
        "not exists (select 1 from documents d where b.sha256 in (d.original_sha256, \
             d.pdf_sha256, d.report_sha256, d.cover_sha256)) \
         and not exists (select 1 from document_pages p where b.sha256 in (p.narrow_sha256, \
             p.wide_sha256, p.layout_sha256)) \
         and not exists (select 1 from page_steps s where b.sha256 in (s.narrow_sha256, \
             s.wide_sha256)) \
         and not exists (select 1 from checks c where c.sha256 = b.sha256)"
    };
}

/// Removes blobs that nothing refers to, old sessions and finished jobs.
///
/// `grace` is [`GRACE`] but for tests.
///
/// # Errors
/// [`SweepError`] when database or store fail.
pub async fn run(db: &Db, blobs: &Blobs, grace: i64) -> Result<Swept, SweepError> {
    let now = Timestamp::now();
    let mut swept = Swept::default();

    let mut tx = db.write().await?;
    swept.sessions = sqlx::query("delete from sessions where expires_at <= $1")
        .bind(now.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    swept.jobs = sqlx::query("delete from jobs where state = 'done' and finished_at < $1")
        .bind(now.plus(-7 * DAY).0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    crate::document::forget_views(&mut tx, now).await?;
    crate::also_read::forget(&mut tx, now).await?;
    crate::trending::forget(&mut tx, now).await?;
    crate::search_log::forget(&mut tx, now).await?;
    crate::notice::forget(&mut tx, now).await?;
    crate::file_check::forget(&mut tx, now).await?;
    tx.commit().await?;

    // Registered blobs: row first, bytes second. A crash between the two
    // leaves an unregistered blob, which the second pass finds.
    let rows = sqlx::query(concat!(
        "select b.sha256 from blobs b where b.created_at < $1 and ",
        unreferenced!()
    ))
    .bind(now.plus(-grace).0)
    .fetch_all(db.read())
    .await?;
    for row in rows {
        let name: String = row.try_get(0)?;
        let Ok(sha256) = name.parse::<Sha256>() else {
            continue;
        };
        let mut tx = db.write().await?;
        let gone = sqlx::query(concat!(
            "delete from blobs as b where b.sha256 = $1 and b.created_at < $2 and ",
            unreferenced!()
        ))
        .bind(name)
        .bind(now.plus(-grace).0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        tx.commit().await?;
        // Somebody may have written the same bytes anew just now and be about
        // to register them.
        let old = blobs
            .written_at(&sha256)
            .await?
            .is_some_and(|at| at <= now.plus(-grace));
        if gone == 1 && old {
            blobs.delete(&sha256).await?;
            swept.blobs += 1;
        }
    }

    let mut stored = blobs.list();
    while let Some(entry) = stored.next().await {
        let (sha256, written) = entry?;
        if written > now.plus(-grace) {
            continue;
        }
        let registered = sqlx::query("select 1 from blobs where sha256 = $1")
            .bind(sha256.to_string())
            .fetch_optional(db.read())
            .await?;
        if registered.is_none() {
            blobs.delete(&sha256).await?;
            swept.blobs += 1;
        }
    }
    Ok(swept)
}
