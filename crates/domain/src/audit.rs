//! The audit log: what staff did, and when, as a chain of hashes.
//!
//! Every line carries the hash of itself and of all before it, so that whoever
//! alters, removes or slips in a line must make all later hashes anew; and the
//! last hash, which `verify` prints, can be noted elsewhere. The hash of a line
//! is SHA-256 over the 32 bytes of the one before (zeros before the first) and
//! the line's fields in the order id, at, actor, action, subject, detail. Each
//! field stands behind its length in bytes as eight bytes, numbers as eight
//! bytes, all big-endian; an absent actor has length 0.

use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, Tx};
use crate::id::UserId;
use crate::verify::Check;
use sha2::{Digest, Sha256};
use sqlx::Row as _;

/// Lines that are chained, or checked, at a time.
const STEP: i64 = 1_000;

/// Adds a line to the log, in the transaction that makes the change. It waits
/// for other transactions that do the same until they end, so it stands last.
///
/// `actor` is absent for the command line. `subject` names what was changed
/// (`document:12`), `detail` says how, without secrets.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn record(
    tx: &mut Tx,
    actor: Option<UserId>,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), DbError> {
    // Before the line has its id: so ids follow each other as the chain does.
    let mut head = Head::lock(tx).await?;
    sqlx::query(
        "insert into audit_log (at, actor, action, subject, detail) values ($1, $2, $3, $4, $5)",
    )
    .bind(Timestamp::now().0)
    .bind(actor.map(|id| id.0))
    .bind(action.to_owned())
    .bind(subject.to_owned())
    .bind(detail.to_owned())
    .execute(&mut **tx)
    .await?;
    while head.extend(tx).await? {}
    Ok(())
}

/// Chains the lines that stand in no chain yet, from before there was one, in
/// steps that each are a transaction.
pub(crate) async fn chain_waiting(db: &Db) -> Result<(), DbError> {
    let waits = "select 1 from audit_log where id > (select last_id from audit_head) limit 1";
    while sqlx::query(waits)
        .fetch_optional(db.read())
        .await?
        .is_some()
    {
        let mut tx = db.write().await?;
        Head::lock(&mut tx).await?.extend(&mut tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The end of the chain.
struct Head {
    lines: i64,
    last_id: i64,
    hash: [u8; 32],
}

impl Head {
    /// Reads the end and keeps others from adding to it until the transaction
    /// is over.
    async fn lock(tx: &mut Tx) -> Result<Self, DbError> {
        let row = sqlx::query(
            "update audit_head set lines = lines where only_row = 1 \
             returning lines, last_id, hash",
        )
        .fetch_one(&mut **tx)
        .await?;
        Self::from_row(&row)
    }

    fn from_row(row: &Row) -> Result<Self, DbError> {
        let hash: String = row.try_get("hash")?;
        Ok(Self {
            lines: row.try_get("lines")?,
            last_id: row.try_get("last_id")?,
            hash: match hash.as_str() {
                "" => [0; 32],
                hash => parse(hash)
                    .ok_or_else(|| DbError::Corrupt("audit_head.hash is no hash".to_owned()))?,
            },
        })
    }

    /// Chains what stands behind the end, as far as one step; returns whether
    /// there may be more.
    async fn extend(&mut self, tx: &mut Tx) -> Result<bool, DbError> {
        let rows = sqlx::query(
            "select id, at, actor, action, subject, detail from audit_log where id > $1 \
             order by id limit $2",
        )
        .bind(self.last_id)
        .bind(STEP)
        .fetch_all(&mut **tx)
        .await?;
        for row in &rows {
            (self.last_id, self.hash) = follow(&self.hash, row)?;
            self.lines += 1;
            sqlx::query("insert into audit_chain (id, hash) values ($1, $2)")
                .bind(self.last_id)
                .bind(hex::encode(self.hash))
                .execute(&mut **tx)
                .await?;
        }
        sqlx::query("update audit_head set lines = $1, last_id = $2, hash = $3 where only_row = 1")
            .bind(self.lines)
            .bind(self.last_id)
            .bind(hex::encode(self.hash))
            .execute(&mut **tx)
            .await?;
        Ok(rows.len() as i64 == STEP)
    }
}

/// Returns a line's id and the hash that it has behind `before`.
fn follow(before: &[u8; 32], row: &Row) -> Result<(i64, [u8; 32]), DbError> {
    let id: i64 = row.try_get("id")?;
    let at: i64 = row.try_get("at")?;
    let actor: Option<i64> = row.try_get("actor")?;
    let texts: [String; 3] = [
        row.try_get("action")?,
        row.try_get("subject")?,
        row.try_get("detail")?,
    ];
    let mut hasher = Sha256::new();
    hasher.update(before);
    let mut field = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    field(&id.to_be_bytes());
    field(&at.to_be_bytes());
    match actor {
        Some(actor) => field(&actor.to_be_bytes()),
        None => field(&[]),
    }
    for text in &texts {
        field(text.as_bytes());
    }
    Ok((id, hasher.finalize().into()))
}

fn parse(hash: &str) -> Option<[u8; 32]> {
    hex::decode(hash).ok()?.try_into().ok()
}

/// Makes every hash anew and compares, some lines at a time; names the first
/// line that is not what it was when it was written.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn verify(db: &Db) -> Result<Check, DbError> {
    let broken = |detail: String| Check {
        name: "the audit log is what was written".to_owned(),
        ok: false,
        detail,
    };
    // What is added meanwhile stands behind this end.
    let row = sqlx::query("select lines, last_id, hash from audit_head where only_row = 1")
        .fetch_optional(db.read())
        .await?;
    let Some(row) = row else {
        return Ok(broken("the end of the chain is missing".to_owned()));
    };
    let Ok(head) = Head::from_row(&row) else {
        return Ok(broken("the end of the chain is no hash".to_owned()));
    };
    let (mut lines, mut last, mut hash) = (0, 0, [0; 32]);
    loop {
        let rows = sqlx::query(
            "select l.id, l.at, l.actor, l.action, l.subject, l.detail, c.hash from audit_log l \
             left join audit_chain c on c.id = l.id where l.id > $1 and l.id <= $2 \
             order by l.id limit $3",
        )
        .bind(last)
        .bind(head.last_id)
        .bind(STEP)
        .fetch_all(db.read())
        .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            (last, hash) = follow(&hash, row)?;
            lines += 1;
            match row.try_get::<Option<String>, _>("hash")? {
                None => return Ok(broken(format!("line {last} is in no chain"))),
                Some(stored) if parse(&stored) != Some(hash) => {
                    return Ok(broken(format!(
                        "line {last}, or one missing before it, is not what was written"
                    )));
                }
                Some(_) => {}
            }
        }
    }
    if (lines, last, hash) != (head.lines, head.last_id, head.hash) {
        return Ok(broken(format!(
            "it ends with line {last}, {lines} in all; {} were written, line {} the last",
            head.lines, head.last_id
        )));
    }
    Ok(Check {
        ok: true,
        detail: format!("{lines} lines, the last hash is {}", hex::encode(hash)),
        ..broken(String::new())
    })
}
