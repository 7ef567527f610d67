//! The names under which listed documents are found: tags and authors, for
//! suggestions while somebody types.

use super::count;
use crate::db::{Db, DbError, with_placeholders};
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
    let folded: Vec<String> = tags.iter().map(|tag| tag.to_lowercase()).collect();
    let there = still(
        db,
        concat!(
            "select distinct t.tag_fold as name from document_tags t where t.tag_fold in ({}) \
             and exists (select 1 from document_tags o join documents d on d.id = o.document_id \
             where o.tag_fold = t.tag_fold and ",
            listed!(),
            ")"
        ),
        &folded,
    )
    .await?;
    Ok(kept(tags, |tag| there.contains(&tag.to_lowercase())))
}

/// Those of `authors` of whom a document is listed *now*, in the order of
/// `authors`.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn authors_still_in_use(db: &Db, authors: Vec<String>) -> Result<Vec<String>, DbError> {
    let there = still(
        db,
        concat!(
            "select u.name as name from users u where u.name in ({}) \
             and exists (select 1 from documents d where d.owner_id = u.id and ",
            listed!(),
            ")"
        ),
        &authors,
    )
    .await?;
    Ok(kept(authors, |author| there.contains(author)))
}

async fn still(db: &Db, sql: &'static str, names: &[String]) -> Result<Vec<String>, DbError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = sqlx::query(with_placeholders(sql, 1, names.len()));
    for name in names {
        query = query.bind(name.clone());
    }
    let rows = query.fetch_all(db.read()).await?;
    rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
}

fn kept(mut names: Vec<String>, is_there: impl Fn(&String) -> bool) -> Vec<String> {
    names.retain(is_there);
    names
}
