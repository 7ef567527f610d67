//! Tokens (令牌) by which other programs act for an account.
//!
//! A token is shown once, when it is made; kept is its hash. It is 256 random
//! bits, so that nobody finds one by trying, and a plain hash is enough.

use crate::account::User;
use crate::clock::{DAY, Timestamp};
use crate::db::{Db, DbError, Row};
use crate::id::{TokenId, UserId};
use crate::session::token_hash;
use sqlx::Row as _;

/// What every token begins with, so that programs that look for secrets in the
/// wrong places know one.
pub const PREFIX: &str = "wy_";
/// The most tokens of an account. Two requests at once may go past it by one.
pub const MOST: u32 = 20;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;

/// A token as its owner sees it.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Which.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The beginning of the day (UTC) on which it was last used.
    pub last_used: Option<Timestamp>,
    /// When it runs out, if ever.
    pub expires_at: Option<Timestamp>,
}

impl ApiToken {
    /// Returns whether it has run out.
    pub fn is_expired(&self) -> bool {
        self.expires_at.is_some_and(|at| at <= Timestamp::now())
    }
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The name is empty or too long.
    #[error("a token's name has 1 to {LONGEST_NAME} characters")]
    BadName,
    /// The account has as many as there may be.
    #[error("an account has at most {MOST} tokens")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for TokenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Makes a token that runs out after `days`, or never, and returns it: this is
/// the only time that it can be read.
///
/// # Errors
/// [`TokenError`] saying what is at fault.
pub async fn create(
    db: &Db,
    owner: UserId,
    name: &str,
    days: Option<u32>,
) -> Result<String, TokenError> {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(TokenError::BadName);
    }
    let token = format!("{PREFIX}{}", crate::session::random_token()?);
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    let made: i64 =
        sqlx::query("select cast(count(*) as bigint) from api_tokens where user_id = $1")
            .bind(owner.0)
            .fetch_one(&mut *tx)
            .await?
            .try_get(0)?;
    if made >= i64::from(MOST) {
        return Err(TokenError::TooMany);
    }
    sqlx::query(
        "insert into api_tokens (user_id, name, token_hash, created_at, expires_at) \
         values ($1, $2, $3, $4, $5)",
    )
    .bind(owner.0)
    .bind(name)
    .bind(token_hash(&token))
    .bind(now.0)
    .bind(days.map(|days| now.plus(i64::from(days).saturating_mul(DAY)).0))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// Returns the tokens of an account, newest first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn list(db: &Db, owner: UserId) -> Result<Vec<ApiToken>, DbError> {
    let rows = sqlx::query(
        "select id, name, created_at, last_used_day, expires_at from api_tokens \
         where user_id = $1 order by id desc",
    )
    .bind(owner.0)
    .fetch_all(db.read())
    .await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<ApiToken, DbError> {
    let day: Option<i64> = row.try_get("last_used_day")?;
    Ok(ApiToken {
        id: TokenId(row.try_get("id")?),
        name: row.try_get("name")?,
        created_at: Timestamp(row.try_get("created_at")?),
        last_used: day.map(|day| Timestamp(day.saturating_mul(DAY))),
        expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(Timestamp),
    })
}

/// Takes a token of `owner` back, at once. Returns whether there was one.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn delete(db: &Db, owner: UserId, id: TokenId) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    let deleted = sqlx::query("delete from api_tokens where id = $1 and user_id = $2")
        .bind(id.0)
        .bind(owner.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    tx.commit().await?;
    Ok(deleted == 1)
}

/// Returns whose token it is, unless it has run out, and notes the day.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn find_user(db: &Db, token: &str) -> Result<Option<User>, DbError> {
    let now = Timestamp::now();
    let row = sqlx::query(
        "select u.id, u.name, u.email, u.role, u.created_at, a.id as token_id, a.last_used_day \
         from api_tokens a join users u on u.id = a.user_id \
         where a.token_hash = $1 and (a.expires_at is null or a.expires_at > $2)",
    )
    .bind(token_hash(token))
    .bind(now.0)
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<Option<i64>, _>("last_used_day")? != Some(now.day()) {
        let mut tx = db.write().await?;
        sqlx::query("update api_tokens set last_used_day = $1 where id = $2")
            .bind(now.day())
            .bind(row.try_get::<i64, _>("token_id")?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    User::from_row(&row).map(Some)
}
