//! What is read much these days (近期热门): reads that count less with time.
//!
//! A document's score at time t is Σ weight × 2^((tᵢ − t) / [`HALF_LIFE`]) over
//! its reads and those who keep it. Every score halves in the same time, so
//! their order changes only where something is read; the score is therefore
//! kept as the moment at which it falls to one, which stays true while nothing
//! happens. No job ever goes over the library, and a read costs one row.
//!
//! Downloads do not count: nothing tells one person's from another's.

use crate::clock::{DAY, Timestamp};
use crate::db::{Db, DbError, Tx};
use crate::document::{Card, Cursor};
use crate::id::DocumentId;
use sqlx::Row as _;

/// In this time a read comes to count half.
pub const HALF_LIFE: i64 = 3 * DAY;
/// What a reader counts.
pub(crate) const READ: f64 = 1.0;
/// What somebody who keeps the document counts besides.
pub(crate) const KEPT: f64 = 2.0;
/// A row is kept until its score has fallen to 2^-10.
const KEEP: i64 = 10 * HALF_LIFE;

/// The documents of the highest scores, as far as these are above one.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn top(db: &Db, limit: u32) -> Result<Vec<Card>, DbError> {
    let found = crate::document::trending(db, Timestamp::now(), Cursor::START, limit).await?;
    Ok(found.into_iter().map(|(card, _)| card).collect())
}

/// Adds to a document's score what somebody did at `at`; with the weight
/// negated, takes it back.
pub(crate) async fn add(
    tx: &mut Tx,
    id: DocumentId,
    weight: f64,
    at: Timestamp,
) -> Result<(), DbError> {
    // Writing first locks the row: on PostgreSQL two readers at once would
    // otherwise both start from the same score.
    let row = sqlx::query(
        "insert into trending (document_id, cools_at) values ($1, $2) \
         on conflict (document_id) do update set cools_at = trending.cools_at \
         returning cools_at",
    )
    .bind(id.0)
    .bind(NEVER)
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query("update trending set cools_at = $1 where document_id = $2")
        .bind(changed(row.try_get(0)?, weight, at))
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets the documents that nobody reads any more.
pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("delete from trending where cools_at < $1")
        .bind(now.plus(-KEEP).0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// When a score of nothing falls to one: always long ago.
const NEVER: i64 = 0;

/// When a score that falls to one at `cools_at` does so once `weight` of the
/// moment `at` is added.
fn changed(cools_at: i64, weight: f64, at: Timestamp) -> i64 {
    let half_life = HALF_LIFE as f64;
    let score = ((cools_at - at.0) as f64 / half_life).exp2() + weight;
    if score.is_infinite() {
        // So much was read since that the moment makes no difference.
        return cools_at;
    }
    if score < 1e-6 {
        return NEVER;
    }
    at.plus((score.log2() * half_life) as i64).0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(20_000 * DAY);

    /// The score at `at` of what cools at `cools_at`.
    fn score(cools_at: i64, at: Timestamp) -> f64 {
        ((cools_at - at.0) as f64 / HALF_LIFE as f64).exp2()
    }

    #[test]
    fn a_read_counts_half_after_the_half_life() {
        let mut cools_at = NEVER;
        for _ in 0..4 {
            cools_at = changed(cools_at, READ, NOW);
        }
        assert!((score(cools_at, NOW) - 4.0).abs() < 1e-6);
        let later = NOW.plus(HALF_LIFE);
        assert!((score(cools_at, later) - 2.0).abs() < 1e-6);
        let cools_at = changed(cools_at, READ, later);
        assert!((score(cools_at, later) - 3.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_taken_back_leaves_no_trace() {
        let read = changed(NEVER, READ, NOW);
        let kept = changed(read, KEPT, NOW.plus(DAY));
        let again = changed(changed(kept, READ, NOW.plus(2 * DAY)), -KEPT, NOW.plus(DAY));
        let never_kept = changed(read, READ, NOW.plus(2 * DAY));
        assert!((again - never_kept).abs() < crate::clock::SECOND);
        assert_eq!(changed(changed(NEVER, KEPT, NOW), -KEPT, NOW), NEVER);
    }

    #[test]
    fn no_moment_is_too_far() {
        let hot = changed(NEVER, READ, NOW);
        assert_eq!(changed(hot, -KEPT, Timestamp(0)), hot);
        assert!(changed(hot, READ, Timestamp(i64::MAX / 2)) > hot);
    }
}
