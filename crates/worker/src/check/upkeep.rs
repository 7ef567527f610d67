//! The `fold` and `sign` jobs: the index of signatures stays small in pieces
//! and of this program's method.

use super::prepared;
use crate::{Context, lease};
use std::sync::Arc;
use tokio::sync::watch;
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::signature::{self, Sizes};
use wenyuan_domain::{Db, DbError, DocumentId, document};
use wenyuan_text::authenticity::{MAX_COMPARED_CHARS, sign};

/// Writes and merges segments until the worker stops.
pub(crate) async fn fold(context: Arc<Context>, owner: String, stopped: watch::Receiver<bool>) {
    let body = |context: Arc<Context>, _| async move {
        let folded = signature::fold(&context.db, &Sizes::default()).await?;
        tracing::debug!(?folded, "the index of signatures");
        Ok(())
    };
    lease::work(context, Kind::Fold, owner, stopped, body, lease::let_go).await;
}

/// Signs what has no signature of this program's method, until the worker
/// stops: what an older program published, or signed.
pub(crate) async fn sign_unsigned(
    context: Arc<Context>,
    owner: String,
    stopped: watch::Receiver<bool>,
) {
    if let Err(error) = ask(&context.db).await {
        tracing::error!(%error, "cannot ask for documents to be signed");
    }
    let body = |context: Arc<Context>, _| async move { sign_all(&context.db).await };
    lease::work(context, Kind::Sign, owner, stopped, body, lease::let_go).await;
}

async fn ask(db: &Db) -> Result<(), DbError> {
    if signature::unsigned(db, DocumentId(0), 1).await?.is_empty() {
        return Ok(());
    }
    job::ask(db, Kind::Sign, 0).await
}

async fn sign_all(db: &Db) -> anyhow::Result<()> {
    const BATCH: u32 = 100;
    let mut after = DocumentId(0);
    let mut documents = 0_usize;
    loop {
        let ids = signature::unsigned(db, after, BATCH).await?;
        let Some(last) = ids.last() else { break };
        after = *last;
        documents += ids.len();
        let mut signed = Vec::with_capacity(ids.len());
        for id in ids {
            let pages = document::checked_pages(db, id, MAX_COMPARED_CHARS).await?;
            let signing = move || sign(&prepared::join(&pages));
            let signature = tokio::task::spawn_blocking(signing).await?;
            signed.push((id, signature));
        }
        signature::put_all(db, &signed).await?;
    }
    if documents > 0 {
        tracing::info!(documents, "signed");
    }
    Ok(())
}

/// Asks for every document to be signed anew, by whichever process works.
///
/// # Errors
/// When the database fails.
pub async fn sign_anew(db: &Db) -> anyhow::Result<()> {
    Ok(signature::forget_versions(db).await?)
}
