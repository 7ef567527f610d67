//! The job queue (任务): a table, leases, back-off.
//!
//! A job is enqueued in the transaction that needs it, so there is never a
//! document without its job or a job without its document. A worker leases a
//! job for a while and works without holding a transaction; when it dies, the
//! lease runs out and somebody else begins again. So every job must be
//! idempotent, and a worker that lost its lease must not finish the job.

use crate::clock::{SECOND, Timestamp};
use crate::db::{Db, DbError, Tx};
use crate::id::JobId;
use sqlx::Row as _;

/// What is to be done with the job's subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Compare document `subject` with the library.
    Check,
    /// Compare the file of check `subject` with the library.
    CheckFile,
    /// Convert document `subject`.
    Convert,
    /// Write signatures that wait into the index of signatures, and merge its
    /// segments; `subject` is 0.
    Fold,
    /// Bring the search index in line with document `subject`.
    Index,
    /// Pair what was read with what else its readers read; `subject` is 0.
    PairReads,
    /// Read the text in the page images of document `subject` (OCR).
    Recognise,
    /// Look for new documents for the saved searches; `subject` is 0.
    Saved,
    /// Sign the documents that have no signature of this program's method;
    /// `subject` is 0.
    Sign,
    /// Remove what nothing refers to any more; `subject` is 0.
    Sweep,
}

impl Kind {
    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::CheckFile => "check_file",
            Self::Convert => "convert",
            Self::Fold => "fold",
            Self::Index => "index",
            Self::PairReads => "pair_reads",
            Self::Recognise => "recognise",
            Self::Saved => "saved",
            Self::Sign => "sign",
            Self::Sweep => "sweep",
        }
    }
}

/// How often a job is tried before it is given up.
pub const MAX_ATTEMPTS: u32 = 5;
/// How long a lease lasts unless it is renewed.
pub const LEASE: i64 = 20 * SECOND;

/// A leased job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: Kind,
    /// With what.
    pub subject: i64,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Who leased it.
    pub owner: String,
}

/// Adds a job, unless the same one waits already.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn enqueue(tx: &mut Tx, kind: Kind, subject: i64) -> Result<(), DbError> {
    enqueue_at(tx, kind, subject, Timestamp::now()).await
}

/// Adds a job that is not to be begun before `run_at`, unless the same one
/// waits already.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn enqueue_at(
    tx: &mut Tx,
    kind: Kind,
    subject: i64,
    run_at: Timestamp,
) -> Result<(), DbError> {
    sqlx::query(
        "insert into jobs (kind, subject, state, run_at, created_at) \
         values ($1, $2, 'ready', $3, $4) on conflict do nothing",
    )
    .bind(kind.as_str())
    .bind(subject)
    .bind(run_at.0)
    .bind(Timestamp::now().0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a job in a transaction of its own, as [`enqueue`] does, and announces it.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn ask(db: &Db, kind: Kind, subject: i64) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    enqueue(&mut tx, kind, subject).await?;
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(())
}

/// Leases the job of `kind` that has waited longest; those whose lease ran out
/// are taken again.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn lease(db: &Db, kind: Kind, owner: &str) -> Result<Option<Job>, DbError> {
    // Most polls find nothing; on SQLite they must not take the write lock.
    if !is_due(db, kind).await? {
        return Ok(None);
    }
    let now = Timestamp::now();
    let sql = db.dialect(
        "update jobs set state = 'running', attempts = attempts + 1, lease_owner = $1, \
             lease_until = $2 \
         where id = (select id from jobs where kind = $3 and ((state = 'ready' and run_at <= $4) \
             or (state = 'running' and lease_until < $4)) order by run_at, id limit 1) \
         returning id, subject, attempts",
        "update jobs set state = 'running', attempts = attempts + 1, lease_owner = $1, \
             lease_until = $2 \
         where id = (select id from jobs where kind = $3 and ((state = 'ready' and run_at <= $4) \
             or (state = 'running' and lease_until < $4)) order by run_at, id limit 1 \
             for update skip locked) \
         returning id, subject, attempts",
    );
    let mut tx = db.write().await?;
    let row = sqlx::query(sql)
        .bind(owner.to_owned())
        .bind(now.plus(LEASE).0)
        .bind(kind.as_str())
        .bind(now.0)
        .fetch_optional(&mut *tx)
        .await?;
    tx.commit().await?;
    row.map(|row| {
        Ok(Job {
            id: JobId(row.try_get("id")?),
            kind,
            subject: row.try_get("subject")?,
            attempt: u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX),
            owner: owner.to_owned(),
        })
    })
    .transpose()
}

/// Returns whether a job of `kind` could be leased now.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn is_due(db: &Db, kind: Kind) -> Result<bool, DbError> {
    let row = sqlx::query(
        "select 1 from jobs where kind = $1 and ((state = 'ready' and run_at <= $2) \
         or (state = 'running' and lease_until < $2)) limit 1",
    )
    .bind(kind.as_str())
    .bind(Timestamp::now().0)
    .fetch_optional(db.read())
    .await?;
    Ok(row.is_some())
}

/// Renews a lease; `false` when it was lost, and the work must be dropped.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn renew(db: &Db, job: &Job) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    let kept = sqlx::query(
        "update jobs set lease_until = $1 where id = $2 and lease_owner = $3 \
             and state = 'running'",
    )
    .bind(Timestamp::now().plus(LEASE).0)
    .bind(job.id.0)
    .bind(job.owner.clone())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(kept == 1)
}

/// Marks a job done.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn finish(db: &Db, job: &Job) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query(
        "update jobs set state = 'done', finished_at = $1, lease_owner = null, \
             lease_until = null, last_error = null \
         where id = $2 and lease_owner = $3 and state = 'running'",
    )
    .bind(Timestamp::now().0)
    .bind(job.id.0)
    .bind(job.owner.clone())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a job back after a failure: it is tried again after 2, 4, 8 … seconds,
/// and is dead after [`MAX_ATTEMPTS`], unless the same was asked for anew.
/// Returns whether it is dead.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn fail(db: &Db, job: &Job, error: &str) -> Result<bool, DbError> {
    let now = Timestamp::now();
    let back_off = SECOND << job.attempt.min(12);
    let mut tx = db.write().await?;
    // The same work may have been asked for anew while this ran; then the new
    // request stands for both.
    let asked_anew =
        sqlx::query("select 1 from jobs where kind = $1 and subject = $2 and state = 'ready'")
            .bind(job.kind.as_str())
            .bind(job.subject)
            .fetch_optional(&mut *tx)
            .await?
            .is_some();
    let dead = !asked_anew && job.attempt >= MAX_ATTEMPTS;
    let state = match (dead, asked_anew) {
        (true, _) => "dead",
        (false, true) => "done",
        (false, false) => "ready",
    };
    sqlx::query(
        "update jobs set state = $1, run_at = $2, last_error = $3, lease_owner = null, \
             lease_until = null, finished_at = $4 \
         where id = $5 and lease_owner = $6 and state = 'running'",
    )
    .bind(state)
    .bind(now.plus(back_off).0)
    .bind(error.replace('\0', ""))
    .bind(if state == "ready" { None } else { Some(now.0) })
    .bind(job.id.0)
    .bind(job.owner.clone())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(dead)
}

/// How many jobs are in a state, for metrics, `doctor` and tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting (also those that back off).
    pub ready: u64,
    /// Leased.
    pub running: u64,
    /// Given up.
    pub dead: u64,
}

/// Counts the jobs.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn counts(db: &Db) -> Result<Counts, DbError> {
    let rows = sqlx::query(
        "select state, cast(count(*) as bigint) from jobs \
         where state in ('ready', 'running', 'dead') group by state",
    )
    .fetch_all(db.read())
    .await?;
    let mut counts = Counts::default();
    for row in rows {
        let n = u64::try_from(row.try_get::<i64, _>(1)?).unwrap_or(0);
        match row.try_get::<String, _>(0)?.as_str() {
            "ready" => counts.ready = n,
            "running" => counts.running = n,
            _ => counts.dead = n,
        }
    }
    Ok(counts)
}

/// How many jobs of a kind are neither done nor dead.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn unsettled(db: &Db, kind: Kind) -> Result<u64, DbError> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) from jobs where kind = $1 \
             and state in ('ready', 'running')",
    )
    .bind(kind.as_str())
    .fetch_one(db.read())
    .await?;
    Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0))
}

/// The subjects of the jobs of a kind that are neither done nor dead.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn unsettled_subjects(db: &Db, kind: Kind) -> Result<Vec<i64>, DbError> {
    let rows = sqlx::query(
        "select distinct subject from jobs where kind = $1 and state in ('ready', 'running') \
         order by subject",
    )
    .bind(kind.as_str())
    .fetch_all(db.read())
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Ends the leases of `worker` and its loops (`worker/…`) at once, when it
/// stops in order.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn release(db: &Db, worker: &str) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query(
        "update jobs set lease_until = 0 \
         where substr(lease_owner, 1, length($1) + 1) = $1 || '/' and state = 'running'",
    )
    .bind(worker.to_owned())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The last error of the jobs about a subject, for its owner and the operator.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn last_error(db: &Db, kind: Kind, subject: i64) -> Result<Option<String>, DbError> {
    let row = sqlx::query(
        "select last_error from jobs where kind = $1 and subject = $2 and last_error is not null \
         order by id desc limit 1",
    )
    .bind(kind.as_str())
    .bind(subject)
    .fetch_optional(db.read())
    .await?;
    row.map(|row| Ok(row.try_get(0)?)).transpose()
}
