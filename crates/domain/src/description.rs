//! What staff say of a category or tag, at the head of its page.

use crate::audit;
use crate::db::{Db, DbError};
use crate::id::CategoryId;
use crate::visibility::Viewer;
use sqlx::Row as _;

/// The longest description, in characters.
pub const CHARS: usize = 1_000;

/// Describes a category in Chinese and English; empty texts take the
/// description away. Only staff may.
///
/// Returns whether the viewer might do so and the category was there.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn set_for_category(
    db: &Db,
    viewer: Viewer,
    category: CategoryId,
    zh: &str,
    en: &str,
) -> Result<bool, DbError> {
    if !viewer.is_staff() {
        return Ok(false);
    }
    let mut tx = db.write().await?;
    let changed =
        sqlx::query("update categories set description_zh = $1, description_en = $2 where id = $3")
            .bind(clean(zh))
            .bind(clean(en))
            .bind(category.0)
            .execute(&mut *tx)
            .await?
            .rows_affected();
    if changed == 1 {
        let subject = format!("category:{category}");
        let detail = format!("{}\n{}", clean(zh), clean(en));
        audit::record(&mut tx, viewer.id(), "category.describe", &subject, &detail).await?;
    }
    tx.commit().await?;
    Ok(changed == 1)
}

/// Returns what is said of a tag; empty when nothing is.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn of_tag(db: &Db, tag: &str) -> Result<String, DbError> {
    let row = sqlx::query("select description from tag_descriptions where tag_fold = $1")
        .bind(fold(tag))
        .fetch_optional(db.read())
        .await?;
    let text = row.map(|row| row.try_get(0)).transpose()?;
    Ok(text.unwrap_or_default())
}

/// Describes a tag; an empty text takes the description away. Only staff may,
/// and only a tag that some document has: addresses of tags are endless.
///
/// Returns whether the viewer might do so and the tag was there.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn set_for_tag(
    db: &Db,
    viewer: Viewer,
    tag: &str,
    description: &str,
) -> Result<bool, DbError> {
    if !viewer.is_staff() {
        return Ok(false);
    }
    let (tag, text) = (fold(tag), clean(description));
    let mut tx = db.write().await?;
    if text.is_empty() {
        sqlx::query("delete from tag_descriptions where tag_fold = $1")
            .bind(tag.clone())
            .execute(&mut *tx)
            .await?;
    } else {
        let stored = sqlx::query(
            "insert into tag_descriptions (tag_fold, description) select $1, $2 \
             where exists (select 1 from document_tags where tag_fold = $1) \
             on conflict (tag_fold) do update set description = excluded.description",
        )
        .bind(tag.clone())
        .bind(text.clone())
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if stored == 0 {
            return Ok(false);
        }
    }
    let subject = format!("tag:{tag}");
    audit::record(&mut tx, viewer.id(), "tag.describe", &subject, &text).await?;
    tx.commit().await?;
    Ok(true)
}

fn fold(tag: &str) -> String {
    tag.trim().to_lowercase()
}

fn clean(text: &str) -> String {
    crate::document::clean_text(text)
        .chars()
        .take(CHARS)
        .collect()
}
