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
//! No document ever meets another: each has a directory of its own, which is
//! filled out of LibreOffice's reach, moved into the instance's, and removed
//! before the next one comes. The PDF is copied out of it through no link.

mod find;
mod instance;
mod pipe;
mod profile;

pub use find::{Absence, Installation, Setting, find};

use crate::payload::Payload;
use crate::scratch::Scratch;
use instance::{Failure, Instance};
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
/// Instances that a document may end before it is refused.
const TRIES: usize = 2;
/// An instance that is not ready by then never is.
const START: Duration = Duration::from_secs(120);

/// LibreOffice for one convert loop.
#[derive(Debug)]
pub struct Office {
    command: OfficeCommand,
    warm: Option<Instance>,
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
    /// cannot be started or the disk fails, which says nothing of the file.
    pub async fn to_pdf(
        &mut self,
        format: Format,
        file: &Payload,
        limits: &Limits,
    ) -> Result<Payload, Refusal> {
        let found = Arc::clone(&self.command.found);
        let installation = match found.as_ref() {
            Ok(installation) => installation,
            Err(absence) => return Err(needs(format, &absence.to_string())),
        };
        if !installation.reads(format) {
            let lack = format!("its {} is not installed", Installation::part_of(format));
            return Err(needs(format, &lack));
        }
        // What it takes to start is not the document's.
        let mut left = Duration::from_secs(limits.seconds);
        let mut ends = Vec::new();
        while ends.len() < TRIES {
            let mut instance = self.warm(installation, limits).await?;
            let begun = Instant::now();
            let converted = tokio::time::timeout(left, instance.convert(format, file)).await;
            left = left.saturating_sub(begun.elapsed());
            // Dropped on every way out but the good one, and with that ended.
            match converted {
                Err(_) => {
                    return Err(Refusal::new(
                        RefusalKind::Timeout,
                        format!("LibreOffice was not done after {} s", limits.seconds),
                    ));
                }
                Ok(Ok(pdf)) => {
                    self.warm = Some(instance);
                    return pdf.filter(|pdf| pdf.size_bytes() > 0).ok_or_else(|| {
                        Refusal::new(
                            RefusalKind::Damaged,
                            format!("LibreOffice cannot read this {format} file"),
                        )
                    });
                }
                Ok(Err(Failure::Ours(error))) => {
                    let detail = format!("{error:#}");
                    return Err(Refusal::new(RefusalKind::Internal, detail));
                }
                // It may have been worn out, or killed from outside.
                Ok(Err(Failure::Gone(how))) => {
                    tracing::warn!(how, "LibreOffice ended");
                    ends.push(how);
                }
            }
        }
        Err(Refusal::new(
            RefusalKind::Crashed,
            format!("LibreOffice ended each time: {}", ends.join("; ")),
        ))
    }

    /// Takes the running instance, or starts one.
    async fn warm(
        &mut self,
        installation: &Installation,
        limits: &Limits,
    ) -> Result<Instance, Refusal> {
        let is_fresh = |instance: &Instance| !instance.is_spent(self.command.documents, RESIDENT);
        if let Some(instance) = self.warm.take().filter(is_fresh) {
            return Ok(instance);
        }
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
        Ok(instance)
    }
}

/// Not the fault of the file, which is tried again later.
fn internal(how: &str) -> Refusal {
    Refusal::new(
        RefusalKind::Internal,
        format!("LibreOffice cannot be started: {how}"),
    )
}

fn needs(format: Format, why: &str) -> Refusal {
    Refusal::new(
        RefusalKind::NeedsLibreOffice,
        format!("{format} files are read by LibreOffice: {why}"),
    )
}
