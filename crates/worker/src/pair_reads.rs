//! The `pair_reads` job: what readers of a document also read.

use crate::{Context, lease, lease_one};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::{DbError, also_read};

/// How often it is asked for. Each time takes only what was read since.
const EVERY: Duration = Duration::from_secs(10 * 60);

pub(crate) async fn run(context: Arc<Context>, owner: String, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        if let Err(error) = ask(&context).await {
            tracing::error!(%error, "cannot ask for reads to be paired");
            continue;
        }
        let Some(job) = lease_one(&context, Kind::PairReads, &owner).await else {
            continue;
        };
        let body = async {
            let mut reads = 0;
            // Each round is a transaction of its own: others write in between.
            loop {
                match also_read::pair_reads(&context.db).await? {
                    0 => break,
                    some => reads += some,
                }
            }
            tracing::debug!(reads, "paired");
            Ok(())
        };
        let result = lease::keep(&context.db, &job, body).await;
        lease::settle(&context.db, &job, result).await;
    }
}

async fn ask(context: &Context) -> Result<(), DbError> {
    let mut tx = context.db.write().await?;
    job::enqueue(&mut tx, Kind::PairReads, 0).await?;
    tx.commit().await.map_err(DbError::from)
}
