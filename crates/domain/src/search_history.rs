//! What a member searched for (搜索历史): for himself alone.
//!
//! It is kept for members only, as long as they let it be kept, each query
//! once, and never more than [`MOST`]. It goes with the account. What many
//! search for is counted elsewhere ([`crate::search_log`]) and without names.

use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::id::{SearchId, UserId};
use sqlx::Row as _;

/// How many searches are kept of a member.
pub const MOST: u32 = 200;

/// One of one's own searches.
#[derive(Clone, Debug)]
pub struct Search {
    /// The line.
    pub id: SearchId,
    /// The words as last typed.
    pub query: String,
    /// When they were last searched for.
    pub at: Timestamp,
}

/// Remembers a search, if the member lets it; `fold` is what two spellings of
/// the same words have in common.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn record(db: &Db, user: UserId, query: &str, fold: &str) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    let kept = sqlx::query(
        "insert into search_history (user_id, query, query_fold, at) \
         select u.id, $2, $3, $4 from users u where u.id = $1 and u.keeps_searches = 1 \
         on conflict (user_id, query_fold) do update set query = excluded.query, at = excluded.at",
    )
    .bind(user.0)
    .bind(query.replace('\0', ""))
    .bind(fold.replace('\0', ""))
    .bind(Timestamp::now().0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if kept == 1 {
        sqlx::query(
            "delete from search_history where user_id = $1 and id not in \
                 (select h.id from search_history h where h.user_id = $1 \
                  order by h.at desc, h.id desc limit $2)",
        )
        .bind(user.0)
        .bind(i64::from(MOST))
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A member's searches, last one first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn list(db: &Db, user: UserId, limit: u32) -> Result<Vec<Search>, DbError> {
    let rows = sqlx::query(
        "select id, query, at from search_history where user_id = $1 \
         order by at desc, id desc limit $2",
    )
    .bind(user.0)
    .bind(i64::from(limit.min(MOST)))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Search {
                id: SearchId(row.try_get("id")?),
                query: row.try_get("query")?,
                at: Timestamp(row.try_get("at")?),
            })
        })
        .collect()
}

/// Forgets one search of the member. Returns whether it was there.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn delete(db: &Db, user: UserId, id: SearchId) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    let gone = sqlx::query("delete from search_history where id = $1 and user_id = $2")
        .bind(id.0)
        .bind(user.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    tx.commit().await?;
    Ok(gone == 1)
}

/// Forgets all searches of the member.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn clear(db: &Db, user: UserId) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query("delete from search_history where user_id = $1")
        .bind(user.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Returns whether the member lets his searches be kept.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn is_kept(db: &Db, user: UserId) -> Result<bool, DbError> {
    let row = sqlx::query("select keeps_searches from users where id = $1")
        .bind(user.0)
        .fetch_optional(db.read())
        .await?;
    Ok(match row {
        Some(row) => row.try_get::<i64, _>(0)? == 1,
        None => false,
    })
}

/// Lets searches be kept from now on, or not. What is there stays.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn set_kept(db: &Db, user: UserId, kept: bool) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query("update users set keeps_searches = $1 where id = $2")
        .bind(i64::from(kept))
        .bind(user.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
