//! `reindex`: the search index anew, from the database, and the index of
//! signatures from the texts.

use super::Place;
use crate::log;
use std::process::ExitCode;
use std::time::Duration;
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::{Db, DbError};
use wenyuan_worker::Worker;

pub(crate) async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let library = place.open_quietly().await?;
    let asked = wenyuan_worker::reindex(&library.db, &library.index).await?;
    wenyuan_worker::check::sign_anew(&library.db).await?;
    // If a server runs here it holds the writer and does the work; otherwise
    // this process does. Converting and reading scans are not its business
    // either way.
    let mut context = library.worker_context().await?;
    context.converters = 0;
    context.tesseract = None;
    let worker = Worker::start(context);
    while library.index.wants_renewal() || are_unsettled(&library.db).await? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    worker.stop().await;
    let index = library.index.clone();
    tokio::task::spawn_blocking(move || index.mark_rebuilt()).await??;
    log::say(&format!(
        "{} documents indexed, {} strays removed",
        asked.documents, asked.strays
    ));
    Ok(ExitCode::SUCCESS)
}

/// Signing comes first: it asks for the others.
async fn are_unsettled(db: &Db) -> Result<bool, DbError> {
    for kind in [Kind::Sign, Kind::Fold, Kind::Index] {
        if job::unsettled(db, kind).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
