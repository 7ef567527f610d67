//! `search`: the library from the command line, as a stranger sees it.

use super::Place;
use crate::log;
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;
use wenyuan_domain::document;
use wenyuan_search::{Filters, Query, Snippet, Sort, snippet};

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What to look for: words, "phrases", -exclusions
    query: String,
    /// How many hits
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 120;

impl Search {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let library = place.open_quietly().await?;
        let query = Query::parse(&self.query);
        let index = library.index.clone();
        let asked = query.clone();
        let limit = self.limit;
        let results = tokio::task::spawn_blocking(move || {
            index.search(&asked, &Filters::default(), Sort::Relevance, 0, limit)
        })
        .await??;

        let ids: Vec<i64> = results.hits.iter().map(|hit| hit.id).collect();
        let mut hits = Vec::new();
        for card in document::by_ids(&library.db, &ids).await? {
            let texts = card.preview_texts(&library.db).await?;
            let pages: Vec<(u32, &str)> = texts.iter().map(|(n, text)| (*n, &**text)).collect();
            let found = snippet(&query, &pages, SNIPPET_CHARS);
            let score = results
                .hits
                .iter()
                .find(|hit| hit.id == card.id.0)
                .map_or(0.0, |hit| hit.score);
            hits.push(json!({
                "id": card.id.0,
                "title": card.title,
                "page": found.as_ref().map(|snippet| snippet.page),
                "score": score,
                "snippet": found.as_ref().map(plain).unwrap_or_default(),
            }));
        }
        if self.json {
            let answer = json!({ "total": results.total, "hits": hits });
            log::print(&answer.to_string())?;
        } else {
            for hit in &hits {
                log::print(&line(hit))?;
            }
            log::say(&format!("{} found", results.total));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn plain(snippet: &Snippet) -> String {
    snippet
        .fragments
        .iter()
        .map(|fragment| fragment.text.as_str())
        .collect()
}

fn line(hit: &Value) -> String {
    let page = hit["page"]
        .as_u64()
        .map_or_else(String::new, |page| format!(" p. {page}"));
    format!(
        "{:>8}  {}{page}\n          {}",
        hit["id"].to_string(),
        hit["title"].as_str().unwrap_or_default(),
        hit["snippet"].as_str().unwrap_or_default(),
    )
}
