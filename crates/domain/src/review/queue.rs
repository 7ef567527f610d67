//! What waits, oldest first.

use super::{COUNTED, Claimant, Place, Review, ReviewError, staff_only};
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, with_placeholders};
use crate::id::{DocumentId, UserId};
use crate::visibility::Viewer;
use sqlx::Row as _;
use wenyuan_text::authenticity::Kind;

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
