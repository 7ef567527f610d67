//! The bodies of the jobs: convert, check, recognise, index, saved searches,
//! sweep.
//!
//! [`Worker::start`] runs loops that lease jobs and work them off, in `serve`,
//! `worker` and `import` alike. No upload is parsed in this process: a
//! conversion happens in a warm child process ([`child`]), one per core, which
//! knows nothing but what comes through its standard input, and where that does
//! not read the format in [`libreoffice`], which gets the file. Tesseract gets
//! the images of pages without text. All of them stand behind [`walls`].

pub mod check;
mod check_file;
mod child;
mod convert;
mod index;
mod lease;
pub mod libreoffice;
mod pair_reads;
mod payload;
mod policy;
mod process;
mod read;
mod recognise;
mod saved;
mod scratch;
mod tesseract;
pub mod walls;

pub use check_file::{ReadFile, check_read};
pub use child::{Child, ChildCommand, ChildError, Conversion, Step, Upload};
pub use index::{Reindexed, index_is_in_step, reindex};
pub use payload::Payload;
pub use policy::{Action, Policy};
pub use process::{Process, spawn};
pub use read::{ReadPage, Reader, read_file};
pub use scratch::Scratch;
pub use tesseract::{Tesseract, TesseractCommand, TesseractError};

use libreoffice::OfficeCommand;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wenyuan_convert::Limits;
use wenyuan_domain::job::{self, Job, Kind};
use wenyuan_domain::{Blobs, Db};
use wenyuan_search::Index;

/// What the job loops need.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// The blobs.
    pub blobs: Blobs,
    /// The search index of this data directory.
    pub index: Index,
    /// How a converting child is started.
    pub child: ChildCommand,
    /// How LibreOffice is run, if it is here.
    pub office: OfficeCommand,
    /// The caps of a conversion.
    pub limits: Limits,
    /// How many conversions run at once.
    pub converters: usize,
    /// What is done about what the authenticity check finds.
    pub policy: Policy,
    /// What reads the text of scans; nothing where it is not installed.
    pub tesseract: Option<crate::Tesseract>,
}

/// Running job loops.
pub struct Worker {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
    db: Db,
    owner: String,
}

/// How often the queue is looked at when nobody announced work: jobs of other
/// processes, and retries that have become due.
const POLL: Duration = Duration::from_millis(250);
/// Documents that are checked at once: one that takes long holds up no other.
const CHECKERS: usize = 2;
/// How often the sweep is asked for.
const SWEEP_EVERY: Duration = Duration::from_secs(6 * 3600);

impl Worker {
    /// Starts the loops.
    pub fn start(context: Context) -> Self {
        let owner = owner_name();
        let (stop, stopped) = watch::channel(false);
        let context = Arc::new(context);
        let mut tasks = JoinSet::new();
        for number in 0..context.converters {
            let owner = format!("{owner}/{number}");
            tasks.spawn(convert::run(context.clone(), owner, stopped.clone()));
        }
        for number in 0..context.converters.min(CHECKERS) {
            let owner = format!("{owner}/check/{number}");
            tasks.spawn(check::job::run(context.clone(), owner, stopped.clone()));
        }
        tasks.spawn(check::upkeep::fold(
            context.clone(),
            format!("{owner}/fold"),
            stopped.clone(),
        ));
        tasks.spawn(check::upkeep::sign_unsigned(
            context.clone(),
            format!("{owner}/sign"),
            stopped.clone(),
        ));
        if let Some(tesseract) = context.tesseract.clone() {
            tasks.spawn(recognise::run(
                context.clone(),
                tesseract,
                format!("{owner}/recognise"),
                stopped.clone(),
            ));
        }
        tasks.spawn(index::run(
            context.clone(),
            format!("{owner}/index"),
            stopped.clone(),
        ));
        tasks.spawn(saved::run(
            context.clone(),
            format!("{owner}/saved"),
            stopped.clone(),
        ));
        tasks.spawn(pair_reads::run(
            context.clone(),
            format!("{owner}/pair_reads"),
            stopped.clone(),
        ));
        tasks.spawn(sweep_loop(
            context.clone(),
            format!("{owner}/sweep"),
            stopped,
        ));
        Self {
            tasks,
            stop,
            db: context.db.clone(),
            owner,
        }
    }

    /// Stops the loops: jobs in hand are given back at once, to be begun anew
    /// by the next worker.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let grace = tokio::time::sleep(Duration::from_secs(5));
        tokio::pin!(grace);
        loop {
            tokio::select! {
                () = &mut grace => break,
                next = self.tasks.join_next() => if next.is_none() { break },
            }
        }
        self.tasks.shutdown().await;
        if let Err(error) = job::release(&self.db, &self.owner).await {
            tracing::warn!(%error, "jobs in hand wait for their lease to run out");
        }
    }
}

/// Names this process among all that work on the same database.
fn owner_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!(
        "{}/{}/{}",
        host.trim(),
        std::process::id(),
        wenyuan_domain::Timestamp::now().0
    )
}

/// Waits until there may be work, or the worker stops; `false` when it stops.
async fn next_turn(db: &Db, stopped: &mut watch::Receiver<bool>) -> bool {
    if *stopped.borrow() {
        return false;
    }
    tokio::select! {
        () = db.bulletin().work_announced() => {}
        () = tokio::time::sleep(POLL) => {}
        _ = stopped.changed() => {}
    }
    !*stopped.borrow()
}

/// Leases a job; a database that is away for a while is waited for.
async fn lease_one(context: &Context, kind: Kind, owner: &str) -> Option<Job> {
    match job::lease(&context.db, kind, owner).await {
        Ok(job) => job,
        Err(error) => {
            tracing::error!(%error, kind = kind.as_str(), "cannot look for jobs");
            tokio::time::sleep(Duration::from_secs(1)).await;
            None
        }
    }
}

async fn sweep_loop(context: Arc<Context>, owner: String, stopped: watch::Receiver<bool>) {
    let body = |context: Arc<Context>| async move {
        use wenyuan_domain::sweep;
        let swept = sweep::run(&context.db, &context.blobs, sweep::GRACE).await?;
        tracing::info!(
            blobs = swept.blobs,
            sessions = swept.sessions,
            jobs = swept.jobs,
            "swept"
        );
        Ok(())
    };
    lease::every(context, Kind::Sweep, SWEEP_EVERY, owner, stopped, body).await;
}
