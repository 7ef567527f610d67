//! The `pair_reads` job: what readers of a document also read.

use crate::{Context, lease};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wenyuan_domain::also_read;
use wenyuan_domain::job::Kind;

/// How often it is asked for. Each time takes only what was read since.
const EVERY: Duration = Duration::from_secs(10 * 60);

pub(crate) async fn run(context: Arc<Context>, owner: String, stopped: watch::Receiver<bool>) {
    let body = |context: Arc<Context>| async move {
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
    lease::every(context, Kind::PairReads, EVERY, owner, stopped, body).await;
}
