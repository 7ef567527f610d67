//! The connection to SQLite or PostgreSQL, and the migrations.
//!
//! One set of queries serves both through sqlx's `Any` driver (see
//! `docs/architecture.md` for why). What that asks of every query here: `$1`
//! placeholders, BIGINT for flags, times and counts, TEXT for hashes and JSON,
//! `cast(… as bigint)` around aggregates.

use crate::bulletin::Bulletin;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyPool, AssertSqlSafe, SqlStr, Transaction};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// A transaction on either database.
pub type Tx = Transaction<'static, Any>;

/// A row of either database.
pub type Row = sqlx::any::AnyRow;

/// A failure of the database itself: never the fault of what a user sent.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database refused or is gone.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The URL names neither SQLite nor PostgreSQL.
    #[error("unsupported database URL `{0}`: use sqlite:PATH or postgres://…")]
    Url(String),
    /// A row holds what this program never writes.
    #[error("corrupt row: {0}")]
    Corrupt(String),
}

impl DbError {
    /// Returns whether a unique constraint refused the write.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backend {
    Sqlite,
    Postgres,
}

/// A pool of connections.
///
/// SQLite has one writer: a pool of one connection hands out the write
/// transactions in turn, so that writers of this process queue instead of
/// meeting in `SQLITE_BUSY`; writers of other processes wait by busy time-out.
#[derive(Clone, Debug)]
pub struct Db {
    backend: Backend,
    readers: AnyPool,
    writer: AnyPool,
    bulletin: Arc<Bulletin>,
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 6;
const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Connects to `sqlite:PATH` or `postgres://…` and applies the migrations.
    ///
    /// # Errors
    /// [`DbError`] when the database cannot be reached or its schema is newer
    /// than this program.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        let db = if url.starts_with("sqlite:") {
            let url = if url.contains('?') || url.contains(":memory:") {
                url.to_owned()
            } else {
                format!("{url}?mode=rwc")
            };
            // The writer comes first: it creates the file and sets the journal
            // mode that the readers then find.
            let writer = sqlite_pool(1).connect(&url).await?;
            let readers = sqlite_pool(SQLITE_READERS).connect_lazy(&url)?;
            Self {
                backend: Backend::Sqlite,
                readers,
                writer,
                bulletin: Arc::default(),
            }
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = AnyPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(CONNECT_TIMEOUT)
                .connect(url)
                .await?;
            Self {
                backend: Backend::Postgres,
                readers: pool.clone(),
                writer: pool,
                bulletin: Arc::default(),
            }
        } else {
            return Err(DbError::Url(url.to_owned()));
        };
        db.migrate().await?;
        crate::audit::chain_waiting(&db).await?;
        Ok(db)
    }

    /// Returns the pool for queries that change nothing.
    pub fn read(&self) -> &AnyPool {
        &self.readers
    }

    /// Begins a transaction that may write.
    ///
    /// On SQLite it takes the write lock at once: a transaction that begins by
    /// reading and then writes would fail, not wait, when another wrote first.
    ///
    /// # Errors
    /// [`DbError::Sql`] when the database is gone or stays locked.
    pub async fn write(&self) -> Result<Tx, DbError> {
        let begin = match self.backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN",
        };
        Ok(self.writer.begin_with(begin).await?)
    }

    /// Returns the notice board of this process.
    pub fn bulletin(&self) -> &Bulletin {
        &self.bulletin
    }

    /// Returns whether the database answers.
    ///
    /// # Errors
    /// [`DbError::Sql`] when it does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        sqlx::query("select 1").execute(&self.readers).await?;
        Ok(())
    }

    /// Closes every connection; what is in flight finishes first.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Returns the text that belongs to this database's dialect, for the few
    /// statements that the two do not share.
    pub(crate) fn dialect(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.backend {
            Backend::Sqlite => sqlite,
            Backend::Postgres => postgres,
        }
    }

    /// Returns `sqlite` or `postgres`, for `doctor` and the logs.
    pub fn backend_name(&self) -> &'static str {
        self.dialect("sqlite", "postgres")
    }

    async fn migrate(&self) -> Result<(), DbError> {
        let base = self.dialect(
            include_str!("migration/0001_base.sqlite.sql"),
            include_str!("migration/0001_base.postgres.sql"),
        );
        let engine = self.dialect(
            include_str!("migration/0002_engine.sqlite.sql"),
            include_str!("migration/0002_engine.postgres.sql"),
        );
        let steps = self.dialect(
            include_str!("migration/0003_steps.sqlite.sql"),
            include_str!("migration/0003_steps.postgres.sql"),
        );
        let recognised = self.dialect(
            include_str!("migration/0004_recognised.sqlite.sql"),
            include_str!("migration/0004_recognised.postgres.sql"),
        );
        let searches = self.dialect(
            include_str!("migration/0005_searches.sqlite.sql"),
            include_str!("migration/0005_searches.postgres.sql"),
        );
        let shelves = self.dialect(
            include_str!("migration/0006_shelves.sqlite.sql"),
            include_str!("migration/0006_shelves.postgres.sql"),
        );
        let reading = self.dialect(
            include_str!("migration/0007_reading.sqlite.sql"),
            include_str!("migration/0007_reading.postgres.sql"),
        );
        let authenticity = self.dialect(
            include_str!("migration/0008_authenticity.sqlite.sql"),
            include_str!("migration/0008_authenticity.postgres.sql"),
        );
        let api = self.dialect(
            include_str!("migration/0009_api.sqlite.sql"),
            include_str!("migration/0009_api.postgres.sql"),
        );
        let swaps = self.dialect(
            include_str!("migration/0010_swaps.sqlite.sql"),
            include_str!("migration/0010_swaps.postgres.sql"),
        );
        let review = self.dialect(
            include_str!("migration/0011_review.sqlite.sql"),
            include_str!("migration/0011_review.postgres.sql"),
        );
        let migrations = [
            (1, "base", base),
            (2, "engine", engine),
            (3, "steps", steps),
            (4, "recognised", recognised),
            (5, "searches", searches),
            (6, "shelves", shelves),
            (7, "reading", reading),
            (8, "authenticity", authenticity),
            (9, "api", api),
            (10, "swaps", swaps),
            (11, "review", review),
        ]
        .map(|(version, name, sql)| {
            Migration::new(
                version,
                Cow::Borrowed(name),
                MigrationType::Simple,
                SqlStr::from_static(sql),
                false,
            )
        });
        let migrator = Migrator {
            migrations: Cow::Owned(migrations.into()),
            ..Migrator::DEFAULT
        };
        // SQLite has no lock around migrations: of two processes that open an old
        // library at once, each migration fails for one, and is there when it
        // looks again.
        let mut tries = migrator.iter().count();
        loop {
            match migrator.run(&self.writer).await {
                Ok(()) => return Ok(()),
                Err(error) if tries == 0 => return Err(error.into()),
                Err(_) => tries -= 1,
            }
        }
    }
}

fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(CONNECT_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move {
                use sqlx::Executor;
                connection
                    .execute(
                        "pragma busy_timeout = 10000;
                         pragma journal_mode = wal;
                         pragma synchronous = full;
                         pragma foreign_keys = on;
                         pragma cache_size = -8000;",
                    )
                    .await?;
                Ok(())
            })
        })
}

/// Builds a statement with a list of `count` placeholders in place of `{}`.
///
/// The text comes from this crate and the placeholders from here: no value
/// ever becomes part of it.
pub(crate) fn with_placeholders(
    template: &'static str,
    first: usize,
    count: usize,
) -> AssertSqlSafe<String> {
    let list = (first..first + count)
        .map(|n| format!("${n}"))
        .collect::<Vec<_>>()
        .join(", ");
    AssertSqlSafe(template.replace("{}", &list))
}

/// Builds a statement that inserts `rows` rows of `columns` values each, in
/// place of `{}`; as [`with_placeholders`] does.
pub(crate) fn with_rows(
    template: &'static str,
    columns: usize,
    rows: usize,
) -> AssertSqlSafe<String> {
    let list = (0..rows)
        .map(|row| {
            let values = (1..=columns).map(|n| format!("${}", row * columns + n));
            format!("({})", values.collect::<Vec<_>>().join(", "))
        })
        .collect::<Vec<_>>()
        .join(", ");
    AssertSqlSafe(template.replace("{}", &list))
}
