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

        // Fonts are unpacked beside other caches: there may be no library here.
        let cache = std::env::temp_dir().join(format!("wenyuan-{}", whoami()));
        data::make_private(&cache)?;
        let command = data::child_command(&cache, &config)?;
        let tesseract = data::tesseract(command.scratch.clone(), &config).ok();
        let mut child = Child::start(&command)?;
        let found = Arc::new(libreoffice::find(&config.libreoffice()));
        let mut office = Office::new(data::office_command(&cache, &command, &config, found)?);
        let mut texts: Vec<PageText> = Vec::new();
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
                Step::Page(mut page) => {
                    if let (Some(tesseract), true) = (&tesseract, page.text.lines.is_empty()) {
                        page.text = recognise(tesseract, &page).await?;
                    }
                    texts.push(store(&self.out, *page)?);
                }
                Step::Build(step) => store_step(&self.out, &step)?,
                Step::End(end) => break end,
            }
        };
        let report = outcome.map_err(|refusal| anyhow::anyhow!("{name}: {refusal}"))?;

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

/// Reads the text in the image of a page that has none.
async fn recognise(tesseract: &Tesseract, page: &PageOutput) -> anyhow::Result<PageText> {
    let place = Recognised {
        number: page.number,
        width_pt: page.width_pt,
        height_pt: page.height_pt,
    };
    tesseract.read(page.wide.webp.clone().into(), place).await
}

fn store(out: &Path, page: PageOutput) -> anyhow::Result<PageText> {
    let number = page.number;
    write(out, &format!("page-{number:04}.webp"), &page.wide.webp)?;
    write(out, &format!("page-{number:04}@1x.webp"), &page.narrow.webp)?;
    if let Some(cover) = &page.cover {
        write(out, "cover.webp", &cover.webp)?;
    }
    Ok(page.text)
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

/// The user's id, so that nobody plants fonts for somebody else.
fn whoami() -> String {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").map_or_else(|_| "0".to_owned(), |meta| meta.uid().to_string())
}
