//! Following (关注): a reader wants to know what an author publishes next.

use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::document::{self, Card, Cursor};
use crate::id::UserId;
use crate::visibility::Viewer;
use sqlx::Row as _;

/// The most authors that a member follows.
pub const MOST: u32 = 200;

/// Why an author is not followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Nobody follows himself.
    #[error("nobody follows himself")]
    Oneself,
    /// The member follows as many as one may.
    #[error("a member follows at most {MOST} authors")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for FollowError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Follows an author, or stops. Doing either twice changes nothing.
///
/// # Errors
/// [`FollowError`] saying why not.
pub async fn set(db: &Db, user: UserId, author: UserId, follow: bool) -> Result<(), FollowError> {
    if user == author {
        return Err(FollowError::Oneself);
    }
    let mut tx = db.write().await?;
    if follow {
        let others: i64 = sqlx::query(
            "select cast(count(*) as bigint) from follows where user_id = $1 and author_id <> $2",
        )
        .bind(user.0)
        .bind(author.0)
        .fetch_one(&mut *tx)
        .await?
        .try_get(0)?;
        if others >= i64::from(MOST) {
            return Err(FollowError::TooMany);
        }
        sqlx::query(
            "insert into follows (user_id, author_id, created_at) values ($1, $2, $3) \
             on conflict do nothing",
        )
        .bind(user.0)
        .bind(author.0)
        .bind(Timestamp::now().0)
        .execute(&mut *tx)
        .await?;
    } else {
        sqlx::query("delete from follows where user_id = $1 and author_id = $2")
            .bind(user.0)
            .bind(author.0)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// How an author is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Following {
    /// How many follow him.
    pub followers: u64,
    /// Whether the viewer does.
    pub by_viewer: bool,
}

/// Returns how an author is followed.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn of(db: &Db, viewer: Viewer, author: UserId) -> Result<Following, DbError> {
    let row = sqlx::query(
        "select cast(count(*) as bigint), \
             cast(coalesce(sum(case when user_id = $1 then 1 else 0 end), 0) as bigint) \
         from follows where author_id = $2",
    )
    .bind(viewer.sql_id())
    .bind(author.0)
    .fetch_one(db.read())
    .await?;
    Ok(Following {
        followers: u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0),
        by_viewer: row.try_get::<i64, _>(1)? > 0,
    })
}

/// The names of the authors whom a member follows, last followed first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn authors(db: &Db, user: UserId) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query(
        "select u.name from follows f join users u on u.id = f.author_id \
         where f.user_id = $1 order by f.created_at desc, f.author_id desc limit $2",
    )
    .bind(user.0)
    .bind(i64::from(MOST))
    .fetch_all(db.read())
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// What those authors have published for everybody, newest first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn documents(
    db: &Db,
    user: UserId,
    after: Cursor,
    limit: u32,
) -> Result<Vec<Card>, DbError> {
    document::by_followed(db, user, after, limit).await
}
