//! Signatures that wait become a segment.

use super::merge;
use super::segment::{self, Segment, count};
use crate::db::{Db, DbError, with_placeholders};
use sqlx::Row as _;
use wenyuan_text::authenticity::postings::{Posting, block_bits, cut, decode_hashes};

/// So many signatures wait before they are written as a segment. A check reads
/// all of them, some 150 KB in as many rows, which cost it more than the blocks
/// of the few segments that more waiting would save.
pub const WAITING: i64 = 256;

/// When to write and when to merge; the default but for tests.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Signatures that wait before they are written.
    pub waiting: i64,
    /// Segments of like size that are merged into one, each of about so many
    /// times as many signatures as those of the size below.
    pub tier: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            waiting: WAITING,
            tier: 4,
        }
    }
}

/// What [`fold`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Signatures that were written into segments.
    pub written: u64,
    /// Merges.
    pub merges: u64,
    /// Postings of signatures that live no more, dropped.
    pub dropped: u64,
}

/// Writes what waits as segments, if it is enough, and merges segments until
/// there are few of each size. One process at a time: it is the body of a job.
///
/// # Errors
/// [`DbError`] when the database refuses, or another took over.
pub async fn fold(db: &Db, sizes: &Sizes) -> Result<Folded, DbError> {
    let mut folded = Folded::default();
    merge::clear(db).await?;
    loop {
        let written = write_waiting(db, sizes.waiting.max(1)).await?;
        folded.written += written;
        while let Some(inputs) = merge::due(db, sizes.tier.max(2)).await? {
            folded.dropped += merge::merge(db, &inputs).await?;
            folded.merges += 1;
        }
        if written == 0 {
            if folded.merges > 0 {
                merge::give_back(db).await?;
            }
            return Ok(folded);
        }
    }
}

/// Writes the oldest signatures that wait as one segment, in one transaction.
/// Returns how many there were.
async fn write_waiting(db: &Db, least: i64) -> Result<u64, DbError> {
    /// What a segment takes up in memory while it is written: 512 × 16 bytes
    /// for each.
    const MOST: i64 = 4096;
    const IDS: usize = 256;
    if waiting(db, least).await? < least {
        return Ok(0);
    }
    let rows = sqlx::query(
        "select signature_id, hashes from signature_hashes order by signature_id limit $1",
    )
    .bind(MOST)
    .fetch_all(db.read())
    .await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in &rows {
        waiting.push((row.try_get("signature_id")?, row.try_get("hashes")?));
    }
    drop(rows);
    // Millions of postings: not on the threads that serve others, and not while
    // the only writer waits. What goes meanwhile is a dead posting.
    let (written, ids, postings) = tokio::task::spawn_blocking(move || invert(waiting))
        .await
        .map_err(|error| DbError::Corrupt(format!("the postings: {error}")))??;
    let bits = written.bits;
    let mut tx = db.write().await?;
    let segment = segment::insert(&mut tx, "live", &written).await?;
    segment::write_blocks(&mut tx, segment, bits, &postings).await?;
    for ids in ids.chunks(IDS) {
        let sql = with_placeholders(
            "delete from signature_hashes where signature_id in ({})",
            1,
            ids.len(),
        );
        let mut query = sqlx::query(sql);
        for id in ids {
            query = query.bind(*id);
        }
        query.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(written.signatures)
}

/// The postings of signatures with their hashes as stored, in order, and the
/// segment that they make.
fn invert(waiting: Vec<(i64, Vec<u8>)>) -> Result<(Segment, Vec<i64>, Vec<Posting>), DbError> {
    let mut ids: Vec<i64> = Vec::with_capacity(waiting.len());
    let mut postings = Vec::new();
    for (id, bytes) in waiting {
        let hashes = decode_hashes(&bytes)
            .map_err(|error| DbError::Corrupt(format!("signature_hashes {id}: {error}")))?;
        let signature = count(id);
        postings.extend(hashes.into_iter().map(|hash| Posting { hash, signature }));
        ids.push(id);
    }
    postings.sort_unstable();
    cut(&mut postings);
    let segment = Segment {
        id: 0,
        bits: block_bits(postings.len() as u64),
        first_signature: ids.first().copied().map_or(0, count),
        last_signature: ids.last().copied().map_or(0, count),
        signatures: ids.len() as u64,
        postings: postings.len() as u64,
    };
    Ok((segment, ids, postings))
}

/// Counts those that wait, `most` at most.
async fn waiting(db: &Db, most: i64) -> Result<i64, DbError> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) from \
             (select 1 from signature_hashes order by signature_id desc limit $1) as waiting",
    )
    .bind(most)
    .fetch_one(db.read())
    .await?;
    Ok(row.try_get(0)?)
}
