//! Prints how good four rankings are on the judged set; `bench/search-quality/run`.
//!
//! With `--pool`, prints the twenty best of every ranking for every query
//! instead, one JSON object a query, for judging.

#![expect(clippy::print_stdout, reason = "prints")]

mod judge;

use std::collections::BTreeMap;

use judge::{Bare, Figures, Judged, Like, Ours, Ranking, Result, judged, library, mean};
use serde_json::json;

/// How far down judging goes.
const POOL: usize = 20;
/// Queries listed as the worst of ours.
const WORST: usize = 15;

fn main() -> Result<()> {
    let Some(documents) = library()? else {
        println!("needs ../shared");
        return Ok(());
    };
    let queries = judged()?;
    let rankings: [Box<dyn Ranking>; 4] = [
        Box::new(Ours::new(&documents)?),
        Box::new(Bare::words(&documents)?),
        Box::new(Bare::bigrams(&documents)?),
        Box::new(Like::new(&documents)),
    ];
    let keys = |ranking: &dyn Ranking, query: &str| -> Result<Vec<&str>> {
        let places = ranking.search(query)?;
        Ok(places
            .into_iter()
            .filter_map(|place| documents.get(place))
            .map(|document| document.key.as_str())
            .collect())
    };
    if std::env::args().any(|argument| argument == "--pool") {
        for query in &queries {
            let mut pool = BTreeMap::new();
            for ranking in &rankings {
                let mut found = keys(ranking.as_ref(), &query.query)?;
                found.truncate(POOL);
                pool.insert(ranking.name(), found);
            }
            println!(
                "{}",
                json!({"number": query.number, "query": query.query, "pool": pool})
            );
        }
        return Ok(());
    }
    let mut scored = Vec::new();
    for query in &queries {
        let mut of_query = Vec::new();
        for ranking in &rankings {
            let found = keys(ranking.as_ref(), &query.query)?;
            of_query.push(Figures::of(query, &found));
        }
        scored.push((query, of_query));
    }
    let names: Vec<&str> = rankings.iter().map(|ranking| ranking.name()).collect();
    print_overall(&names, &scored);
    print_by_kind(&names, &scored);
    print_worst(&names, &scored);
    Ok(())
}

type Scored<'a> = Vec<(&'a Judged, Vec<Figures>)>;

fn print_overall(names: &[&str], scored: &Scored<'_>) {
    println!("{} queries\n", scored.len());
    println!("| | nDCG@10 | MRR | recall@50 | judged@10 |\n|---|---|---|---|---|");
    for (at, name) in names.iter().enumerate() {
        let all = mean(scored.iter().map(|(_, figures)| &figures[at]));
        println!(
            "| {name} | {:.4} | {:.4} | {:.4} | {:.2} |",
            all.ndcg, all.mrr, all.recall, all.judged
        );
    }
}

fn print_by_kind(names: &[&str], scored: &Scored<'_>) {
    let mut kinds: BTreeMap<&str, Vec<&Vec<Figures>>> = BTreeMap::new();
    for (query, figures) in scored {
        kinds.entry(&query.kind).or_default().push(figures);
    }
    println!("\n| nDCG@10 by kind | queries | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(names.len()));
    for (kind, of_kind) in kinds {
        let cells: Vec<String> = (0..names.len())
            .map(|at| mean(of_kind.iter().map(|figures| &figures[at])).ndcg)
            .map(|ndcg| format!("{ndcg:.3}"))
            .collect();
        println!("| {kind} | {} | {} |", of_kind.len(), cells.join(" | "));
    }
}

fn print_worst(names: &[&str], scored: &Scored<'_>) {
    let mut order: Vec<&(&Judged, Vec<Figures>)> = scored.iter().collect();
    order.sort_by(|(_, a), (_, b)| a[0].ndcg.total_cmp(&b[0].ndcg));
    println!("\n| where ours is worst | kind | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(names.len()));
    for (query, figures) in order.into_iter().take(WORST) {
        let cells: Vec<String> = figures.iter().map(|f| format!("{:.3}", f.ndcg)).collect();
        println!(
            "| {} {} | {} | {} |",
            query.number,
            query.query,
            query.kind,
            cells.join(" | ")
        );
    }
}
