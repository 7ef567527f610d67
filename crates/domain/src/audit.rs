//! The audit log: what staff did, and when.

use crate::clock::Timestamp;
use crate::db::{DbError, Tx};
use crate::id::UserId;

/// Adds a line to the log, in the transaction that makes the change.
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
    Ok(())
}
