//! PostgreSQL with a GIN index over words that jieba cut beforehand.

use crate::library::Source;
use crate::queries::{Ask, Kind};
use anyhow::Result;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Row as _};
use std::time::{Duration, Instant};
use wenyuan_text::{Segmenter, fold_compact_text};

const BATCH: usize = 2_000;

/// Fills the documents' table with texts and their words; gives the time that
/// cutting took, which belongs to the index.
pub(crate) async fn fill(source: &Source, count: i64, url: &str) -> Result<(PgPool, Duration)> {
    let pool = PgPoolOptions::new().max_connections(8).connect(url).await?;
    for sql in [
        "drop table if exists docs",
        "create unlogged table docs (id bigint primary key, title text, body text, words text, \
         format text, category bigint, year bigint)",
    ] {
        sqlx::query(sql).execute(&pool).await?;
    }
    let mut cutting = Duration::ZERO;
    let mut lines = String::new();
    let mut rows = 0;
    let mut connection = pool.acquire().await?;
    let mut documents = source.documents(count).peekable();
    while let Some(document) = documents.next() {
        let started = Instant::now();
        let words = cut(&format!("{} {}", document.title, document.body));
        cutting += started.elapsed();
        let fields = [
            document.id.to_string(),
            document.title,
            document.body,
            words,
            document.format.to_owned(),
            document.category.to_string(),
            document.year.to_string(),
        ];
        lines.push_str(&fields.map(|field| escape(&field)).join("\t"));
        lines.push('\n');
        rows += 1;
        if rows == BATCH || documents.peek().is_none() {
            let mut copy = connection.copy_in_raw("copy docs from stdin").await?;
            copy.send(lines.as_bytes()).await?;
            copy.finish().await?;
            (lines, rows) = (String::new(), 0);
        }
    }
    Ok((pool, cutting))
}

fn cut(text: &str) -> String {
    let folded = fold_compact_text(text);
    let words: Vec<&str> = Segmenter::shared()
        .search_tokens(&folded)
        .map(|token| token.text)
        .collect();
    words.join(" ")
}

fn escape(field: &str) -> String {
    field
        .replace('\\', "\\\\")
        .replace('\t', "\\t")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

pub(crate) async fn build(pool: &PgPool) -> Result<()> {
    for sql in [
        "alter table docs add column found tsvector generated always as \
         (to_tsvector('simple', words)) stored",
        "create index docs_found on docs using gin (found)",
        "vacuum analyze docs",
    ] {
        sqlx::query(sql).execute(pool).await?;
    }
    Ok(())
}

/// Bytes of the GIN index and of the column that ranking reads.
pub(crate) async fn bytes(pool: &PgPool) -> Result<u64> {
    let row = sqlx::query(
        "select pg_relation_size('docs_found') + \
         (select sum(pg_column_size(found)) from docs)::bigint",
    )
    .fetch_one(pool)
    .await?;
    Ok(u64::try_from(row.get::<i64, _>(0))?)
}

pub(crate) async fn ask(pool: &PgPool, ask: &Ask) -> Result<u64> {
    // The words are Chinese characters out of the statutes, nothing else.
    let query = match ask.kind {
        Kind::Phrase => {
            let folded = ask.words.concat();
            let words: Vec<&str> = Segmenter::shared()
                .query_tokens(&folded)
                .map(|token| token.text)
                .collect();
            words.join(" & ")
        }
        Kind::Prefix => format!("{}:*", ask.words.concat()),
        _ => ask.words.join(" & "),
    };
    let sql = format!(
        "select id, ts_rank(found, q) as rank from docs, to_tsquery('simple', '{query}') q \
         where found @@ q order by rank desc limit 20"
    );
    sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await?;
    let hits = format!("from docs where found @@ to_tsquery('simple', '{query}')");
    let total: i64 = sqlx::query(AssertSqlSafe(format!("select count(*) {hits}")))
        .fetch_one(pool)
        .await?
        .get(0);
    if ask.kind == Kind::Faceted {
        for by in ["format", "category", "year"] {
            let sql = format!("select {by}, count(*) {hits} group by {by}");
            sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await?;
        }
    }
    Ok(u64::try_from(total)?)
}
