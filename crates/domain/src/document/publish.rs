//! The steps of a conversion, as the worker reports them.

use crate::blob::{self, BlobRef};
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Tx};
use crate::finding::{self, NewFinding};
use crate::id::DocumentId;
use crate::job::{self, Kind};

/// A page that was drawn; its blobs are in the store already.
#[derive(Clone, Debug)]
pub struct NewPage {
    /// From 1.
    pub number: u32,
    /// How many there will be.
    pub page_count: u32,
    /// In points.
    pub width_pt: f64,
    /// In points.
    pub height_pt: f64,
    /// The narrow image with its width and height in pixels.
    pub narrow: (BlobRef, u32, u32),
    /// The wide image with its width and height in pixels.
    pub wide: (BlobRef, u32, u32),
    /// Words with boxes.
    pub layout: BlobRef,
    /// The text in reading order.
    pub text: String,
    /// A small picture, with page 1.
    pub cover: Option<BlobRef>,
}

/// Clears what an earlier attempt left, so that a conversion can begin anew.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn begin(db: &Db, id: DocumentId) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query("delete from document_pages where document_id = $1")
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "update documents set pages_ready = 0, page_count = 0, failure_kind = null, \
             failure_detail = null where id = $1 and state = 'converting'",
    )
    .bind(id.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a page: its owner can read it from now on.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn add_page(db: &Db, id: DocumentId, page: &NewPage) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    insert_page(&mut tx, id, page).await?;
    sqlx::query(
        "update documents set pages_ready = $1, page_count = $2, \
             cover_sha256 = coalesce($3, cover_sha256) where id = $4",
    )
    .bind(i64::from(page.number))
    .bind(i64::from(page.page_count))
    .bind(page.cover.as_ref().map(|blob| blob.sha256.to_string()))
    .bind(id.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    db.bulletin().announce_change(id);
    Ok(())
}

/// Records a page with its blobs.
pub(super) async fn insert_page(
    tx: &mut Tx,
    id: DocumentId,
    page: &NewPage,
) -> Result<(), DbError> {
    for blob in [&page.narrow.0, &page.wide.0, &page.layout]
        .into_iter()
        .chain(&page.cover)
    {
        blob::record(tx, blob).await?;
    }
    sqlx::query(
        "insert into document_pages (document_id, number, width_pt, height_pt, \
             narrow_sha256, narrow_width, narrow_height, \
             wide_sha256, wide_width, wide_height, layout_sha256, text) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         on conflict (document_id, number) do update set \
             width_pt = excluded.width_pt, height_pt = excluded.height_pt, \
             narrow_sha256 = excluded.narrow_sha256, narrow_width = excluded.narrow_width, \
             narrow_height = excluded.narrow_height, wide_sha256 = excluded.wide_sha256, \
             wide_width = excluded.wide_width, wide_height = excluded.wide_height, \
             layout_sha256 = excluded.layout_sha256, text = excluded.text",
    )
    .bind(id.0)
    .bind(i64::from(page.number))
    .bind(page.width_pt)
    .bind(page.height_pt)
    .bind(page.narrow.0.sha256.to_string())
    .bind(i64::from(page.narrow.1))
    .bind(i64::from(page.narrow.2))
    .bind(page.wide.0.sha256.to_string())
    .bind(i64::from(page.wide.1))
    .bind(i64::from(page.wide.2))
    .bind(page.layout.sha256.to_string())
    // PostgreSQL's text cannot hold U+0000; no page has a use for it.
    .bind(page.text.replace('\0', ""))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a page looks like between two clicks; its blobs are in the store
/// already.
#[derive(Clone, Copy, Debug)]
pub struct NewStep {
    /// The narrow image with its width and height in pixels.
    pub narrow: (BlobRef, u32, u32),
    /// The wide image with its width and height in pixels.
    pub wide: (BlobRef, u32, u32),
}

/// Adds all build steps of a page that is there already.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn add_steps(
    db: &Db,
    id: DocumentId,
    page: u32,
    steps: &[NewStep],
) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    insert_steps(&mut tx, id, page, steps).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn insert_steps(
    tx: &mut Tx,
    id: DocumentId,
    page: u32,
    steps: &[NewStep],
) -> Result<(), DbError> {
    for (position, step) in (0_i64..).zip(steps) {
        blob::record(tx, &step.narrow.0).await?;
        blob::record(tx, &step.wide.0).await?;
        sqlx::query(
            "insert into page_steps (document_id, page, position, narrow_sha256, narrow_width, \
                 narrow_height, wide_sha256, wide_width, wide_height) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id.0)
        .bind(i64::from(page))
        .bind(position)
        .bind(step.narrow.0.sha256.to_string())
        .bind(i64::from(step.narrow.1))
        .bind(i64::from(step.narrow.2))
        .bind(step.wide.0.sha256.to_string())
        .bind(i64::from(step.wide.1))
        .bind(i64::from(step.wide.2))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// What a finished conversion says of the whole document.
#[derive(Clone, Debug)]
pub struct Published {
    /// `docx`, `pdf`, …
    pub format: String,
    /// What drew it.
    pub engine: String,
    /// `zh`, `en` or `und`.
    pub language: String,
    /// Pages in all.
    pub page_count: u32,
    /// The PDF that the pages were drawn from.
    pub pdf: BlobRef,
    /// The conversion report (JSON).
    pub report: BlobRef,
    /// Whether the text of pages without any is to be read in their images.
    pub recognise: bool,
}

/// Ends a conversion: what it said of the document is stored and the document
/// is compared with the library before anybody else reads it
/// ([`super::settle()`]), in one transaction.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn publish(db: &Db, id: DocumentId, published: &Published) -> Result<(), DbError> {
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    blob::record(&mut tx, &published.pdf).await?;
    blob::record(&mut tx, &published.report).await?;
    let changed = sqlx::query(
        "update documents set stage = 'checking', format = $1, engine = $2, language = $3, \
             page_count = $4, pages_ready = $4, pdf_sha256 = $5, report_sha256 = $6, \
             updated_at = $7, failure_kind = null, failure_detail = null \
         where id = $8 and state = 'converting' and stage = 'drawing'",
    )
    .bind(published.format.clone())
    .bind(published.engine.clone())
    .bind(published.language.clone())
    .bind(i64::from(published.page_count))
    .bind(published.pdf.sha256.to_string())
    .bind(published.report.sha256.to_string())
    .bind(now.0)
    .bind(id.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if changed == 1 {
        job::enqueue(&mut tx, Kind::Check, id.0).await?;
        if published.recognise {
            job::enqueue(&mut tx, Kind::Recognise, id.0).await?;
        }
    }
    tx.commit().await?;
    db.bulletin().announce_change(id);
    db.bulletin().announce_work();
    Ok(())
}

/// Records that a document cannot be converted. Pages that an earlier step
/// published to the owner are taken back: nothing stays half-published.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn refuse(db: &Db, id: DocumentId, kind: &str, detail: &str) -> Result<(), DbError> {
    refuse_for(db, id, kind, detail, &[]).await
}

/// Refuses a document as [`refuse`] does, for what was found of it before
/// anything was drawn.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn refuse_for(
    db: &Db,
    id: DocumentId,
    kind: &str,
    detail: &str,
    findings: &[NewFinding],
) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    let refused = sqlx::query(
        "update documents set state = 'refused', failure_kind = $1, failure_detail = $2, \
             pages_ready = 0, page_count = 0, cover_sha256 = null, updated_at = $3 \
         where id = $4 and state = 'converting' and stage = 'drawing'",
    )
    .bind(kind.to_owned())
    .bind(detail.to_owned())
    .bind(Timestamp::now().0)
    .bind(id.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if refused == 1 {
        finding::replace(&mut tx, id, findings).await?;
        sqlx::query("delete from document_pages where document_id = $1")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    db.bulletin().announce_change(id);
    Ok(())
}
