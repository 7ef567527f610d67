//! The `index` job: the search index follows the database.
//!
//! A job names a document; whether it belongs into the index, and with what,
//! is read when the job runs. So jobs may come late, twice or out of order.

use crate::{Context, lease, lease_one, next_turn};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use wenyuan_domain::category::{self, Tree};
use wenyuan_domain::document::{self, Source};
use wenyuan_domain::job::{self, Job, Kind};
use wenyuan_domain::verify::Check;
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Db, DocumentId, saved_search, signature};
use wenyuan_search::{Entry, Index, Price, SearchError, Writer, WriterError};

/// Documents of one commit: a commit costs the same for one as for many.
const BATCH: usize = 64;
/// How long the writer (and its memory) is kept when there is nothing to do.
const KEEP_WRITER: Duration = Duration::from_secs(5);

pub(crate) async fn run(context: Arc<Context>, owner: String, mut stopped: watch::Receiver<bool>) {
    if context.index.needs_rebuild()
        && let Err(error) = enqueue_all(&context.db, &context.index).await
    {
        tracing::error!(%error, "cannot ask for the index to be rebuilt");
    }
    let mut writer: Option<Writer> = None;
    let mut last_used = Instant::now();
    watch_for_damage(&context);
    // None yet: the index may have been cut by other words while nobody ran.
    let mut cut_by = None;
    loop {
        let words = wenyuan_text::dictionary_fingerprint();
        if cut_by.as_ref() != Some(&words) {
            match cut_anew(&context, &words).await {
                Ok(()) => cut_by = Some(words),
                Err(error) => tracing::error!(%error, "cannot ask for text to be cut anew"),
            }
        }
        if context.index.wants_renewal()
            && !*stopped.borrow()
            && let Some(held) = writer.take().or_else(|| open_writer(&context.index))
        {
            match renew(&context, &owner, held, &stopped).await {
                Ok(renewed) => writer = renewed,
                Err(error) => {
                    tracing::error!("the search index cannot be made anew: {error:#}");
                    if !pause(&mut stopped).await {
                        return;
                    }
                }
            }
            last_used = Instant::now();
            continue;
        }
        if !matches!(job::is_due(&context.db, Kind::Index).await, Ok(true)) {
            if last_used.elapsed() > KEEP_WRITER
                && let Some(idle) = writer.take()
            {
                finish(idle).await;
            }
            if next_turn(&context.db, &mut stopped).await {
                continue;
            }
            if let Some(idle) = writer {
                finish(idle).await;
            }
            return;
        }
        // The writer first: without it a lease would only use up attempts.
        let Some(held) = writer.take().or_else(|| open_writer(&context.index)) else {
            if pause(&mut stopped).await {
                continue;
            }
            return;
        };
        let jobs = lease_batch(&context, &owner).await;
        last_used = Instant::now();
        writer = if jobs.is_empty() {
            Some(held)
        } else {
            work(&context, &jobs, held).await
        };
    }
}

/// Lets the merges that are under way come to their end: a writer that is
/// just dropped stops them, and segments would pile up.
async fn finish(writer: Writer) {
    let finished = tokio::task::spawn_blocking(move || writer.finish()).await;
    if let Ok(Err(error)) = finished {
        tracing::warn!(%error, "the index writer did not close cleanly");
    }
}

/// Another process of this data directory may be writing: then it comes to
/// the jobs, or this one does when the other stops.
fn open_writer(index: &Index) -> Option<Writer> {
    match index.writer() {
        Ok(writer) => Some(writer),
        Err(WriterError::Busy) => None,
        Err(error) => {
            tracing::error!(%error, "no index writer");
            None
        }
    }
}

/// Waits a second; `false` when the worker stops.
async fn pause(stopped: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
        _ = stopped.changed() => {}
    }
    !*stopped.borrow()
}

/// Works a batch off. Returns the writer for the next, unless it failed.
async fn work(context: &Arc<Context>, jobs: &[Job], writer: Writer) -> Option<Writer> {
    match index_batch(context, jobs, writer).await {
        Ok(writer) => {
            for job in jobs {
                lease::settle(&context.db, job, Ok(())).await;
            }
            Some(writer)
        }
        Err(error) => {
            let message = format!("{error:#}");
            for job in jobs {
                let failed = lease::Interrupted::Failed(anyhow::anyhow!("{message}"));
                lease::settle(&context.db, job, Err(failed)).await;
            }
            None
        }
    }
}

async fn index_batch(
    context: &Arc<Context>,
    jobs: &[Job],
    mut writer: Writer,
) -> anyhow::Result<Writer> {
    let subjects: Vec<i64> = jobs.iter().map(|job| job.subject).collect();
    let changes = changes(&context.db, &subjects).await?;
    // The writer computes and waits for the disk: not on the async threads.
    let writer = tokio::task::spawn_blocking(move || {
        apply(&mut writer, &changes)?;
        writer.commit()?;
        Ok::<_, wenyuan_search::SearchError>(writer)
    })
    .await??;
    // What left the index is no arrival; that is asked there.
    let ids: Vec<_> = jobs.iter().map(|job| DocumentId(job.subject)).collect();
    saved_search::arrive(&context.db, &ids).await?;
    Ok(writer)
}

async fn lease_batch(context: &Context, owner: &str) -> Vec<Job> {
    let mut jobs = Vec::new();
    while jobs.len() < BATCH {
        match lease_one(context, Kind::Index, owner).await {
            Some(job) => jobs.push(job),
            None => break,
        }
    }
    jobs
}

/// A document and what the index shall hold of it, if anything.
type Change = (i64, Option<Entry>);

async fn changes(db: &Db, subjects: &[i64]) -> anyhow::Result<Vec<Change>> {
    let tree = category::tree(db).await?;
    let mut changes = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let entry = match document::source(db, DocumentId(*subject)).await? {
            Some(source) if source.listed => Some(entry(db, &tree, source).await?),
            _ => None,
        };
        changes.push((*subject, entry));
    }
    Ok(changes)
}

fn apply(writer: &mut Writer, changes: &[Change]) -> Result<(), SearchError> {
    for (id, entry) in changes {
        match entry {
            Some(entry) => writer.put(entry)?,
            None => writer.remove(*id)?,
        }
    }
    Ok(())
}

/// Makes the index anew beside the one that answers and lets it take the place.
/// What changes meanwhile goes into both. Gives the writer of the new one, or
/// nothing when the worker stops: then it begins again with the next start.
async fn renew(
    context: &Arc<Context>,
    owner: &str,
    mut held: Writer,
    stopped: &watch::Receiver<bool>,
) -> anyhow::Result<Option<Writer>> {
    let (db, index) = (&context.db, context.index.clone());
    let mut renewal = tokio::task::spawn_blocking(move || index.begin_renewal()).await??;
    let mut after = DocumentId(0);
    let mut documents = 0;
    loop {
        if *stopped.borrow() {
            finish(held).await;
            return Ok(None);
        }
        let chunk = document::for_sitemap(db, after, u32::try_from(BATCH)?).await?;
        let ids: Vec<i64> = chunk.iter().map(|(id, _)| id.0).collect();
        if let Some((last, _)) = chunk.last() {
            after = *last;
            documents += ids.len();
            let listed = changes(db, &ids).await?;
            renewal = tokio::task::spawn_blocking(move || {
                apply(renewal.writer(), &listed)?;
                Ok::<_, SearchError>(renewal)
            })
            .await??;
        }
        let jobs = lease_batch(context, owner).await;
        if !jobs.is_empty() {
            let subjects: Vec<i64> = jobs.iter().map(|job| job.subject).collect();
            let changed = changes(db, &subjects).await?;
            (held, renewal) = tokio::task::spawn_blocking(move || {
                apply(renewal.writer(), &changed)?;
                // The old one may be what the renewal is to mend.
                let old = apply(&mut held, &changed).and_then(|()| held.commit());
                if let Err(error) = old {
                    tracing::warn!(%error, "the old search index takes nothing in");
                }
                Ok::<_, SearchError>((held, renewal))
            })
            .await??;
            for job in &jobs {
                lease::settle(db, job, Ok(())).await;
            }
        }
        if ids.is_empty() && jobs.is_empty() {
            break;
        }
    }
    let index = context.index.clone();
    let replaced = tokio::task::spawn_blocking(move || index.replace(held, renewal)).await?;
    tracing::info!(documents, "the search index was made anew");
    match replaced {
        Ok(writer) => Ok(Some(writer)),
        Err(WriterError::Busy) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads the whole index once, beside everything else, and asks for a renewal
/// when a file of it is damaged. Search goes on with what can be read.
fn watch_for_damage(context: &Context) {
    let index = context.index.clone();
    tokio::task::spawn_blocking(move || match index.verify() {
        Ok(damaged) if damaged.is_empty() => {}
        Ok(damaged) => {
            tracing::error!(?damaged, "the search index is damaged and is made anew");
            if let Err(error) = index.ask_renewal() {
                tracing::error!(%error, "cannot ask for the index to be made anew");
            }
        }
        Err(error) => tracing::error!(%error, "cannot verify the search index"),
    });
}

async fn entry(db: &Db, tree: &Tree, source: Source) -> anyhow::Result<Entry> {
    let texts = document::page_texts(db, &source.document).await?;
    let document = source.document;
    let cluster = signature::cluster_of(db, document.id).await?;
    let cluster = cluster.and_then(|first| u64::try_from(first.0).ok());
    Ok(Entry {
        id: document.id.0,
        title: document.title,
        author: document.owner_name,
        tags: document.tags,
        description: document.description,
        body: texts.into_iter().map(|(_, text)| text).collect(),
        format: document.format,
        category_path: document
            .category
            .map(|id| tree.path(id).iter().map(|node| node.id.0).collect())
            .unwrap_or_default(),
        pages: document.page_count,
        published_at: document.published_at.map_or(0, |at| at.0),
        language: document.language,
        price: match document.download {
            Download::Everyone => Price::Everyone,
            Download::Members => Price::Members,
            Download::None => Price::Nobody,
        },
        views: i64::try_from(document.view_count).unwrap_or(i64::MAX),
        favourites: i64::try_from(document.favourite_count).unwrap_or(i64::MAX),
        // Without one, copies are told by their text, letter by letter.
        cluster,
    })
}

/// What [`reindex`] asked for.
#[derive(Clone, Copy, Debug)]
pub struct Reindexed {
    /// Documents to be put in.
    pub documents: usize,
    /// Documents to be taken out, because they are gone or hidden.
    pub strays: usize,
}

/// Asks for the whole index to be made anew, by whichever process writes it.
/// Search goes on with what is there until the new one takes its place.
///
/// # Errors
/// When database or index fail.
pub async fn reindex(db: &Db, index: &Index) -> anyhow::Result<Reindexed> {
    let (listed, indexed) = both_sides(db, index).await?;
    let is_stray = |id: &&i64| listed.binary_search(id).is_err();
    let strays = indexed.iter().filter(is_stray).count();
    let index = index.clone();
    tokio::task::spawn_blocking(move || index.ask_renewal()).await??;
    db.bulletin().announce_work();
    Ok(Reindexed {
        documents: listed.len(),
        strays,
    })
}

/// Asks for every listed document to be put into an index that is empty: it is
/// searched while it fills.
async fn enqueue_all(db: &Db, index: &Index) -> anyhow::Result<()> {
    let (listed, _) = both_sides(db, index).await?;
    let mut tx = db.write().await?;
    for id in &listed {
        job::enqueue(&mut tx, Kind::Index, *id).await?;
    }
    tx.commit().await?;
    db.bulletin().announce_work();
    let index = index.clone();
    tokio::task::spawn_blocking(move || index.mark_rebuilt()).await??;
    tracing::info!(documents = listed.len(), "the search index is rebuilt");
    Ok(())
}

/// Asks for every document to be put again when the operator's words are not
/// those by which the index was cut. Search goes on with what is there.
async fn cut_anew(context: &Context, words: &str) -> anyhow::Result<()> {
    let (index, asked) = (context.index.clone(), words.to_owned());
    if tokio::task::spawn_blocking(move || index.is_cut_by(&asked)).await?? {
        return Ok(());
    }
    let asked = reindex(&context.db, &context.index).await?;
    tracing::info!(
        documents = asked.documents,
        "the dictionary has changed: the search index is rebuilt"
    );
    let (index, words) = (context.index.clone(), words.to_owned());
    tokio::task::spawn_blocking(move || index.mark_cut_by(&words)).await??;
    Ok(())
}

/// Proves that the index holds exactly the listed documents, but for those
/// whose `index` job is still to come.
///
/// # Errors
/// When database or index fail.
pub async fn index_is_in_step(db: &Db, index: &Index) -> anyhow::Result<Check> {
    const LOOKS: u32 = 3;
    let mut check = look(db, index).await?;
    for _ in 1..LOOKS {
        if check.ok {
            break;
        }
        // The two sides are not read at one instant: on a library in use a
        // document may have come in between. A real fault stays.
        check = look(db, index).await?;
    }
    Ok(check)
}

async fn look(db: &Db, index: &Index) -> anyhow::Result<Check> {
    let mut coming = job::unsettled_subjects(db, Kind::Index).await?;
    let (listed, indexed) = both_sides(db, index).await?;
    coming.extend(job::unsettled_subjects(db, Kind::Index).await?);
    let missing = listed
        .iter()
        .filter(|id| indexed.binary_search(id).is_err() && !coming.contains(id))
        .map(|id| format!("document {id} is not indexed"));
    let stray = indexed
        .iter()
        .filter(|id| listed.binary_search(id).is_err() && !coming.contains(id))
        .map(|id| format!("document {id} is indexed but not listed"));
    let wrong: Vec<String> = missing.chain(stray).collect();
    Ok(Check::from_wrong(
        "the search index holds the listed documents and no others",
        listed.len(),
        &wrong,
    ))
}

/// The ids of listed documents, and those in the index; both ascending.
async fn both_sides(db: &Db, index: &Index) -> anyhow::Result<(Vec<i64>, Vec<i64>)> {
    const CHUNK: u32 = 10_000;
    let mut listed = Vec::new();
    let mut after = DocumentId(0);
    loop {
        let chunk = document::for_sitemap(db, after, CHUNK).await?;
        let Some((last, _)) = chunk.last() else { break };
        after = *last;
        listed.extend(chunk.iter().map(|(id, _)| id.0));
    }
    let index = index.clone();
    let indexed = tokio::task::spawn_blocking(move || index.ids()).await??;
    Ok((listed, indexed))
}
