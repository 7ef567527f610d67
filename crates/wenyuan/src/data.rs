//! The data directory: where the library lies, and its secret.

use crate::config::{Config, Ocr};
use crate::sandbox;
use crate::words::Words;
use anyhow::Context;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use wenyuan_domain::blob::S3Options;
use wenyuan_domain::{Blobs, Db};
use wenyuan_search::Index;
use wenyuan_worker::libreoffice::{self, Absence, Installation, OfficeCommand};
use wenyuan_worker::{
    ChildCommand, Context as WorkerContext, Scratch, Tesseract, TesseractCommand,
};

/// An opened library.
pub(crate) struct Library {
    pub db: Db,
    pub blobs: Blobs,
    pub index: Index,
    pub config: Config,
    pub directory: PathBuf,
    /// The operator's words, in use.
    pub words: Words,
    office: OnceLock<Arc<Result<Installation, Absence>>>,
}

impl Library {
    /// Opens the library in `directory`, making what is missing.
    pub(crate) async fn open(directory: &Path, config: Config) -> anyhow::Result<Self> {
        make_private(directory)?;
        let database = config
            .database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", directory.join("wenyuan.db").display()));
        let db = Db::open(&database)
            .await
            .with_context(|| format!("opening the {} database", scheme(&database)))?;
        let location = config
            .blobs
            .clone()
            .unwrap_or_else(|| directory.join("blobs").display().to_string());
        let s3 = S3Options {
            endpoint: config.s3.endpoint.clone(),
            region: config.s3.region.clone(),
            access_key_id: config.s3.access_key_id.clone(),
            secret_access_key: config.s3.secret_access_key.clone(),
        };
        let blobs = Blobs::open(&location, &s3).context("opening the blob store")?;
        let words = Words::load(directory, &config);
        let index = Index::open(&directory.join("index")).context("opening the search index")?;
        Ok(Self {
            db,
            blobs,
            index,
            config,
            directory: directory.to_owned(),
            words,
            office: OnceLock::new(),
        })
    }

    /// Returns the LibreOffice of this machine; looks for it once.
    pub(crate) fn libreoffice(&self) -> Arc<Result<Installation, Absence>> {
        let found = self
            .office
            .get_or_init(|| Arc::new(libreoffice::find(&self.config.libreoffice())));
        Arc::clone(found)
    }

    /// Returns what the job loops need, with the fonts unpacked.
    pub(crate) async fn worker_context(&self) -> anyhow::Result<WorkerContext> {
        let fonts = unpack_fonts(&self.directory)?;
        let child = child_command(&self.directory, &fonts, &self.config)?;
        let child_scratch = child.scratch.clone();
        Ok(WorkerContext {
            db: self.db.clone(),
            blobs: self.blobs.clone(),
            index: self.index.clone(),
            office: office_command(&child, fonts, &self.config, self.libreoffice()),
            child,
            limits: self.config.limits(),
            policy: self.config.authenticity.clone(),
            converters: self.config.converters(),
            tesseract: tesseract(child_scratch, &self.config)
                .await
                .inspect_err(|error| tracing::info!("scans keep no text: {error:#}"))
                .ok(),
        })
    }
}

/// Unpacks the bundled fonts below `directory`, unless they are there.
pub(crate) fn unpack_fonts(directory: &Path) -> anyhow::Result<PathBuf> {
    let fonts = wenyuan_convert::fonts::unpack(directory).context("unpacking the fonts")?;
    Ok(fs::canonicalize(fonts)?)
}

/// Returns how a converting child is started, with its scratch below
/// `directory`.
///
/// # Errors
/// Also when the kernel lacks the walls that the configuration asks for: better
/// no server than one whose every file is refused.
pub(crate) fn child_command(
    directory: &Path,
    fonts: &Path,
    config: &Config,
) -> anyhow::Result<ChildCommand> {
    let scratch = Scratch::open(&directory.join("scratch")).context("making room for children")?;
    sandbox::probe(&scratch, "converter", config.sandbox)
        .context("the sandbox of the converter")?;
    // What the first file may take on all cores, and the start.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpu_seconds = (config.convert_seconds + 60).saturating_mul(cores as u64);
    Ok(ChildCommand {
        program: std::env::current_exe().context("finding this program")?,
        arguments: vec![
            "convert-child".into(),
            "--fonts".into(),
            fonts.display().to_string(),
            "--memory-mib".into(),
            config.convert_memory_mib.to_string(),
            "--cpu-seconds".into(),
            cpu_seconds.to_string(),
            "--sandbox".into(),
            config.sandbox.as_str().into(),
        ],
        scratch: Arc::new(scratch),
    })
}

/// Returns how LibreOffice is run beside a converting child.
pub(crate) fn office_command(
    child: &ChildCommand,
    fonts: PathBuf,
    config: &Config,
    found: Arc<Result<Installation, Absence>>,
) -> OfficeCommand {
    match found.as_ref() {
        Ok(installation) => tracing::info!(%installation, "LibreOffice is here"),
        Err(absence) => tracing::info!(%absence, "without LibreOffice"),
    }
    OfficeCommand {
        found,
        program: child.program.clone(),
        arguments: vec!["--sandbox".into(), config.sandbox.as_str().into()],
        scratch: Arc::clone(&child.scratch),
        fonts,
        documents: config.libreoffice_documents.max(1),
    }
}

/// Returns what reads the text of scans.
///
/// # Errors
/// Why it does not: it is switched off, or not installed.
pub(crate) async fn tesseract(scratch: Arc<Scratch>, config: &Config) -> anyhow::Result<Tesseract> {
    anyhow::ensure!(config.ocr == Ocr::Auto, "switched off by `ocr`");
    let command = TesseractCommand {
        program: std::env::current_exe().context("finding this program")?,
        arguments: vec![
            "confined".into(),
            "--class".into(),
            "tesseract".into(),
            "--memory-mib".into(),
            config.convert_memory_mib.to_string(),
            "--sandbox".into(),
            config.sandbox.as_str().into(),
        ],
        scratch,
    };
    Tesseract::find(command, &config.ocr_languages).await
}

/// Makes a directory that others cannot read.
pub(crate) fn make_private(directory: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .with_context(|| format!("making the data directory {}", directory.display()))
}

/// Reads the library's secret, or makes it: 32 random bytes, mode 0600.
pub(crate) fn secret(directory: &Path) -> anyhow::Result<[u8; 32]> {
    let path = directory.join("secret");
    let mut secret = [0; 32];
    match fs::File::open(&path) {
        Ok(mut file) => {
            file.read_exact(&mut secret)
                .with_context(|| format!("{} is too short", path.display()))?;
            return Ok(secret);
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    }
    getrandom::fill(&mut secret).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    // Written aside and linked into place: two processes that start at once
    // must not each keep its own.
    let fresh = directory.join(format!(".secret-{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    let linked = fs::hard_link(&fresh, &path);
    fs::remove_file(&fresh)?;
    match linked {
        Ok(()) => Ok(secret),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::File::open(&path)?.read_exact(&mut secret)?;
            Ok(secret)
        }
        Err(error) => Err(error).context("storing the secret"),
    }
}

/// The part of a database URL that may be shown: it can hold a password.
fn scheme(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}
