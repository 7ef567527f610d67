//! What each field of an index takes: `cargo run --example sizes -- DIRECTORY`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement prints, and a failed step ends it"
)]

use std::collections::BTreeMap;

use tantivy::space_usage::PerFieldSpaceUsage;
use tantivy::{Index, ReloadPolicy};

/// Terms, lists of documents, positions, columns and lengths of a field.
type Parts = [u64; 5];

fn main() {
    let dir = std::env::args().nth(1).expect("the directory of an index");
    let reader = Index::open_in_dir(dir)
        .and_then(|index| {
            index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .try_into()
        })
        .unwrap();
    let usage = reader.searcher().space_usage().unwrap();
    let mut fields: BTreeMap<String, Parts> = BTreeMap::new();
    let mut stored = 0;
    for segment in usage.segments() {
        let parts: [&PerFieldSpaceUsage; 5] = [
            segment.termdict(),
            segment.postings(),
            segment.positions(),
            segment.fast_fields(),
            segment.fieldnorms(),
        ];
        for (at, part) in parts.into_iter().enumerate() {
            for field in part.fields() {
                let sizes = fields.entry(field.field_name().to_owned()).or_default();
                sizes[at] += field.total().get_bytes();
            }
        }
        stored += segment.store().total().get_bytes();
    }
    println!(
        "{} documents, {} segments, {} bytes",
        reader.searcher().num_docs(),
        usage.segments().len(),
        usage.total().get_bytes()
    );
    println!("field | terms | documents | positions | columns | lengths | all");
    for (name, parts) in fields {
        let all: u64 = parts.iter().sum();
        let parts = parts.map(|bytes| bytes.to_string()).join(" | ");
        println!("{name} | {parts} | {all}");
    }
    println!("stored | {stored}");
}
