//! The `check` job: a document is compared with the library, before it is
//! published and whenever its text or title changes.
//!
//! It signs before it compares: of two copies that come at once, the later
//! finds the earlier. What it stores is made anew as a whole each time, so that
//! it may be begun again at any point.

use super::compare::{examine, suspect};
use super::decide::{Circumstances, decide};
use super::prepared::{self, Text};
use crate::{Context, Policy, lease};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;
use wenyuan_domain::document::{self, Settled, Source, State, Verdict, Visibility};
use wenyuan_domain::job::{Job, Kind};
use wenyuan_domain::{Db, DocumentId, finding, signature};
use wenyuan_text::authenticity::MAX_COMPARED_CHARS;

/// Leases and checks until the worker stops.
pub(crate) async fn run(context: Arc<Context>, owner: String, stopped: watch::Receiver<bool>) {
    let body = |context: Arc<Context>, job: Job| async move {
        check(&context.db, &context.policy, DocumentId(job.subject)).await
    };
    let given_up =
        |context: Arc<Context>, job: Job| async move { give_up(&context.db, &job).await };
    lease::work(context, Kind::Check, owner, stopped, body, given_up).await;
}

/// What could not be checked is not published unchecked: a reviewer decides.
async fn give_up(db: &Db, job: &Job) {
    let id = DocumentId(job.subject);
    let held = async {
        if let Some(source) = document::source(db, id).await?
            && source.state == State::Checking
        {
            document::settle(db, id, &[], &Verdict::Hold).await?;
        }
        Ok::<_, wenyuan_domain::DbError>(())
    };
    if let Err(error) = held.await {
        tracing::error!(%error, document = id.0, "cannot hold a document");
    }
}

/// Checks a document and acts upon it.
pub(super) async fn check(db: &Db, policy: &Policy, id: DocumentId) -> anyhow::Result<()> {
    // Who changes a document while it is compared has it compared once more.
    const ROUNDS: usize = 5;
    for _ in 0..ROUNDS {
        if check_once(db, policy, id).await? != Settled::Stale {
            return Ok(());
        }
    }
    anyhow::bail!("the document is changed again and again")
}

async fn check_once(db: &Db, policy: &Policy, id: DocumentId) -> anyhow::Result<Settled> {
    let Some(source) = document::source(db, id).await? else {
        return Ok(Settled::Unchanged);
    };
    match source.state {
        State::Checking | State::Held | State::Readable | State::Withdrawn => {}
        State::Converting | State::Refused => return Ok(Settled::Unchanged),
    }
    let started = Instant::now();
    let text = read(db, &source).await?;
    let signature = prepared::signature(&text).await?;
    if signature::put(db, id, &signature).await?.is_none() || source.state == State::Withdrawn {
        return Ok(Settled::Unchanged);
    }
    let document = &source.document;
    let examined = examine(
        db,
        &suspect(document),
        &text,
        Some(&source.original),
        &signature,
        document.is_reference,
    )
    .await?;
    if let Some(cluster) = examined.cluster {
        signature::join(db, id, cluster).await?;
    }
    let mut let_pass = finding::accepted(db, id).await?;
    if source.state == State::Readable {
        let_pass.extend(finding::stored_kinds(db, id).await?);
    }
    let circumstances = Circumstances {
        policy,
        let_pass: &let_pass,
        is_private: document.visibility == Visibility::Private,
    };
    let (findings, verdict) = decide(examined.found, &circumstances);
    let as_of = Some(document.updated_at);
    let settled = document::settle_as_of(db, id, as_of, &findings, &verdict).await?;
    let seconds = started.elapsed().as_secs_f64();
    metrics::histogram!("check_seconds").record(seconds);
    if settled == Settled::Changed {
        let kinds: Vec<_> = findings.iter().map(|f| f.finding.kind.as_str()).collect();
        for kind in &kinds {
            metrics::counter!("findings_total", "kind" => *kind).increment(1);
        }
        tracing::info!(document = id.0, ?kinds, ?verdict, seconds, "checked");
    }
    Ok(settled)
}

async fn read(db: &Db, source: &Source) -> anyhow::Result<Arc<Text>> {
    let pages = document::checked_pages(db, source.id, MAX_COMPARED_CHARS).await?;
    let document = &source.document;
    Ok(Arc::new(Text::new(
        &document.title,
        &document.file_name,
        pages,
    )))
}
