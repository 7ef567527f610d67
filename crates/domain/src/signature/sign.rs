//! Documents are signed.

use super::cluster::{KNOWN, Known, hand_on, is_one_of_several, lock_clusters, stands_for_itself};
use crate::db::{Db, DbError, Tx};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use sqlx::Row as _;
use wenyuan_text::authenticity::{METHOD_VERSION, MIN_CHARS, Signature, postings};

/// Stores the signature of a document's text, in place of the one before. A
/// text that is there already joins its cluster.
///
/// Returns the document that stands for the cluster (itself, if it is the
/// first), or `None` when the document is gone.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn put(
    db: &Db,
    id: DocumentId,
    signature: &Signature,
) -> Result<Option<DocumentId>, DbError> {
    // Most checks of a document that was signed before change nothing; on
    // SQLite they must not take the write lock.
    let known = sqlx::query(KNOWN)
        .bind(id.0)
        .fetch_optional(db.read())
        .await?;
    if let Some(known) = known.as_ref().map(Known::from_row).transpose()?
        && known.version == METHOD_VERSION
        && known.text == signature.text_sha256
    {
        return Ok(Some(known.cluster));
    }
    let mut tx = db.write().await?;
    let cluster = put_one(&mut tx, id, signature).await?;
    ask_to_fold(&mut tx).await?;
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(cluster)
}

/// Stores the signatures of several documents that have none of this program's
/// method, in one transaction, as [`put`] does.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn put_all(db: &Db, signed: &[(DocumentId, Signature)]) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    for (id, signature) in signed {
        // Signed anew by a check meanwhile: that was of a later text.
        if !is_of_this_method(&mut tx, *id).await? {
            put_one(&mut tx, *id, signature).await?;
        }
    }
    ask_to_fold(&mut tx).await?;
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(())
}

async fn is_of_this_method(tx: &mut Tx, id: DocumentId) -> Result<bool, DbError> {
    let row = sqlx::query("select 1 from signatures where document_id = $1 and version = $2")
        .bind(id.0)
        .bind(METHOD_VERSION)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

async fn put_one(
    tx: &mut Tx,
    id: DocumentId,
    signature: &Signature,
) -> Result<Option<DocumentId>, DbError> {
    lock_clusters(tx).await?;
    let there = sqlx::query("select 1 from documents where id = $1")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    if there.is_none() {
        return Ok(None);
    }
    let known = sqlx::query(KNOWN)
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    let known = known.as_ref().map(Known::from_row).transpose()?;
    let mut kept = None;
    if let Some(known) = &known {
        if known.version != METHOD_VERSION {
            // By another method the same text reads otherwise.
            kept = Some(known.cluster);
        } else if known.text == signature.text_sha256 {
            return Ok(Some(known.cluster));
        } else if known.cluster == id {
            hand_on(tx, id).await?;
        }
    }
    let cluster = match kept {
        Some(cluster) if cluster == id || stands_for_itself(tx, cluster).await? => cluster,
        _ => match twin(tx, id, signature).await? {
            Some(cluster) => cluster,
            None => id,
        },
    };
    write(tx, id, signature, cluster).await?;
    if cluster != known.map_or(id, |known| known.cluster) {
        is_one_of_several(tx, id, cluster).await?;
    }
    Ok(Some(cluster))
}

/// The cluster of another document with this text. Texts of a few words are
/// forms, or nothing, and no copies.
async fn twin(
    tx: &mut Tx,
    id: DocumentId,
    signature: &Signature,
) -> Result<Option<DocumentId>, DbError> {
    if (signature.chars as usize) < MIN_CHARS {
        return Ok(None);
    }
    let row = sqlx::query(
        "select cluster_id from signatures \
         where text_sha256 = $1 and document_id <> $2 and version = $3 order by id limit 1",
    )
    .bind(signature.text_sha256.to_vec())
    .bind(id.0)
    .bind(METHOD_VERSION)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok(DocumentId(row.try_get(0)?))).transpose()
}

async fn write(
    tx: &mut Tx,
    id: DocumentId,
    signature: &Signature,
    cluster: DocumentId,
) -> Result<(), DbError> {
    sqlx::query("delete from signatures where document_id = $1")
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    let row = sqlx::query(
        "insert into signatures (document_id, version, chars, text_sha256, cluster_id) \
         values ($1, $2, $3, $4, $5) returning id",
    )
    .bind(id.0)
    .bind(METHOD_VERSION)
    .bind(i64::from(signature.chars))
    .bind(signature.text_sha256.to_vec())
    .bind(cluster.0)
    .fetch_one(&mut **tx)
    .await?;
    if cluster == id && !signature.hashes.is_empty() {
        sqlx::query("insert into signature_hashes (signature_id, hashes) values ($1, $2)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(postings::encode_hashes(&signature.hashes))
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

async fn ask_to_fold(tx: &mut Tx) -> Result<(), DbError> {
    // By the key from its end: where rows come and go by the thousand,
    // PostgreSQL would read all that it has not cleared away yet.
    let row = sqlx::query(
        "select cast(count(*) as bigint) from \
             (select 1 from signature_hashes order by signature_id desc limit $1) as waiting",
    )
    .bind(super::WAITING)
    .fetch_one(&mut **tx)
    .await?;
    if row.try_get::<i64, _>(0)? >= super::WAITING {
        job::enqueue(tx, Kind::Fold, 0).await?;
    }
    Ok(())
}
