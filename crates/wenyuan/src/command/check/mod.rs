//! `check`: a file against the library, without taking it in.

mod print;

use super::Place;
use super::convert::private_cache;
use crate::config::Config;
use crate::data;
use crate::log;
use anyhow::Context;
use clap::Args;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use wenyuan_convert::engine::Wish;
use wenyuan_domain::Sha256;
use wenyuan_domain::told::{Audience, tell};
use wenyuan_worker::libreoffice::{self, Office};
use wenyuan_worker::{Child, ReadFile, ReadPage, Reader, Upload, check_read, read_file};

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The file
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let bytes =
            fs::read(&self.file).with_context(|| format!("reading {}", self.file.display()))?;
        let library = place.open_quietly().await?;
        let file_name = self
            .file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let sha256 = Sha256::of(&bytes);
        let pages = read(&library.config, &file_name, bytes).await?;

        let file = ReadFile {
            title: "",
            file_name: &file_name,
            sha256: &sha256,
            pages: &pages,
        };
        let found = check_read(&library.db, &file).await?;
        // The operator may know of every document.
        let told = tell(&library.db, Audience::Operator, found).await?;
        if self.json {
            log::print(&json!({ "findings": told }).to_string())?;
        } else {
            let texts: Vec<_> = pages.iter().map(|page| page.text.as_str()).collect();
            let (words, text) = (print::Words::of_terminal(), texts.join("\n"));
            for line in words.lines(&file_name, &told, &text) {
                log::print(&line)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads the file in a child, beside the library: nothing is put into it.
async fn read(config: &Config, file_name: &str, bytes: Vec<u8>) -> anyhow::Result<Vec<ReadPage>> {
    let cache = private_cache()?;
    let fonts = data::unpack_fonts(&cache)?;
    let command = data::child_command(&cache, &fonts, config)?;
    let mut child = Child::start(&command)?;
    let found = Arc::new(libreoffice::find(&config.libreoffice()));
    let mut office = Office::new(data::office_command(&command, fonts, config, found));
    let tesseract = data::tesseract(Arc::clone(&command.scratch), config)
        .await
        .ok();
    let upload = Upload {
        file_name: file_name.to_owned(),
        bytes: bytes.into(),
        engine: Wish::Auto,
    };
    let reader = Reader {
        child: &mut child,
        office: &mut office,
        tesseract: tesseract.as_ref(),
        scratch: &command.scratch,
        limits: &config.limits(),
    };
    let pages = read_file(reader, upload).await?;
    pages.map_err(|refusal| anyhow::anyhow!("{file_name}: {refusal}"))
}
