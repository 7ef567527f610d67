//! One running LibreOffice, from its start to its end.

use super::{Installation, OfficeCommand, pipe, profile};
use crate::child::keep_tail;
use crate::payload::Payload;
use crate::process::{self, Process};
use crate::scratch::Scratch;
use anyhow::Context as _;
use std::fs;
use std::io::Read as _;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use wenyuan_convert::{Format, Limits};

/// A running LibreOffice with its directory. Dropped, both are gone.
#[derive(Debug)]
pub(super) struct Instance {
    running: Running,
    /// Canonical.
    directory: PathBuf,
    socket: PathBuf,
    documents: u32,
    scratch: Arc<Scratch>,
    /// `directory`; removed after the process has ended.
    _own: TempDir,
}

/// Why there is no PDF. The instance is to be dropped.
#[derive(Debug)]
pub(super) enum Failure {
    /// This process failed, the disk is full perhaps; whoever comes next fails
    /// as well.
    Ours(anyhow::Error),
    /// The instance is of no use any more; another may do better.
    Gone(String),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Ours(error)
    }
}

/// How often a starting instance is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Starts until an instance converts: with a new profile it ends once by itself
/// and wants to be started again.
const STARTS: u32 = 4;
/// The exit status of LibreOffice that asks for that.
const START_AGAIN: i32 = 81;
/// The largest PDF that is taken, in bytes: what the child takes.
const MOST_BYTES: u64 = 1 << 30;
/// What LibreOffice makes of `document.doc`.
const PDF: &str = "document.pdf";
/// A document that stays open, because LibreOffice ends when it has converted
/// one and none is open.
/// A new text is opened in a moment; loading a file at the start, LibreOffice
/// crashes when it is asked for something meanwhile.
const OPEN: &str = "private:factory/swriter";
/// A document that is converted to see whether all is well.
const WARM: &str = "warm.txt";

impl Instance {
    /// Starts LibreOffice and waits until it converts.
    pub(super) async fn start(
        installation: &Installation,
        command: &OfficeCommand,
        limits: &Limits,
    ) -> anyhow::Result<Self> {
        let (own, mut profile) = {
            let command = command.clone();
            blocking(move || prepare(&command)).await?
        };
        let directory = own.path().to_owned();
        let mut last = String::new();
        for start in 0..STARTS {
            // The socket is named by the profile's path, and where `/tmp` is the
            // machine's, LibreOffice may not remove what the start before left.
            let renamed = directory.join(format!("profile-{start}"));
            fs::rename(&profile, &renamed)?;
            profile = renamed;
            let running = Running::start(installation, command, &directory, &profile, limits)?;
            match until_it_converts(&running, &directory).await {
                Ok(socket) => {
                    return Ok(Self {
                        running,
                        directory,
                        socket,
                        documents: 0,
                        scratch: Arc::clone(&command.scratch),
                        _own: own,
                    });
                }
                Err(how) => last = how,
            }
        }
        anyhow::bail!("{last}")
    }

    /// Makes a PDF of a file; `None` when LibreOffice made nothing of it.
    ///
    /// # Errors
    /// A [`Failure`].
    pub(super) async fn convert(
        &mut self,
        format: Format,
        file: &Payload,
    ) -> Result<Option<Payload>, Failure> {
        self.documents += 1;
        let job = self.directory.join(format!("document-{}", self.documents));
        // The uploader's name stays outside: LibreOffice goes by the ending.
        let name = format!("document.{format}");
        let input = job.join(&name);
        let (document, scratch, to) = (file.clone(), Arc::clone(&self.scratch), job.clone());
        blocking(move || hand_over(&document, &name, &scratch, &to)).await?;
        if let Err(error) = pipe::ask_for_pdf(&self.socket, &input, &job).await {
            return Err(Failure::Gone(
                self.running.obituary(&error.to_string()).await,
            ));
        }
        let scratch = Arc::clone(&self.scratch);
        let pdf = blocking(move || {
            let pdf = take_pdf(&job, &scratch)?;
            fs::remove_dir_all(&job).map_err(its_doing)?;
            Ok::<_, Failure>(pdf)
        })
        .await?;
        if !self.running.process.is_running() {
            return Err(Failure::Gone(self.running.obituary("it is gone").await));
        }
        Ok(pdf)
    }

    /// Returns whether another instance should take the next document.
    pub(super) fn is_spent(&self, documents: u32, resident: u64) -> bool {
        !self.running.process.is_running()
            || self.documents >= documents
            || self.running.process.resident_bytes() > resident
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.running.process.end();
        // LibreOffice removes its socket only when it ends in order.
        let _ = fs::remove_file(&self.socket);
    }
}

/// LibreOffice and what it says.
#[derive(Debug)]
struct Running {
    process: Process,
    stderr: Arc<Mutex<Vec<u8>>>,
}

impl Running {
    /// Starts LibreOffice behind its walls.
    fn start(
        installation: &Installation,
        command: &OfficeCommand,
        directory: &Path,
        profile: &Path,
        limits: &Limits,
    ) -> anyhow::Result<Self> {
        // The kernel counts the time of all documents together.
        let cpu_seconds = limits
            .seconds
            .saturating_mul(u64::from(command.documents) + 1);
        let mut program = Command::new(&command.program);
        program
            .arg("confined")
            .args(["--class", "libreoffice", "--scratch"])
            .arg(directory)
            .arg("--memory-mib")
            .arg((limits.memory_bytes >> 20).to_string())
            .arg("--cpu-seconds")
            .arg(cpu_seconds.to_string())
            .args(["--parent", &std::process::id().to_string()])
            .arg("--readable")
            .arg(&command.fonts)
            .arg("--env")
            .arg(format!(
                "FONTCONFIG_FILE={}",
                directory.join("fonts.conf").display()
            ))
            .args(&command.arguments)
            .arg("--")
            .arg(installation.program())
            .arg(format!("-env:UserInstallation={}", file_url(profile)))
            .args([
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nolockcheck",
                "--nofirststartwizard",
            ])
            .arg(OPEN)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = process::spawn(program).context("starting LibreOffice")?;
        let stderr = Arc::new(Mutex::new(Vec::new()));
        if let Some(pipe) = process.child_mut().stderr.take() {
            let stderr = Arc::clone(&stderr);
            std::thread::spawn(move || keep_tail(pipe, &stderr));
        }
        Ok(Self { process, stderr })
    }

    /// Ends the process, which broke off a talk, and says how it had ended.
    async fn obituary(&self, error: &str) -> String {
        // What closes the pipe is about to end, or of no use any more.
        tokio::time::sleep(LOOK_EVERY).await;
        let was_running = self.process.is_running();
        let how = match self.process.end() {
            Some(status) if !was_running && status.code() == Some(START_AGAIN) => {
                "it wants to be started again".to_owned()
            }
            Some(status) if !was_running => format!("it ended with {status}"),
            _ => format!("it did not answer: {error}"),
        };
        format!("{how} {}", self.last_words()).trim().to_owned()
    }

    fn last_words(&self) -> String {
        let said = self.stderr.lock().map(|said| said.clone());
        let said = said.unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        said.lines().last().unwrap_or_default().to_owned()
    }
}

/// Waits for the socket, and converts; in words, why that failed.
async fn until_it_converts(running: &Running, directory: &Path) -> Result<PathBuf, String> {
    let out = directory.join("warm");
    let _ = fs::create_dir(&out);
    let socket = loop {
        if !running.process.is_running() {
            return Err(running.obituary("").await);
        }
        match pipe::socket_of(running.process.id()) {
            Some(socket) => break socket,
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    };
    // Whoever converts twice has not ended after the first time.
    for _ in 0..2 {
        if let Err(error) = pipe::ask_for_pdf(&socket, &directory.join(WARM), &out).await {
            let how = running.obituary(&error.to_string()).await;
            let _ = fs::remove_file(&socket);
            return Err(how);
        }
    }
    let is_made = out.join("warm.pdf").is_file();
    let _ = fs::remove_dir_all(&out);
    if is_made {
        Ok(socket)
    } else {
        Err("it cannot convert a text".to_owned())
    }
}

/// Makes the directory of an instance, and a profile in it.
fn prepare(command: &OfficeCommand) -> anyhow::Result<(TempDir, PathBuf)> {
    let own = command
        .scratch
        .make()
        .context("making a directory for LibreOffice")?;
    let directory = own.path();
    let profile = directory.join("profile");
    profile::write(&profile)?;
    profile::write_fonts(
        &directory.join("fonts.conf"),
        &command.fonts,
        &directory.join("font-cache"),
    )?;
    fs::write(directory.join(WARM), "文渊\n")?;
    Ok((own, profile))
}

/// Makes the directory `job` of an instance, with a document called `name`.
///
/// It is filled where LibreOffice cannot reach it, and then moved to where it
/// can: LibreOffice may be in the hands of an earlier document, and put a link
/// in the place of whatever this process is about to write.
fn hand_over(file: &Payload, name: &str, scratch: &Scratch, job: &Path) -> Result<(), Failure> {
    let aside = scratch.make().context("a directory for the document")?;
    file.copy_to(&aside.path().join(name))
        .context("the document")?;
    fs::rename(aside.path(), job).map_err(its_doing)?;
    // Its place is elsewhere now.
    let _ = aside.keep();
    Ok(())
}

/// Copies the PDF that LibreOffice left in `job`; `None` when there is none.
///
/// Neither the directory nor the file is opened through a link, and only a file
/// is read.
fn take_pdf(job: &Path, scratch: &Scratch) -> Result<Option<Payload>, Failure> {
    let open = |path: &Path, flags| {
        fs::OpenOptions::new()
            .read(true)
            .custom_flags(nix::libc::O_NOFOLLOW | flags)
            .open(path)
    };
    let directory = open(job, nix::libc::O_DIRECTORY).map_err(its_doing)?;
    // By its number the directory stays the one that was opened.
    let pdf = PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd())).join(PDF);
    let file = match open(&pdf, nix::libc::O_NONBLOCK) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(its_doing(error)),
    };
    if !file.metadata().is_ok_and(|pdf| pdf.is_file()) {
        return Err(Failure::Gone("the PDF is no file".to_owned()));
    }
    let pdf = Payload::read_from(file.take(MOST_BYTES + 1), scratch).context("copying the PDF")?;
    if pdf.size_bytes() > MOST_BYTES {
        return Err(Failure::Gone("the PDF is too large".to_owned()));
    }
    Ok(Some(pdf))
}

/// In its directory, things are not as they were left.
fn its_doing(error: std::io::Error) -> Failure {
    Failure::Gone(format!("its directory is in disorder: {error}"))
}

/// Does what waits for the disk, off the threads that serve everybody.
async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<anyhow::Error> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(anyhow::Error::from)?
}

/// The URL of a path; what is special in URLs is escaped.
fn file_url(path: &Path) -> String {
    use std::fmt::Write;
    let mut url = String::from("file://");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            url.push(char::from(*byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::{Failure, file_url, hand_over, take_pdf};
    use crate::payload::Payload;
    use crate::scratch::Scratch;
    use std::fs;
    use std::io::Read as _;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::process::Command;
    use std::sync::Arc;
    use tempfile::{NamedTempFile, TempPath};

    fn bytes(pdf: &Payload) -> Vec<u8> {
        let mut bytes = Vec::new();
        pdf.reader().unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    }

    /// A file whose bytes come when somebody writes to `fifo`.
    fn slow_file(fifo: &Path) -> Payload {
        let made = Command::new("mkfifo").arg(fifo).status().unwrap();
        assert!(made.success());
        let nothing = fs::File::open("/dev/null").unwrap();
        let file = NamedTempFile::from_parts(nothing, TempPath::try_from_path(fifo).unwrap());
        Payload::File(Arc::new(file), 1)
    }

    /// LibreOffice, taken over by one document, leads the next one astray.
    #[test]
    fn a_document_is_not_written_where_a_link_leads() {
        let place = tempfile::tempdir().unwrap();
        let scratch = Scratch::open(place.path()).unwrap();
        let instance = scratch.make().unwrap();
        let beside = || fs::read_dir(instance.path().parent().unwrap()).unwrap();
        let quiet = beside().count();
        let victim = tempfile::tempdir().unwrap();
        let fifo = victim.path().with_extension("fifo");
        let file = slow_file(&fifo);
        let job = instance.path().join("document-1");
        std::thread::scope(|threads| {
            let writing = threads.spawn(|| hand_over(&file, "document.rtf", &scratch, &job));
            // It is at work, and waits for the bytes.
            while !job.exists() && beside().count() == quiet {
                std::thread::yield_now();
            }
            let _ = fs::remove_dir(&job);
            symlink(victim.path(), &job).unwrap();
            fs::write(&fifo, "x").unwrap();
            assert!(writing.join().unwrap().is_err());
        });
        assert_eq!(fs::read_dir(victim.path()).unwrap().count(), 0);
        assert_eq!(beside().count(), quiet);
        // Undisturbed, it arrives.
        let job = instance.path().join("document-2");
        hand_over(&b"x".to_vec().into(), "document.rtf", &scratch, &job).unwrap();
        assert_eq!(fs::read(job.join("document.rtf")).unwrap(), b"x");
        assert_eq!(beside().count(), quiet);
    }

    #[test]
    fn a_link_in_the_place_of_the_pdf_is_not_followed() {
        let own = tempfile::tempdir().unwrap();
        let scratch = Scratch::open(own.path()).unwrap();
        let directory = own.path().canonicalize().unwrap();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("document.pdf"), "secret").unwrap();
        let job = directory.join("document-1");
        fs::create_dir(&job).unwrap();
        let pdf = job.join("document.pdf");
        assert!(take_pdf(&job, &scratch).unwrap().is_none());
        symlink(other.path().join("document.pdf"), &pdf).unwrap();
        assert!(take_pdf(&job, &scratch).is_err());
        // The directory itself exchanged for another.
        fs::remove_dir_all(&job).unwrap();
        symlink(other.path(), &job).unwrap();
        assert!(take_pdf(&job, &scratch).is_err());
        fs::remove_file(&job).unwrap();
        fs::create_dir(&job).unwrap();
        let made = Command::new("mkfifo").arg(&pdf).status().unwrap();
        assert!(made.success());
        assert!(take_pdf(&job, &scratch).is_err());
        fs::remove_file(&pdf).unwrap();
        fs::write(&pdf, "%PDF").unwrap();
        let taken = take_pdf(&job, &scratch).unwrap().unwrap();
        assert_eq!(bytes(&taken), b"%PDF");
    }

    #[test]
    fn a_disk_that_fails_is_neither_libreoffices_nor_the_files_fault() {
        let own = tempfile::tempdir().unwrap();
        let scratch = Scratch::open(own.path()).unwrap();
        let spooled = scratch.file().unwrap();
        let path = spooled.path().to_owned();
        let lost = Payload::File(Arc::new(spooled), 1);
        fs::remove_file(path).unwrap();
        let job = own.path().join("document-1");
        let failure = hand_over(&lost, "document.rtf", &scratch, &job).unwrap_err();
        assert!(matches!(failure, Failure::Ours(_)), "{failure:?}");
        // Where it was to go, something stands already.
        fs::create_dir(&job).unwrap();
        fs::write(job.join("a"), "").unwrap();
        let file = b"x".to_vec().into();
        let failure = hand_over(&file, "document.rtf", &scratch, &job).unwrap_err();
        assert!(matches!(failure, Failure::Gone(_)), "{failure:?}");
    }

    #[test]
    fn a_large_pdf_does_not_lie_in_memory() {
        let own = tempfile::tempdir().unwrap();
        let scratch = Scratch::open(own.path()).unwrap();
        let large = vec![b'%'; usize::try_from(Payload::IN_MEMORY).unwrap() + 1];
        fs::write(own.path().join("document.pdf"), &large).unwrap();
        let taken = take_pdf(own.path(), &scratch).unwrap().unwrap();
        assert!(matches!(taken, Payload::File(..)));
        assert_eq!(taken.size_bytes(), Payload::IN_MEMORY + 1);
        assert_eq!(bytes(&taken), large);
    }

    #[test]
    fn paths_become_urls() {
        assert_eq!(file_url(Path::new("/a b/文")), "file:///a%20b/%E6%96%87");
    }
}
