//! A temporary index and short ways to fill and ask it.

use std::path::Path;

use tempfile::TempDir;
use wenyuan_search::{Entry, Filters, Index, Query, Results, Sort, Writer};

pub(crate) struct TestIndex {
    pub(crate) index: Index,
    pub(crate) writer: Writer,
    pub(crate) dir: TempDir,
}

impl TestIndex {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let index = Index::open(&dir.path().join("index")).unwrap();
        let writer = index.writer().unwrap();
        Self { index, writer, dir }
    }

    pub(crate) fn with(entries: &[Entry]) -> Self {
        let mut test = Self::new();
        for entry in entries {
            test.writer.put(entry).unwrap();
        }
        test.writer.commit().unwrap();
        test
    }

    /// Ids found, best first.
    pub(crate) fn ids(&self, query: &str) -> Vec<i64> {
        ids(&self.search(query))
    }

    pub(crate) fn search(&self, query: &str) -> Results {
        self.narrowed(query, &Filters::default(), Sort::Relevance)
    }

    pub(crate) fn narrowed(&self, query: &str, filters: &Filters, sort: Sort) -> Results {
        self.index
            .search(&Query::parse(query), filters, sort, 0, 100)
            .unwrap()
    }
}

pub(crate) fn ids(results: &Results) -> Vec<i64> {
    results.hits.iter().map(|hit| hit.id).collect()
}

/// Ids found, ascending.
pub(crate) fn found_in(index: &Index, query: &str) -> Vec<i64> {
    let results = index
        .search(
            &Query::parse(query),
            &Filters::default(),
            Sort::Relevance,
            0,
            100,
        )
        .unwrap();
    let mut ids = ids(&results);
    ids.sort_unstable();
    ids
}

pub(crate) fn entry(id: i64, title: &str, body: &str) -> Entry {
    Entry {
        id,
        title: title.to_owned(),
        body: vec![body.to_owned()],
        format: "docx".to_owned(),
        language: "zh".to_owned(),
        pages: 1,
        ..Entry::default()
    }
}

#[expect(clippy::print_stderr, reason = "says why a test did nothing")]
/// The statutes as title and text, or nothing when the corpus is not there.
pub(crate) fn laws() -> Vec<(String, String)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/corpus/zh/laws.jsonl"
    );
    if !Path::new(path).exists() {
        eprintln!("skipped: no ../shared");
        return Vec::new();
    }
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            let law: serde_json::Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| law[name].as_str().unwrap().to_owned();
            (field("title"), field("text"))
        })
        .collect()
}
