//! `verify`: every invariant, on a library in use or at rest.

use super::Place;
use crate::log;
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use wenyuan_domain::verify::Check;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let library = place.open_quietly().await?;
        let mut checks = wenyuan_domain::verify::run(&library.db, &library.blobs).await?;
        checks.push(wenyuan_worker::index_is_in_step(&library.db, &library.index).await?);
        let index = library.index.clone();
        let damaged = tokio::task::spawn_blocking(move || index.verify()).await??;
        let damaged: Vec<String> = damaged
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        checks.push(Check::from_wrong(
            "the search index's files are whole",
            damaged.len(),
            &damaged,
        ));

        let ok = checks.iter().all(|check| check.ok);
        if self.json {
            log::print(&json!({ "ok": ok, "checks": checks }).to_string())?;
        } else {
            for check in &checks {
                let mark = if check.ok { "ok  " } else { "FAIL" };
                log::print(&format!("{mark}  {}: {}", check.name, check.detail))?;
            }
        }
        Ok(if ok {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
