//! A million documents in the index of signatures, in SQLite and PostgreSQL:
//! time to add them, bytes, and how long a check takes. `bench/library-check`
//! runs it:
//!
//! ```text
//! cargo run -p wenyuan -p wenyuan-testing --example authenticity_million -- \
//!     STATUTES SWAPS DIRECTORY DOCUMENTS [POSTGRES_URL]
//! ```
//!
//! Signatures go in by the functions that the program itself uses, a hundred
//! to a transaction, as when a library is signed anew. The rows of the
//! documents are put there beforehand, and the texts of those that are compared
//! afterwards: a million texts would be another benchmark.
#![expect(clippy::print_stdout, reason = "a program for the developer")]
#![expect(clippy::print_stderr, reason = "progress goes to standard error")]

#[path = "../search/dice.rs"]
mod dice;
mod library;
mod rows;

use anyhow::{Context, Result};
use library::Source;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wenyuan_domain::signature::{self, Sizes};
use wenyuan_domain::{Db, DocumentId};
use wenyuan_text::authenticity::{Signature, Subject, SubjectPage, sign};
use wenyuan_worker::check::check_text;

/// Documents of one transaction.
const BATCH: i64 = 100;
/// Checks of each kind.
const CHECKS: i64 = 200;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |name: &str| arguments.next().with_context(|| format!("no {name} given"));
    let statutes = PathBuf::from(next("STATUTES")?);
    let source = Arc::new(Source::read(&statutes, Path::new(&next("SWAPS")?))?);
    let directory = PathBuf::from(next("DIRECTORY")?);
    let count: i64 = next("DOCUMENTS")?.parse()?;
    let mut urls = vec![format!("sqlite:{}", directory.join("wenyuan.db").display())];
    urls.extend(arguments.next());
    for url in urls {
        let db = Db::open(&url).await?;
        println!("{}: {count} documents", db.backend_name());
        rows::documents(&db, count).await?;
        let before = rows::bytes(&db).await?;
        add(&db, &source, count).await?;
        let each = |bytes: i64| (bytes - before) as f64 / count as f64;
        let grown = each(rows::bytes(&db).await?);
        rows::compact(&db).await?;
        let compact = each(rows::bytes(&db).await?);
        println!("  {grown:.0} bytes a document as it grew, {compact:.0} compact");
        for line in rows::tables(&db).await? {
            println!("    {line}");
        }
        check(&db, &source, count).await?;
        db.close().await;
    }
    Ok(())
}

/// Signs and adds all documents; says every tenth how long it took.
async fn add(db: &Db, source: &Arc<Source>, count: i64) -> Result<()> {
    let tenth = (count / 10).max(BATCH);
    let (mut signing, mut adding) = (Duration::ZERO, Duration::ZERO);
    let (mut hashes, mut since) = (0, Instant::now());
    println!("  documents   signing   adding   (seconds for each {tenth})");
    for from in (1..=count).step_by(usize::try_from(BATCH)?) {
        let to = (from + BATCH).min(count + 1);
        let at = Instant::now();
        let source = Arc::clone(source);
        let signed: Vec<(DocumentId, Signature)> = tokio::task::spawn_blocking(move || {
            let one = |id| (DocumentId(id), sign(&source.text(id)));
            (from..to).map(one).collect()
        })
        .await?;
        signing += at.elapsed();
        hashes += signed
            .iter()
            .map(|(_, one)| one.hashes.len())
            .sum::<usize>();
        let at = Instant::now();
        signature::put_all(db, &signed).await?;
        // What the worker does when some hundred wait; it looks for that itself.
        signature::fold(db, &Sizes::default()).await?;
        adding += at.elapsed();
        if (to - 1) % tenth == 0 || to > count {
            println!(
                "  {:9}   {:7.1}   {:6.1}",
                to - 1,
                signing.as_secs_f64(),
                adding.as_secs_f64()
            );
            eprintln!(
                "{} of {count}, {:.0} s",
                to - 1,
                since.elapsed().as_secs_f64()
            );
            (signing, adding) = (Duration::ZERO, Duration::ZERO);
            since = Instant::now();
        }
    }
    println!("  {:.0} hashes a document", hashes as f64 / count as f64);
    Ok(())
}

/// Checks copies, spun copies and new texts.
async fn check(db: &Db, source: &Arc<Source>, count: i64) -> Result<()> {
    let step = (count / CHECKS).max(1);
    let originals: Vec<i64> = (1..=count).step_by(usize::try_from(step)?).collect();
    println!(
        "  checks       n   look-up p50    p99   whole p50    p99 (ms)   compared   original first"
    );
    for name in ["copy", "spun copy", "new text"] {
        let text_of = |id: i64| match name {
            // Retyped: other lines, a word more.
            "copy" => source.text(id).replace('。', "。\n") + "完",
            "spun copy" => source.spun(&source.text(id)),
            _ => source.text(count + id),
        };
        let (mut lookups, mut checks) = (Vec::new(), Vec::new());
        let (mut compared, mut right) = (0, 0);
        for id in &originals {
            let text = text_of(*id);
            let signature = sign(&text);
            // Once for the texts that are needed, and once to be measured.
            let candidates = signature::candidates(db, &signature, None).await?;
            let ids: BTreeSet<i64> = candidates.iter().map(|c| c.document.0).collect();
            compared += ids.len();
            rows::texts(db, source, &ids).await?;
            let at = Instant::now();
            signature::candidates(db, &signature, None).await?;
            lookups.push(at.elapsed());
            let page = [SubjectPage {
                text: &text,
                picture: None,
            }];
            let subject = Subject {
                title: "工作总结",
                file_name: "工作总结.docx",
                pages: &page,
            };
            let at = Instant::now();
            let found = check_text(db, &subject, &text, None, None).await?;
            checks.push(at.elapsed());
            let best = found.iter().find(|f| f.finding.kind.names_another());
            right += i64::from(best.is_some_and(|f| f.other == Some(DocumentId(*id))));
        }
        let ms = |times: &mut Vec<Duration>, share: f64| {
            times.sort_unstable();
            let at = (share * times.len().saturating_sub(1) as f64).round() as usize;
            times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        println!(
            "  {name:9} {:4}   {:11.1} {:6.1}   {:9.1} {:6.1}        {:5.1}        {right}",
            checks.len(),
            ms(&mut lookups, 0.5),
            ms(&mut lookups, 0.99),
            ms(&mut checks, 0.5),
            ms(&mut checks, 0.99),
            compared as f64 / originals.len() as f64,
        );
    }
    Ok(())
}
