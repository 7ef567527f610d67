//! SQLite's FTS5 with its trigram tokeniser, beside a table of the documents.
//!
//! A trigram index knows no word of two characters; for these SQLite goes
//! through all texts with LIKE, as those do who use it for Chinese.

use crate::library::Source;
use crate::queries::{Ask, Kind};
use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Row as _};
use std::path::Path;

const BATCH: usize = 10_000;

/// Fills the documents' table; that much a library has anyway.
pub(crate) async fn fill(source: &Source, count: i64, file: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .pragma("journal_mode", "off")
        .pragma("synchronous", "off")
        .pragma("cache_size", "-262144")
        .pragma("mmap_size", "8589934592");
    let pool = SqlitePoolOptions::new()
        .max_connections(8)
        .connect_with(options)
        .await?;
    sqlx::query(
        "create table docs (id integer primary key, title text, body text, format text, \
         category integer, year integer)",
    )
    .execute(&pool)
    .await?;
    let mut tx = pool.begin().await?;
    for (number, document) in source.documents(count).enumerate() {
        sqlx::query("insert into docs values ($1, $2, $3, $4, $5, $6)")
            .bind(document.id)
            .bind(document.title)
            .bind(document.body)
            .bind(document.format)
            .bind(document.category)
            .bind(document.year)
            .execute(&mut *tx)
            .await?;
        if (number + 1) % BATCH == 0 {
            tx.commit().await?;
            tx = pool.begin().await?;
        }
    }
    tx.commit().await?;
    Ok(pool)
}

pub(crate) async fn build(pool: &SqlitePool) -> Result<()> {
    for sql in [
        "create virtual table fts using fts5 (title, body, content = 'docs', \
         content_rowid = 'id', tokenize = 'trigram')",
        "insert into fts (fts) values ('rebuild')",
        "insert into fts (fts) values ('optimize')",
    ] {
        sqlx::query(sql).execute(pool).await?;
    }
    Ok(())
}

pub(crate) async fn ask(pool: &SqlitePool, ask: &Ask) -> Result<u64> {
    let indexed = ask.words.iter().all(|word| word.chars().count() > 2);
    let (matching, ranked) = if indexed {
        let all: Vec<String> = ask.words.iter().map(|word| format!("\"{word}\"")).collect();
        (format!("fts match '{}'", all.join(" AND ")), "rank")
    } else {
        let all: Vec<String> = ask
            .words
            .iter()
            .map(|word| format!("(title || body) like '%{word}%'"))
            .collect();
        (all.join(" and "), "id")
    };
    // The words are Chinese characters out of the statutes, nothing else.
    let (table, id) = if indexed {
        ("fts", "rowid")
    } else {
        ("docs", "id")
    };
    let sql = format!("select {id} from {table} where {matching} order by {ranked} limit 20");
    sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await?;
    let sql = format!("select count(*) from {table} where {matching}");
    let total: i64 = sqlx::query(AssertSqlSafe(sql))
        .fetch_one(pool)
        .await?
        .get(0);
    if ask.kind == Kind::Faceted {
        for by in ["format", "category", "year"] {
            let sql = format!(
                "select {by}, count(*) from docs where id in \
                 (select {id} from {table} where {matching}) group by {by}"
            );
            sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await?;
        }
    }
    Ok(u64::try_from(total)?)
}
