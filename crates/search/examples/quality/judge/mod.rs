//! The judged set: documents, queries, judgments, rankings and figures.
//!
//! Shared by the example `quality`, which prints the table, and the test of
//! the recorded figure. `docs/search.md` says what the figures mean.

mod figures;
mod judged;
mod library;
mod rankings;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

pub(crate) use figures::{Figures, mean};
pub(crate) use judged::{Judged, judged};
pub(crate) use library::{Document, library};
pub(crate) use rankings::Ranking;
use rankings::{Bare, Like, Ours};

/// Hits that are looked at.
pub(crate) const DEPTH: usize = 50;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// All four, ours first.
pub(crate) fn rankings(documents: &[Document]) -> Result<[Box<dyn Ranking>; 4]> {
    Ok([
        Box::new(Ours::new(documents)?),
        Box::new(Bare::words(documents)?),
        Box::new(Bare::bigrams(documents)?),
        Box::new(Like::new(documents)),
    ])
}

/// The documents that a ranking finds, best first.
pub(crate) fn found<'a>(
    ranking: &dyn Ranking,
    documents: &'a [Document],
    query: &str,
) -> Result<Vec<&'a Document>> {
    let places = ranking.search(query)?;
    Ok(places
        .into_iter()
        .filter_map(|place| documents.get(place))
        .collect())
}

/// The figures of a ranking, query by query.
pub(crate) fn score(
    ranking: &dyn Ranking,
    documents: &[Document],
    queries: &[Judged],
) -> Result<Vec<Figures>> {
    let mut all = Vec::new();
    for judged in queries {
        let found = found(ranking, documents, &judged.query)?;
        let keys: Vec<&str> = found.iter().map(|document| document.key.as_str()).collect();
        all.push(Figures::of(judged, &keys));
    }
    Ok(all)
}

/// nDCG@10, MRR and recall@50 as `recorded.json` names them.
pub(crate) fn named(figures: &Figures) -> BTreeMap<String, f64> {
    [
        ("ndcg10", figures.ndcg),
        ("mrr", figures.mrr),
        ("recall50", figures.recall),
    ]
    .map(|(name, figure)| (name.to_owned(), figure))
    .into()
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `bench/search-quality`.
pub(crate) fn folder() -> PathBuf {
    root().join("bench/search-quality")
}
