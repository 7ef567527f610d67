//! The segments of the index and their blocks, as rows.

use crate::db::{Db, DbError, Row, Tx, with_placeholders, with_rows};
use sqlx::Row as _;
use wenyuan_text::authenticity::postings::{MAX_BLOCK_BITS, Posting, block_of, encode};

/// A segment that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) id: i64,
    /// The number of a block has so many bits.
    pub(super) bits: u32,
    /// Signatures that it may hold postings of, both included.
    pub(super) first_signature: u64,
    pub(super) last_signature: u64,
    /// How many there were when it was written.
    pub(super) signatures: u64,
    pub(super) postings: u64,
}

pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn column(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn segment(row: &Row) -> Result<Segment, DbError> {
    Ok(Segment {
        id: row.try_get("id")?,
        bits: u32::try_from(row.try_get::<i64, _>("bits")?)
            .ok()
            .filter(|bits| *bits <= MAX_BLOCK_BITS)
            .ok_or_else(|| DbError::Corrupt("signature_segments.bits".into()))?,
        first_signature: count(row.try_get("first_signature")?),
        last_signature: count(row.try_get("last_signature")?),
        signatures: count(row.try_get("signatures")?),
        postings: count(row.try_get("postings")?),
    })
}

/// The segments that are asked, oldest first.
pub(super) async fn live(db: &Db) -> Result<Vec<Segment>, DbError> {
    let rows = sqlx::query(
        "select id, bits, first_signature, last_signature, signatures, postings \
         from signature_segments where state = 'live' order by id",
    )
    .fetch_all(db.read())
    .await?;
    rows.iter().map(segment).collect()
}

/// Adds the row of a segment in `state`; gives its id.
pub(super) async fn insert(
    tx: &mut Tx,
    state: &'static str,
    segment: &Segment,
) -> Result<i64, DbError> {
    let row = sqlx::query(
        "insert into signature_segments (state, bits, first_signature, last_signature, \
             signatures, postings) values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(state)
    .bind(i64::from(segment.bits))
    .bind(column(segment.first_signature))
    .bind(column(segment.last_signature))
    .bind(column(segment.signatures))
    .bind(column(segment.postings))
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.try_get(0)?)
}

/// The key of a block. Segments are numbered by the database, and a number of
/// more than 39 bits would take merges for centuries.
pub(super) fn key(segment: i64, block: u64) -> i64 {
    (segment << MAX_BLOCK_BITS) | column(block)
}

/// The number of the block with this key.
pub(super) fn block_number(key: i64) -> u64 {
    count(key & ((1 << MAX_BLOCK_BITS) - 1))
}

/// The segment of the block with this key.
pub(super) fn segment_of(key: i64) -> i64 {
    key >> MAX_BLOCK_BITS
}

/// A block as stored.
pub(super) struct Block {
    pub(super) key: i64,
    pub(super) bytes: Vec<u8>,
}

fn block(row: &Row) -> Result<Block, DbError> {
    Ok(Block {
        key: row.try_get("id")?,
        bytes: row.try_get("postings")?,
    })
}

/// Writes ascending postings as blocks of a segment.
pub(super) async fn write_blocks(
    tx: &mut Tx,
    segment: i64,
    bits: u32,
    postings: &[Posting],
) -> Result<(), DbError> {
    const ROWS: usize = 128;
    let blocks: Vec<(i64, Vec<u8>)> = postings
        .chunk_by(|a, b| block_of(a.hash, bits) == block_of(b.hash, bits))
        .filter_map(|chunk| {
            let block = block_of(chunk.first()?.hash, bits);
            Some((key(segment, block), encode(block, bits, chunk)))
        })
        .collect();
    for rows in blocks.chunks(ROWS) {
        let sql = with_rows(
            "insert into signature_blocks (id, postings) values {}",
            2,
            rows.len(),
        );
        let mut query = sqlx::query(sql);
        for (key, bytes) in rows {
            query = query.bind(*key).bind(bytes.clone());
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Reads blocks by their keys; those that are empty are not there. Any order.
pub(super) async fn read_blocks(db: &Db, keys: &[i64]) -> Result<Vec<Block>, DbError> {
    const KEYS: usize = 256;
    let mut blocks = Vec::with_capacity(keys.len());
    for keys in keys.chunks(KEYS) {
        // Few different statements, so that they are prepared once: the rest of
        // the list repeats the last key.
        let places = keys.len().next_power_of_two();
        let sql = with_placeholders(
            "select id, postings from signature_blocks where id in ({})",
            1,
            places,
        );
        let mut query = sqlx::query(sql);
        for place in 0..places {
            let key = keys.get(place).or(keys.last()).copied().unwrap_or(0);
            query = query.bind(key);
        }
        for row in &query.fetch_all(db.read()).await? {
            blocks.push(block(row)?);
        }
    }
    Ok(blocks)
}

/// Reads the blocks of a segment with the numbers `from..to`, in order.
pub(super) async fn read_range(
    db: &Db,
    segment: i64,
    from: u64,
    to: u64,
) -> Result<Vec<Block>, DbError> {
    let rows = sqlx::query(
        "select id, postings from signature_blocks where id >= $1 and id < $2 order by id",
    )
    .bind(key(segment, from))
    .bind(key(segment, 0) + column(to))
    .fetch_all(db.read())
    .await?;
    rows.iter().map(block).collect()
}
