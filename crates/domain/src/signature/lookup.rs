//! Which documents share rare hashes with a text.

use super::segment::{self, Segment};
use super::segment::{block_number, key, segment_of};
use crate::db::{Db, DbError, with_placeholders};
use crate::id::DocumentId;
use sqlx::Row as _;
use std::collections::HashMap;
use wenyuan_text::authenticity::postings::{block_of, decode, decode_hashes};
use wenyuan_text::authenticity::{METHOD_VERSION, MIN_CHARS, Signature, rank};

/// A document worth comparing with. If its text is there several times, it is
/// the one that stands for the cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Which.
    pub document: DocumentId,
    /// How many hashes they share that are not too frequent; all of them when
    /// the text is the same.
    pub hits: u32,
    /// The sum of the weights of these hashes; infinite when the text is the
    /// same.
    pub score: f64,
}

/// Hits that are looked at. Some are dead: a library that is signed anew has
/// one for each that lives; and some may not be used against a suspect.
const RANKED: usize = 64;

/// Finds the documents that share the text, or rare hashes, with a signature;
/// best first, [`RANKED`] at most, without `except`. Nobody's rights are looked
/// at.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn candidates(
    db: &Db,
    signature: &Signature,
    except: Option<DocumentId>,
) -> Result<Vec<Candidate>, DbError> {
    let mut found = Vec::new();
    if let Some(twin) = twin(db, signature).await? {
        found.push(Candidate {
            document: twin,
            hits: u32::try_from(signature.hashes.len()).unwrap_or(u32::MAX),
            score: f64::INFINITY,
        });
    }
    if !signature.hashes.is_empty() {
        let (lists, signatures) = lists(db, &signature.hashes).await?;
        let hits = rank(&lists, signatures, RANKED);
        let ids: Vec<u64> = hits.iter().map(|hit| hit.signature).collect();
        let documents = documents(db, &ids).await?;
        for hit in hits {
            if let Some(document) = documents.get(&hit.signature)
                && found.iter().all(|known| known.document != *document)
            {
                found.push(Candidate {
                    document: *document,
                    hits: hit.hits,
                    score: hit.score,
                });
            }
        }
    }
    found.retain(|candidate| Some(candidate.document) != except);
    found.truncate(RANKED);
    Ok(found)
}

/// The document that stands for this very text.
async fn twin(db: &Db, signature: &Signature) -> Result<Option<DocumentId>, DbError> {
    if (signature.chars as usize) < MIN_CHARS {
        return Ok(None);
    }
    let row = sqlx::query(
        "select cluster_id from signatures where text_sha256 = $1 and version = $2 \
         order by id limit 1",
    )
    .bind(signature.text_sha256.to_vec())
    .bind(METHOD_VERSION)
    .fetch_optional(db.read())
    .await?;
    row.map(|row| Ok(DocumentId(row.try_get(0)?))).transpose()
}

/// For each hash the signatures that hold it, dead ones included; and how many
/// signatures there are in all.
async fn lists(db: &Db, hashes: &[u64]) -> Result<(Vec<Vec<u64>>, u64), DbError> {
    loop {
        let mut lists = vec![Vec::new(); hashes.len()];
        // What waits comes first: what is written as a segment in between is
        // seen twice, not never.
        let mut signatures = waiting(db, hashes, &mut lists).await?;
        let segments = segment::live(db).await?;
        in_segments(db, &segments, hashes, &mut lists).await?;
        // Blocks of a segment are taken away only when it is asked no more: if
        // all still are, nothing was missed.
        let now = segment::live(db).await?;
        if !segments.iter().all(|segment| now.contains(segment)) {
            continue;
        }
        for list in &mut lists {
            list.sort_unstable();
            list.dedup();
        }
        signatures += segments
            .iter()
            .map(|segment| segment.signatures)
            .sum::<u64>();
        return Ok((lists, signatures));
    }
}

async fn waiting(db: &Db, hashes: &[u64], lists: &mut [Vec<u64>]) -> Result<u64, DbError> {
    let rows = sqlx::query("select signature_id, hashes from signature_hashes")
        .fetch_all(db.read())
        .await?;
    let mut signatures = 0;
    for row in &rows {
        let id = segment::count(row.try_get("signature_id")?);
        let bytes: &[u8] = row.try_get("hashes")?;
        let theirs = decode_hashes(bytes)
            .map_err(|error| DbError::Corrupt(format!("signature_hashes {id}: {error}")))?;
        signatures += 1;
        for hash in theirs {
            if let Ok(at) = hashes.binary_search(&hash)
                && let Some(list) = lists.get_mut(at)
            {
                list.push(id);
            }
        }
    }
    Ok(signatures)
}

async fn in_segments(
    db: &Db,
    segments: &[Segment],
    hashes: &[u64],
    lists: &mut [Vec<u64>],
) -> Result<(), DbError> {
    let bits: HashMap<i64, u32> = segments.iter().map(|s| (s.id, s.bits)).collect();
    let mut keys: Vec<i64> = segments
        .iter()
        .flat_map(|segment| {
            let key_of = |hash: &u64| key(segment.id, block_of(*hash, segment.bits));
            hashes.iter().map(key_of)
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    for block in segment::read_blocks(db, &keys).await? {
        let (Some(bits), number) = (bits.get(&segment_of(block.key)), block_number(block.key))
        else {
            continue;
        };
        for posting in decode(number, *bits, &block.bytes) {
            let posting = posting.map_err(|error| damaged(block.key, &error))?;
            if let Ok(at) = hashes.binary_search(&posting.hash)
                && let Some(list) = lists.get_mut(at)
            {
                list.push(posting.signature);
            }
        }
    }
    Ok(())
}

pub(super) fn damaged(key: i64, error: &dyn std::fmt::Display) -> DbError {
    DbError::Corrupt(format!("signature_blocks {key}: {error}"))
}

/// The documents of the signatures that live.
async fn documents(db: &Db, ids: &[u64]) -> Result<HashMap<u64, DocumentId>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = with_placeholders(
        "select id, document_id from signatures where id in ({})",
        1,
        RANKED,
    );
    let mut query = sqlx::query(sql);
    for place in 0..RANKED {
        let id = ids.get(place).or(ids.last()).copied().unwrap_or(0);
        query = query.bind(i64::try_from(id).unwrap_or(i64::MAX));
    }
    let rows = query.fetch_all(db.read()).await?;
    rows.iter()
        .map(|row| {
            let document = DocumentId(row.try_get("document_id")?);
            Ok((segment::count(row.try_get("id")?), document))
        })
        .collect()
}
