//! The pages of a document: images, text, layout.
//!
//! Every function takes a [`Document`], which was loaded for one viewer, and
//! gives out no page beyond what [`Document::shows_page`] allows.

use super::{Document, small};
use crate::blob::Sha256;
use crate::db::{Db, DbError, Row};
use sqlx::Row as _;

/// A rendered page.
#[derive(Clone, Copy, Debug)]
pub struct PageImage {
    /// The WebP.
    pub blob: Sha256,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// A page's size.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// In points.
    pub width_pt: f64,
    /// In points.
    pub height_pt: f64,
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// From 1.
    pub number: u32,
    /// Its size on paper.
    pub size: Size,
    /// For screens of one device pixel per CSS pixel.
    pub narrow: PageImage,
    /// For screens of two.
    pub wide: PageImage,
    /// Words with boxes (JSON of `convert::PageText`).
    pub layout: Sha256,
    /// Whether the words were recognised in the image.
    pub recognised: bool,
}

macro_rules! page_columns {
    () => {
        "select number, width_pt, height_pt, narrow_sha256, narrow_width, narrow_height, \
         wide_sha256, wide_width, wide_height, layout_sha256, recognised from document_pages "
    };
}

pub(super) use page_columns;

/// The pages that the viewer may read, in order.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn pages(db: &Db, document: &Document) -> Result<Vec<Page>, DbError> {
    let rows = sqlx::query(concat!(
        page_columns!(),
        "where document_id = $1 and number <= $2 order by number"
    ))
    .bind(document.id.0)
    .bind(i64::from(document.access.pages))
    .fetch_all(db.read())
    .await?;
    rows.iter().map(from_row).collect()
}

/// One page, if the viewer may read it.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn page(db: &Db, document: &Document, number: u32) -> Result<Option<Page>, DbError> {
    if !document.shows_page(number) {
        return Ok(None);
    }
    let row = sqlx::query(concat!(
        page_columns!(),
        "where document_id = $1 and number = $2"
    ))
    .bind(document.id.0)
    .bind(i64::from(number))
    .fetch_optional(db.read())
    .await?;
    row.as_ref().map(from_row).transpose()
}

/// What a page looks like between two clicks of its build-up.
#[derive(Clone, Copy, Debug)]
pub struct PageStep {
    /// The page, from 1.
    pub page: u32,
    /// For screens of one device pixel per CSS pixel.
    pub narrow: PageImage,
    /// For screens of two.
    pub wide: PageImage,
}

/// The build steps of the pages `first..=last`, as far as the viewer may read
/// them: by page, from before the first click to after the last.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn steps(
    db: &Db,
    document: &Document,
    first: u32,
    last: u32,
) -> Result<Vec<PageStep>, DbError> {
    let rows = sqlx::query(
        "select page, narrow_sha256, narrow_width, narrow_height, \
             wide_sha256, wide_width, wide_height from page_steps \
         where document_id = $1 and page between $2 and $3 order by page, position",
    )
    .bind(document.id.0)
    .bind(i64::from(first))
    .bind(i64::from(last.min(document.access.pages)))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PageStep {
                page: small(row.try_get("page")?),
                narrow: image(row, "narrow_sha256", "narrow_width", "narrow_height")?,
                wide: image(row, "wide_sha256", "wide_width", "wide_height")?,
            })
        })
        .collect()
}

/// The text of the pages that the viewer may read, in order: `(number, text)`.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn page_texts(db: &Db, document: &Document) -> Result<Vec<(u32, String)>, DbError> {
    texts(db, document.id, document.access.pages).await
}

/// The text of the pages that the viewer may read, in order, as far as the page
/// with which they have `most_chars` characters or more.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn page_texts_within(
    db: &Db,
    document: &Document,
    most_chars: usize,
) -> Result<Vec<(u32, String)>, DbError> {
    const BATCH: u32 = 100;
    let (mut all, mut chars, mut after) = (Vec::new(), 0, 0);
    while after < document.access.pages {
        let last = after.saturating_add(BATCH).min(document.access.pages);
        for (number, text) in texts_between(db, document.id, after, last).await? {
            chars += text.chars().count();
            all.push((number, text));
            if chars >= most_chars {
                return Ok(all);
            }
        }
        after = last;
    }
    Ok(all)
}

pub(super) async fn texts(
    db: &Db,
    id: crate::DocumentId,
    budget: u32,
) -> Result<Vec<(u32, String)>, DbError> {
    texts_between(db, id, 0, budget).await
}

/// The texts of the pages behind `after` up to `last`.
async fn texts_between(
    db: &Db,
    id: crate::DocumentId,
    after: u32,
    last: u32,
) -> Result<Vec<(u32, String)>, DbError> {
    let rows = sqlx::query(
        "select number, text from document_pages where document_id = $1 and number > $2 \
         and number <= $3 order by number",
    )
    .bind(id.0)
    .bind(i64::from(after))
    .bind(i64::from(last))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| Ok((small(row.try_get(0)?), row.try_get(1)?)))
        .collect()
}

impl super::Card {
    /// The text of the pages that a stranger may read of this listed document,
    /// for snippets: at most `limit` pages behind page `after`.
    ///
    /// # Errors
    /// [`DbError`] when the database refuses.
    pub async fn preview_texts_after(
        &self,
        db: &Db,
        after: u32,
        limit: u32,
    ) -> Result<Vec<(u32, String)>, DbError> {
        let budget = self.preview_pages.unwrap_or(u32::MAX).min(self.pages_ready);
        let last = budget.min(after.saturating_add(limit));
        if last <= after {
            return Ok(Vec::new());
        }
        texts_between(db, self.id, after, last).await
    }

    /// The text of all pages that a stranger may read of this listed document.
    ///
    /// # Errors
    /// [`DbError`] when the database refuses.
    pub async fn preview_texts(&self, db: &Db) -> Result<Vec<(u32, String)>, DbError> {
        let budget = self.preview_pages.unwrap_or(u32::MAX).min(self.pages_ready);
        texts(db, self.id, budget).await
    }
}

pub(super) fn from_row(row: &Row) -> Result<Page, DbError> {
    Ok(Page {
        number: small(row.try_get("number")?),
        size: Size {
            width_pt: row.try_get("width_pt")?,
            height_pt: row.try_get("height_pt")?,
        },
        narrow: image(row, "narrow_sha256", "narrow_width", "narrow_height")?,
        wide: image(row, "wide_sha256", "wide_width", "wide_height")?,
        layout: Sha256::from_column(row, "layout_sha256")?,
        recognised: row.try_get::<i64, _>("recognised")? != 0,
    })
}

fn image(row: &Row, blob: &str, width: &str, height: &str) -> Result<PageImage, DbError> {
    Ok(PageImage {
        blob: Sha256::from_column(row, blob)?,
        width: small(row.try_get(width)?),
        height: small(row.try_get(height)?),
    })
}
