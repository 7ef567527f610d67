//! Tesseract, where it is installed: reads the text in the image of a page.
//!
//! It gets the image that the converter coded, never the upload, and runs
//! behind walls of its own; what it prints is read by `wenyuan_convert`.

use crate::process::{self, Process};
use crate::scratch::Scratch;
use anyhow::Context as _;
use bytes::Bytes;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;
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

/// Why the image of a page was not read.
#[derive(Debug, thiserror::Error)]
pub enum TesseractError {
    /// Tesseract could not be started, which says nothing of the image.
    #[error("cannot start Tesseract: {0}")]
    Start(#[from] io::Error),
    /// It ended without success, or did not end: for the image, or because it
    /// does not run here any more, which [`Tesseract::runs`] tells.
    #[error("Tesseract {0}")]
    Failed(String),
}

/// What one page may take; a page of small print takes ten seconds.
const PAGE_TIME: Duration = Duration::from_secs(120);
/// What asking for the version may take.
const LOOK_TIME: Duration = Duration::from_secs(20);
/// How often one that has closed its output is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// What it may print: a page of words is some hundred KiB.
const MOST_BYTES: u64 = 32 << 20;

impl Tesseract {
    /// Looks for Tesseract and those of the wanted languages (`chi_sim+eng`)
    /// that are installed.
    ///
    /// # Errors
    /// When it is not here, cannot be run, or has none of the languages; the
    /// message says what to install.
    pub async fn find(command: TesseractCommand, wanted: &str) -> anyhow::Result<Self> {
        let listed = run(&command, &["--list-langs"], Bytes::new(), LOOK_TIME)
            .await
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
        let version = run(&command, &["--version"], Bytes::new(), LOOK_TIME).await?;
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

    /// Reads the text in the image of a page. Dropped, it ends Tesseract.
    ///
    /// # Errors
    /// When it cannot be started, fails, or takes too long.
    pub async fn read(&self, webp: Bytes, page: Recognised) -> Result<PageText, TesseractError> {
        let arguments = ["stdin", "stdout", "-l", &self.languages, "tsv"];
        let table = run(&self.command, &arguments, webp, PAGE_TIME).await?;
        if !table.starts_with("level\t") {
            return Err(TesseractError::Failed("printed no table".to_owned()));
        }
        Ok(page.read(&table))
    }

    /// Returns whether Tesseract runs at all.
    pub(crate) async fn runs(&self) -> bool {
        run(&self.command, &["--version"], Bytes::new(), LOOK_TIME)
            .await
            .is_ok()
    }
}

/// Runs Tesseract behind its walls; returns what it prints.
async fn run(
    command: &TesseractCommand,
    arguments: &[&str],
    input: Bytes,
    time: Duration,
) -> Result<String, TesseractError> {
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
    let mut process: Process = process::spawn(program)?;
    let child = process.child_mut();
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
    };
    std::thread::spawn(move || {
        // One that reads no further has ended; its status tells.
        let _ = stdin.write_all(&input);
    });
    let (said, heard) = oneshot::channel();
    std::thread::spawn(move || {
        let mut printed = Vec::new();
        let read = stdout.take(MOST_BYTES).read_to_end(&mut printed);
        let _ = said.send(read.map(|_| printed));
    });
    let done = async {
        let printed = heard.await;
        while process.is_running() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        printed
    };
    // Dropped, the process is ended, and with it the threads at its pipes.
    let Ok(printed) = tokio::time::timeout(time, done).await else {
        let how = format!("was not done after {} s", time.as_secs());
        return Err(TesseractError::Failed(how));
    };
    match (process.end(), printed) {
        (Some(status), Ok(Ok(printed))) if status.success() && !printed.is_empty() => {
            Ok(String::from_utf8_lossy(&printed).into_owned())
        }
        (Some(status), _) => Err(TesseractError::Failed(format!("ended with {status}"))),
        (None, _) => Err(TesseractError::Failed("is gone".to_owned())),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::path::Path;

    /// A program in the place of Tesseract, which runs a piece of shell script
    /// for a page, and for `--version`.
    pub(crate) fn stand_in(scratch: &Path, page: &str, version: &str) -> TesseractCommand {
        let script = format!(
            "shift 8; case $1 in --list-langs) echo 'List (1):'; echo eng;; \
             --version) {version};; *) {page};; esac"
        );
        TesseractCommand {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script, "sh".into()],
            scratch: Arc::new(Scratch::open(scratch).unwrap()),
        }
    }

    async fn found(scratch: &Path, page: &str) -> Tesseract {
        let command = stand_in(scratch, page, "echo tesseract 5");
        Tesseract::find(command, "chi_sim+eng").await.unwrap()
    }

    fn page() -> Recognised {
        Recognised {
            number: 1,
            width_pt: 595.0,
            height_pt: 842.0,
        }
    }

    #[tokio::test]
    async fn a_table_of_one_that_failed_is_none() {
        let place = tempfile::tempdir().unwrap();
        let tesseract = found(place.path(), "printf 'level\\tpage_num\\n'; exit 1").await;
        let read = tesseract.read(Bytes::new(), page()).await;
        assert!(read.unwrap_err().to_string().contains("exit status: 1"));
        let tesseract = found(place.path(), "printf 'level\\tpage_num\\n'").await;
        assert!(tesseract.read(Bytes::new(), page()).await.is_ok());
        assert_eq!(tesseract.describe(), "tesseract 5, eng");
    }

    #[tokio::test]
    async fn a_page_that_nobody_waits_for_ends_at_once() {
        let place = tempfile::tempdir().unwrap();
        let note = place.path().join("pid");
        let script = format!("echo $$ > {}; exec sleep 600", note.display());
        let tesseract = found(place.path(), &script).await;
        let begun = async {
            loop {
                match std::fs::read_to_string(&note) {
                    Ok(pid) if pid.ends_with('\n') => return pid.trim().to_owned(),
                    _ => tokio::task::yield_now().await,
                }
            }
        };
        let pid = tokio::select! {
            read = tesseract.read(Bytes::new(), page()) => panic!("{read:?}"),
            pid = begun => pid,
        };
        assert!(!Path::new("/proc").join(pid).exists());
    }
}
