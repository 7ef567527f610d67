//! Reviewing (审核): uploads that a check has held, and what becomes of them.
//!
//! A reviewer claims an upload before he decides, so that two never work on the
//! same. A claim lasts [`CLAIM`], is renewed while its page is open, and goes
//! back by itself; whoever still has it when it has run out keeps it until
//! somebody else takes it. Findings belong to [`crate::finding`].

mod claim;
mod decide;
mod queue;

pub use claim::{claim, claim_next, release};
pub use decide::{Decision, decide, explain, explanation};
pub use queue::{beside, count, find, list};

use crate::clock::{SECOND, Timestamp};
use crate::db::{DbError, Tx};
use crate::id::{DocumentId, UserId};
use crate::visibility::Viewer;
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
