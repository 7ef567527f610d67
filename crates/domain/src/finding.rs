//! What the authenticity check found of a document, as stored, and who is
//! told of it.
//!
//! A finding may name another document. That document's state is read together
//! with it, so that nobody learns of one that he may not open.

use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, Tx};
use crate::document::Document;
use crate::id::DocumentId;
use crate::visibility::{Viewer, may_open};
use sqlx::Row as _;
use wenyuan_text::authenticity::{Finding, Kind};

/// A finding to be stored.
#[derive(Clone, Debug)]
pub struct NewFinding {
    /// The finding.
    pub finding: Finding,
    /// The other document, when it is about two.
    pub other: Option<DocumentId>,
    /// For reviewers alone.
    pub is_hint: bool,
}

/// A finding as one viewer may see it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The finding.
    pub finding: Finding,
    /// The other document, if the viewer may open it.
    pub other: Option<Other>,
    /// For reviewers alone.
    pub is_hint: bool,
    /// A reviewer has seen it and let it pass.
    pub is_accepted: bool,
    /// When it was found.
    pub created_at: Timestamp,
}

/// The other document of a finding.
#[derive(Clone, Debug)]
pub struct Other {
    /// Which.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// When it was published, if it was.
    pub published_at: Option<Timestamp>,
}

/// Returns what was found of a document, gravest first. Hints are for staff.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn of(db: &Db, viewer: Viewer, document: &Document) -> Result<Vec<Found>, DbError> {
    let rows = sqlx::query(concat!(
        "select f.kind, f.is_hint, f.finding, f.created_at, d.id, d.title, d.published_at, \
             (select count(*) from accepted_findings a where a.document_id = f.document_id \
                 and a.kind = f.kind and a.other_id = coalesce(f.other_id, 0)) as accepted \
         from findings f left join documents d on d.id = f.other_id and ",
        may_open!(),
        " where f.document_id = $3 and (f.is_hint = 0 or $2 = 1) order by f.position"
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(document.id.0)
    .fetch_all(db.read())
    .await?;
    rows.iter().map(found).collect()
}

fn found(row: &Row) -> Result<Found, DbError> {
    let json: &str = row.try_get("finding")?;
    let finding = serde_json::from_str(json)
        .map_err(|error| DbError::Corrupt(format!("findings.finding: {error}")))?;
    let other = match row.try_get::<Option<i64>, _>("id")? {
        None => None,
        Some(id) => Some(Other {
            id: DocumentId(id),
            title: row.try_get("title")?,
            published_at: row
                .try_get::<Option<i64>, _>("published_at")?
                .map(Timestamp),
        }),
    };
    Ok(Found {
        finding,
        other,
        is_hint: row.try_get::<i64, _>("is_hint")? != 0,
        is_accepted: row.try_get::<i64, _>("accepted")? != 0,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

/// The finding as it is stored. PostgreSQL's text cannot hold U+0000.
fn stored(new: &NewFinding) -> Result<String, DbError> {
    let json = serde_json::to_string(&new.finding)
        .map_err(|error| DbError::Corrupt(format!("a finding: {error}")))?;
    Ok(json.replace("\\u0000", ""))
}

/// Returns whether exactly these findings are stored already.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn are_stored(
    db: &Db,
    id: DocumentId,
    findings: &[NewFinding],
) -> Result<bool, DbError> {
    let rows = sqlx::query(
        "select other_id, is_hint, finding from findings where document_id = $1 \
         order by position",
    )
    .bind(id.0)
    .fetch_all(db.read())
    .await?;
    if rows.len() != findings.len() {
        return Ok(false);
    }
    for (row, new) in rows.iter().zip(findings) {
        let is_same = row.try_get::<Option<i64>, _>("other_id")? == new.other.map(|other| other.0)
            && row.try_get::<i64, _>("is_hint")? == i64::from(new.is_hint)
            && row.try_get::<&str, _>("finding")? == stored(new)?;
        if !is_same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Stores what a check found in place of what the last one did.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn replace(
    tx: &mut Tx,
    id: DocumentId,
    findings: &[NewFinding],
) -> Result<(), DbError> {
    sqlx::query("delete from findings where document_id = $1")
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    for (position, new) in (0_i64..).zip(findings) {
        sqlx::query(
            "insert into findings (document_id, position, kind, other_id, is_hint, finding, \
                 created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.0)
        .bind(position)
        .bind(new.finding.kind.as_str())
        .bind(new.other.map(|other| other.0))
        .bind(i64::from(new.is_hint))
        .bind(stored(new)?)
        .bind(Timestamp::now().0)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Returns the kinds of what was found of a document, with the other document.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn stored_kinds(
    db: &Db,
    id: DocumentId,
) -> Result<Vec<(Kind, Option<DocumentId>)>, DbError> {
    let rows = sqlx::query("select kind, other_id from findings where document_id = $1")
        .bind(id.0)
        .fetch_all(db.read())
        .await?;
    let mut kinds = Vec::new();
    for row in &rows {
        if let Some(kind) = Kind::parse(row.try_get("kind")?) {
            let other: Option<i64> = row.try_get("other_id")?;
            kinds.push((kind, other.map(DocumentId)));
        }
    }
    Ok(kinds)
}

/// Returns what of a document was let pass, as kind and other document.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn accepted(db: &Db, id: DocumentId) -> Result<Vec<(Kind, Option<DocumentId>)>, DbError> {
    let rows = sqlx::query("select kind, other_id from accepted_findings where document_id = $1")
        .bind(id.0)
        .fetch_all(db.read())
        .await?;
    let mut accepted = Vec::new();
    for row in &rows {
        let other: i64 = row.try_get("other_id")?;
        // A kind that this program does not know holds nothing here.
        if let Some(kind) = Kind::parse(row.try_get("kind")?) {
            accepted.push((kind, (other != 0).then_some(DocumentId(other))));
        }
    }
    Ok(accepted)
}
