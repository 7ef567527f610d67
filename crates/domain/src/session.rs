//! Log-in sessions: 256 random bits in a cookie, their hash in the database.

use crate::account::User;
use crate::clock::{DAY, Timestamp};
use crate::db::{Db, DbError};
use crate::id::UserId;
use sha2::{Digest, Sha256};

/// How long a session lives without being used.
pub const LIFETIME: i64 = 30 * DAY;
/// A session's last use is written no oftener than this, to spare the disk.
const TOUCH_EVERY: i64 = DAY / 24;

/// Starts a session and returns the token for the cookie.
///
/// Called at every log-in, so the token of before the log-in is never kept.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn create(db: &Db, user: UserId) -> Result<String, DbError> {
    let token = random_token()?;
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    sqlx::query(
        "insert into sessions (token_hash, user_id, created_at, seen_at, expires_at) \
         values ($1, $2, $3, $3, $4)",
    )
    .bind(token_hash(&token))
    .bind(user.0)
    .bind(now.0)
    .bind(now.plus(LIFETIME).0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// Returns whose session the token is, and keeps it alive.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn find(db: &Db, token: &str) -> Result<Option<User>, DbError> {
    let now = Timestamp::now();
    let hash = token_hash(token);
    let row = sqlx::query(
        "select u.id, u.name, u.email, u.role, u.created_at, s.seen_at \
         from sessions s join users u on u.id = s.user_id \
         where s.token_hash = $1 and s.expires_at > $2",
    )
    .bind(hash.clone())
    .bind(now.0)
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let seen_at: i64 = sqlx::Row::try_get(&row, "seen_at")?;
    if seen_at < now.plus(-TOUCH_EVERY).0 {
        let mut tx = db.write().await?;
        sqlx::query("update sessions set seen_at = $1, expires_at = $2 where token_hash = $3")
            .bind(now.0)
            .bind(now.plus(LIFETIME).0)
            .bind(hash)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    User::from_row(&row).map(Some)
}

/// Ends a session.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn delete(db: &Db, token: &str) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query("delete from sessions where token_hash = $1")
        .bind(token_hash(token))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Returns 256 random bits in hexadecimal.
///
/// # Errors
/// [`DbError::Corrupt`] when the operating system has no randomness to give.
pub fn random_token() -> Result<String, DbError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| DbError::Corrupt(error.to_string()))?;
    Ok(hex::encode(bytes))
}

pub(crate) fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
