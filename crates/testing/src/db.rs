//! A database for one test, on each engine.

use crate::{provided, random_name};
use sqlx::{AssertSqlSafe, Connection};
use tempfile::TempDir;
use wenyuan_domain::Db;

/// A migrated, empty database that is dropped with this value (SQLite) or at
/// the end of the PostgreSQL server that `./test` started.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Its URL, for a second connection.
    pub url: String,
    _directory: TempDir,
}

/// Returns a fresh database on SQLite and, where there is a server, one on
/// PostgreSQL: a test that touches SQL loops over them.
///
/// # Errors
/// When a database cannot be made.
pub async fn databases() -> anyhow::Result<Vec<TestDb>> {
    let mut found = vec![sqlite().await?];
    if let Some(server) = provided("TEST_PG", "PostgreSQL") {
        found.push(postgres(&server).await?);
    }
    Ok(found)
}

async fn sqlite() -> anyhow::Result<TestDb> {
    let directory = TempDir::new()?;
    let url = format!("sqlite:{}", directory.path().join("test.db").display());
    Ok(TestDb {
        db: Db::open(&url).await?,
        url,
        _directory: directory,
    })
}

/// `server` is a URL without a database name (`postgres://postgres@host:port`).
async fn postgres(server: &str) -> anyhow::Result<TestDb> {
    let name = format!("test_{}", random_name());
    let mut connection = sqlx::PgConnection::connect(&format!("{server}/postgres")).await?;
    sqlx::query(AssertSqlSafe(format!("create database {name}")))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    let url = format!("{server}/{name}");
    Ok(TestDb {
        db: Db::open(&url).await?,
        url,
        _directory: TempDir::new()?,
    })
}
