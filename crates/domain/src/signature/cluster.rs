//! Documents with one text: they form a cluster, of which the first is in the
//! index.

use crate::db::{Db, DbError, Row, Tx};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use sqlx::Row as _;
use wenyuan_text::authenticity::MIN_CHARS;

/// Of the lock that writers of clusters take on PostgreSQL (SQLite has one
/// writer anyway): of two documents with one text that are signed at once, the
/// second finds the first.
const CLUSTERS_LOCK: i64 = 0x5745_4E59_5541_4E01;

pub(super) const KNOWN: &str =
    "select version, text_sha256, chars, cluster_id from signatures where document_id = $1";

/// A signature as stored, but for its hashes.
pub(super) struct Known {
    pub(super) version: i64,
    pub(super) text: Vec<u8>,
    pub(super) chars: i64,
    pub(super) cluster: DocumentId,
}

impl Known {
    pub(super) fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            version: row.try_get("version")?,
            text: row.try_get("text_sha256")?,
            chars: row.try_get("chars")?,
            cluster: DocumentId(row.try_get("cluster_id")?),
        })
    }
}

/// Keeps other writers of clusters waiting until the transaction ends.
pub(crate) async fn lock_clusters(tx: &mut Tx) -> Result<(), DbError> {
    if tx.backend_name() == "PostgreSQL" {
        sqlx::query("select 1 from (select pg_advisory_xact_lock($1)) as locked")
            .bind(CLUSTERS_LOCK)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Whether a document is the one that stands for its cluster.
pub(super) async fn stands_for_itself(tx: &mut Tx, id: DocumentId) -> Result<bool, DbError> {
    let row = sqlx::query("select 1 from signatures where document_id = $1 and cluster_id = $1")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// Asks for the search index to draw a document together with the others of
/// its cluster.
pub(super) async fn is_one_of_several(
    tx: &mut Tx,
    id: DocumentId,
    cluster: DocumentId,
) -> Result<(), DbError> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) from \
             (select 1 from signatures where cluster_id = $1 limit 3) as members",
    )
    .bind(cluster.0)
    .fetch_one(&mut **tx)
    .await?;
    job::enqueue(tx, Kind::Index, id.0).await?;
    // The first was alone until now, and may have been indexed before it was
    // signed.
    if row.try_get::<i64, _>(0)? == 2 && cluster != id {
        job::enqueue(tx, Kind::Index, cluster.0).await?;
    }
    Ok(())
}

/// Puts a document into the cluster of another whose text was found to be the
/// same in all but letters.
///
/// Returns whether that changed anything.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn join(db: &Db, id: DocumentId, cluster: DocumentId) -> Result<bool, DbError> {
    if id == cluster || cluster_of(db, id).await? == Some(cluster) {
        return Ok(false);
    }
    let mut tx = db.write().await?;
    lock_clusters(&mut tx).await?;
    let known = sqlx::query(KNOWN)
        .bind(id.0)
        .fetch_optional(&mut *tx)
        .await?;
    let Some(known) = known.as_ref().map(Known::from_row).transpose()? else {
        return Ok(false);
    };
    if known.cluster == cluster || !stands_for_itself(&mut tx, cluster).await? {
        return Ok(false);
    }
    // Those that it stood for are the same text too.
    let followers = followers(&mut tx, id).await?;
    sqlx::query("update signatures set cluster_id = $1 where cluster_id = $2")
        .bind(cluster.0)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query("delete from signatures where document_id = $1")
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "insert into signatures (document_id, version, text_sha256, chars, cluster_id) \
         values ($1, $2, $3, $4, $5)",
    )
    .bind(id.0)
    .bind(known.version)
    .bind(known.text)
    .bind(known.chars)
    .bind(cluster.0)
    .execute(&mut *tx)
    .await?;
    is_one_of_several(&mut tx, id, cluster).await?;
    for follower in followers {
        job::enqueue(&mut tx, Kind::Index, follower.0).await?;
    }
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(true)
}

/// Takes the signature of a document away that goes, or has no text any more.
/// If it stood for a cluster, the next of it does so from now on.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn leave(tx: &mut Tx, id: DocumentId) -> Result<(), DbError> {
    lock_clusters(tx).await?;
    hand_on(tx, id).await?;
    sqlx::query("delete from signatures where document_id = $1")
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Lets the next of a cluster stand for it: it is signed anew, with hashes.
pub(super) async fn hand_on(tx: &mut Tx, id: DocumentId) -> Result<(), DbError> {
    let followers = followers(tx, id).await?;
    let Some(heir) = followers.first() else {
        return Ok(());
    };
    sqlx::query(
        "update signatures set cluster_id = $1 where cluster_id = $2 and document_id <> $2",
    )
    .bind(heir.0)
    .bind(id.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query("delete from signatures where document_id = $1")
        .bind(heir.0)
        .execute(&mut **tx)
        .await?;
    job::enqueue(tx, Kind::Check, heir.0).await?;
    for follower in followers {
        job::enqueue(tx, Kind::Index, follower.0).await?;
    }
    Ok(())
}

/// The others that a document stands for, earliest first.
async fn followers(tx: &mut Tx, id: DocumentId) -> Result<Vec<DocumentId>, DbError> {
    let rows = sqlx::query(
        "select document_id from signatures where cluster_id = $1 and document_id <> $1 \
         order by id",
    )
    .bind(id.0)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| Ok(DocumentId(row.try_get(0)?)))
        .collect()
}

/// Returns the document that stands for the cluster of a signed document.
/// Texts too short to be told apart have none.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn cluster_of(db: &Db, id: DocumentId) -> Result<Option<DocumentId>, DbError> {
    let row =
        sqlx::query("select cluster_id from signatures where document_id = $1 and chars >= $2")
            .bind(id.0)
            .bind(i64::try_from(MIN_CHARS).unwrap_or(i64::MAX))
            .fetch_optional(db.read())
            .await?;
    row.map(|row| Ok(DocumentId(row.try_get(0)?))).transpose()
}
