//! Segments of like size become one; dead postings and what is too frequent go.
//!
//! The new segment is written block by block in short transactions while the
//! old ones answer; one transaction lets it take their place; then their blocks
//! are erased. A crash leaves a segment that is not asked, which [`clear`]
//! erases.

use super::WAITING;
use super::lookup::damaged;
use super::segment::{self, Segment, block_number, count, key, read_range};
use crate::db::{Db, DbError};
use sqlx::Row as _;
use wenyuan_text::authenticity::postings::{Posting, block_bits, cut, decode};

/// Postings of one transaction: some 330 KB of blocks.
const POSTINGS_AT_ONCE: u64 = 65_536;
/// Blocks erased in one transaction.
const BLOCKS_AT_ONCE: u64 = 4096;

/// Erases what a crash left: segments that were never finished, and the rest of
/// those that others took the place of.
pub(super) async fn clear(db: &Db) -> Result<(), DbError> {
    let rows = sqlx::query(
        "select id, bits, first_signature, last_signature, signatures, postings \
         from signature_segments where state <> 'live' order by id",
    )
    .fetch_all(db.read())
    .await?;
    for row in &rows {
        erase(db, &segment::segment(row)?).await?;
    }
    Ok(())
}

async fn erase(db: &Db, segment: &Segment) -> Result<(), DbError> {
    let blocks = 1 << segment.bits;
    for from in (0..blocks).step_by(usize::try_from(BLOCKS_AT_ONCE).unwrap_or(1)) {
        let mut tx = db.write().await?;
        sqlx::query("delete from signature_blocks where id >= $1 and id < $2")
            .bind(key(segment.id, from))
            .bind(key(segment.id, 0) + i64::try_from(from + BLOCKS_AT_ONCE).unwrap_or(i64::MAX))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    let mut tx = db.write().await?;
    sqlx::query("delete from signature_segments where id = $1 and state <> 'live'")
        .bind(segment.id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the room of what was erased free for what comes. PostgreSQL would come
/// to that by itself, a minute later: when a library is signed anew, ten times
/// what it needs has been written by then. SQLite does it at once.
pub(super) async fn give_back(db: &Db) -> Result<(), DbError> {
    let statements = db.dialect("", "vacuum signature_blocks; vacuum signature_hashes");
    for statement in statements.split("; ").filter(|one| !one.is_empty()) {
        sqlx::query(statement).execute(db.read()).await?;
    }
    Ok(())
}

/// The segments that are to be merged next, if any: `tier` of like size, or one
/// of which most signatures are dead.
pub(super) async fn due(db: &Db, tier: usize) -> Result<Option<Vec<Segment>>, DbError> {
    let segments = segment::live(db).await?;
    let size = |segment: &Segment| size(segment.signatures, tier as u64);
    for least in 0..=u64::BITS {
        let alike: Vec<Segment> = segments
            .iter()
            .filter(|segment| size(segment) == least)
            .cloned()
            .collect();
        if alike.len() >= tier {
            return Ok(Some(alike));
        }
    }
    // One segment a time, the next with each that is written: to count all of
    // them for a few new signatures would make adding quadratic.
    let newest = segments.iter().map(|segment| segment.last_signature).max();
    let turn = usize::try_from(newest.unwrap_or(0) / WAITING.unsigned_abs()).unwrap_or(0);
    if let Some(segment) = segments.get(turn % segments.len().max(1)) {
        let row = sqlx::query(
            "select cast(count(*) as bigint) from signatures \
             where id between $1 and $2 and document_id = cluster_id",
        )
        .bind(i64::try_from(segment.first_signature).unwrap_or(i64::MAX))
        .bind(i64::try_from(segment.last_signature).unwrap_or(i64::MAX))
        .fetch_one(db.read())
        .await?;
        if count(row.try_get(0)?) * 2 < segment.signatures {
            return Ok(Some(vec![segment.clone()]));
        }
    }
    Ok(None)
}

/// The logarithm of a size to the base `tier`, rounded: what was merged of four
/// is of the next size even if some of it was dead.
fn size(signatures: u64, tier: u64) -> u32 {
    let mut size = 0;
    let mut bound = tier.div_ceil(2);
    while bound <= signatures {
        size += 1;
        bound = bound.saturating_mul(tier);
        if bound == u64::MAX {
            break;
        }
    }
    size
}

/// Signatures of a range: a bit for each, 125 KB for a million.
struct Marks {
    first: u64,
    bits: Vec<u64>,
}

impl Marks {
    fn none(first: u64, last: u64) -> Self {
        let words = usize::try_from(last.saturating_sub(first) / 64 + 1).unwrap_or(usize::MAX);
        Self {
            first,
            bits: vec![0; words],
        }
    }

    /// Reads which signatures live and stand for a cluster.
    async fn living(db: &Db, first: u64, last: u64) -> Result<Self, DbError> {
        const CHUNK: i64 = 20_000;
        let mut living = Self::none(first, last);
        let mut after = i64::try_from(first).unwrap_or(i64::MAX) - 1;
        loop {
            let rows = sqlx::query(
                "select id from signatures where id > $1 and id <= $2 \
                     and document_id = cluster_id order by id limit $3",
            )
            .bind(after)
            .bind(i64::try_from(last).unwrap_or(i64::MAX))
            .bind(CHUNK)
            .fetch_all(db.read())
            .await?;
            let Some(end) = rows.last() else {
                return Ok(living);
            };
            after = end.try_get(0)?;
            for row in &rows {
                living.set(count(row.try_get(0)?));
            }
        }
    }

    fn place(&self, signature: u64) -> Option<(usize, u64)> {
        let at = signature.checked_sub(self.first)?;
        Some((usize::try_from(at / 64).ok()?, 1 << (at % 64)))
    }

    fn set(&mut self, signature: u64) {
        if let Some((word, bit)) = self.place(signature)
            && let Some(word) = self.bits.get_mut(word)
        {
            *word |= bit;
        }
    }

    fn has(&self, signature: u64) -> bool {
        self.place(signature)
            .is_some_and(|(word, bit)| self.bits.get(word).is_some_and(|word| word & bit != 0))
    }

    fn count(&self) -> u64 {
        self.bits
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }
}

/// Merges segments into one. Returns how many dead postings were dropped.
///
/// # Errors
/// [`DbError`] when the database refuses, or another merger took over.
pub(super) async fn merge(db: &Db, inputs: &[Segment]) -> Result<u64, DbError> {
    let total: u64 = inputs.iter().map(|segment| segment.postings).sum();
    let mut output = Segment {
        id: 0,
        bits: block_bits(total),
        first_signature: inputs.iter().map(|s| s.first_signature).min().unwrap_or(0),
        last_signature: inputs.iter().map(|s| s.last_signature).max().unwrap_or(0),
        signatures: 0,
        postings: 0,
    };
    let mut tx = db.write().await?;
    output.id = segment::insert(&mut tx, "building", &output).await?;
    tx.commit().await?;

    let (first, last) = (output.first_signature, output.last_signature);
    let living = Marks::living(db, first, last).await?;
    let mut kept = Marks::none(first, last);
    let mut dropped = 0;
    // A unit is the smallest stretch of hashes that is whole blocks everywhere.
    let unit_bits = inputs
        .iter()
        .map(|s| s.bits)
        .min()
        .unwrap_or(0)
        .min(output.bits);
    let units: u64 = 1 << unit_bits;
    let at_once = (units.saturating_mul(POSTINGS_AT_ONCE) / total.max(1)).clamp(1, units);
    for from in (0..units).step_by(usize::try_from(at_once).unwrap_or(1)) {
        let to = (from + at_once).min(units);
        let mut postings = Vec::new();
        for input in inputs {
            let shift = input.bits - unit_bits;
            for block in read_range(db, input.id, from << shift, to << shift).await? {
                for posting in decode(block_number(block.key), input.bits, &block.bytes) {
                    let posting: Posting = posting.map_err(|error| damaged(block.key, &error))?;
                    if living.has(posting.signature) {
                        kept.set(posting.signature);
                        postings.push(posting);
                    } else {
                        dropped += 1;
                    }
                }
            }
        }
        postings.sort_unstable();
        cut(&mut postings);
        output.postings += postings.len() as u64;
        let mut tx = db.write().await?;
        is_still_building(&mut tx, output.id).await?;
        segment::write_blocks(&mut tx, output.id, output.bits, &postings).await?;
        tx.commit().await?;
    }
    output.signatures = kept.count();
    take_the_place(db, &output, inputs).await?;
    for input in inputs {
        erase(db, input).await?;
    }
    Ok(dropped)
}

/// Another process that believes this one dead has erased what it wrote.
async fn is_still_building(tx: &mut crate::db::Tx, id: i64) -> Result<(), DbError> {
    let kept = sqlx::query(
        "update signature_segments set bits = bits where id = $1 and state = 'building'",
    )
    .bind(id)
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if kept == 1 {
        return Ok(());
    }
    Err(DbError::Sql(sqlx::Error::RowNotFound))
}

async fn take_the_place(db: &Db, output: &Segment, inputs: &[Segment]) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    is_still_building(&mut tx, output.id).await?;
    // One that holds nothing need not be asked.
    let state = if output.postings == 0 {
        "dropped"
    } else {
        "live"
    };
    sqlx::query(
        "update signature_segments set state = $1, signatures = $2, postings = $3 where id = $4",
    )
    .bind(state)
    .bind(i64::try_from(output.signatures).unwrap_or(i64::MAX))
    .bind(i64::try_from(output.postings).unwrap_or(i64::MAX))
    .bind(output.id)
    .execute(&mut *tx)
    .await?;
    for input in inputs {
        sqlx::query("update signature_segments set state = 'dropped' where id = $1")
            .bind(input.id)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
