//! One running LibreOffice, from its start to its end.

use super::{Installation, OfficeCommand, pipe, profile};
use crate::child::keep_tail;
use crate::payload::Payload;
use crate::process::{self, Process};
use crate::scratch::Scratch;
use anyhow::Context as _;
use std::fs;
use std::io::Read;
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
    /// Removed after the process has ended.
    _scratch: (TempDir, Arc<Scratch>),
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
        let scratch = command
            .scratch
            .make()
            .context("making a directory for LibreOffice")?;
        let directory = scratch.path().canonicalize()?;
        let mut profile = directory.join("profile");
        profile::write(&profile)?;
        profile::write_fonts(
            &directory.join("fonts.conf"),
            &command.fonts,
            &directory.join("font-cache"),
        )?;
        fs::write(directory.join(WARM), "文渊\n")?;

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
                        _scratch: (scratch, Arc::clone(&command.scratch)),
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
    /// When the instance is of no use any more: drop it.
    pub(super) async fn convert(
        &mut self,
        format: Format,
        file: &Payload,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        self.documents += 1;
        // The uploader's name stays outside: LibreOffice goes by the ending.
        let job = self.directory.join(format!("document-{}", self.documents));
        fs::create_dir(&job).context("a directory for the document")?;
        let input = job.join(format!("document.{format}"));
        file.copy_to(&input).context("the document")?;
        let answered = pipe::ask_for_pdf(&self.socket, &input, &job).await;
        let pdf = answered
            .map_err(|error| anyhow::anyhow!("{}", self.running.obituary(&error.to_string())))
            .and_then(|()| read_within(&job.join("document.pdf"), &self.directory));
        fs::remove_dir_all(&job).context("removing the document")?;
        let pdf = pdf?;
        if !self.running.process.is_running() {
            anyhow::bail!("{}", self.running.obituary("it is gone"));
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
    fn obituary(&self, error: &str) -> String {
        // What closes the pipe is about to end, or of no use any more.
        std::thread::sleep(LOOK_EVERY);
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
            return Err(running.obituary(""));
        }
        match pipe::socket_of(running.process.id()) {
            Some(socket) => break socket,
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    };
    // Whoever converts twice has not ended after the first time.
    for _ in 0..2 {
        if let Err(error) = pipe::ask_for_pdf(&socket, &directory.join(WARM), &out).await {
            let how = running.obituary(&error.to_string());
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

/// Reads a file that LibreOffice wrote; `None` when there is none.
///
/// LibreOffice may be in the hands of a document, and put a link there that
/// leads to a file of ours: what was opened must lie within `directory`.
fn read_within(path: &Path, directory: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    let opened = fs::OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK)
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("opening the PDF"),
    };
    let truly = fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
    anyhow::ensure!(
        truly.starts_with(directory) && file.metadata()?.is_file(),
        "the PDF is somewhere else"
    );
    let mut pdf = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut pdf)?;
    anyhow::ensure!(pdf.len() as u64 <= MOST_BYTES, "the PDF is too large");
    Ok(Some(pdf))
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
    use super::{file_url, read_within};
    use std::fs;
    use std::path::Path;

    #[test]
    fn a_link_in_the_place_of_the_pdf_is_not_followed() {
        let own = tempfile::tempdir().unwrap();
        let directory = own.path().canonicalize().unwrap();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("document.pdf"), "secret").unwrap();
        let job = directory.join("document-1");
        fs::create_dir(&job).unwrap();
        let pdf = job.join("document.pdf");
        assert!(read_within(&pdf, &directory).unwrap().is_none());
        std::os::unix::fs::symlink(other.path().join("document.pdf"), &pdf).unwrap();
        assert!(read_within(&pdf, &directory).is_err());
        // The directory itself exchanged for another.
        fs::remove_dir_all(&job).unwrap();
        std::os::unix::fs::symlink(other.path(), &job).unwrap();
        assert!(read_within(&pdf, &directory).is_err());
        fs::remove_file(&job).unwrap();
        fs::create_dir(&job).unwrap();
        fs::write(&pdf, "%PDF").unwrap();
        assert_eq!(read_within(&pdf, &directory).unwrap().unwrap(), b"%PDF");
    }

    #[test]
    fn paths_become_urls() {
        assert_eq!(file_url(Path::new("/a b/文")), "file:///a%20b/%E6%96%87");
    }
}
