//! What the authenticity check reads of a document.

use crate::blob::Sha256;
use crate::db::{Db, DbError};
use crate::id::DocumentId;
use sqlx::Row as _;

/// A page as the check reads it.
#[derive(Clone, Debug)]
pub struct CheckedPage {
    /// Its text.
    pub text: String,
    /// Its image: pages of one picture have the same.
    pub picture: Sha256,
}

/// Returns the pages of a document, whoever may see them, as far as they have
/// `most_chars` characters (Unicode scalar values) together, a line feed behind
/// each counted too; the last is cut there.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn checked_pages(
    db: &Db,
    id: DocumentId,
    most_chars: usize,
) -> Result<Vec<CheckedPage>, DbError> {
    /// So that what is too long is not read.
    const PAGES: usize = 100;
    let mut pages = Vec::new();
    let mut left = most_chars;
    let mut after = 0;
    loop {
        let rows = sqlx::query(
            "select number, text, wide_sha256 from document_pages \
             where document_id = $1 and number > $2 order by number limit $3",
        )
        .bind(id.0)
        .bind(after)
        .bind(i64::try_from(PAGES).unwrap_or(i64::MAX))
        .fetch_all(db.read())
        .await?;
        let Some(last) = rows.last() else {
            return Ok(pages);
        };
        after = last.try_get("number")?;
        for row in &rows {
            let mut text: String = row.try_get("text")?;
            let chars = text.chars().count();
            if chars > left {
                let end = text
                    .char_indices()
                    .nth(left)
                    .map_or(text.len(), |(at, _)| at);
                text.truncate(end);
            }
            pages.push(CheckedPage {
                text,
                picture: Sha256::from_column(row, "wide_sha256")?,
            });
            if chars >= left {
                return Ok(pages);
            }
            left -= chars + 1;
        }
        if rows.len() < PAGES {
            return Ok(pages);
        }
    }
}
