//! Wenyuan's own index.

use crate::library::{Document, Source};
use crate::queries::{Ask, Kind};
use anyhow::Result;
use std::path::Path;
use wenyuan_search::{Entry, Filters, Index, Query, Sort};

/// Documents of one commit, as in bulk import.
const BATCH: usize = 1_000;

pub(crate) fn build(source: &Source, count: i64, dir: &Path) -> Result<Index> {
    let index = Index::open(dir)?;
    if index.len()? == usize::try_from(count)? {
        return Ok(index);
    }
    let mut writer = index.writer()?;
    for (number, document) in source.documents(count).enumerate() {
        writer.put(&entry(document))?;
        if (number + 1) % BATCH == 0 {
            writer.commit()?;
        }
    }
    writer.finish()?;
    index.mark_rebuilt()?;
    Ok(index)
}

fn entry(document: Document) -> Entry {
    // The first of January is near enough.
    let published_at = (document.year - 1970) * 31_556_952_000_000;
    Entry {
        id: document.id,
        title: document.title,
        body: vec![document.body],
        format: document.format.to_owned(),
        category_path: vec![document.category],
        pages: 1,
        published_at,
        language: "zh".to_owned(),
        ..Entry::default()
    }
}

/// Every search counts all hits and its facets and ranks the best twenty.
pub(crate) fn ask(index: &Index, ask: &Ask) -> Result<u64> {
    let text = match ask.kind {
        Kind::Phrase => format!("\"{}\"", ask.words.concat()),
        _ => ask.words.join(" "),
    };
    let query = Query::parse(&text);
    let results = index.search(&query, &Filters::default(), Sort::Relevance, 0, 20)?;
    Ok(u64::try_from(results.total)?)
}
