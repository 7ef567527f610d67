//! Documents that are to be signed, by this program's method.

use crate::db::{Db, DbError};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use sqlx::Row as _;
use wenyuan_text::authenticity::METHOD_VERSION;

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
    job::ask(db, Kind::Sign, 0).await
}
