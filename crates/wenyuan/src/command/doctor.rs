//! `doctor`: what this installation is, has and lacks.

use super::Place;
use crate::data::{self, Library};
use crate::formats::{self, Formats};
use crate::log;
use crate::sandbox::{self, Sandbox};
use crate::words::Report;
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;
use wenyuan_convert::Format;
use wenyuan_domain::job;
use wenyuan_worker::Scratch;
use wenyuan_worker::libreoffice::Absence;

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let library = place.open_quietly().await?;
        let jobs = job::counts(&library.db).await?;
        let blobs = library.blobs.ping().await;
        let index = library.index.clone();
        let indexed = tokio::task::spawn_blocking(move || index.len()).await?;
        let fonts = wenyuan_convert::fonts::bundled();
        let font_bytes: usize = fonts.iter().map(|(_, bytes)| bytes.len()).sum();
        let found = library.libreoffice();
        let here = Formats::new(&found);
        let listed = |formats: &[Format]| formats::names(formats).join(" ");
        let (directory, config) = (&library.directory, &library.config);
        let child = data::unpack_fonts(directory)
            .and_then(|fonts| data::child_command(directory, &fonts, config));
        let recognition = match &child {
            Ok(child) => match data::tesseract(Arc::clone(&child.scratch), config).await {
                Ok(tesseract) => tesseract.describe(),
                Err(error) => format!("none: {error:#}"),
            },
            Err(_) => "none".to_owned(),
        };
        let converter = child.map(|_| config.converters());
        let (walls, walls_stand) = look_at_walls(&library)?;
        let [dictionary, synonyms] = library.words.reports();
        let lines = [
            ("version", env!("CARGO_PKG_VERSION").to_owned(), true),
            (
                "data directory",
                library.directory.display().to_string(),
                true,
            ),
            ("database", library.db.backend_name().to_owned(), true),
            (
                "blob store",
                blobs
                    .as_ref()
                    .map_or_else(ToString::to_string, |()| "answers".into()),
                blobs.is_ok(),
            ),
            (
                "search index",
                indexed
                    .as_ref()
                    .map_or_else(ToString::to_string, |n| format!("{n} documents")),
                indexed.is_ok(),
            ),
            (
                "dictionary",
                in_use(dictionary),
                dictionary.problems.is_empty(),
            ),
            ("synonyms", in_use(synonyms), synonyms.problems.is_empty()),
            (
                "bundled fonts",
                format!("{} files, {} MiB", fonts.len(), font_bytes >> 20),
                !fonts.is_empty(),
            ),
            (
                "converter",
                converter.as_ref().map_or_else(
                    |error| format!("{error:#}"),
                    |n| format!("native: {}; {n} at once", listed(&here.native)),
                ),
                converter.is_ok(),
            ),
            ("sandbox", walls, walls_stand),
            // Optional: a library without scans needs none.
            ("text recognition", recognition, true),
            (
                "LibreOffice",
                match found.as_ref() {
                    Ok(office) if here.absent.is_empty() => {
                        format!("{office}: {}", listed(&here.office))
                    }
                    Ok(office) => format!(
                        "{office}: {}; not {}, for which a part is not installed",
                        listed(&here.office),
                        listed(&here.absent),
                    ),
                    Err(absence) => format!("not {}: {absence}", listed(&here.absent)),
                },
                // A library can do without.
                !matches!(
                    found.as_ref(),
                    Err(Absence::NotThere(_) | Absence::DoesNotRun(_))
                ),
            ),
            (
                "jobs",
                format!(
                    "{} waiting, {} running, {} dead",
                    jobs.ready, jobs.running, jobs.dead
                ),
                jobs.dead == 0,
            ),
        ];
        let ok = lines.iter().all(|(.., ok)| *ok);
        if self.json {
            let items: Vec<_> = lines
                .iter()
                .map(|(name, detail, ok)| json!({"name": name, "detail": detail, "ok": ok}))
                .collect();
            log::print(&json!({ "ok": ok, "items": items }).to_string())?;
        } else {
            for (name, detail, ok) in lines {
                log::print(&format!(
                    "{}  {name}: {detail}",
                    if ok { "ok  " } else { "FAIL" }
                ))?;
            }
        }
        Ok(if ok {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Says how many words of a file are in use, and what is wrong in it.
fn in_use(report: &Report) -> String {
    let mut text = format!("{} words", report.words);
    for problem in &report.problems {
        text.push_str("; ");
        text.push_str(problem);
    }
    text
}

/// Says which walls the kernel offers, and whether they are those that the
/// configuration asks for.
fn look_at_walls(library: &Library) -> anyhow::Result<(String, bool)> {
    let scratch = Scratch::open(&library.directory.join("scratch"))?;
    let asked = library.config.sandbox;
    let (there, all_stand) = match sandbox::probe(&scratch, "libreoffice", Sandbox::Required) {
        Ok(there) => (there, true),
        Err(_) => {
            let there = sandbox::probe(&scratch, "libreoffice", Sandbox::BestEffort)?;
            (there, false)
        }
    };
    let stands = all_stand || asked == Sandbox::BestEffort;
    Ok((format!("{}: {there}", asked.as_str()), stands))
}
