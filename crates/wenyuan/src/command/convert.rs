//! `convert`: one file, no library.

use super::Place;
use crate::data;
use crate::log;
use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use wenyuan_convert::engine::Wish;
use wenyuan_convert::{PageOutput, PageText, Recognised, StepOutput};
use wenyuan_worker::libreoffice::{self, Office};
use wenyuan_worker::{Child, Step, Tesseract, Upload};

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// The file
    file: PathBuf,
    /// Directory for the results; made if missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What draws it
    #[arg(long, value_enum, default_value = "auto")]
    engine: Engine,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// `auto` is native for what that reads, and LibreOffice for the rest.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Engine {
    Auto,
    Native,
    #[value(name = "libreoffice")]
    LibreOffice,
}

impl From<Engine> for Wish {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Auto => Self::Auto,
            Engine::Native => Self::Native,
            Engine::LibreOffice => Self::LibreOffice,
        }
    }
}

impl Convert {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let config = place.read_config()?;
        log::start(&config);
        let file =
            fs::read(&self.file).with_context(|| format!("reading {}", self.file.display()))?;
        fs::create_dir_all(&self.out).with_context(|| format!("making {}", self.out.display()))?;
        let name = self
            .file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();

        let cache = private_cache()?;
        let fonts = data::unpack_fonts(&cache)?;
        let command = data::child_command(&cache, &fonts, &config)?;
        let mut child = Child::start(&command)?;
        let found = Arc::new(libreoffice::find(&config.libreoffice()));
        let mut office = Office::new(data::office_command(&command, fonts, &config, found));
        let mut pages: Vec<(Recognised, PageText)> = Vec::new();
        let upload = Upload {
            file_name: name.clone(),
            bytes: file.into(),
            engine: self.engine.into(),
        };
        let mut conversion = child.convert_by(upload, &config.limits(), Some(&mut office));
        let outcome = loop {
            match conversion.next().await {
                Step::Pdf(pdf) => pdf
                    .copy_to(&self.out.join("document.pdf"))
                    .context("writing document.pdf")?,
                Step::Page(page) => pages.push(store(&self.out, *page)?),
                Step::Build(step) => store_step(&self.out, &step)?,
                Step::End(end) => break end,
            }
        };
        let report = outcome.map_err(|refusal| anyhow::anyhow!("{name}: {refusal}"))?;

        // Not before the end: while scans are read, the clock of the conversion
        // would run.
        let texts = match data::tesseract(Arc::clone(&command.scratch), &config).await {
            Ok(tesseract) => with_scans_read(&self.out, pages, &tesseract).await?,
            Err(_) => pages.into_iter().map(|(_, text)| text).collect(),
        };
        write(
            &self.out,
            "text.json",
            &serde_json::to_vec(&json!({ "pages": texts }))?,
        )?;
        write(
            &self.out,
            "report.json",
            &serde_json::to_vec_pretty(&report)?,
        )?;
        if self.json {
            log::print(&serde_json::to_string(&report)?)?;
        } else {
            log::print(&format!(
                "{}: {} pages, {}, {} ms",
                self.out.display(),
                report.pages,
                report.engine,
                report.ms.get("total").copied().unwrap_or_default().round(),
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads the text in the images of pages that have none. A page where that
/// fails stays without, with a warning.
async fn with_scans_read(
    out: &Path,
    pages: Vec<(Recognised, PageText)>,
    tesseract: &Tesseract,
) -> anyhow::Result<Vec<PageText>> {
    let mut texts = Vec::new();
    for (place, mut text) in pages {
        if text.lines.is_empty() {
            let image = fs::read(out.join(image_name(place.number)))?;
            match tesseract.read(image.into(), place).await {
                Ok(read) => text = read,
                Err(error) => tracing::warn!(page = place.number, %error, "a scan is not read"),
            }
        }
        texts.push(text);
    }
    Ok(texts)
}

/// Writes the images of a page. Returns its place, for reading a scan, and its
/// text.
fn store(out: &Path, page: PageOutput) -> anyhow::Result<(Recognised, PageText)> {
    let number = page.number;
    write(out, &image_name(number), &page.wide.webp)?;
    write(out, &format!("page-{number:04}@1x.webp"), &page.narrow.webp)?;
    if let Some(cover) = &page.cover {
        write(out, "cover.webp", &cover.webp)?;
    }
    let place = Recognised {
        number,
        width_pt: page.width_pt,
        height_pt: page.height_pt,
    };
    Ok((place, page.text))
}

fn image_name(number: u32) -> String {
    format!("page-{number:04}.webp")
}

/// Steps are counted from 1, as the reader of a page counts them.
fn store_step(out: &Path, step: &StepOutput) -> anyhow::Result<()> {
    let name = format!("page-{:04}-step-{:02}", step.page, step.index + 1);
    write(out, &format!("{name}.webp"), &step.wide.webp)?;
    write(out, &format!("{name}@1x.webp"), &step.narrow.webp)
}

fn write(out: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = out.join(name);
    fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
}

/// Makes the directory for fonts and children of a command that has, or
/// touches, no library.
pub(super) fn private_cache() -> anyhow::Result<PathBuf> {
    let cache = std::env::temp_dir().join(format!("wenyuan-{}", whoami()));
    data::make_private(&cache)?;
    Ok(cache)
}

/// The user's id, so that nobody plants fonts for somebody else.
fn whoami() -> String {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").map_or_else(|_| "0".to_owned(), |meta| meta.uid().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wenyuan_worker::{Scratch, TesseractCommand};

    /// It fails at the page that says so, and reads the others.
    const SCRIPT: &str = "shift 8; case $1 in --list-langs) echo 'List (1):'; echo eng;; \
        --version) echo tesseract;; *) read -r page; \
        test \"$page\" != broken && printf 'level\\tpage_num\\n';; esac";

    #[tokio::test]
    async fn a_scan_that_cannot_be_read_costs_its_text_alone() {
        let place = tempfile::tempdir().unwrap();
        let command = TesseractCommand {
            program: "/bin/sh".into(),
            arguments: ["-c", SCRIPT, "sh"].map(str::to_owned).to_vec(),
            scratch: Arc::new(Scratch::open(place.path()).unwrap()),
        };
        let tesseract = Tesseract::find(command, "eng").await.unwrap();
        let mut pages = Vec::new();
        for (number, image) in (1..).zip(["broken\n", "scan\n"]) {
            write(place.path(), &image_name(number), image.as_bytes()).unwrap();
            let page = Recognised {
                number,
                width_pt: 595.0,
                height_pt: 842.0,
            };
            let mut silent = page.read("");
            silent.recognised = false;
            pages.push((page, silent));
        }
        let texts = with_scans_read(place.path(), pages, &tesseract).await;
        let read: Vec<_> = texts.unwrap().iter().map(|text| text.recognised).collect();
        assert_eq!(read, [false, true]);
    }
}
