//! Latencies of many clients.

use crate::queries::Ask;
use anyhow::Result;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What one row of the table says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Latency {
    pub(crate) asked: usize,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Hits on the average, to see that the engines did the same.
    pub(crate) hits: f64,
}

/// Longest that one kind of query is asked: slow engines answer fewer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks all of `asks` by `clients` at once, each the next that is left.
pub(crate) async fn measure<F, A>(asks: &Arc<Vec<Ask>>, clients: usize, ask: F) -> Result<Latency>
where
    F: Fn(Ask) -> A + Clone + Send + 'static,
    A: Future<Output = Result<u64>> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (asks, next, ask) = (Arc::clone(asks), Arc::clone(&next), ask.clone());
        tasks.push(tokio::spawn(async move {
            let mut taken = Vec::new();
            while started.elapsed() < PATIENCE
                && let Some(one) = asks.get(next.fetch_add(1, Ordering::Relaxed))
            {
                let at = Instant::now();
                let hits = ask(one.clone()).await?;
                taken.push((at.elapsed(), hits));
            }
            anyhow::Ok(taken)
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    all.sort_unstable();
    let at = |share: f64| {
        let last = all.len().saturating_sub(1);
        let place = (share * last as f64).round() as usize;
        all.get(place).map_or(Duration::ZERO, |(took, _)| *took)
    };
    Ok(Latency {
        asked: all.len(),
        p50: at(0.5),
        p99: at(0.99),
        hits: all.iter().map(|(_, hits)| *hits as f64).sum::<f64>() / all.len().max(1) as f64,
    })
}
