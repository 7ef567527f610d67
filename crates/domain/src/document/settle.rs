//! The end of a check: a document is published, held for a reviewer, or refused.

use super::State;
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, Tx};
use crate::finding::{self, NewFinding};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use crate::notice::{self, News};
use crate::signature;
use sqlx::Row as _;

/// What becomes of a checked document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everybody may read it, with its notes.
    Publish,
    /// A reviewer looks at it first.
    Hold,
    /// It is not taken; its owner reads why.
    Refuse {
        /// The kind of the finding, for the message.
        kind: String,
        /// The particulars.
        detail: String,
    },
}

/// Stores what a check found and what becomes of the document, in one
/// transaction. Only one that is being checked, is held or can be read is
/// changed: what staff or its owner did meanwhile stands.
///
/// A held document stays held, whatever the verdict: that is a reviewer's to
/// end. One that can be read already is held instead of refused, because its
/// pages would go.
///
/// Returns whether anything changed; a check that finds what the last one found
/// writes nothing.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn settle(
    db: &Db,
    id: DocumentId,
    findings: &[NewFinding],
    verdict: &Verdict,
) -> Result<bool, DbError> {
    let settled = settle_as_of(db, id, None, findings, verdict).await?;
    Ok(settled == Settled::Changed)
}

/// What [`settle_as_of`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Findings or document are other than before.
    Changed,
    /// Everything is as it was.
    Unchanged,
    /// The document has changed since it was read: what was found is of another
    /// title, text or visibility, and nothing was stored.
    Stale,
}

/// Settles like [`settle`], if the document is still what it was when it was
/// last changed at `as_of`.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn settle_as_of(
    db: &Db,
    id: DocumentId,
    as_of: Option<Timestamp>,
    findings: &[NewFinding],
    verdict: &Verdict,
) -> Result<Settled, DbError> {
    let is_known = was_checked(db, id).await? && finding::are_stored(db, id, findings).await?;
    if is_known && !is_due(db, id, verdict).await? {
        return Ok(match as_of {
            Some(as_of) if changed_at(db, id).await? != Some(as_of) => Settled::Stale,
            _ => Settled::Unchanged,
        });
    }
    let mut tx = db.write().await?;
    if let Some(as_of) = as_of
        && !is_still(&mut tx, id, as_of).await?
    {
        return Ok(Settled::Stale);
    }
    let Some(place) = place(&mut tx, id).await? else {
        return Ok(Settled::Unchanged);
    };
    let now = Timestamp::now();
    let mut changed = !is_known;
    match (place, verdict) {
        (Place::Checking, Verdict::Publish) => {
            changed |= make_readable(&mut tx, id, "checking", now).await?;
            job::enqueue(&mut tx, Kind::Index, id.0).await?;
        }
        (Place::Checking, Verdict::Refuse { kind, detail }) => {
            changed |= take_back(&mut tx, id, "checking", kind, detail, now).await?;
        }
        (Place::Checking, Verdict::Hold) => changed |= hold(&mut tx, id, now).await?,
        (Place::Readable, Verdict::Hold | Verdict::Refuse { .. }) => {
            changed |= hold(&mut tx, id, now).await?;
            job::enqueue(&mut tx, Kind::Index, id.0).await?;
        }
        (Place::Readable, Verdict::Publish) | (Place::Held, _) => {}
    }
    if !is_known {
        finding::replace(&mut tx, id, findings).await?;
        note_check(&mut tx, id, now).await?;
    }
    tx.commit().await?;
    db.bulletin().announce_change(id);
    db.bulletin().announce_work();
    Ok(if changed {
        Settled::Changed
    } else {
        Settled::Unchanged
    })
}

async fn changed_at(db: &Db, id: DocumentId) -> Result<Option<Timestamp>, DbError> {
    let row = sqlx::query("select updated_at from documents where id = $1")
        .bind(id.0)
        .fetch_optional(db.read())
        .await?;
    row.map(|row| Ok(Timestamp(row.try_get(0)?))).transpose()
}

/// Whether nobody has changed the document since, and nobody does until the
/// transaction ends.
async fn is_still(tx: &mut Tx, id: DocumentId, as_of: Timestamp) -> Result<bool, DbError> {
    // An update that changes nothing: it locks the row on either database.
    let locked =
        sqlx::query("update documents set stage = stage where id = $1 and updated_at = $2")
            .bind(id.0)
            .bind(as_of.0)
            .execute(&mut **tx)
            .await?
            .rows_affected();
    Ok(locked == 1)
}

/// Where a document stands that a check may change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Checking,
    Held,
    Readable,
}

const PLACE: &str = "select state, stage from documents where id = $1";

async fn place(tx: &mut Tx, id: DocumentId) -> Result<Option<Place>, DbError> {
    let row = sqlx::query(PLACE)
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    place_of(row.as_ref())
}

fn place_of(row: Option<&Row>) -> Result<Option<Place>, DbError> {
    let Some(row) = row else { return Ok(None) };
    Ok(match State::from_row(row)? {
        State::Checking => Some(Place::Checking),
        State::Held => Some(Place::Held),
        State::Readable => Some(Place::Readable),
        State::Converting | State::Refused | State::Withdrawn => None,
    })
}

/// Whether a verdict moves the document, as far as can be seen without the
/// writer.
async fn is_due(db: &Db, id: DocumentId, verdict: &Verdict) -> Result<bool, DbError> {
    let row = sqlx::query(PLACE)
        .bind(id.0)
        .fetch_optional(db.read())
        .await?;
    Ok(match place_of(row.as_ref())? {
        Some(Place::Checking) => true,
        Some(Place::Readable) => *verdict != Verdict::Publish,
        Some(Place::Held) | None => false,
    })
}

/// Publishes a document that stands at `stage`.
pub(crate) async fn make_readable(
    tx: &mut Tx,
    id: DocumentId,
    stage: &'static str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = sqlx::query(
        "update documents set state = 'readable', stage = 'drawing', \
             published_at = coalesce(published_at, $1), updated_at = $1 \
         where id = $2 and state = 'converting' and stage = $3",
    )
    .bind(now.0)
    .bind(id.0)
    .bind(stage)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if changed == 1 {
        look_again(tx, id).await?;
    }
    Ok(changed == 1)
}

/// What is held because of a document that was not published itself is looked
/// at again once that is settled: what its uploader is told changes by it.
async fn look_again(tx: &mut Tx, id: DocumentId) -> Result<(), DbError> {
    let rows = sqlx::query(
        "select distinct d.id from findings f join documents d on d.id = f.document_id \
         where f.other_id = $1 and f.is_hint = 1 and d.state = 'converting' and d.stage = 'held'",
    )
    .bind(id.0)
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        job::enqueue(tx, Kind::Check, row.try_get(0)?).await?;
    }
    Ok(())
}

async fn hold(tx: &mut Tx, id: DocumentId, now: Timestamp) -> Result<bool, DbError> {
    let changed = sqlx::query(
        "update documents set state = 'converting', stage = 'held', redrawing = 0, updated_at = $1 \
         where id = $2 and (state = 'readable' or (state = 'converting' and stage = 'checking'))",
    )
    .bind(now.0)
    .bind(id.0)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if changed == 1 {
        sqlx::query(
            "insert into reviews (document_id, held_at) values ($1, $2) on conflict do nothing",
        )
        .bind(id.0)
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
        notice::tell_owner(tx, id, &News::Held { document: id }).await?;
    }
    Ok(changed == 1)
}

/// Remembers that the document was compared.
async fn note_check(tx: &mut Tx, id: DocumentId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("update documents set checked_at = $1 where id = $2")
        .bind(now.0)
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// That nothing is stored of a document may also mean that nobody looked.
async fn was_checked(db: &Db, id: DocumentId) -> Result<bool, DbError> {
    let row = sqlx::query("select 1 from documents where id = $1 and checked_at is not null")
        .bind(id.0)
        .fetch_optional(db.read())
        .await?;
    Ok(row.is_some())
}

/// Refuses a document that stands at `stage`: its pages go, its original and
/// what was found stay, so that its owner reads why and may try again.
pub(crate) async fn take_back(
    tx: &mut Tx,
    id: DocumentId,
    stage: &'static str,
    kind: &str,
    detail: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    // In the order in which a deletion locks.
    signature::lock_clusters(tx).await?;
    let changed = sqlx::query(
        "update documents set state = 'refused', stage = 'drawing', failure_kind = $1, \
             failure_detail = $2, pages_ready = 0, page_count = 0, cover_sha256 = null, \
             updated_at = $3 \
         where id = $4 and state = 'converting' and stage = $5",
    )
    .bind(kind.to_owned())
    .bind(detail.to_owned())
    .bind(now.0)
    .bind(id.0)
    .bind(stage)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if changed == 1 {
        signature::leave(tx, id).await?;
        look_again(tx, id).await?;
        sqlx::query("delete from document_pages where document_id = $1")
            .bind(id.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(changed == 1)
}
