//! Tesseract, where it is installed: reads the text in the image of a page.
//!
//! It gets the image that the converter coded, never the upload, and runs
//! behind walls of its own; what it prints is read by `wenyuan_convert`.

use crate::process::{self, Process};
use crate::scratch::Scratch;
use anyhow::Context as _;
use bytes::Bytes;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use wenyuan_convert::{PageText, Recognised};

/// How Tesseract is started: this program's hidden `confined` command.
#[derive(Clone, Debug)]
pub struct TesseractCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments before `--scratch DIR -- tesseract …`.
    pub arguments: Vec<String>,
    /// Where the directory that it may write is made.
    pub scratch: Arc<Scratch>,
}

/// Tesseract with the languages that it will read.
#[derive(Clone, Debug)]
pub struct Tesseract {
    command: TesseractCommand,
    version: String,
    languages: String,
}

/// What one page may take; a page of small print takes ten seconds.
const PAGE_TIME: Duration = Duration::from_secs(120);
/// What asking for the version may take.
const LOOK_TIME: Duration = Duration::from_secs(20);
/// What it may print: a page of words is some hundred KiB.
const MOST_BYTES: u64 = 32 << 20;

impl Tesseract {
    /// Looks for Tesseract and those of the wanted languages (`chi_sim+eng`)
    /// that are installed.
    ///
    /// # Errors
    /// When it is not here, cannot be run, or has none of the languages; the
    /// message says what to install.
    pub fn find(command: TesseractCommand, wanted: &str) -> anyhow::Result<Self> {
        let listed = run(&command, &["--list-langs"], Bytes::new(), LOOK_TIME)
            .context("Tesseract is not installed (Debian: tesseract-ocr)")?;
        let there: Vec<&str> = listed.lines().skip(1).map(str::trim).collect();
        let languages: Vec<&str> = wanted
            .split('+')
            .map(str::trim)
            .filter(|language| there.contains(language))
            .collect();
        anyhow::ensure!(
            !languages.is_empty(),
            "Tesseract has none of the languages {wanted} (Debian: tesseract-ocr-chi-sim, \
             tesseract-ocr-eng)"
        );
        let version = run(&command, &["--version"], Bytes::new(), LOOK_TIME)?;
        Ok(Self {
            version: version.lines().next().unwrap_or_default().trim().to_owned(),
            languages: languages.join("+"),
            command,
        })
    }

    /// Returns what was found: `tesseract 5.3.0, chi_sim+eng`.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{}, {}", self.version, self.languages)
    }

    /// Reads the text in the image of a page.
    ///
    /// # Errors
    /// When it fails or takes too long.
    pub async fn read(&self, webp: Bytes, page: Recognised) -> anyhow::Result<PageText> {
        let this = self.clone();
        let running = tokio::task::spawn_blocking(move || {
            let arguments = ["stdin", "stdout", "-l", &this.languages, "tsv"];
            run(&this.command, &arguments, webp, PAGE_TIME)
        });
        let table = running.await??;
        anyhow::ensure!(
            table.starts_with("level\t"),
            "Tesseract printed no table for page {}",
            page.number
        );
        Ok(page.read(&table))
    }
}

/// Runs Tesseract behind its walls; returns what it prints.
fn run(
    command: &TesseractCommand,
    arguments: &[&str],
    input: Bytes,
    time: Duration,
) -> anyhow::Result<String> {
    let scratch: TempDir = command.scratch.make()?;
    let mut program = Command::new(&command.program);
    program
        .args(&command.arguments)
        .arg("--scratch")
        .arg(scratch.path())
        .args(["--parent", &std::process::id().to_string()])
        // One page on one core: the cores are the converters'.
        .args(["--env", "OMP_THREAD_LIMIT=1", "--", "tesseract"])
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut process: Process = process::spawn(program).context("starting Tesseract")?;
    let child = process.child_mut();
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        anyhow::bail!("Tesseract has no pipes");
    };
    std::thread::spawn(move || {
        // One that reads no further has ended; its output tells.
        let _ = stdin.write_all(&input);
    });
    let (said, heard) = std::sync::mpsc::sync_channel(1);
    std::thread::spawn(move || {
        let mut printed = Vec::new();
        let read = stdout.take(MOST_BYTES).read_to_end(&mut printed);
        let _ = said.send(read.map(|_| printed));
    });
    // Dropped, the process is ended, and with it the threads at its pipes.
    let Ok(printed) = heard.recv_timeout(time) else {
        anyhow::bail!("Tesseract was not done after {} s", time.as_secs());
    };
    let printed = printed.context("reading from Tesseract")?;
    anyhow::ensure!(!printed.is_empty(), "Tesseract printed nothing");
    Ok(String::from_utf8_lossy(&printed).into_owned())
}
