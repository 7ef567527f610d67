//! Prints how good four rankings are on the judged set: `bench/search-quality/run`.
//!
//! `--pool` prints the twenty best of every ranking for every query instead,
//! one JSON object a query, for judging; `--record` also writes the figures
//! that the test holds ours to.

#![expect(clippy::print_stdout, reason = "prints")]

mod judge;

use std::collections::BTreeMap;
use std::fs;

use judge::{
    Document, Figures, Judged, Ranking, Result, folder, found, judged, library, mean, named,
    rankings, score,
};
use serde_json::json;

/// How far down judging goes.
const POOL: usize = 20;
/// Queries listed as the worst of ours.
const WORST: usize = 20;

/// A ranking and its figures, query by query.
type Scored = (Box<dyn Ranking>, Vec<Figures>);

fn main() -> Result<()> {
    let wants = |name: &str| std::env::args().any(|argument| argument == name);
    let Some(documents) = library()? else {
        println!("needs ../shared");
        return Ok(());
    };
    let queries = judged()?;
    let rankings = rankings(&documents)?;
    if wants("--pool") {
        return print_pool(&rankings, &documents, &queries);
    }
    let mut scored: Vec<Scored> = Vec::new();
    for ranking in rankings {
        let figures = score(ranking.as_ref(), &documents, &queries)?;
        scored.push((ranking, figures));
    }
    print_overall(&scored);
    print_by_kind(&scored, &queries);
    print_worst(&scored, &documents, &queries)?;
    if wants("--record") {
        record(&scored)?;
    }
    Ok(())
}

fn print_pool(
    rankings: &[Box<dyn Ranking>],
    documents: &[Document],
    queries: &[Judged],
) -> Result<()> {
    for judged in queries {
        let mut pool = BTreeMap::new();
        for ranking in rankings {
            let mut keys: Vec<&str> = found(ranking.as_ref(), documents, &judged.query)?
                .iter()
                .map(|document| document.key.as_str())
                .collect();
            keys.truncate(POOL);
            pool.insert(ranking.name(), keys);
        }
        let line = json!({"number": judged.number, "query": judged.query, "pool": pool});
        println!("{line}");
    }
    Ok(())
}

fn print_overall(scored: &[Scored]) {
    let queries = scored.first().map_or(0, |(_, figures)| figures.len());
    println!(
        "| {queries} queries | nDCG@10 | MRR | recall@50 | judged@10 |\n|---|---|---|---|---|"
    );
    for (ranking, figures) in scored {
        let all = mean(figures);
        println!(
            "| {} | {:.4} | {:.4} | {:.4} | {:.2} |",
            ranking.name(),
            all.ndcg,
            all.mrr,
            all.recall,
            all.judged
        );
    }
}

fn print_by_kind(scored: &[Scored], queries: &[Judged]) {
    let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, judged) in queries.iter().enumerate() {
        kinds.entry(&judged.kind).or_default().push(at);
    }
    print_header("nDCG@10 by kind", "queries", scored);
    for (kind, places) in kinds {
        let cells: Vec<String> = scored
            .iter()
            .map(|(_, figures)| mean(places.iter().filter_map(|&at| figures.get(at))).ndcg)
            .map(|ndcg| format!("{ndcg:.3}"))
            .collect();
        println!("| {kind} | {} | {} |", places.len(), cells.join(" | "));
    }
}

fn print_worst(scored: &[Scored], documents: &[Document], queries: &[Judged]) -> Result<()> {
    let Some((ours, figures)) = scored.first() else {
        return Ok(());
    };
    let mut order: Vec<usize> = (0..queries.len()).collect();
    order.sort_by(|&a, &b| figures[a].ndcg.total_cmp(&figures[b].ndcg));
    print_header("where ours is worst, nDCG@10", "ours gives first", scored);
    for at in order.into_iter().take(WORST) {
        let judged = &queries[at];
        let found = found(ours.as_ref(), documents, &judged.query)?;
        let first = found
            .first()
            .map_or("nothing", |document| document.title.as_str());
        let cells: Vec<String> = scored
            .iter()
            .map(|(_, figures)| format!("{:.3}", figures[at].ndcg))
            .collect();
        println!(
            "| {} {} | {first} | {} |",
            judged.number,
            judged.query,
            cells.join(" | ")
        );
    }
    Ok(())
}

fn print_header(title: &str, second: &str, scored: &[Scored]) {
    let names: Vec<&str> = scored.iter().map(|(ranking, _)| ranking.name()).collect();
    println!("\n| {title} | {second} | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(names.len()));
}

fn record(scored: &[Scored]) -> Result<()> {
    let Some(((_, ours), others)) = scored.split_first() else {
        return Ok(());
    };
    let ours = mean(ours);
    let ahead_of: Vec<&str> = others
        .iter()
        .filter(|(_, figures)| mean(figures).ndcg < ours.ndcg)
        .map(|(ranking, _)| ranking.name())
        .collect();
    let figures: BTreeMap<String, f64> = named(&ours)
        .into_iter()
        .map(|(name, figure)| (name, (figure * 1e4).floor() / 1e4))
        .collect();
    let recorded = json!({"figures": figures, "ahead_of": ahead_of});
    let text = serde_json::to_string_pretty(&recorded)?;
    fs::write(folder().join("recorded.json"), text + "\n")?;
    Ok(())
}
