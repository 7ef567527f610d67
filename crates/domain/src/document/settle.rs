//! The end of a check: a document is published, held for a reviewer, or refused.

use crate::clock::Timestamp;
use crate::db::{Db, DbError, Tx};
use crate::finding::{self, NewFinding};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use crate::notice::{self, News};

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
/// transaction. Only one that is being checked or can be read is changed: what
/// staff or its owner did meanwhile stands.
///
/// Returns whether it did.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn settle(
    db: &Db,
    id: DocumentId,
    findings: &[NewFinding],
    verdict: &Verdict,
) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    let now = Timestamp::now();
    let changed = match verdict {
        Verdict::Publish => make_readable(&mut tx, id, "checking", now).await?,
        Verdict::Hold => hold(&mut tx, id, now).await?,
        Verdict::Refuse { kind, detail } => {
            take_back(&mut tx, id, "checking", kind, detail, now).await?
        }
    };
    if changed {
        finding::replace(&mut tx, id, findings).await?;
        note_check(&mut tx, id, now).await?;
        job::enqueue(&mut tx, Kind::Index, id.0).await?;
    }
    tx.commit().await?;
    db.bulletin().announce_change(id);
    db.bulletin().announce_work();
    Ok(changed)
}

/// Publishes a document that stands at `stage`; one that can be read already
/// stays so.
pub(crate) async fn make_readable(
    tx: &mut Tx,
    id: DocumentId,
    stage: &'static str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = sqlx::query(
        "update documents set state = 'readable', stage = 'drawing', \
             published_at = coalesce(published_at, $1), updated_at = $1 \
         where id = $2 and (state = 'readable' or (state = 'converting' and stage = $3))",
    )
    .bind(now.0)
    .bind(id.0)
    .bind(stage)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    Ok(changed == 1)
}

async fn hold(tx: &mut Tx, id: DocumentId, now: Timestamp) -> Result<bool, DbError> {
    let changed = sqlx::query(
        "update documents set state = 'converting', stage = 'held', updated_at = $1 \
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

/// Remembers that the document was compared, and by how much text.
async fn note_check(tx: &mut Tx, id: DocumentId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query(
        "update documents set checked_at = $1, checked_chars = \
             (select cast(coalesce(sum(length(text)), 0) as bigint) from document_pages \
                 where document_id = $2) \
         where id = $2",
    )
    .bind(now.0)
    .bind(id.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
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
    let changed = sqlx::query(
        "update documents set state = 'refused', stage = 'drawing', failure_kind = $1, \
             failure_detail = $2, pages_ready = 0, page_count = 0, cover_sha256 = null, \
             updated_at = $3 \
         where id = $4 and (state = 'readable' or (state = 'converting' and stage = $5))",
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
        sqlx::query("delete from document_pages where document_id = $1")
            .bind(id.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(changed == 1)
}
