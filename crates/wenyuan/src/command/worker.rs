//! `worker`: the job loops alone, beside a site on another process or machine.

use super::Place;
use std::process::ExitCode;
use wenyuan_worker::Worker;

pub(crate) async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let library = place.open().await?;
    tokio::spawn(library.words.clone().watch());
    let worker = Worker::start(library.worker_context().await?);
    tracing::info!(converters = library.config.converters(), "working");
    super::serve::asked_to_stop().await;
    worker.stop().await;
    library.db.close().await;
    Ok(ExitCode::SUCCESS)
}
