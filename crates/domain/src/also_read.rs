//! What readers of a document also read (读过这篇的人还读了).
//!
//! Two documents belong together when the same readers read both. A stranger is
//! the same reader for a day, a member for [`WINDOW_DAYS`]. [`pair_reads`] turns
//! reads into counts of readers per pair of documents; after that nobody needs
//! to know who they were, and who read what is forgotten with `document_views`.
//!
//! score = n / (n + [`DOUBT`]) × n / √(readers of one × readers of the other),
//! with n the readers of both: the cosine, so that what everybody reads anyway
//! is not said to belong to everything, and less of it while n is small. Fewer
//! than [`LEAST_READERS`] say nothing, and give away no single person's reading.

use crate::clock::{DAY, Timestamp};
use crate::db::{Db, DbError, Row, Tx};
use crate::id::DocumentId;
use crate::visibility::listed;
use sqlx::Row as _;
use std::collections::{BTreeMap, BTreeSet};

/// For how long a member's reads belong together.
pub const WINDOW_DAYS: i64 = 14;
/// How many readers of both documents it takes.
pub const LEAST_READERS: i64 = 2;
/// How many readers of both count half of what many count.
const DOUBT: f64 = 3.0;
/// Who reads more documents than this in his time is no reader but a program,
/// or reads everything: nothing belongs together because of him.
const MOST_DOCUMENTS: usize = 100;
/// The most documents kept for one.
const KEPT: usize = 10;
/// Pairs of a document that are weighed: those of the most readers.
const WEIGHED: i64 = 500;
/// Reads of one transaction.
const READS_AT_ONCE: i64 = 200;
/// After this time a pair that only one reader read is forgotten.
const FORGET_SINGLE_DAYS: i64 = 60;
/// After this time without a reader of both, any pair is forgotten.
const FORGET_DAYS: i64 = 365;

/// The documents that readers of `id` also read, strongest first. Whether they
/// may be listed is [`crate::document::by_ids`]'s to say.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn list(db: &Db, id: DocumentId) -> Result<Vec<i64>, DbError> {
    let rows = sqlx::query(
        "select other_id from also_read where document_id = $1 order by score desc, other_id",
    )
    .bind(id.0)
    .fetch_all(db.read())
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Pairs some reads that were not paired yet, and brings the lists of the
/// documents concerned up to date. Returns how many reads it took: call it
/// until there are none.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn pair_reads(db: &Db) -> Result<usize, DbError> {
    if !is_due(db).await? {
        return Ok(0);
    }
    let mut tx = db.write().await?;
    let rows = sqlx::query(
        "update document_views set paired = 1 \
         where paired = 0 and (document_id, day, reader) in \
             (select document_id, day, reader from document_views where paired = 0 \
              order by reader, document_id, day limit $1) \
         returning reader, document_id, day",
    )
    .bind(READS_AT_ONCE)
    .fetch_all(&mut *tx)
    .await?;
    let reads = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut pairs: BTreeMap<(i64, i64), Together> = BTreeMap::new();
    for (reader, new) in by_reader(&reads) {
        let known = known_reads(&mut tx, &reader, &new).await?;
        add_pairs(&mut pairs, &new, &known);
    }
    for ((document, other), together) in &pairs {
        count(&mut tx, *document, *other, together).await?;
    }
    let concerned: BTreeSet<i64> = pairs.keys().map(|(document, _)| *document).collect();
    for document in concerned {
        renew(&mut tx, document).await?;
    }
    tx.commit().await?;
    Ok(reads.len())
}

/// Most looks find nothing; on SQLite they must not take the write lock.
async fn is_due(db: &Db) -> Result<bool, DbError> {
    let row = sqlx::query("select 1 from document_views where paired = 0 limit 1")
        .fetch_optional(db.read())
        .await?;
    Ok(row.is_some())
}

/// Forgets pairs that have not been read together for long.
pub(crate) async fn forget(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("delete from co_reads where day < $1 and (day < $2 or readers < $3)")
        .bind(now.plus(-FORGET_SINGLE_DAYS * DAY).day())
        .bind(now.plus(-FORGET_DAYS * DAY).day())
        .bind(LEAST_READERS)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// That a reader was at a document.
struct Read {
    reader: String,
    document: i64,
    day: i64,
}

fn read(row: &Row) -> Result<Read, DbError> {
    Ok(Read {
        reader: row.try_get("reader")?,
        document: row.try_get("document_id")?,
        day: row.try_get("day")?,
    })
}

/// How many readers a pair has gained, and when it had the last.
#[derive(Default)]
struct Together {
    readers: i64,
    day: i64,
}

/// Document → the day it was read, of one reader. A document read on several
/// days stands at the first of them.
type Basket = BTreeMap<i64, i64>;

fn by_reader(reads: &[Read]) -> BTreeMap<String, Basket> {
    let mut readers: BTreeMap<String, Basket> = BTreeMap::new();
    for read in reads {
        let basket = readers.entry(read.reader.clone()).or_default();
        let day = basket.entry(read.document).or_insert(read.day);
        *day = (*day).min(read.day);
    }
    readers
}

/// What the reader of `new` has read that was paired before.
async fn known_reads(tx: &mut Tx, reader: &str, new: &Basket) -> Result<Basket, DbError> {
    let first = new.values().min().copied().unwrap_or_default();
    let rows = sqlx::query(
        "select document_id, day from document_views \
         where reader = $1 and day >= $2 and paired = 1",
    )
    .bind(reader.to_owned())
    .bind(first - WINDOW_DAYS)
    .fetch_all(&mut **tx)
    .await?;
    let mut known = Basket::new();
    for row in rows {
        let (document, day): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        // The reads at hand are marked as paired already.
        if new.get(&document).is_none_or(|new_day| day < *new_day) {
            let last = known.entry(document).or_insert(day);
            *last = day.max(*last);
        }
    }
    Ok(known)
}

/// Counts one reader for every pair of his that was no pair before.
fn add_pairs(pairs: &mut BTreeMap<(i64, i64), Together>, new: &Basket, known: &Basket) {
    let fresh: Vec<(i64, i64)> = new
        .iter()
        .filter(|(document, _)| !known.contains_key(document))
        .map(|(document, day)| (*document, *day))
        .collect();
    if fresh.len() + known.len() > MOST_DOCUMENTS {
        return;
    }
    let mut add = |document, other, day| {
        for pair in [(document, other), (other, document)] {
            let together = pairs.entry(pair).or_default();
            together.readers += 1;
            together.day = together.day.max(day);
        }
    };
    for (at, (document, day)) in fresh.iter().enumerate() {
        for (other, other_day) in fresh.iter().skip(at + 1) {
            if (day - other_day).abs() <= WINDOW_DAYS {
                add(*document, *other, *day.max(other_day));
            }
        }
        for (other, other_day) in known {
            if (day - other_day).abs() <= WINDOW_DAYS {
                add(*document, *other, *day.max(other_day));
            }
        }
    }
}

async fn count(tx: &mut Tx, document: i64, other: i64, together: &Together) -> Result<(), DbError> {
    sqlx::query(
        "insert into co_reads (document_id, other_id, readers, day) values ($1, $2, $3, $4) \
         on conflict (document_id, other_id) do update set \
             readers = co_reads.readers + excluded.readers, day = excluded.day",
    )
    .bind(document)
    .bind(other)
    .bind(together.readers)
    .bind(together.day)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Makes the list of a document anew.
async fn renew(tx: &mut Tx, document: i64) -> Result<(), DbError> {
    let rows = sqlx::query(concat!(
        "select c.other_id, c.readers, d.view_count, o.view_count as own_views \
         from co_reads c join documents d on d.id = c.other_id \
         join documents o on o.id = c.document_id \
         where c.document_id = $1 and c.readers >= $2 and ",
        listed!(),
        " order by c.readers desc, c.other_id limit $3"
    ))
    .bind(document)
    .bind(LEAST_READERS)
    .bind(WEIGHED)
    .fetch_all(&mut **tx)
    .await?;
    let mut scored = rows
        .iter()
        .map(|row| {
            let (other, both): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            Ok((score(both, row.try_get(2)?, row.try_get(3)?), other))
        })
        .collect::<Result<Vec<(f64, i64)>, DbError>>()?;
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.truncate(KEPT);
    sqlx::query("delete from also_read where document_id = $1")
        .bind(document)
        .execute(&mut **tx)
        .await?;
    for (score, other) in scored {
        sqlx::query("insert into also_read (document_id, other_id, score) values ($1, $2, $3)")
            .bind(document)
            .bind(other)
            .bind(score)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// See the head of this file. No document has fewer readers than it shares.
fn score(both: i64, of_one: i64, of_other: i64) -> f64 {
    let n = both as f64;
    let readers = of_one.max(both) as f64 * of_other.max(both) as f64;
    n / (n + DOUBT) * n / readers.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(new: &[(i64, i64)], known: &[(i64, i64)]) -> Vec<(i64, i64, i64)> {
        let basket = |reads: &[(i64, i64)]| reads.iter().copied().collect();
        let mut pairs = BTreeMap::new();
        add_pairs(&mut pairs, &basket(new), &basket(known));
        pairs
            .into_iter()
            .filter(|((a, b), _)| a < b)
            .map(|((a, b), together)| (a, b, together.readers))
            .collect()
    }

    #[test]
    fn a_pair_counts_a_reader_once() {
        let found = counted(&[(1, 5), (2, 5)], &[(3, 4)]);
        assert_eq!(found, [(1, 2, 1), (1, 3, 1), (2, 3, 1)]);
        // Document 1 read again: its pairs are known.
        assert_eq!(counted(&[(1, 6)], &[(1, 5), (3, 4)]), []);
        // Too long ago.
        assert_eq!(counted(&[(1, 40)], &[(3, 4)]), []);
        // A program.
        let many: Vec<(i64, i64)> = (1..=101).map(|document| (document, 5)).collect();
        assert_eq!(counted(&many, &[]), []);
    }

    #[test]
    fn what_everybody_reads_belongs_to_nothing() {
        let niche = score(3, 4, 5);
        assert!(niche > score(3, 4, 1_000));
        assert!(niche > score(2, 4, 5));
        assert!(score(50, 100, 100) > score(2, 2, 2));
    }
}
