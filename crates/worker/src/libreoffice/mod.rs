//! LibreOffice as a converter to PDF, kept warm.
//!
//! Formats that the native engine does not read (DOC, XLS, PPT, RTF,
//! OpenDocument), and documents for which somebody asks for it, become a PDF
//! here; its pages are then drawn like those of any PDF. [`find`] looks for an
//! installation. An [`Office`] belongs to one convert loop and keeps one
//! [`Instance`] running, which a document reaches in milliseconds, where a cold
//! start takes seconds: `pipe` says how. An instance lives in a directory of
//! its own with its own `profile`, which forbids macros and links, and both go
//! after some documents, when it has grown, and whenever something went wrong.
//!
//! No document ever meets another: each has a directory of its own within the
//! instance's, which is removed before the next one comes.

mod find;
mod instance;
mod pipe;
mod profile;

pub use find::{Absence, Installation, Setting, find};

use crate::payload::Payload;
use crate::scratch::Scratch;
use instance::Instance;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wenyuan_convert::{Format, Limits, Refusal, RefusalKind};

/// How LibreOffice is run.
#[derive(Clone, Debug)]
pub struct OfficeCommand {
    /// The installation, or why there is none.
    pub found: Arc<Result<Installation, Absence>>,
    /// This program, whose hidden `confined` command raises the walls.
    pub program: PathBuf,
    /// Further arguments of that command.
    pub arguments: Vec<String>,
    /// Where the instances have their directories.
    pub scratch: Arc<Scratch>,
    /// The directory of the bundled fonts.
    pub fonts: PathBuf,
    /// Documents after which an instance is replaced, so that what LibreOffice
    /// forgets to free does not add up.
    pub documents: u32,
}

impl OfficeCommand {
    /// Documents of an instance by default.
    pub const DOCUMENTS: u32 = 100;
}

/// Resident memory after which an instance is replaced, in bytes.
const RESIDENT: u64 = 700 << 20;
/// An instance that is not ready by then never is.
const START: Duration = Duration::from_secs(120);

/// LibreOffice for one convert loop.
#[derive(Debug)]
pub struct Office {
    command: OfficeCommand,
    warm: Option<Instance>,
}

/// What a document met.
enum Failure {
    /// It is the document's.
    Refused(Refusal),
    /// The instance is gone; another may do better.
    Gone(String),
}

impl Office {
    /// Makes an office; LibreOffice starts with the first document.
    #[must_use]
    pub fn new(command: OfficeCommand) -> Self {
        Self {
            command,
            warm: None,
        }
    }

    /// Makes a PDF of a file. The caller has checked the file.
    ///
    /// # Errors
    /// The [`Refusal`] of the file: `needs_libreoffice` without LibreOffice or
    /// its part for this format, `damaged` when it made nothing of the file,
    /// `timeout`, `crashed` when two instances died of it; `internal` when it
    /// cannot be started.
    pub async fn to_pdf(
        &mut self,
        format: Format,
        file: &Payload,
        limits: &Limits,
    ) -> Result<Vec<u8>, Refusal> {
        let found = Arc::clone(&self.command.found);
        let installation = match found.as_ref() {
            Ok(installation) => installation,
            Err(absence) => return Err(needs(format, &absence.to_string())),
        };
        if !installation.reads(format) {
            let lack = format!("its {} is not installed", Installation::part_of(format));
            return Err(needs(format, &lack));
        }
        let deadline = Instant::now() + Duration::from_secs(limits.seconds);
        match self
            .try_once(installation, format, file, limits, deadline)
            .await
        {
            Ok(pdf) => return Ok(pdf),
            Err(Failure::Refused(refusal)) => return Err(refusal),
            // It may have been worn out, or killed from outside.
            Err(Failure::Gone(how)) => tracing::warn!(how, "LibreOffice ended; trying once more"),
        }
        match self
            .try_once(installation, format, file, limits, deadline)
            .await
        {
            Ok(pdf) => Ok(pdf),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(Failure::Gone(how)) => Err(Refusal::new(
                RefusalKind::Crashed,
                format!("LibreOffice ended twice: {how}"),
            )),
        }
    }

    async fn try_once(
        &mut self,
        installation: &Installation,
        format: Format,
        file: &Payload,
        limits: &Limits,
        deadline: Instant,
    ) -> Result<Vec<u8>, Failure> {
        if self
            .warm
            .as_ref()
            .is_some_and(|instance| instance.is_spent(self.command.documents, RESIDENT))
        {
            self.warm = None;
        }
        let mut instance = match self.warm.take() {
            Some(instance) => instance,
            None => {
                let started = Instant::now();
                let starting = Instance::start(installation, &self.command, limits);
                let instance = match tokio::time::timeout(START, starting).await {
                    Ok(started) => started.map_err(|error| internal(&format!("{error:#}")))?,
                    Err(_) => return Err(internal("it was not ready in time")),
                };
                tracing::info!(
                    version = installation.version,
                    seconds = started.elapsed().as_secs_f64(),
                    "LibreOffice is warm"
                );
                instance
            }
        };
        let left = deadline.saturating_duration_since(Instant::now());
        // Dropped on every way out but the good ones, and with that ended.
        match tokio::time::timeout(left, instance.convert(format, file)).await {
            Err(_) => Err(Failure::Refused(Refusal::new(
                RefusalKind::Timeout,
                format!("LibreOffice was not done after {} s", limits.seconds),
            ))),
            Ok(Err(error)) => Err(Failure::Gone(format!("{error:#}"))),
            Ok(Ok(pdf)) => {
                self.warm = Some(instance);
                pdf.filter(|pdf| !pdf.is_empty()).ok_or_else(|| {
                    Failure::Refused(Refusal::new(
                        RefusalKind::Damaged,
                        format!("LibreOffice cannot read this {format} file"),
                    ))
                })
            }
        }
    }
}

fn internal(how: &str) -> Failure {
    Failure::Refused(Refusal::new(
        RefusalKind::Internal,
        format!("LibreOffice cannot be started: {how}"),
    ))
}

fn needs(format: Format, why: &str) -> Refusal {
    Refusal::new(
        RefusalKind::NeedsLibreOffice,
        format!("{format} files are read by LibreOffice: {why}"),
    )
}
