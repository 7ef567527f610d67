//! A large library in our index, in SQLite FTS5 and in PostgreSQL, side by
//! side: time to build, bytes, latencies. `bench/search` runs it:
//!
//! ```text
//! cargo run -p wenyuan -p wenyuan-testing --example search -- \
//!     STATUTES DIRECTORY DOCUMENTS [POSTGRES_URL]
//! ```
//!
//! Each engine gives the best twenty hits by its own ranking and the number of
//! all hits. Ours counts its facets in every query; the others only where the
//! row says so. Without a `POSTGRES_URL` ours runs alone, and an index that is
//! in the directory already is asked as it is.
#![expect(clippy::print_stdout, reason = "a program for the developer")]
#![expect(clippy::print_stderr, reason = "progress goes to standard error")]

mod dice;
mod library;
mod measure;
mod ours;
mod postgres;
mod queries;
mod site;
mod sqlite;
mod typed;

use anyhow::{Context, Result};
use library::Source;
use measure::{Latency, measure};
use queries::{Ask, Kind, queries};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wenyuan_search::{Index, Speller};

const ASKED: usize = 1_000;
const CLIENTS: [usize; 2] = [1, 8];
const QUIET: Duration = Duration::from_secs(10);

/// What is known of an engine in the end.
struct Engine {
    name: &'static str,
    build: Duration,
    bytes: u64,
    /// By kind and clients.
    latencies: Vec<Latency>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |name: &str| arguments.next().with_context(|| format!("no {name} given"));
    let source = Source::read(Path::new(&next("STATUTES")?))?;
    let directory = PathBuf::from(next("DIRECTORY")?);
    let count: i64 = next("DOCUMENTS")?.parse()?;
    let url = arguments.next();
    std::fs::create_dir_all(&directory)?;

    let (mut text, mut characters) = (0, 0);
    for document in source.documents(count) {
        text += document.title.len() + document.body.len();
        characters += document.body.chars().count();
    }
    println!(
        "{count} documents, {:.0} MB of text, {} characters each",
        text as f64 / 1e6,
        characters / usize::try_from(count)?
    );

    let mut engines = vec![run_ours(&source, count, &directory.join("ours")).await?];
    // Alone it is for working on ours.
    if let Some(url) = &url {
        engines.push(run_postgres(&source, count, url).await?);
        engines.push(run_sqlite(&source, count, &directory.join("sqlite.db")).await?);
    }
    print(&engines, text);
    Ok(())
}

async fn run_ours(source: &Source, count: i64, dir: &Path) -> Result<Engine> {
    // The dictionary is loaded once a process, whoever uses it.
    queries(source, Kind::One, 1);
    eprintln!("ours: building");
    let started = Instant::now();
    let index = ours::build(source, count, dir)?;
    let build = started.elapsed();
    let (name, asked) = ("wenyuan", index.clone());
    let latencies = ask_all(name, source, move |ask| {
        let index = asked.clone();
        async move { tokio::task::block_in_place(|| ours::ask(&index, &ask)) }
    })
    .await?;
    type_and_misspell(source, count, &index, dir).await?;
    Ok(Engine {
        name,
        build,
        bytes: bytes_in(dir)?,
        latencies,
    })
}

/// Measures what only ours does.
async fn type_and_misspell(source: &Source, count: i64, index: &Index, dir: &Path) -> Result<()> {
    let speller = Speller::new(index.clone());
    speller.warm();
    let server = site::open(source, count, dir).await?;
    let client = site::visitor(&server)?;
    let typed = Arc::new(typed::beginnings(source, ASKED));
    let misspelt = Arc::new(typed::misspelt(queries(source, Kind::One, ASKED)));
    // The first makes the lists of names.
    site::suggest(&client, &typed[0]).await?;
    quiet("wenyuan, while typing").await;
    for clients in CLIENTS {
        let latency = measure(&typed, clients, {
            let index = index.clone();
            move |ask| {
                let index = index.clone();
                async move { tokio::task::block_in_place(|| typed::suggest(&index, &ask)) }
            }
        });
        tell(
            "wenyuan",
            "titles suggested by the index",
            clients,
            latency.await?,
        );
        let latency = measure(&typed, clients, {
            let client = Arc::clone(&client);
            move |ask| {
                let client = Arc::clone(&client);
                async move { site::suggest(&client, &ask).await }
            }
        });
        tell("wenyuan", "suggestions over HTTP", clients, latency.await?);
        let latency = measure(&misspelt, clients, {
            let (index, speller) = (index.clone(), speller.clone());
            move |ask| {
                let (index, speller) = (index.clone(), speller.clone());
                async move { tokio::task::block_in_place(|| typed::correct(&index, &speller, &ask)) }
            }
        });
        tell(
            "wenyuan",
            "misspelt word, searched and corrected",
            clients,
            latency.await?,
        );
    }
    eprintln!("wenyuan, while typing: asked");
    Ok(())
}

/// Lets the disk come to rest before something is measured.
async fn quiet(engine: &str) {
    eprintln!("{engine}: asking soon");
    tokio::time::sleep(QUIET).await;
}

fn tell(engine: &str, kind: &str, clients: usize, latency: Latency) {
    eprintln!(
        "{engine}: {kind}, {clients} at once: p50 {:?} p99 {:?}, {} asked, {:.0} hits",
        latency.p50, latency.p99, latency.asked, latency.hits
    );
}

async fn run_postgres(source: &Source, count: i64, url: &str) -> Result<Engine> {
    eprintln!("postgres: loading");
    let (pool, cutting) = postgres::fill(source, count, url).await?;
    eprintln!("postgres: building");
    let started = Instant::now();
    postgres::build(&pool).await?;
    let build = cutting + started.elapsed();
    let bytes = postgres::bytes(&pool).await?;
    let (name, asked) = ("PostgreSQL GIN", pool.clone());
    let latencies = ask_all(name, source, move |ask| {
        let pool = asked.clone();
        async move { postgres::ask(&pool, &ask).await }
    })
    .await?;
    sqlx::query("drop table docs").execute(&pool).await?;
    Ok(Engine {
        name,
        build,
        bytes,
        latencies,
    })
}

async fn run_sqlite(source: &Source, count: i64, file: &Path) -> Result<Engine> {
    eprintln!("sqlite: loading");
    let pool = sqlite::fill(source, count, file).await?;
    let before = std::fs::metadata(file)?.len();
    eprintln!("sqlite: building");
    let started = Instant::now();
    sqlite::build(&pool).await?;
    let build = started.elapsed();
    let bytes = std::fs::metadata(file)?.len() - before;
    let (name, asked) = ("SQLite FTS5", pool.clone());
    let latencies = ask_all(name, source, move |ask| {
        let pool = asked.clone();
        async move { sqlite::ask(&pool, &ask).await }
    })
    .await?;
    Ok(Engine {
        name,
        build,
        bytes,
        latencies,
    })
}

/// Asks every kind of query by one client and by several, and tells of it.
async fn ask_all<F, A>(engine: &str, source: &Source, ask: F) -> Result<Vec<Latency>>
where
    F: Fn(Ask) -> A + Clone + Send + 'static,
    A: Future<Output = Result<u64>> + Send + 'static,
{
    let mut latencies = Vec::new();
    quiet(engine).await;
    for kind in Kind::ALL {
        let asks = Arc::new(queries(source, kind, ASKED));
        for clients in CLIENTS {
            let latency = measure(&asks, clients, ask.clone()).await?;
            tell(engine, kind.name(), clients, latency);
            latencies.push(latency);
        }
    }
    eprintln!("{engine}: asked");
    Ok(latencies)
}

fn bytes_in(dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in std::fs::read_dir(dir)? {
        bytes += file?.metadata()?.len();
    }
    Ok(bytes)
}

fn print(engines: &[Engine], text: usize) {
    let ms = |duration: Duration| {
        let ms = duration.as_secs_f64() * 1e3;
        if ms < 10.0 {
            format!("{ms:.2}")
        } else {
            format!("{ms:.0}")
        }
    };
    let row = |name: &str, cells: Vec<String>| println!("| {name} | {} |", cells.join(" | "));
    println!();
    row("", engines.iter().map(|e| e.name.to_owned()).collect());
    println!("|---|{}", "---|".repeat(engines.len()));
    let built = engines
        .iter()
        .map(|e| format!("{:.0} s", e.build.as_secs_f64()));
    row("index time", built.collect());
    let sizes = engines.iter().map(|e| {
        let share = 100.0 * e.bytes as f64 / text as f64;
        format!("{:.0} MB, {share:.0} % of the text", e.bytes as f64 / 1e6)
    });
    row("index size", sizes.collect());
    for (at, kind) in Kind::ALL.iter().enumerate() {
        for (by, clients) in CLIENTS.iter().enumerate() {
            let cells = engines.iter().map(|engine| {
                let latency = engine.latencies[at * CLIENTS.len() + by];
                let few = if latency.asked < ASKED {
                    format!(" ({} asked)", latency.asked)
                } else {
                    String::new()
                };
                format!("{} / {} ms{few}", ms(latency.p50), ms(latency.p99))
            });
            let name = format!(
                "{}, {clients} client{}",
                kind.name(),
                if *clients > 1 { "s" } else { "" }
            );
            row(&name, cells.collect());
        }
    }
}
