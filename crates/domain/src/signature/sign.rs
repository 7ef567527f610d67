//! Documents are signed, and join and leave clusters.

use crate::db::{Db, DbError, Row, Tx};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use sqlx::Row as _;
use wenyuan_text::authenticity::{METHOD_VERSION, MIN_CHARS, Signature, postings};

/// Of the lock that writers of clusters take on PostgreSQL (SQLite has one
/// writer anyway): of two documents with one text that are signed at once, the
/// second finds the first.
const CLUSTERS_LOCK: i64 = 0x5745_4E59_5541_4E01;

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
    let text = hex::encode(signature.text_sha256);
    // Most checks of a document that was signed before change nothing; on
    // SQLite they must not take the write lock.
    let known = sqlx::query(KNOWN)
        .bind(id.0)
        .fetch_optional(db.read())
        .await?;
    if let Some(known) = known.as_ref().map(Known::from_row).transpose()?
        && known.version == METHOD_VERSION
        && known.text == text
    {
        return Ok(Some(known.cluster));
    }
    let mut tx = db.write().await?;
    lock_clusters(&mut tx).await?;
    let there = sqlx::query("select 1 from documents where id = $1")
        .bind(id.0)
        .fetch_optional(&mut *tx)
        .await?;
    if there.is_none() {
        return Ok(None);
    }
    let known = sqlx::query(KNOWN)
        .bind(id.0)
        .fetch_optional(&mut *tx)
        .await?;
    let known = known.as_ref().map(Known::from_row).transpose()?;
    let cluster = match &known {
        // By another method the same text reads otherwise.
        Some(known) if known.version != METHOD_VERSION => Some(known.cluster),
        Some(known) => {
            if known.cluster == id && known.text != text {
                hand_on(&mut tx, id).await?;
            }
            None
        }
        None => None,
    };
    let cluster = match cluster {
        Some(cluster) if cluster == id || stands_for_others(&mut tx, cluster).await? => cluster,
        _ => match twin(&mut tx, id, &text, signature.chars).await? {
            Some(cluster) => cluster,
            None => id,
        },
    };
    write(&mut tx, id, signature, &text, cluster).await?;
    let before = known.map_or(id, |known| known.cluster);
    if cluster != before {
        is_one_of_several(&mut tx, id, cluster).await?;
    }
    if waiting(&mut tx).await? >= super::WAITING {
        job::enqueue(&mut tx, Kind::Fold, 0).await?;
    }
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(Some(cluster))
}

const KNOWN: &str =
    "select version, text_sha256, chars, cluster_id from signatures where document_id = $1";

struct Known {
    version: i64,
    text: String,
    chars: i64,
    cluster: DocumentId,
}

impl Known {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            version: row.try_get("version")?,
            text: row.try_get("text_sha256")?,
            chars: row.try_get("chars")?,
            cluster: DocumentId(row.try_get("cluster_id")?),
        })
    }
}

async fn lock_clusters(tx: &mut Tx) -> Result<(), DbError> {
    if tx.backend_name() == "PostgreSQL" {
        sqlx::query("select 1 from (select pg_advisory_xact_lock($1)) as locked")
            .bind(CLUSTERS_LOCK)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// The cluster of another document with this text. Texts of a few words are
/// forms, or nothing, and no copies.
async fn twin(
    tx: &mut Tx,
    id: DocumentId,
    text: &str,
    chars: u32,
) -> Result<Option<DocumentId>, DbError> {
    if (chars as usize) < MIN_CHARS {
        return Ok(None);
    }
    let row = sqlx::query(
        "select cluster_id from signatures \
         where text_sha256 = $1 and document_id <> $2 and version = $3 order by id limit 1",
    )
    .bind(text.to_owned())
    .bind(id.0)
    .bind(METHOD_VERSION)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok(DocumentId(row.try_get(0)?))).transpose()
}

async fn stands_for_others(tx: &mut Tx, id: DocumentId) -> Result<bool, DbError> {
    let row = sqlx::query("select 1 from signatures where document_id = $1 and cluster_id = $1")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

async fn write(
    tx: &mut Tx,
    id: DocumentId,
    signature: &Signature,
    text: &str,
    cluster: DocumentId,
) -> Result<(), DbError> {
    sqlx::query("delete from signatures where document_id = $1")
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    let hashes = (cluster == id && !signature.hashes.is_empty())
        .then(|| postings::encode_hashes(&signature.hashes));
    sqlx::query(
        "insert into signatures (document_id, version, text_sha256, chars, cluster_id, hashes) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.0)
    .bind(METHOD_VERSION)
    .bind(text.to_owned())
    .bind(i64::from(signature.chars))
    .bind(cluster.0)
    .bind(hashes)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn waiting(tx: &mut Tx) -> Result<u64, DbError> {
    let row =
        sqlx::query("select cast(count(*) as bigint) from signatures where hashes is not null")
            .fetch_one(&mut **tx)
            .await?;
    Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
}

/// Asks for the search index to draw a document together with the others of
/// its cluster.
async fn is_one_of_several(
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
    if known.cluster == cluster || !stands_for_others(&mut tx, cluster).await? {
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
async fn hand_on(tx: &mut Tx, id: DocumentId) -> Result<(), DbError> {
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

/// The documents with text behind `after` that have no signature of this
/// program's method; in order, `most` of them.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn unsigned(db: &Db, after: DocumentId, most: u32) -> Result<Vec<DocumentId>, DbError> {
    let rows = sqlx::query(
        "select d.id from documents d left join signatures s on s.document_id = d.id \
         where d.id > $1 and (d.state in ('readable', 'withdrawn') \
                 or (d.state = 'converting' and d.stage = 'held')) \
             and (s.version is null or s.version <> $2) \
         order by d.id limit $3",
    )
    .bind(after.0)
    .bind(METHOD_VERSION)
    .bind(i64::from(most))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| Ok(DocumentId(row.try_get(0)?)))
        .collect()
}

/// Asks for every document to be signed anew. Until it is, it is found by what
/// it was signed with.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn forget_versions(db: &Db) -> Result<(), DbError> {
    const CHUNK: i64 = 10_000;
    let mut after = 0;
    loop {
        let mut tx = db.write().await?;
        let rows = sqlx::query("select id from signatures where id > $1 order by id limit $2")
            .bind(after)
            .bind(CHUNK)
            .fetch_all(&mut *tx)
            .await?;
        let Some(last) = rows.last() else { break };
        let last: i64 = last.try_get(0)?;
        sqlx::query("update signatures set version = 0 where id > $1 and id <= $2")
            .bind(after)
            .bind(last)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        after = last;
    }
    let mut tx = db.write().await?;
    job::enqueue(&mut tx, Kind::Sign, 0).await?;
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(())
}
