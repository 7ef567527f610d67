//! Text that is read in page images (OCR), as the worker reports it.

use super::Document;
use super::page::{Page, from_row, page_columns};
use crate::blob::{self, BlobRef};
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use sqlx::Row as _;
use std::ops::RangeInclusive;

/// The words of a page that were recognised.
#[derive(Clone, Debug)]
pub struct RecognisedPage {
    /// From 1.
    pub number: u32,
    /// Words with boxes; already in the store.
    pub layout: BlobRef,
    /// The text in reading order; empty when there is none in the image.
    pub text: String,
}

/// The pages of a document that have no text and were not looked at yet, `most`
/// of them, in order. One that was taken down may be put back.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn unrecognised_pages(db: &Db, id: DocumentId, most: u32) -> Result<Vec<Page>, DbError> {
    let rows = sqlx::query(concat!(
        page_columns!(),
        "where document_id = $1 and text = '' and recognised = 0 \
         and exists (select 1 from documents d where d.id = $1 \
             and (d.state in ('readable', 'withdrawn') \
                 or (d.state = 'converting' and d.stage in ('checking', 'held')))) \
         order by number limit $2"
    ))
    .bind(id.0)
    .bind(i64::from(most))
    .fetch_all(db.read())
    .await?;
    rows.iter().map(from_row).collect()
}

/// Stores what was recognised on a page. A page that has text of its own, or
/// that was drawn anew meanwhile (`drawn_from` is the image that was looked
/// at), is left alone. Returns whether the page was still there.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn store_recognised(
    db: &Db,
    id: DocumentId,
    drawn_from: &Page,
    page: &RecognisedPage,
) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    blob::record(&mut tx, &page.layout).await?;
    let stored = sqlx::query(
        "update document_pages set layout_sha256 = $1, text = $2, recognised = 1 \
         where document_id = $3 and number = $4 and text = '' and wide_sha256 = $5",
    )
    .bind(page.layout.sha256.to_string())
    .bind(page.text.replace('\0', ""))
    .bind(id.0)
    .bind(i64::from(page.number))
    .bind(drawn_from.wide.blob.to_string())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(stored == 1)
}

/// Ends the recognition of a document: it is compared with the library by the
/// text that it has now and indexed anew, and its language is told by that text,
/// if it had none before.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn finish_recognition(db: &Db, id: DocumentId, language: &str) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query(
        "update documents set language = case when language = 'und' then $1 else language end, \
             updated_at = $2 where id = $3",
    )
    .bind(language.to_owned())
    .bind(Timestamp::now().0)
    .bind(id.0)
    .execute(&mut *tx)
    .await?;
    // With words it can be found by, it is new to the saved searches once more.
    sqlx::query("delete from document_arrivals where document_id = $1")
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    job::enqueue(&mut tx, Kind::Check, id.0).await?;
    job::enqueue(&mut tx, Kind::Index, id.0).await?;
    tx.commit().await?;
    db.bulletin().announce_change(id);
    db.bulletin().announce_work();
    Ok(())
}

/// Counts the pages of `window`, first to last, whose text was recognised.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn recognised_count(
    db: &Db,
    document: &Document,
    window: RangeInclusive<u32>,
) -> Result<u32, DbError> {
    let row = sqlx::query(
        "select count(*) from document_pages \
         where document_id = $1 and number between $2 and $3 and recognised = 1 \
             and text <> ''",
    )
    .bind(document.id.0)
    .bind(i64::from(*window.start()))
    .bind(i64::from(*window.end()))
    .fetch_one(db.read())
    .await?;
    Ok(super::small(row.try_get(0)?))
}
