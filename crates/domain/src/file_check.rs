//! Files that are compared with the library without being taken into it: what
//! other programs ask for by the API.
//!
//! A check is a row and a job; the file is a blob that the row lets go of when
//! the job is done. Rows live for a day. Who is told of which other document is
//! decided when the result is read, so that a document that was withdrawn
//! meanwhile is named to nobody.

use crate::blob::{self, BlobRef, Sha256};
use crate::clock::{DAY, Timestamp};
use crate::db::{Db, DbError, Row, Tx};
use crate::finding::{NewFinding, without_nul};
use crate::id::{CheckId, UserId};
use crate::job::{self, Kind};
use sqlx::Row as _;

/// How long a check and its result are kept.
pub const KEPT: i64 = DAY;
/// The most checks of one account that wait. Two requests at once may go past
/// it by one.
pub const MOST_WAITING: u32 = 10;
/// The longest title, in characters; more is cut off.
const LONGEST_TITLE: usize = 200;

/// A file or text to be compared.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// Who asks.
    pub owner: UserId,
    /// The title that it claims; may be empty.
    pub title: String,
    /// Its name; the ending helps to tell its format.
    pub file_name: String,
    /// The bytes, which are in the store.
    pub file: BlobRef,
    /// Whether they are text (UTF-8), and not a file to be converted.
    pub is_text: bool,
}

/// A check as the worker takes it up.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Which.
    pub id: CheckId,
    /// Who asks.
    pub owner: UserId,
    /// The title that it claims; may be empty.
    pub title: String,
    /// Its name.
    pub file_name: String,
    /// The bytes.
    pub file: Sha256,
    /// Whether they are text (UTF-8).
    pub is_text: bool,
}

/// How far a check is.
#[derive(Clone, Debug)]
pub enum State {
    /// It has not been compared yet.
    Waiting,
    /// It was compared.
    Done(Vec<NewFinding>),
    /// The file could not be read.
    Refused {
        /// The kind of the refusal.
        kind: String,
        /// The particulars, for the operator.
        detail: String,
    },
}

/// A check as its owner sees it.
#[derive(Clone, Debug)]
pub struct FileCheck {
    /// Which.
    pub id: CheckId,
    /// The title that it claims; may be empty.
    pub title: String,
    /// Its name.
    pub file_name: String,
    /// How far it is.
    pub state: State,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// Why a check was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// As many of the account's wait as may.
    #[error("{MOST_WAITING} checks of this account wait already")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for CheckError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Returns whether one more check of the account may wait.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn has_room(db: &Db, owner: UserId) -> Result<bool, DbError> {
    let row = sqlx::query(COUNT_WAITING)
        .bind(owner.0)
        .fetch_one(db.read())
        .await?;
    Ok(row.try_get::<i64, _>(0)? < i64::from(MOST_WAITING))
}

const COUNT_WAITING: &str = "select cast(count(*) as bigint) from checks \
                             where owner_id = $1 and state = 'waiting'";

/// Takes a check and enqueues its job.
///
/// # Errors
/// [`CheckError::TooMany`] when [`MOST_WAITING`] of the account wait.
pub async fn create(db: &Db, new: NewCheck) -> Result<CheckId, CheckError> {
    let mut tx = db.write().await?;
    let waiting: i64 = sqlx::query(COUNT_WAITING)
        .bind(new.owner.0)
        .fetch_one(&mut *tx)
        .await?
        .try_get(0)?;
    if waiting >= i64::from(MOST_WAITING) {
        return Err(CheckError::TooMany);
    }
    let title: String = new.title.chars().filter(|c| !c.is_control()).collect();
    let title: String = title.trim().chars().take(LONGEST_TITLE).collect();
    blob::record(&mut tx, &new.file).await?;
    let row = sqlx::query(
        "insert into checks (owner_id, sha256, is_text, title, file_name, state, created_at) \
         values ($1, $2, $3, $4, $5, 'waiting', $6) returning id",
    )
    .bind(new.owner.0)
    .bind(new.file.sha256.to_string())
    .bind(i64::from(new.is_text))
    .bind(title)
    .bind(new.file_name.replace('\0', ""))
    .bind(Timestamp::now().0)
    .fetch_one(&mut *tx)
    .await?;
    let id = CheckId(row.try_get(0)?);
    job::enqueue(&mut tx, Kind::CheckFile, id.0).await?;
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(id)
}

/// Returns a check of `owner`; another's is as unknown as none.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn find(db: &Db, owner: UserId, id: CheckId) -> Result<Option<FileCheck>, DbError> {
    let row = sqlx::query(
        "select id, title, file_name, state, findings, failure_kind, failure_detail, created_at \
         from checks where id = $1 and owner_id = $2 and created_at > $3",
    )
    .bind(id.0)
    .bind(owner.0)
    .bind(Timestamp::now().plus(-KEPT).0)
    .fetch_optional(db.read())
    .await?;
    row.as_ref().map(from_row).transpose()
}

fn from_row(row: &Row) -> Result<FileCheck, DbError> {
    let text = |column| {
        row.try_get::<Option<String>, _>(column)
            .map(Option::unwrap_or_default)
    };
    Ok(FileCheck {
        id: CheckId(row.try_get("id")?),
        title: row.try_get("title")?,
        file_name: row.try_get("file_name")?,
        state: match row.try_get("state")? {
            "waiting" => State::Waiting,
            "done" => State::Done(parse(&text("findings")?)?),
            "refused" => State::Refused {
                kind: text("failure_kind")?,
                detail: text("failure_detail")?,
            },
            other => return Err(DbError::Corrupt(format!("checks.state `{other}`"))),
        },
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

fn parse(json: &str) -> Result<Vec<NewFinding>, DbError> {
    serde_json::from_str(json)
        .map_err(|error| DbError::Corrupt(format!("checks.findings: {error}")))
}

/// Returns a check that waits, for the worker.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn waiting(db: &Db, id: CheckId) -> Result<Option<Waiting>, DbError> {
    let row = sqlx::query(
        "select owner_id, sha256, is_text, title, file_name from checks \
         where id = $1 and state = 'waiting' and sha256 is not null",
    )
    .bind(id.0)
    .fetch_optional(db.read())
    .await?;
    row.map(|row| {
        Ok(Waiting {
            id,
            owner: UserId(row.try_get("owner_id")?),
            title: row.try_get("title")?,
            file_name: row.try_get("file_name")?,
            file: Sha256::from_column(&row, "sha256")?,
            is_text: row.try_get::<i64, _>("is_text")? != 0,
        })
    })
    .transpose()
}

/// Stores what was found and lets go of the file.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn finish(db: &Db, id: CheckId, findings: &[NewFinding]) -> Result<(), DbError> {
    let json = serde_json::to_string(findings)
        .map_err(|error| DbError::Corrupt(format!("a finding: {error}")))?;
    let mut tx = db.write().await?;
    sqlx::query(
        "update checks set state = 'done', findings = $1, sha256 = null \
         where id = $2 and state = 'waiting'",
    )
    .bind(without_nul(&json))
    .bind(id.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    db.bulletin().announce_check(id);
    Ok(())
}

/// Notes that the file cannot be read and lets go of it.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn refuse(db: &Db, id: CheckId, kind: &str, detail: &str) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query(
        "update checks set state = 'refused', failure_kind = $1, failure_detail = $2, \
             sha256 = null \
         where id = $3 and state = 'waiting'",
    )
    .bind(kind.to_owned())
    .bind(detail.replace('\0', ""))
    .bind(id.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    db.bulletin().announce_check(id);
    Ok(())
}

/// Deletes the checks of more than a day ago.
pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("delete from checks where created_at <= $1")
        .bind(now.plus(-KEPT).0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
