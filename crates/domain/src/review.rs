//! Reviewing (审核): uploads that a check has held, and what becomes of them.
//!
//! A reviewer claims an upload before he decides, so that two never work on the
//! same. A claim lasts [`CLAIM`], is renewed while its page is open, and goes
//! back by itself; whoever still has it when it has run out keeps it until
//! somebody else takes it. Findings belong to [`crate::finding`].

use crate::clock::{SECOND, Timestamp};
use crate::db::{Db, DbError, Row, Tx, with_placeholders};
use crate::document::Document;
use crate::document::settle::{make_readable, take_back};
use crate::id::{DocumentId, UserId};
use crate::job::{self, Kind as Job};
use crate::notice::{self, News, Outcome};
use crate::visibility::Viewer;
use crate::{audit, finding};
use sqlx::Row as _;
use wenyuan_text::authenticity::Kind;

/// How long a claim lasts unless it is renewed.
pub const CLAIM: i64 = 15 * 60 * SECOND;
/// The longest explanation of an uploader and the longest reason of a refusal,
/// in characters.
pub const MOST_CHARS: usize = 2_000;
/// The kind of failure of a document that a reviewer has refused; its detail is
/// the reason.
pub const REFUSED: &str = "reviewer";
/// More than this are not counted.
pub const COUNTED: u32 = 1_000;

/// Why a reviewer cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// Only staff reviews.
    #[error("only staff reviews")]
    Forbidden,
    /// It does not wait for a reviewer, or does no more.
    #[error("it does not wait for a reviewer")]
    NotWaiting,
    /// Another reviewer has claimed it.
    #[error("another reviewer has it")]
    Taken,
    /// A refusal has a reason of 1 to [`MOST_CHARS`] characters.
    #[error("a refusal has a reason")]
    NoReason,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for ReviewError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// An upload that waits for a reviewer.
#[derive(Clone, Debug)]
pub struct Review {
    /// The upload.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// The uploader.
    pub owner: UserId,
    /// The uploader's name.
    pub owner_name: String,
    /// Since when it waits.
    pub held_at: Timestamp,
    /// What the uploader says to it; may be empty.
    pub explanation: String,
    /// Who has claimed it, if the claim has not run out.
    pub claimed_by: Option<Claimant>,
    /// What was found, gravest first, each kind once.
    pub kinds: Vec<Kind>,
}

/// Who has claimed an upload.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// The account.
    pub id: UserId,
    /// Its name.
    pub name: String,
    /// Until when, unless it is renewed.
    pub until: Timestamp,
}

impl Review {
    /// Returns where the list goes on behind this one.
    pub fn place(&self) -> Place {
        (self.held_at, self.document)
    }
}

/// A place in the queue.
pub type Place = (Timestamp, DocumentId);

/// SQL: the queue, with `$1` the present moment.
macro_rules! select_reviews {
    () => {
        "select r.document_id, r.held_at, r.explanation, r.claimed_until, d.title, d.owner_id, \
             u.name as owner_name, c.id as claimant, c.name as claimant_name \
         from reviews r join documents d on d.id = r.document_id \
         join users u on u.id = d.owner_id \
         left join users c on c.id = r.claimed_by and r.claimed_until > $1 \
         where d.state = 'converting' and d.stage = 'held' "
    };
}

/// Lists what waits behind a place, oldest first.
///
/// # Errors
/// [`ReviewError::Forbidden`] for all but staff.
pub async fn list(
    db: &Db,
    viewer: Viewer,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Review>, ReviewError> {
    staff_only(viewer)?;
    let (held_at, id) = after.unwrap_or((Timestamp(i64::MIN), DocumentId(0)));
    let rows = sqlx::query(concat!(
        select_reviews!(),
        "and (r.held_at > $2 or (r.held_at = $2 and r.document_id > $3)) \
         order by r.held_at, r.document_id limit $4"
    ))
    .bind(Timestamp::now().0)
    .bind(held_at.0)
    .bind(id.0)
    .bind(i64::from(limit.min(200)))
    .fetch_all(db.read())
    .await?;
    with_kinds(db, &rows).await
}

/// Finds one that waits.
///
/// # Errors
/// [`ReviewError::Forbidden`] for all but staff.
pub async fn find(db: &Db, viewer: Viewer, id: DocumentId) -> Result<Option<Review>, ReviewError> {
    staff_only(viewer)?;
    let rows = sqlx::query(concat!(select_reviews!(), "and r.document_id = $2"))
        .bind(Timestamp::now().0)
        .bind(id.0)
        .fetch_all(db.read())
        .await?;
    Ok(with_kinds(db, &rows).await?.pop())
}

/// Returns the neighbours of one in the queue: the one that waits longer, and
/// the one that came after it.
///
/// # Errors
/// [`ReviewError::Forbidden`] for all but staff.
pub async fn beside(
    db: &Db,
    viewer: Viewer,
    review: &Review,
) -> Result<(Option<DocumentId>, Option<DocumentId>), ReviewError> {
    staff_only(viewer)?;
    let before = sqlx::query(
        "select r.document_id from reviews r join documents d on d.id = r.document_id \
         where d.state = 'converting' and d.stage = 'held' \
             and (r.held_at < $1 or (r.held_at = $1 and r.document_id < $2)) \
         order by r.held_at desc, r.document_id desc limit 1",
    )
    .bind(review.held_at.0)
    .bind(review.document.0)
    .fetch_optional(db.read())
    .await?;
    let before = match before {
        Some(row) => Some(DocumentId(row.try_get(0)?)),
        None => None,
    };
    let after = list(db, viewer, Some(review.place()), 1).await?.pop();
    Ok((before, after.map(|review| review.document)))
}

/// How many wait, up to [`COUNTED`].
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn count(db: &Db) -> Result<u32, DbError> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) from (select 1 as one from documents \
         where state = 'converting' and stage = 'held' limit $1) n",
    )
    .bind(i64::from(COUNTED))
    .fetch_one(db.read())
    .await?;
    Ok(u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
}

/// Claims one for [`CLAIM`], or goes on claiming it.
///
/// # Errors
/// [`ReviewError::Taken`] while another has it, [`ReviewError::NotWaiting`]
/// when there is nothing to review.
pub async fn claim(db: &Db, viewer: Viewer, id: DocumentId) -> Result<(), ReviewError> {
    let reviewer = staff_only(viewer)?;
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    let claimed = sqlx::query(
        "update reviews set claimed_by = $1, claimed_until = $2 where document_id = $3 \
             and (claimed_by is null or claimed_by = $1 or claimed_until <= $4) \
             and exists (select 1 from documents d where d.id = document_id \
                 and d.state = 'converting' and d.stage = 'held')",
    )
    .bind(reviewer.0)
    .bind(now.plus(CLAIM).0)
    .bind(id.0)
    .bind(now.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if claimed == 0 {
        return Err(why_not(&mut tx, id).await?);
    }
    tx.commit().await?;
    Ok(())
}

/// Claims the one that has waited longest of those that nobody has, or that
/// the reviewer himself has.
///
/// # Errors
/// [`ReviewError::Forbidden`] for all but staff.
pub async fn claim_next(db: &Db, viewer: Viewer) -> Result<Option<DocumentId>, ReviewError> {
    let reviewer = staff_only(viewer)?;
    let now = Timestamp::now();
    // PostgreSQL: of two who ask at once, the second takes the next but one.
    let sql = db.dialect(
        "update reviews set claimed_by = $1, claimed_until = $2 where document_id = \
             (select r.document_id from reviews r join documents d on d.id = r.document_id \
             where d.state = 'converting' and d.stage = 'held' \
                 and (r.claimed_by is null or r.claimed_by = $1 or r.claimed_until <= $3) \
             order by r.held_at, r.document_id limit 1) returning document_id",
        "update reviews set claimed_by = $1, claimed_until = $2 where document_id = \
             (select r.document_id from reviews r join documents d on d.id = r.document_id \
             where d.state = 'converting' and d.stage = 'held' \
                 and (r.claimed_by is null or r.claimed_by = $1 or r.claimed_until <= $3) \
             order by r.held_at, r.document_id limit 1 for update of r skip locked) \
         returning document_id",
    );
    let mut tx = db.write().await?;
    let row = sqlx::query(sql)
        .bind(reviewer.0)
        .bind(now.plus(CLAIM).0)
        .bind(now.0)
        .fetch_optional(&mut *tx)
        .await?;
    let id = match &row {
        Some(row) => Some(DocumentId(row.try_get(0)?)),
        None => None,
    };
    tx.commit().await?;
    Ok(id)
}

/// Gives one back.
///
/// # Errors
/// [`ReviewError::Forbidden`] for all but staff.
pub async fn release(db: &Db, viewer: Viewer, id: DocumentId) -> Result<(), ReviewError> {
    let reviewer = staff_only(viewer)?;
    let mut tx = db.write().await?;
    sqlx::query(
        "update reviews set claimed_by = null, claimed_until = 0 \
         where document_id = $1 and claimed_by = $2",
    )
    .bind(id.0)
    .bind(reviewer.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

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
        Decision::Refuse { .. } => take_back(&mut tx, id, "held", REFUSED, &detail, now).await?,
        Decision::Publish | Decision::PublishWithNote => {
            let is_shown = *decision == Decision::PublishWithNote;
            finding::accept(&mut tx, viewer, id, is_shown).await?;
            make_readable(&mut tx, id, "held", now).await?
        }
    };
    if !changed {
        return Err(ReviewError::NotWaiting);
    }
    job::enqueue(&mut tx, Job::Index, id.0).await?;
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

fn staff_only(viewer: Viewer) -> Result<UserId, ReviewError> {
    viewer
        .id()
        .filter(|_| viewer.is_staff())
        .ok_or(ReviewError::Forbidden)
}

/// Says why a review is not the reviewer's.
async fn why_not(tx: &mut Tx, id: DocumentId) -> Result<ReviewError, DbError> {
    let row = sqlx::query(
        "select 1 from reviews r join documents d on d.id = r.document_id \
         where r.document_id = $1 and d.state = 'converting' and d.stage = 'held'",
    )
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(match row {
        Some(_) => ReviewError::Taken,
        None => ReviewError::NotWaiting,
    })
}

async fn with_kinds(db: &Db, rows: &[Row]) -> Result<Vec<Review>, ReviewError> {
    let mut reviews = rows.iter().map(review).collect::<Result<Vec<_>, _>>()?;
    if reviews.is_empty() {
        return Ok(reviews);
    }
    let sql = with_placeholders(
        "select document_id, kind from findings where document_id in ({}) \
         order by document_id, position",
        1,
        reviews.len(),
    );
    let mut query = sqlx::query(sql);
    for review in &reviews {
        query = query.bind(review.document.0);
    }
    for row in &query.fetch_all(db.read()).await? {
        let id = DocumentId(row.try_get(0)?);
        let review = reviews.iter_mut().find(|review| review.document == id);
        // A kind that this program does not know is not shown.
        if let (Some(review), Some(kind)) = (review, Kind::parse(row.try_get(1)?))
            && !review.kinds.contains(&kind)
        {
            review.kinds.push(kind);
        }
    }
    Ok(reviews)
}

fn review(row: &Row) -> Result<Review, DbError> {
    let claimant: Option<i64> = row.try_get("claimant")?;
    Ok(Review {
        document: DocumentId(row.try_get("document_id")?),
        title: row.try_get("title")?,
        owner: UserId(row.try_get("owner_id")?),
        owner_name: row.try_get("owner_name")?,
        held_at: Timestamp(row.try_get("held_at")?),
        explanation: row.try_get("explanation")?,
        claimed_by: match claimant {
            None => None,
            Some(id) => Some(Claimant {
                id: UserId(id),
                name: row.try_get("claimant_name")?,
                until: Timestamp(row.try_get("claimed_until")?),
            }),
        },
        kinds: Vec::new(),
    })
}
