//! The names under which listed documents are found: tags and authors, for
//! suggestions while somebody types.

use super::count;
use crate::db::{Db, DbError};
use crate::visibility::listed;
use sqlx::Row as _;

/// The tags of listed documents with the number of documents, most first.
/// Spellings that differ only in case count together. Reads every tag.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn tags_in_use(db: &Db, limit: u32) -> Result<Vec<(String, u64)>, DbError> {
    in_use(
        db,
        concat!(
            "select min(t.tag) as name, count(*) as documents \
             from document_tags t join documents d on d.id = t.document_id where ",
            listed!(),
            " group by t.tag_fold order by count(*) desc, t.tag_fold limit $1"
        ),
        limit,
    )
    .await
}

/// The uploaders of listed documents with their number, most first. Reads
/// every document.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn authors_in_use(db: &Db, limit: u32) -> Result<Vec<(String, u64)>, DbError> {
    in_use(
        db,
        concat!(
            "select u.name as name, count(*) as documents \
             from documents d join users u on u.id = d.owner_id where ",
            listed!(),
            " group by u.id, u.name order by count(*) desc, u.id limit $1"
        ),
        limit,
    )
    .await
}

async fn in_use(db: &Db, sql: &'static str, limit: u32) -> Result<Vec<(String, u64)>, DbError> {
    let rows = sqlx::query(sql)
        .bind(i64::from(limit))
        .fetch_all(db.read())
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("name")?, count(row.try_get("documents")?))))
        .collect()
}

/// Those of `tags` that a listed document has *now*, in the order of `tags`.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn tags_still_in_use(db: &Db, tags: Vec<String>) -> Result<Vec<String>, DbError> {
    let mut there = Vec::with_capacity(tags.len());
    for tag in tags {
        // One seek for each: a statement for all of them would read every
        // document of a tag to find that it has one.
        let row = sqlx::query(concat!(
            "select 1 from document_tags t join documents d on d.id = t.document_id \
             where t.tag_fold = $1 and ",
            listed!(),
            " limit 1"
        ))
        .bind(tag.to_lowercase())
        .fetch_optional(db.read())
        .await?;
        if row.is_some() {
            there.push(tag);
        }
    }
    Ok(there)
}

/// Those of `authors` of whom a document is listed *now*, in the order of
/// `authors`.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn authors_still_in_use(db: &Db, authors: Vec<String>) -> Result<Vec<String>, DbError> {
    let mut there = Vec::with_capacity(authors.len());
    for author in authors {
        let row = sqlx::query(concat!(
            "select 1 from users u where u.name_fold = $1 \
             and exists (select 1 from documents d where d.owner_id = u.id and ",
            listed!(),
            ")"
        ))
        .bind(crate::account::name_fold(&author))
        .fetch_optional(db.read())
        .await?;
        if row.is_some() {
            there.push(author);
        }
    }
    Ok(there)
}
