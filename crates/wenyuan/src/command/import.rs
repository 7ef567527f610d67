//! `import`: files and directories into the library, in bulk.
//!
//! Resumable because the library is: a file that its owner has already is
//! recognised by its hash and not stored twice. Files go in no faster than
//! they are converted, so that a million of them need no more memory or spool
//! than a hundred.

use super::Place;
use crate::data::Library;
use crate::log;
use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use wenyuan_domain::account::{self, AccountError, NewUser, Role, User};
use wenyuan_domain::document::{self, CreateError, NewDocument, State, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{BlobRef, CategoryId, DocumentId, Sha256};
use wenyuan_worker::Worker;

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Whose documents they become; an account of its own if absent
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Category, by slug
    #[arg(long, value_name = "SLUG")]
    category: Option<String>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Uploads on their way at a time.
const IN_FLIGHT: usize = 32;
/// How often they are looked at without news: another process may be at work on
/// them.
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl Import {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let started = Instant::now();
        let mut files = Vec::new();
        for path in &self.paths {
            collect(path, &mut files)?;
        }
        let library = place.open_quietly().await?;
        let owner = self.owner(&library).await?;
        let category = self.category(&library).await?;
        let context = library.worker_context().await?;
        let reads_scans = context.tesseract.is_some();
        let worker = Worker::start(context);

        let bar = ProgressBar::new(files.len() as u64).with_style(
            ProgressStyle::with_template("{bar:32} {pos}/{len} {elapsed} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        let mut run = Run {
            library: &library,
            owner,
            category,
            bar,
            waiting: VecDeque::new(),
            readable: 0,
            held: 0,
            imported: HashSet::new(),
            refused: Vec::new(),
        };
        for file in files {
            while run.waiting.len() >= IN_FLIGHT {
                run.settle_some().await?;
            }
            run.take(file).await?;
        }
        while !run.waiting.is_empty() {
            run.settle_some().await?;
        }
        run.bar.finish_and_clear();
        finish_indexing(&library, &run.imported, reads_scans).await?;
        worker.stop().await;
        self.report(&run, started.elapsed())?;
        Ok(ExitCode::SUCCESS)
    }

    async fn owner(&self, library: &Library) -> anyhow::Result<User> {
        match &self.owner {
            Some(name) => account::find_by_name(&library.db, name)
                .await
                .with_context(|| format!("owner {name}")),
            None => importer(library).await,
        }
    }

    async fn category(&self, library: &Library) -> anyhow::Result<Option<CategoryId>> {
        let Some(slug) = &self.category else {
            return Ok(None);
        };
        let tree = wenyuan_domain::category::tree(&library.db).await?;
        let category = tree
            .by_slug(slug)
            .with_context(|| format!("no category `{slug}`"))?;
        Ok(Some(category.id))
    }

    fn report(&self, run: &Run<'_>, took: Duration) -> anyhow::Result<()> {
        let Run {
            readable,
            held,
            refused,
            ..
        } = run;
        if self.json {
            let refused: Vec<_> = refused
                .iter()
                .map(|(file, reason)| json!({"file": file.display().to_string(), "reason": reason}))
                .collect();
            let summary = json!({
                "readable": readable, "held": held, "refused": refused, "seconds": took.as_secs_f64(),
            });
            return Ok(log::print(&summary.to_string())?);
        }
        for (file, reason) in refused {
            log::print(&format!("refused  {}: {reason}", file.display()))?;
        }
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, reason) in refused {
            *kinds
                .entry(reason.split(':').next().unwrap_or_default())
                .or_default() += 1;
        }
        let kinds: Vec<String> = kinds
            .iter()
            .map(|(kind, n)| format!("{n} {kind}"))
            .collect();
        log::print(&format!(
            "{readable} readable, {held} held for review, {} refused{}{}, {:.1} s",
            refused.len(),
            if kinds.is_empty() { "" } else { ": " },
            kinds.join(", "),
            took.as_secs_f64(),
        ))?;
        Ok(())
    }
}

/// The account that owns what is imported for nobody in particular. Nobody
/// knows its password, so nobody logs in as it.
async fn importer(library: &Library) -> anyhow::Result<User> {
    const NAME: &str = "文渊馆藏";
    match account::find_by_name(&library.db, NAME).await {
        Err(AccountError::NotFound) => {}
        found => return Ok(found?),
    }
    let new = NewUser {
        name: NAME.into(),
        email: "library@import.invalid".into(),
        password: super::admin::generate_password()?,
        role: Role::Member,
    };
    Ok(account::create(&library.db, new).await?)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let meta = std::fs::metadata(path).with_context(|| format!("reading {}", path.display()))?;
    if !meta.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries = std::fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // A link out of the directory is not part of what was asked for.
        let link = std::fs::symlink_metadata(&entry)?.is_symlink();
        if !hidden && !link {
            collect(&entry, files)?;
        }
    }
    Ok(())
}

struct Run<'a> {
    library: &'a Library,
    owner: User,
    category: Option<CategoryId>,
    bar: ProgressBar,
    waiting: VecDeque<(PathBuf, DocumentId)>,
    readable: usize,
    /// Files that wait for a reviewer.
    held: usize,
    /// The documents that the readable files became: the same file twice is one.
    imported: HashSet<i64>,
    refused: Vec<(PathBuf, String)>,
}

impl Run<'_> {
    async fn take(&mut self, file: PathBuf) -> anyhow::Result<()> {
        self.bar.set_message(
            file.file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
        );
        let limit = self.library.config.max_upload_mib << 20;
        match accept(self.library, &self.owner, self.category, &file, limit).await? {
            Ok(id) => self.waiting.push_back((file, id)),
            Err(reason) => self.refuse(file, reason),
        }
        Ok(())
    }

    fn refuse(&mut self, file: PathBuf, reason: String) {
        self.refused.push((file, reason));
        self.bar.inc(1);
    }

    /// Strikes off what has become readable or refused; when nothing has, waits
    /// for news.
    async fn settle_some(&mut self) -> anyhow::Result<()> {
        // What is announced from here on is not missed.
        let mut news = self.library.db.bulletin().changes();
        let before = self.waiting.len();
        for _ in 0..self.waiting.len() {
            let Some((file, id)) = self.waiting.pop_front() else {
                break;
            };
            let source = document::source(&self.library.db, id).await?;
            match source.map(|source| (source.state, source.document.failure)) {
                Some((State::Converting | State::Checking, _)) => {
                    self.waiting.push_back((file, id));
                }
                Some((State::Held, _)) => {
                    self.held += 1;
                    self.bar.inc(1);
                }
                Some((State::Readable | State::Withdrawn, _)) => {
                    self.readable += 1;
                    self.imported.insert(id.0);
                    self.bar.inc(1);
                }
                Some((State::Refused, failure)) => {
                    let reason = failure.map_or_else(
                        || "refused".to_owned(),
                        |failure| format!("{}: {}", failure.kind, failure.detail),
                    );
                    self.refuse(file, reason);
                }
                None => self.refuse(file, "deleted meanwhile".into()),
            }
        }
        if self.waiting.len() == before {
            // Without news it is looked again all the same.
            let _ = tokio::time::timeout(LOOK_EVERY, news.recv()).await;
        }
        Ok(())
    }
}

/// Stores one file and its row. The inner error is the file's, in words.
async fn accept(
    library: &Library,
    owner: &User,
    category: Option<CategoryId>,
    file: &Path,
    limit: u64,
) -> anyhow::Result<Result<DocumentId, String>> {
    let blob = {
        let file = file.to_owned();
        match tokio::task::spawn_blocking(move || hash(&file)).await? {
            Ok(blob) => blob,
            Err(error) => return Ok(Err(format!("unreadable: {error}"))),
        }
    };
    if blob.size_bytes == 0 {
        return Ok(Err("empty: the file has no bytes".into()));
    }
    if blob.size_bytes > limit {
        return Ok(Err(format!("too_large: more than {} MiB", limit >> 20)));
    }
    if let Some(id) = document::owned_file(&library.db, owner.id, &blob.sha256).await? {
        return Ok(Ok(id));
    }
    library
        .blobs
        .put_file(file, &blob)
        .await
        .with_context(|| format!("storing {}", file.display()))?;
    let file_name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let title = wenyuan_text::tidy_title(&file_name);
    let new = NewDocument {
        owner: owner.id,
        tags: wenyuan_text::title_tags(&title),
        title: if title.is_empty() {
            file_name.clone()
        } else {
            title
        },
        description: String::new(),
        category,
        visibility: Visibility::Public,
        download: Download::Everyone,
        preview_pages: None,
        file_name,
        original: blob,
    };
    match document::create(&library.db, new).await {
        Ok(id) | Err(CreateError::Duplicate(id)) => Ok(Ok(id)),
        Err(error @ CreateError::BadTitle) => Ok(Err(format!("bad_title: {error}"))),
        Err(error) => Err(error.into()),
    }
}

fn hash(file: &Path) -> std::io::Result<BlobRef> {
    use sha2::Digest;
    use std::io::Read;
    let mut source = std::fs::File::open(file)?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    let mut size_bytes = 0;
    loop {
        let read = source.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
        size_bytes += read as u64;
    }
    let sha256: Sha256 = hex::encode(hasher.finalize())
        .parse()
        .map_err(|_| std::io::Error::from(std::io::ErrorKind::InvalidData))?;
    Ok(BlobRef { sha256, size_bytes })
}

/// Waits until what was imported can be found, scans by their text if it is read
/// here. Nobody waits for the documents of others.
async fn finish_indexing(
    library: &Library,
    imported: &HashSet<i64>,
    reads_scans: bool,
) -> anyhow::Result<()> {
    use wenyuan_domain::job::{self, Kind};
    let first = reads_scans.then_some(Kind::Recognise);
    // Reading scans asks for another check, and for indexing.
    for kind in first.into_iter().chain([Kind::Check, Kind::Index]) {
        loop {
            let unsettled = job::unsettled_subjects(&library.db, kind).await?;
            if !unsettled.iter().any(|id| imported.contains(id)) {
                break;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    Ok(())
}
