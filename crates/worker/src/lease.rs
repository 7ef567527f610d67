//! Holding a job's lease while its body runs, and settling it afterwards.

use crate::{Context, lease_one, next_turn};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wenyuan_domain::Db;
use wenyuan_domain::job::{self, Job, Kind};

/// Renewed well before [`job::LEASE`] (20 s) runs out, even if once it fails.
const RENEW_EVERY: Duration = Duration::from_secs(6);

/// Why a body did not come to its end.
#[derive(Debug)]
pub(crate) enum Interrupted {
    /// Another worker has the job now: nothing must be settled here.
    LeaseLost,
    /// The body failed.
    Failed(anyhow::Error),
}

/// Leases jobs of a kind and works them off, one at a time, until the worker
/// stops. `given_up` is told of each that was tried for the last time.
pub(crate) async fn work<B, G>(
    context: Arc<Context>,
    kind: Kind,
    owner: String,
    mut stopped: watch::Receiver<bool>,
    body: impl Fn(Arc<Context>, Job) -> B,
    given_up: impl Fn(Arc<Context>, Job) -> G,
) where
    B: Future<Output = anyhow::Result<()>>,
    G: Future<Output = ()>,
{
    loop {
        let Some(job) = lease_one(&context, kind, &owner).await else {
            if next_turn(&context.db, &mut stopped).await {
                continue;
            }
            return;
        };
        let body = body(Arc::clone(&context), job.clone());
        let result = tokio::select! {
            result = keep(&context.db, &job, body) => result,
            _ = stopped.changed() => return,
        };
        if settle(&context.db, &job, result).await {
            given_up(Arc::clone(&context), job).await;
        }
    }
}

/// Asks for the one job of a kind every `period` and works it off, until the
/// worker stops. Of several processes one does it.
pub(crate) async fn every<B>(
    context: Arc<Context>,
    kind: Kind,
    period: Duration,
    owner: String,
    mut stopped: watch::Receiver<bool>,
    body: impl Fn(Arc<Context>) -> B,
) where
    B: Future<Output = anyhow::Result<()>>,
{
    let mut ticks = tokio::time::interval(period);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        if let Err(error) = job::ask(&context.db, kind, 0).await {
            tracing::error!(%error, kind = kind.as_str(), "cannot ask for a job");
            continue;
        }
        let Some(job) = lease_one(&context, kind, &owner).await else {
            continue;
        };
        // Not given back when the worker stops: it is short, and was asked for
        // anew by then.
        let result = keep(&context.db, &job, body(Arc::clone(&context))).await;
        settle(&context.db, &job, result).await;
    }
}

/// What is done about a job that was given up, where that is nothing.
pub(crate) async fn let_go(_: Arc<Context>, _: Job) {}

/// Runs `body` while keeping the lease; drops it when the lease is lost.
pub(crate) async fn keep<T>(
    db: &Db,
    job: &Job,
    body: impl Future<Output = anyhow::Result<T>>,
) -> Result<T, Interrupted> {
    let renewing = async {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            match job::renew(db, job).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, job = job.id.0, "cannot renew a lease"),
            }
        }
    };
    tokio::select! {
        result = body => result.map_err(Interrupted::Failed),
        () = renewing => Err(Interrupted::LeaseLost),
    }
}

/// Finishes the job or gives it back. Returns whether it was given up for good.
pub(crate) async fn settle(db: &Db, job: &Job, result: Result<(), Interrupted>) -> bool {
    let kind = job.kind.as_str();
    let outcome = match &result {
        Ok(()) => "done",
        Err(Interrupted::LeaseLost) => "lost",
        Err(Interrupted::Failed(_)) => "failed",
    };
    metrics::counter!("jobs_total", "kind" => kind, "outcome" => outcome).increment(1);
    let settled = match result {
        Ok(()) => job::finish(db, job).await.map(|()| false),
        Err(Interrupted::LeaseLost) => {
            tracing::warn!(job = job.id.0, kind, "lost the lease");
            Ok(false)
        }
        Err(Interrupted::Failed(error)) => {
            tracing::warn!(
                job = job.id.0,
                kind,
                subject = job.subject,
                attempt = job.attempt,
                error = format!("{error:#}"),
                "job failed"
            );
            job::fail(db, job, &format!("{error:#}")).await
        }
    };
    settled.unwrap_or_else(|error| {
        // The lease runs out and the job is begun anew.
        tracing::error!(%error, job = job.id.0, "cannot settle a job");
        false
    })
}
