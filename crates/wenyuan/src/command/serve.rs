//! `serve`: the site and its workers in one process.

use super::Place;
use crate::config::Config;
use crate::data::{self, Library};
use crate::formats::{self, Formats};
use crate::log;
use anyhow::Context;
use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use wenyuan_web::Site;
use wenyuan_worker::{Worker, libreoffice};

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let mut library = place.open().await?;
        if let Some(listen) = self.listen {
            library.config.listen = listen;
        }
        let listener = listen(&library.config).await?;
        run(library, listener, |address| {
            log::say(&format!("http://{address}"));
            Ok(())
        })
        .await?;
        Ok(ExitCode::SUCCESS)
    }
}

pub(crate) async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {}", config.listen))
}

/// Serves until the process is asked to stop. `announce` is told the address
/// when everything that is made at the first start is there.
pub(crate) async fn run(
    library: Library,
    listener: TcpListener,
    announce: impl FnOnce(SocketAddr) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // A second recorder in one process can only be a test's.
    let _ = metrics::set_global_recorder(recorder);
    let address = listener.local_addr()?;
    let config = site_config(&library, address)?;
    tokio::spawn(library.words.clone().watch());
    let worker = Worker::start(library.worker_context().await?);
    let site = Arc::new(Site::new(
        library.db.clone(),
        library.blobs.clone(),
        library.index.clone(),
        config,
    ));

    // The dictionaries load on first use; the first reader should not wait.
    let warmed = Arc::clone(&site);
    tokio::task::spawn_blocking(move || warmed.warm());

    if let Some(address) = library.config.metrics_listen {
        let metrics = TcpListener::bind(address)
            .await
            .with_context(|| format!("listening on {address} for metrics"))?;
        let router = wenyuan_web::metrics_router(move || handle.render());
        tokio::spawn(async move {
            if let Err(error) = axum::serve(metrics, router).await {
                tracing::error!(%error, "metrics are not served any more");
            }
        });
    }

    announce(address)?;
    let router = wenyuan_web::router(Arc::clone(&site));
    let served = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move {
        asked_to_stop().await;
        site.close();
    });
    served.await.context("serving")?;
    worker.stop().await;
    library.db.close().await;
    Ok(())
}

fn site_config(library: &Library, address: SocketAddr) -> anyhow::Result<wenyuan_web::Config> {
    let config = &library.config;
    let spool_dir = library.directory.join("spool");
    clear_spool(&spool_dir)?;
    if !address.ip().is_loopback() && config.base_url.is_none() {
        tracing::warn!("listening beyond this machine without `base_url`: log-ins go in the clear");
    }
    let found = library.libreoffice();
    let here = Formats::new(&found);
    let readable = [here.native, here.office].concat();
    Ok(wenyuan_web::Config {
        name_zh: config.name_zh.clone(),
        name_en: config.name_en.clone(),
        base_url: config
            .base_url
            .as_ref()
            .map(|url| url.trim_end_matches('/').to_owned()),
        secure_cookies: config
            .base_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://")),
        max_upload_bytes: config.max_upload_mib << 20,
        spool_dir,
        secret: data::secret(&library.directory)?,
        utc_offset_minutes: config.utc_offset_minutes,
        formats: formats::names(&readable),
        endings: formats::endings(&readable),
        two_engines: formats::endings(&here.both),
        absent_formats: formats::names(&here.absent),
        absence: match found.as_ref() {
            Err(libreoffice::Absence::Off) => wenyuan_web::Absence::Off,
            _ => wenyuan_web::Absence::NotInstalled,
        },
    })
}

/// Makes the spool directory, and removes what a killed server left in it: an
/// upload that was not answered yet was not accepted.
fn clear_spool(directory: &Path) -> anyhow::Result<()> {
    data::make_private(directory)?;
    let entries = std::fs::read_dir(directory).context("reading the spool directory")?;
    for entry in entries {
        let path = entry?.path();
        std::fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}

pub(crate) async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
