//! Notices (通知): what a member is told, on the site.
//!
//! A notice is posted in the transaction that makes it true. It names rows by
//! id and says nothing of them: who shows it loads them for its reader, so that
//! what has been hidden since is not told either.

use crate::clock::{DAY, Timestamp};
use crate::db::{Db, DbError, Row, Tx};
use crate::id::{DocumentId, NoticeId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

/// What is told. A new kind is a new variant; its name is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum News {
    /// A saved search, the notice's subject, found documents.
    SavedSearch {
        /// What its owner called it then.
        name: String,
        /// What it found, newest first.
        documents: Vec<DocumentId>,
    },
    /// An upload of the member's, the notice's subject, waits for a reviewer.
    Held {
        /// The upload.
        document: DocumentId,
    },
    /// A reviewer has decided on an upload of the member's, the notice's
    /// subject.
    Reviewed {
        /// The upload.
        document: DocumentId,
        /// What became of it.
        outcome: Outcome,
    },
}

/// What became of an upload that waited for a reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was published.
    Published,
    /// It was published, and readers are told what was found.
    Noted,
    /// It was refused.
    Refused,
}

impl News {
    /// Returns the stored name of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SavedSearch { .. } => SAVED_SEARCH,
            Self::Held { .. } => "held",
            Self::Reviewed { .. } => "reviewed",
        }
    }
}

pub(crate) const SAVED_SEARCH: &str = "saved_search";

/// Something that a member was told.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The notice.
    pub id: NoticeId,
    /// The row that it is about, of the kind's table; 0 without one.
    pub subject: i64,
    /// What it says.
    pub news: News,
    /// When it was posted.
    pub created_at: Timestamp,
    /// Whether the member has not seen it yet.
    pub is_new: bool,
}

/// Notices that were seen are kept so long.
const KEPT: i64 = 90 * DAY;
/// Those that nobody looked at, so long.
const KEPT_UNSEEN: i64 = 365 * DAY;
/// More than this are not counted: the header says 99+.
pub const COUNTED: u32 = 100;

/// Tells a member something.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn post(tx: &mut Tx, user: UserId, subject: i64, news: &News) -> Result<(), DbError> {
    let payload = serde_json::to_string(news).map_err(|e| DbError::Corrupt(e.to_string()))?;
    sqlx::query(
        "insert into notices (user_id, kind, subject, payload, created_at) \
         values ($1, $2, $3, $4, $5)",
    )
    .bind(user.0)
    .bind(news.kind())
    .bind(subject)
    .bind(payload)
    .bind(Timestamp::now().0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Tells a document's owner something about it; nobody when it is gone.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn tell_owner(tx: &mut Tx, id: DocumentId, news: &News) -> Result<(), DbError> {
    let row = sqlx::query("select owner_id from documents where id = $1")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    match row {
        Some(row) => post(tx, UserId(row.try_get(0)?), id.0, news).await,
        None => Ok(()),
    }
}

/// Takes back what a member was told of a subject and has not seen, so that it
/// can be told anew together with what came since.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn take_back(
    tx: &mut Tx,
    user: UserId,
    kind: &str,
    subject: i64,
) -> Result<Vec<News>, DbError> {
    let rows = sqlx::query(
        "delete from notices where user_id = $1 and kind = $2 and subject = $3 \
             and seen_at is null returning payload",
    )
    .bind(user.0)
    .bind(kind.to_owned())
    .bind(subject)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(news).collect()
}

/// How many notices the member has not seen, up to [`COUNTED`].
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn unseen(db: &Db, user: UserId) -> Result<u32, DbError> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) from (select 1 as one from notices \
         where user_id = $1 and seen_at is null limit $2) n",
    )
    .bind(user.0)
    .bind(i64::from(COUNTED))
    .fetch_one(db.read())
    .await?;
    Ok(u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
}

/// A member's notices below `before`, newest first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn list(
    db: &Db,
    user: UserId,
    before: NoticeId,
    limit: u32,
) -> Result<Vec<Notice>, DbError> {
    let rows = sqlx::query(
        "select id, subject, payload, created_at, seen_at from notices \
         where user_id = $1 and id < $2 order by id desc limit $3",
    )
    .bind(user.0)
    .bind(before.0)
    .bind(i64::from(limit.min(200)))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Notice {
                id: NoticeId(row.try_get("id")?),
                subject: row.try_get("subject")?,
                news: news(row)?,
                created_at: Timestamp(row.try_get("created_at")?),
                is_new: row.try_get::<Option<i64>, _>("seen_at")?.is_none(),
            })
        })
        .collect()
}

/// Marks the member's notices up to `last` as seen; what came after he looked
/// stays new.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn mark_seen(db: &Db, user: UserId, last: NoticeId) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query(
        "update notices set seen_at = $1 where user_id = $2 and id <= $3 and seen_at is null",
    )
    .bind(Timestamp::now().0)
    .bind(user.0)
    .bind(last.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Marks what the member was told of one subject as seen: he has looked at the
/// subject itself.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn mark_subject_seen(
    tx: &mut Tx,
    user: UserId,
    kind: &str,
    subject: i64,
) -> Result<(), DbError> {
    sqlx::query(
        "update notices set seen_at = $1 where user_id = $2 and kind = $3 and subject = $4 \
             and seen_at is null",
    )
    .bind(Timestamp::now().0)
    .bind(user.0)
    .bind(kind.to_owned())
    .bind(subject)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets old notices.
pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("delete from notices where seen_at < $1 or created_at < $2")
        .bind(now.plus(-KEPT).0)
        .bind(now.plus(-KEPT_UNSEEN).0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn news(row: &Row) -> Result<News, DbError> {
    let payload: String = row.try_get("payload")?;
    serde_json::from_str(&payload).map_err(|e| DbError::Corrupt(format!("notices.payload: {e}")))
}
