//! What the reviewer decides, and what the uploader says before.

use super::{MOST_CHARS, REFUSED, ReviewError, staff_only, why_not};
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::document::Document;
use crate::document::settle::{make_readable, take_back};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use crate::notice::{self, News, Outcome};
use crate::visibility::Viewer;
use crate::{audit, finding, swaps};
use sqlx::Row as _;

/// What a reviewer decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Everybody may read it; what was found stays with staff and uploader.
    Publish,
    /// Everybody may read it, and what was found.
    PublishWithNote,
    /// It is not taken.
    Refuse {
        /// Why; the uploader reads it.
        reason: String,
    },
}

impl Decision {
    /// Returns what the audit log calls it.
    fn action(&self) -> &'static str {
        match self {
            Self::Publish => "review.publish",
            Self::PublishWithNote => "review.publish_with_note",
            Self::Refuse { .. } => "review.refuse",
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Publish => Outcome::Published,
            Self::PublishWithNote => Outcome::Noted,
            Self::Refuse { .. } => Outcome::Refused,
        }
    }
}

/// Carries out what the reviewer who has claimed an upload decides: the state,
/// what was found, the index job, the notice to the uploader and the line of
/// the audit log, in one transaction.
///
/// # Errors
/// [`ReviewError`] when there is nothing to decide, or not by him.
pub async fn decide(
    db: &Db,
    viewer: Viewer,
    id: DocumentId,
    decision: &Decision,
) -> Result<(), ReviewError> {
    let reviewer = staff_only(viewer)?;
    let mut detail = String::new();
    if let Decision::Refuse { reason } = decision {
        detail = clean(reason);
        if detail.is_empty() {
            return Err(ReviewError::NoReason);
        }
    }
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    // The row is what two who decide at once would both need.
    let gone = sqlx::query("delete from reviews where document_id = $1 and claimed_by = $2")
        .bind(id.0)
        .bind(reviewer.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if gone == 0 {
        return Err(why_not(&mut tx, id).await?);
    }
    let changed = match decision {
        Decision::Refuse { .. } => {
            swaps::confirm(&mut tx, id).await?;
            take_back(&mut tx, id, "held", REFUSED, &detail, now).await?
        }
        Decision::Publish | Decision::PublishWithNote => {
            let is_shown = *decision == Decision::PublishWithNote;
            finding::accept(&mut tx, viewer, id, is_shown).await?;
            make_readable(&mut tx, id, "held", now).await?
        }
    };
    if !changed {
        return Err(ReviewError::NotWaiting);
    }
    job::enqueue(&mut tx, Kind::Index, id.0).await?;
    let news = News::Reviewed {
        document: id,
        outcome: decision.outcome(),
    };
    notice::tell_owner(&mut tx, id, &news).await?;
    let subject = format!("document:{id}");
    audit::record(&mut tx, viewer.id(), decision.action(), &subject, &detail).await?;
    tx.commit().await?;
    db.bulletin().announce_change(id);
    db.bulletin().announce_work();
    Ok(())
}

/// Returns what the uploader has said to a held upload of his.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn explanation(db: &Db, document: &Document) -> Result<String, DbError> {
    if !document.access.edit {
        return Ok(String::new());
    }
    let row = sqlx::query("select explanation from reviews where document_id = $1")
        .bind(document.id.0)
        .fetch_optional(db.read())
        .await?;
    Ok(match row {
        Some(row) => row.try_get(0)?,
        None => String::new(),
    })
}

/// Stores what the uploader says to it, in place of what he said before; who
/// has claimed it keeps it. What is longer than [`MOST_CHARS`] is cut.
///
/// Returns whether it waits and is his.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn explain(db: &Db, viewer: Viewer, id: DocumentId, text: &str) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    let changed = sqlx::query(
        "update reviews set explanation = $1 where document_id = $2 \
             and exists (select 1 from documents d where d.id = document_id \
                 and d.owner_id = $3 and d.state = 'converting' and d.stage = 'held')",
    )
    .bind(clean(text))
    .bind(id.0)
    .bind(viewer.sql_id())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(changed == 1)
}

fn clean(text: &str) -> String {
    // PostgreSQL's text cannot hold U+0000.
    let text = text.replace("\r\n", "\n").replace('\0', "");
    text.trim().chars().take(MOST_CHARS).collect()
}
