//! The converting child process: started, fed, watched, killed.
//!
//! One child converts one file after another (its fonts and engines stay
//! warm). It gets the bytes of a file and gives back pages, over pipes; it has
//! no environment, its own process group, an empty directory to write, and the
//! walls ([`crate::walls`]) that it raises itself at start. Whatever happens to
//! it is an error of that one file.

use crate::libreoffice::Office;
use crate::payload::Payload;
use crate::process::{self, Process};
use crate::scratch::Scratch;
use nix::sys::signal::Signal;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::time::Instant;
use wenyuan_convert::engine::{Drawn, Wish};
use wenyuan_convert::wire::{self, Event, Incoming, Request};
use wenyuan_convert::{Limits, PageOutput, Refusal, RefusalKind, Report, StepOutput};

/// How to start a child: this program's hidden `convert-child` command.
#[derive(Clone, Debug)]
pub struct ChildCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments; `--scratch DIR --parent PID` are added.
    pub arguments: Vec<String>,
    /// Where the directory that a child may write is made.
    pub scratch: Arc<Scratch>,
}

/// A child could not be started or talked to; not the fault of the file.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// The program could not be started.
    #[error("cannot start the converter: {0}")]
    Start(std::io::Error),
}

/// Files after which a child is replaced, so that what an engine forgets to
/// free does not add up.
const FILES_PER_CHILD: u32 = 200;
/// Resident memory after which a child is replaced, in bytes.
const RESIDENT_PER_CHILD: u64 = 900 << 20;
/// What a child's standard error may keep for the classification of its end.
const STDERR_TAIL: usize = 4096;

/// A warm child.
pub struct Child {
    // Ended before its directory is removed.
    process: Process,
    _scratch: (TempDir, Arc<Scratch>),
    requests: std::sync::mpsc::Sender<(Request, Payload)>,
    events: mpsc::Receiver<Said>,
    stderr: Arc<Mutex<Vec<u8>>>,
    files: u32,
}

enum Said {
    Event(Event),
    /// A PDF that is too large for memory.
    LargePdf(Payload),
    /// The pipe broke or closed.
    Gone,
}

/// What is to be converted, and how.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The name that the uploader gave it.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Payload,
    /// What shall draw it.
    pub engine: Wish,
}

/// A file on its way through a child. Dropped before its end, it ends the
/// child: what that would still send belongs to nobody.
pub struct Conversion<'a> {
    child: &'a mut Child,
    office: Option<&'a mut Office>,
    upload: Upload,
    limits: Limits,
    deadline: Instant,
    /// When the next page must be there; `None` while none is due.
    page_deadline: Option<Instant>,
    /// Milliseconds that LibreOffice took, if it was asked.
    office_ms: Option<f64>,
    is_over: bool,
}

/// What came of a file next.
#[derive(Debug)]
pub enum Step {
    /// The PDF that its pages are drawn from, once, first.
    Pdf(Payload),
    /// A page, in order.
    Page(Box<PageOutput>),
    /// An image of a page that builds up, after the last page.
    Build(Box<StepOutput>),
    /// The end: everything was drawn, or the file is refused and what came
    /// before is void. After a refusal of kind `timeout`, `memory` or
    /// `crashed` the child is dead: see [`Child::is_spent`].
    End(Result<Box<Report>, Refusal>),
}

impl Conversion<'_> {
    /// Waits for the next step; after [`Step::End`] there is none.
    pub async fn next(&mut self) -> Step {
        let end = loop {
            match self.heard().await {
                Heard::Step(step) => return step,
                Heard::End(end) => break end,
                Heard::NeedsOffice(drawn) => {
                    // The child waits for its next file meanwhile.
                    if let Err(refusal) = self.make_pdf(drawn).await {
                        break Err(refusal);
                    }
                }
            }
        };
        self.is_over = true;
        Step::End(end)
    }

    /// Waits for the child.
    async fn heard(&mut self) -> Heard {
        let deadline = self
            .page_deadline
            .map_or(self.deadline, |page| page.min(self.deadline));
        let said = tokio::time::timeout_at(deadline, self.child.events.recv()).await;
        self.expect_page(&said);
        Heard::End(match said {
            Ok(Some(Said::Event(Event::Pdf(pdf)))) => return Heard::Step(Step::Pdf(pdf.into())),
            Ok(Some(Said::LargePdf(pdf))) => return Heard::Step(Step::Pdf(pdf)),
            Ok(Some(Said::Event(Event::Page(page)))) => return Heard::Step(Step::Page(page)),
            Ok(Some(Said::Event(Event::Step(step)))) => return Heard::Step(Step::Build(step)),
            Ok(Some(Said::Event(Event::NeedsOffice(drawn)))) => return Heard::NeedsOffice(drawn),
            Ok(Some(Said::Event(Event::Done(mut report)))) => {
                if let Some(ms) = self.office_ms {
                    report.ms.insert("libreoffice".to_owned(), ms);
                }
                Ok(report)
            }
            Ok(Some(Said::Event(Event::Refused(refusal)))) => Err(refusal),
            Ok(None | Some(Said::Gone)) => Err(self.child.obituary()),
            Err(_) => {
                self.child.process.end();
                let detail = if deadline < self.deadline {
                    format!("a page was not drawn in {} s", self.limits.page_seconds)
                } else {
                    format!("not done after {} s", self.limits.seconds)
                };
                Err(Refusal::new(RefusalKind::Timeout, detail))
            }
        })
    }

    /// Sets when the page after what was said must be there.
    fn expect_page(&mut self, said: &Result<Option<Said>, tokio::time::error::Elapsed>) {
        let is_due = match said {
            Ok(Some(Said::Event(Event::Pdf(_)) | Said::LargePdf(_))) => true,
            Ok(Some(Said::Event(Event::Page(page)))) => page.number < page.page_count,
            _ => false,
        };
        self.page_deadline =
            is_due.then(|| Instant::now() + Duration::from_secs(self.limits.page_seconds));
    }

    /// Has LibreOffice make the PDF and gives it to the child.
    async fn make_pdf(&mut self, drawn: Box<Drawn>) -> Result<(), Refusal> {
        let Some(office) = self.office.as_deref_mut() else {
            return Err(Refusal::new(
                RefusalKind::NeedsLibreOffice,
                format!("{} files are read by LibreOffice", drawn.format),
            ));
        };
        let started = std::time::Instant::now();
        let pdf = office
            .to_pdf(drawn.format, &self.upload.bytes, &self.limits)
            .await?;
        self.office_ms = Some(started.elapsed().as_secs_f64() * 1e3);
        self.deadline = deadline(&self.limits);
        self.child
            .ask(&self.upload, &self.limits, Some(*drawn), pdf);
        Ok(())
    }
}

/// What a conversion heard of its child.
enum Heard {
    Step(Step),
    NeedsOffice(Box<Drawn>),
    End(Result<Box<Report>, Refusal>),
}

/// The child stops itself between pages; this ends it wherever it is.
fn deadline(limits: &Limits) -> Instant {
    Instant::now() + Duration::from_secs(limits.seconds + 2)
}

impl Drop for Conversion<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.child.process.end();
        }
    }
}

impl Child {
    /// Starts a child. It warms up on its own; the first file waits for that.
    ///
    /// # Errors
    /// [`ChildError::Start`] when the program cannot be run.
    pub fn start(command: &ChildCommand) -> Result<Self, ChildError> {
        let scratch = command.scratch.make().map_err(ChildError::Start)?;
        let mut program = Command::new(&command.program);
        program
            .args(&command.arguments)
            .arg("--scratch")
            .arg(scratch.path())
            .arg("--parent")
            .arg(std::process::id().to_string())
            .env_clear()
            .env("TMPDIR", scratch.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = process::spawn(program).map_err(ChildError::Start)?;
        let child = process.child_mut();
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(ChildError::Start(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (requests, to_child) = std::sync::mpsc::channel::<(Request, Payload)>();
        // Two frames of look-ahead: the child draws the next page while this
        // process stores the last, and never gets further ahead.
        let (from_child, events) = mpsc::channel(2);
        let tail = Arc::new(Mutex::new(Vec::new()));
        std::thread::spawn(move || {
            let mut stdin = BufWriter::with_capacity(64 << 10, stdin);
            while let Ok((request, file)) = to_child.recv() {
                let written = file
                    .reader()
                    .and_then(|mut bytes| {
                        wire::write_request_from(
                            &mut stdin,
                            &request,
                            file.size_bytes(),
                            &mut bytes,
                        )
                    })
                    .and_then(|()| stdin.flush());
                if written.is_err() {
                    // The reading side notices the end and reports it.
                    return;
                }
            }
        });
        let spool = command.scratch.clone();
        std::thread::spawn(move || {
            let mut stdout = BufReader::with_capacity(256 << 10, stdout);
            loop {
                let said = match hear(&mut stdout, &spool) {
                    Ok(Some(said)) => said,
                    Ok(None) | Err(_) => Said::Gone,
                };
                let last = matches!(said, Said::Gone);
                if from_child.blocking_send(said).is_err() || last {
                    return;
                }
            }
        });
        std::thread::spawn({
            let tail = tail.clone();
            move || keep_tail(stderr, &tail)
        });
        Ok(Self {
            process,
            _scratch: (scratch, command.scratch.clone()),
            requests,
            events,
            stderr: tail,
            files: 0,
        })
    }

    /// Begins to convert a file by what suits it, without LibreOffice;
    /// [`Conversion::next`] gives what comes of it.
    pub fn convert(
        &mut self,
        file_name: &str,
        file: impl Into<Payload>,
        limits: &Limits,
    ) -> Conversion<'_> {
        let upload = Upload {
            file_name: file_name.to_owned(),
            bytes: file.into(),
            engine: Wish::Auto,
        };
        self.convert_by(upload, limits, None)
    }

    /// Begins to convert a file by the engine wished for. Without `office`,
    /// what needs LibreOffice is refused.
    pub fn convert_by<'a>(
        &'a mut self,
        upload: Upload,
        limits: &Limits,
        office: Option<&'a mut Office>,
    ) -> Conversion<'a> {
        self.files += 1;
        let file = upload.bytes.clone();
        self.ask(&upload, limits, None, file);
        Conversion {
            child: self,
            office,
            upload,
            limits: limits.clone(),
            deadline: deadline(limits),
            page_deadline: None,
            office_ms: None,
            is_over: false,
        }
    }

    fn ask(&self, upload: &Upload, limits: &Limits, drawn: Option<Drawn>, file: Payload) {
        let request = Request {
            file_name: upload.file_name.clone(),
            limits: limits.clone(),
            engine: upload.engine,
            drawn,
        };
        self.process.grant_cpu(cpu_seconds(limits));
        // A child that is gone is found out by the first `next`.
        let _ = self.requests.send((request, file));
    }

    /// Returns whether another child should take the next file: this one is
    /// dead, has grown, or has done its share.
    pub fn is_spent(&self) -> bool {
        !self.process.is_running()
            || self.files >= FILES_PER_CHILD
            || self.process.resident_bytes() > RESIDENT_PER_CHILD
    }

    /// Says what the child died of.
    fn obituary(&self) -> Refusal {
        // Its pipe is closed; if it still hangs about, it is of no use.
        let status = self.process.end();
        let stderr = self
            .stderr
            .lock()
            .map(|tail| String::from_utf8_lossy(&tail).trim().to_owned())
            .unwrap_or_default();
        let out_of_memory = stderr.contains("memory allocation of");
        let signal = status.and_then(|status| status.signal());
        let kind = if out_of_memory {
            RefusalKind::Memory
        } else if signal == Some(Signal::SIGXCPU as i32) {
            RefusalKind::Timeout
        } else {
            RefusalKind::Crashed
        };
        let how = match status {
            Some(status) => match signal {
                Some(signal) => format!("the converter was ended by signal {signal}"),
                None => format!("the converter ended with {status}"),
            },
            None => "the converter is gone".to_owned(),
        };
        let last_line = stderr.lines().last().unwrap_or_default();
        Refusal::new(
            kind,
            format!("{how}: {last_line}")
                .trim_end_matches(": ")
                .to_owned(),
        )
    }
}

/// Reads what the child says next.
fn hear(stdout: &mut impl Read, spool: &Scratch) -> std::io::Result<Option<Said>> {
    let heard = wire::read_event_spooling(stdout, Payload::IN_MEMORY, || spool.file())?;
    Ok(heard.map(|incoming| match incoming {
        Incoming::Event(event) => Said::Event(event),
        Incoming::LargePdf(file, size_bytes) => {
            Said::LargePdf(Payload::File(Arc::new(file), size_bytes))
        }
    }))
}

pub(crate) fn keep_tail(mut stderr: impl Read, tail: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = stderr.read(&mut buffer) {
        let Ok(mut tail) = tail.lock() else { return };
        tail.extend_from_slice(buffer.get(..read).unwrap_or_default());
        let excess = tail.len().saturating_sub(STDERR_TAIL);
        tail.drain(..excess);
    }
}

/// The processor time that one file may take: that of all cores until the wall
/// clock ends it.
fn cpu_seconds(limits: &Limits) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    limits
        .seconds
        .saturating_add(2)
        .saturating_mul(cores as u64)
}
