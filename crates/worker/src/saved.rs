//! The `saved` job: saved searches look at what has come into the index.
//!
//! A search is not run for each document, but once for all that arrived since
//! its last run, narrowed to the times at which these were published.

use crate::{Context, lease};
use anyhow::Context as _;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;
use wenyuan_domain::clock::SECOND;
use wenyuan_domain::job::Kind;
use wenyuan_domain::saved_search::{self, Arrival, Behind, MOST_FOUND, Round};
use wenyuan_domain::{Db, DocumentId, UserId};
use wenyuan_search::{Filters, Index, MAX_LIMIT, MAX_OFFSET, Query, Sort};

/// Searches whose finds are stored together.
const TOGETHER: u32 = 100;
/// Arrivals that were published no further apart are searched for together.
const GAP: i64 = 600 * SECOND;

/// Leases and works until the worker stops.
pub(crate) async fn run(context: Arc<Context>, owner: String, stopped: watch::Receiver<bool>) {
    let body =
        |context: Arc<Context>, _| async move { catch_up(&context.db, &context.index).await };
    lease::work(context, Kind::Saved, owner, stopped, body, lease::let_go).await;
}

/// Runs every saved search for what it has not seen.
async fn catch_up(db: &Db, index: &Index) -> anyhow::Result<()> {
    while let Some(round) = saved_search::next_round(db, TOGETHER).await? {
        let index = index.clone();
        let (round, found) = tokio::task::spawn_blocking(move || {
            let found = look(&index, &round);
            (round, found)
        })
        .await?;
        saved_search::finish_round(db, &round, &found).await?;
    }
    Ok(())
}

/// What each search of a round finds among its arrivals. One that cannot be
/// run finds nothing: it must not keep the others from being run.
fn look(index: &Index, round: &Round) -> Vec<Vec<DocumentId>> {
    let times = spans(&round.arrivals);
    let owners: HashMap<i64, UserId> = round
        .arrivals
        .iter()
        .map(|arrival| (arrival.document.0, arrival.owner))
        .collect();
    round
        .searches
        .iter()
        .map(|search| {
            matches(index, search, &times, &owners).unwrap_or_else(|error| {
                let error = format!("{error:#}");
                tracing::warn!(id = %search.id, error, "a saved search cannot be run");
                Vec::new()
            })
        })
        .collect()
}

/// The times at which the arrivals were published, newest first: one span for
/// what came together, another for an old document that was made public.
fn spans(arrivals: &[Arrival]) -> Vec<(i64, i64)> {
    let mut times: Vec<i64> = arrivals.iter().map(|a| a.published_at.0).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for time in times {
        match spans.last_mut() {
            Some((from, _)) if time >= *from - GAP => *from = time,
            _ => spans.push((time, time)),
        }
    }
    spans
}

fn matches(
    index: &Index,
    search: &Behind,
    times: &[(i64, i64)],
    owners: &HashMap<i64, UserId>,
) -> anyhow::Result<Vec<DocumentId>> {
    let query = Query::parse(&search.words);
    let filters: Filters = serde_json::from_str(&search.filters).context("its filters")?;
    let mut found = Vec::new();
    for (from, to) in times {
        // The search may be narrowed to a time of its own.
        let (first, last) = filters.published.unwrap_or((i64::MIN, i64::MAX));
        let filters = Filters {
            published: Some(((*from).max(first), (*to).min(last))),
            ..filters.clone()
        };
        for offset in (0..MAX_OFFSET).step_by(MAX_LIMIT) {
            let results = index.search(&query, &filters, Sort::Newest, offset, MAX_LIMIT)?;
            // Something like it is worth showing to who searches, not worth
            // telling to who waits.
            if results.relaxed {
                break;
            }
            for hit in &results.hits {
                // One's own uploads are no news.
                if owners
                    .get(&hit.id)
                    .is_some_and(|owner| *owner != search.user)
                {
                    found.push(DocumentId(hit.id));
                }
            }
            if found.len() >= MOST_FOUND {
                found.truncate(MOST_FOUND);
                return Ok(found);
            }
            if results.hits.len() < MAX_LIMIT {
                break;
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
#[path = "saved_tests.rs"]
mod tests;
