//! What the authenticity check found of a document, as stored, and who is
//! told of it.
//!
//! A finding may name another document. That document's state is read together
//! with it, so that nobody learns of one that he may not open.

use crate::account::Role;
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, Tx, with_placeholders};
use crate::document::Document;
use crate::id::{DocumentId, UserId};
use crate::visibility::{Viewer, may_name};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use std::collections::HashMap;
use wenyuan_text::authenticity::{Evidence, Finding, Kind};

/// A finding to be stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// The finding. Of a document that the viewer must not learn of it says no
    /// more than its kind and rule.
    pub finding: Finding,
    /// The other document, if the viewer may learn of it.
    pub other: Option<Other>,
    /// For reviewers alone.
    pub is_hint: bool,
    /// A reviewer has seen it and let it pass.
    pub is_accepted: bool,
    /// Readers are told of it; always, unless a reviewer has said otherwise.
    pub is_shown: bool,
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
    /// Whether the viewer may read all of its pages.
    pub is_whole: bool,
}

/// The columns of [`found`]. A finding whose other document was deleted counts
/// as accepted when one of its kind was.
macro_rules! select_found {
    () => {
        concat!(
            "select f.document_id, f.kind, f.is_hint, f.finding, f.created_at, d.id, d.title, \
                 d.published_at, d.owner_id, d.page_count, d.preview_pages, \
                 (select cast(min(a.is_shown) as bigint) from accepted_findings a \
                     where a.document_id = f.document_id and a.kind = f.kind \
                         and (f.other_id is null or a.other_id = f.other_id)) as accepted \
             from findings f left join documents d on d.id = f.other_id and ",
            may_name!()
        )
    };
}

/// Returns what was found of a document, gravest first. Hints are for staff;
/// what a reviewer has hidden is for staff and the owner.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn of(db: &Db, viewer: Viewer, document: &Document) -> Result<Vec<Found>, DbError> {
    let rows = sqlx::query(concat!(
        select_found!(),
        " where f.document_id = $3 and (f.is_hint = 0 or $2 = 1) order by f.position"
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(document.id.0)
    .fetch_all(db.read())
    .await?;
    let mut all = rows
        .iter()
        .map(|row| found(row, viewer))
        .collect::<Result<Vec<_>, _>>()?;
    all.retain(|found| found.is_shown || document.access.edit);
    Ok(all)
}

/// Returns what was found of some of an owner's documents, as he may see it;
/// 200 documents at most.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn of_own(
    db: &Db,
    owner: UserId,
    ids: &[DocumentId],
) -> Result<HashMap<DocumentId, Vec<Found>>, DbError> {
    let ids = ids.get(..200).unwrap_or(ids);
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let viewer = Viewer::Member {
        id: owner,
        role: Role::Member,
    };
    let sql = with_placeholders(
        concat!(
            select_found!(),
            " where f.is_hint = 0 and f.document_id in ({}) \
              and exists (select 1 from documents o where o.id = f.document_id \
                  and o.owner_id = $1) order by f.document_id, f.position"
        ),
        3,
        ids.len(),
    );
    let mut query = sqlx::query(sql)
        .bind(viewer.sql_id())
        .bind(viewer.sql_staff());
    for id in ids {
        query = query.bind(id.0);
    }
    let mut all: HashMap<DocumentId, Vec<Found>> = HashMap::new();
    for row in &query.fetch_all(db.read()).await? {
        let id = DocumentId(row.try_get("document_id")?);
        all.entry(id).or_default().push(found(row, viewer)?);
    }
    Ok(all)
}

/// Leaves of a finding its kind and rule, for whom the other document is nothing
/// to know of.
pub(crate) fn nameless(finding: Finding) -> Finding {
    Finding {
        coverage: 0.0,
        other_coverage: 0.0,
        swaps: Vec::new(),
        swap_count: 0,
        replaced: 0,
        evidence: Evidence::Identity,
        ..finding
    }
}

fn found(row: &Row, viewer: Viewer) -> Result<Found, DbError> {
    let json: &str = row.try_get("finding")?;
    let mut finding: Finding = serde_json::from_str(json)
        .map_err(|error| DbError::Corrupt(format!("findings.finding: {error}")))?;
    let other = match row.try_get::<Option<i64>, _>("id")? {
        None => None,
        Some(id) => {
            let preview: Option<i64> = row.try_get("preview_pages")?;
            let pages: i64 = row.try_get("page_count")?;
            let is_insider =
                viewer.is_staff() || row.try_get::<i64, _>("owner_id")? == viewer.sql_id();
            Some(Other {
                id: DocumentId(id),
                title: row.try_get("title")?,
                published_at: row
                    .try_get::<Option<i64>, _>("published_at")?
                    .map(Timestamp),
                is_whole: is_insider || preview.is_none_or(|preview| preview >= pages),
            })
        }
    };
    if other.is_none() && finding.kind.names_another() && !viewer.is_staff() {
        finding = nameless(finding);
    }
    let accepted: Option<i64> = row.try_get("accepted")?;
    Ok(Found {
        finding,
        other,
        is_hint: row.try_get::<i64, _>("is_hint")? != 0,
        is_accepted: accepted.is_some(),
        is_shown: accepted != Some(0),
        created_at: Timestamp(row.try_get("created_at")?),
    })
}

/// The finding as it is stored. PostgreSQL's text cannot hold U+0000.
fn stored(new: &NewFinding) -> Result<String, DbError> {
    let json = serde_json::to_string(&new.finding)
        .map_err(|error| DbError::Corrupt(format!("a finding: {error}")))?;
    Ok(without_nul(&json))
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

/// Takes U+0000 out of the strings of a JSON text: PostgreSQL cannot hold it.
pub(crate) fn without_nul(json: &str) -> String {
    let mut kept = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        kept.push_str(before);
        // What follows a backslash is ASCII, and part of its escape.
        let (escape, after) = match escape.strip_prefix("\\u0000") {
            Some(after) => ("", after),
            None => escape.split_at_checked(2).unwrap_or((escape, "")),
        };
        kept.push_str(escape);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Records that a reviewer has seen what was found and lets it pass; readers
/// are told of it or are not.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn accept(
    tx: &mut Tx,
    viewer: Viewer,
    id: DocumentId,
    is_shown: bool,
) -> Result<(), DbError> {
    sqlx::query(
        "insert into accepted_findings (document_id, kind, other_id, actor_id, accepted_at, \
             is_shown) \
         select distinct document_id, kind, coalesce(other_id, 0), cast($1 as bigint), \
             cast($2 as bigint), cast($3 as bigint) from findings where document_id = $4 \
         on conflict (document_id, kind, other_id) do update set \
             actor_id = excluded.actor_id, accepted_at = excluded.accepted_at, \
             is_shown = excluded.is_shown",
    )
    .bind(viewer.id().map(|id| id.0))
    .bind(Timestamp::now().0)
    .bind(i64::from(is_shown))
    .bind(id.0)
    .execute(&mut **tx)
    .await?;
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

#[cfg(test)]
mod tests {
    use super::without_nul;

    #[test]
    fn only_the_escape_of_nul_goes() {
        for text in ["", "a\0b", "\\u0000", "\\\0", "\0\0", "句\"\n\\\\u0000\0"] {
            let json = serde_json::to_string(text).unwrap();
            let kept: String = serde_json::from_str(&without_nul(&json)).unwrap();
            assert_eq!(kept, text.replace('\0', ""), "{json}");
        }
    }
}
