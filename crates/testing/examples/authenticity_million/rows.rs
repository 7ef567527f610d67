//! What the documents need besides signatures, and what all of it weighs.

use crate::library::Source;
use anyhow::Result;
use sqlx::Row as _;
use std::collections::BTreeSet;
use wenyuan_domain::Db;

/// Puts in the rows of `count` public documents of one owner.
pub(crate) async fn documents(db: &Db, count: i64) -> Result<()> {
    let statements = [
        "insert into users (id, name, name_fold, email, email_fold, password_hash, role, \
             created_at, password_changed_at) \
         select 1, 'a', 'a', 'a', 'a', '', 'member', 0, 0 where $1 > 0",
        "insert into blobs (sha256, size_bytes, created_at) \
         with recursive n(i) as (select cast(1 as bigint) union all \
             select i + 1 from n where i < $1) select cast(i as text), 1, 0 from n \
         union all select \
             '0000000000000000000000000000000000000000000000000000000000000000', 1, 0",
        "insert into documents (id, owner_id, title, description, language, visibility, download, \
             state, file_name, format, size_bytes, original_sha256, page_count, created_at, \
             published_at, updated_at) \
         with recursive n(i) as (select cast(1 as bigint) union all \
             select i + 1 from n where i < $1) \
         select i, 1, cast(i as text), '', 'zh', 'public', 'everyone', 'readable', '', 'docx', 1, \
             cast(i as text), 1, 0, i, 0 from n",
    ];
    for statement in statements {
        let mut tx = db.write().await?;
        sqlx::query(statement).bind(count).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Puts in the texts of documents.
pub(crate) async fn texts(db: &Db, source: &Source, ids: &BTreeSet<i64>) -> Result<()> {
    let mut tx = db.write().await?;
    for id in ids {
        sqlx::query(
            "insert into document_pages (document_id, number, width_pt, height_pt, \
                 narrow_sha256, narrow_width, narrow_height, wide_sha256, wide_width, \
                 wide_height, layout_sha256, text) \
             values ($1, 1, 1, 1, '1', 1, 1, \
                 '0000000000000000000000000000000000000000000000000000000000000000', 1, 1, '1', $2) \
             on conflict do nothing",
        )
        .bind(*id)
        .bind(source.text(*id))
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The tables of signatures with their indexes.
const SIGNATURES: [&str; 4] = [
    "signatures",
    "signature_hashes",
    "signature_segments",
    "signature_blocks",
];

/// Bytes of the tables of signatures, with their indexes.
pub(crate) async fn bytes(db: &Db) -> Result<i64> {
    let mut bytes = 0;
    for table in SIGNATURES {
        bytes += table_bytes(db, table).await?;
    }
    Ok(bytes)
}

/// Gives back what merges have left empty. SQLite counts no empty pages.
pub(crate) async fn compact(db: &Db) -> Result<()> {
    if db.backend_name() == "postgres" {
        for statement in [
            "vacuum full signatures",
            "vacuum full signature_hashes",
            "vacuum full signature_blocks",
        ] {
            sqlx::query(statement).execute(db.read()).await?;
        }
    }
    Ok(())
}

async fn table_bytes(db: &Db, table: &str) -> Result<i64> {
    let sql = if db.backend_name() == "sqlite" {
        "select cast(coalesce(sum(pgsize), 0) as bigint) from dbstat where name in \
             (select name from sqlite_master where tbl_name = $1)"
    } else {
        "select cast(pg_total_relation_size(cast($1 as regclass)) as bigint)"
    };
    let row = sqlx::query(sql)
        .bind(table.to_owned())
        .fetch_one(db.read())
        .await?;
    Ok(row.try_get(0)?)
}

/// What weighs how much.
pub(crate) async fn tables(db: &Db) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for table in SIGNATURES {
        lines.push(format!(
            "{table}: {:.1} MB",
            table_bytes(db, table).await? as f64 / 1e6
        ));
    }
    let rows = sqlx::query(
        "select signatures, postings from signature_segments where state = 'live' order by id",
    )
    .fetch_all(db.read())
    .await?;
    for row in &rows {
        let (signatures, postings): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        lines.push(format!(
            "segment: {signatures} signatures, {postings} postings"
        ));
    }
    Ok(lines)
}
