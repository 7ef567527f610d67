//! What must hold of signatures, clusters and the index of signatures.

use super::segment::{self, Segment, block_number, count, read_range};
use crate::db::{Db, DbError};
use crate::verify::{Check, no_rows};
use sqlx::Row as _;
use wenyuan_text::authenticity::METHOD_VERSION;
use wenyuan_text::authenticity::postings::{decode, decode_hashes};

/// Proves the invariants.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn checks(db: &Db) -> Result<Vec<Check>, DbError> {
    Ok(vec![
        documents_are_signed(db).await?,
        no_rows(
            db,
            "every cluster has a document that stands for it",
            "select 'document ' || cast(s.document_id as text) || ' is of cluster ' \
                 || cast(s.cluster_id as text) from signatures s \
             where s.cluster_id <> s.document_id \
                 and not exists (select 1 from signatures f \
                     where f.document_id = s.cluster_id and f.cluster_id = f.document_id) \
                 and not exists (select 1 from jobs j where j.kind = 'check' \
                     and j.subject = s.cluster_id and j.state in ('ready', 'running'))",
        )
        .await?,
        index_is_whole(db).await?,
        no_rows(
            db,
            "every document that is being checked has a job",
            "select 'document ' || cast(d.id as text) from documents d \
             where d.state = 'converting' and d.stage = 'checking' \
                 and not exists (select 1 from jobs j where j.kind = 'check' \
                     and j.subject = d.id and j.state in ('ready', 'running'))",
        )
        .await?,
    ])
}

/// But for those whose job is still to come.
async fn documents_are_signed(db: &Db) -> Result<Check, DbError> {
    const NAME: &str = "every readable document is signed";
    let rows = sqlx::query(
        "select d.id from documents d left join signatures s on s.document_id = d.id \
         where d.state = 'readable' and (s.version is null or s.version <> $1) \
             and not exists (select 1 from jobs j where j.state in ('ready', 'running') \
                 and (j.kind = 'sign' or (j.kind = 'check' and j.subject = d.id))) \
         order by d.id limit 1000",
    )
    .bind(METHOD_VERSION)
    .fetch_all(db.read())
    .await?;
    let wrong = rows
        .iter()
        .map(|row| Ok(format!("document {}", row.try_get::<i64, _>(0)?)))
        .collect::<Result<Vec<_>, DbError>>()?;
    let all = sqlx::query("select cast(count(*) as bigint) from signatures")
        .fetch_one(db.read())
        .await?;
    let all = usize::try_from(all.try_get::<i64, _>(0)?).unwrap_or(usize::MAX);
    Ok(Check::from_wrong(NAME, all + wrong.len(), &wrong))
}

/// Every block and every list of hashes can be read, and names signatures that
/// are or were there.
async fn index_is_whole(db: &Db) -> Result<Check, DbError> {
    const NAME: &str = "the index of signatures can be read";
    /// A merge may take a segment away while it is read.
    const LOOKS: u32 = 3;
    let mut looks = 1;
    loop {
        let segments = segment::live(db).await?;
        let mut wrong = unreadable_hashes(db).await?;
        for segment in &segments {
            wrong.extend(faults(db, segment).await?);
        }
        if wrong.is_empty() || looks == LOOKS || segments == segment::live(db).await? {
            let blocks: usize = segments.iter().map(|segment| 1_usize << segment.bits).sum();
            return Ok(Check::from_wrong(NAME, blocks, &wrong));
        }
        looks += 1;
    }
}

async fn faults(db: &Db, segment: &Segment) -> Result<Vec<String>, DbError> {
    const BLOCKS: u64 = 512;
    let mut wrong = Vec::new();
    let mut postings = 0;
    let blocks: u64 = 1 << segment.bits;
    for from in (0..blocks).step_by(usize::try_from(BLOCKS).unwrap_or(1)) {
        for block in read_range(db, segment.id, from, from + BLOCKS).await? {
            let number = block_number(block.key);
            for posting in decode(number, segment.bits, &block.bytes) {
                postings += 1;
                match posting {
                    Ok(posting)
                        if (segment.first_signature..=segment.last_signature)
                            .contains(&posting.signature) => {}
                    Ok(posting) => wrong.push(format!(
                        "block {number} of segment {} names signature {}",
                        segment.id, posting.signature
                    )),
                    Err(error) => {
                        wrong.push(format!("block {number} of segment {}: {error}", segment.id))
                    }
                }
            }
        }
    }
    if wrong.is_empty() && postings != segment.postings {
        wrong.push(format!(
            "segment {} has {postings} of {} postings",
            segment.id, segment.postings
        ));
    }
    Ok(wrong)
}

async fn unreadable_hashes(db: &Db) -> Result<Vec<String>, DbError> {
    let rows = sqlx::query("select signature_id, hashes from signature_hashes")
        .fetch_all(db.read())
        .await?;
    let mut wrong = Vec::new();
    for row in &rows {
        if let Err(error) = decode_hashes(row.try_get("hashes")?) {
            let id = count(row.try_get("signature_id")?);
            wrong.push(format!("hashes of signature {id}: {error}"));
        }
    }
    Ok(wrong)
}
