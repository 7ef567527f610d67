//! One running LibreOffice, from its start to its end.

use super::{Installation, OfficeCommand, pipe, profile};
use crate::child::{keep_tail, resident_bytes};
use anyhow::Context as _;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::fs;
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
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
    _scratch: TempDir,
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
/// What the directories of instances begin with; the process id follows.
const PREFIX: &str = "office-";

impl Instance {
    /// Starts LibreOffice and waits until it converts.
    pub(super) async fn start(
        installation: &Installation,
        command: &OfficeCommand,
        limits: &Limits,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(&command.scratch)?;
        let scratch = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{}-", std::process::id()))
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&command.scratch)
            .context("making a directory for LibreOffice")?;
        let directory = scratch.path().canonicalize()?;
        profile::write(&directory.join("profile"))?;
        profile::write_fonts(
            &directory.join("fonts.conf"),
            &command.fonts,
            &directory.join("font-cache"),
        )?;
        fs::write(directory.join(WARM), "文渊\n")?;

        let mut last = String::new();
        for _ in 0..STARTS {
            let mut running = Running::start(installation, command, &directory, limits)?;
            match until_it_converts(&mut running, &directory).await {
                Ok(socket) => {
                    return Ok(Self {
                        running,
                        directory,
                        socket,
                        documents: 0,
                        _scratch: scratch,
                    });
                }
                Err(how) => last = format!("{how} {}", running.last_words()),
            }
        }
        anyhow::bail!("{}", last.trim())
    }

    /// Makes a PDF of a file; `None` when LibreOffice made nothing of it.
    ///
    /// # Errors
    /// When the instance is of no use any more: drop it.
    pub(super) async fn convert(
        &mut self,
        format: Format,
        file: &[u8],
    ) -> anyhow::Result<Option<Vec<u8>>> {
        self.documents += 1;
        // The uploader's name stays outside: LibreOffice goes by the ending.
        let job = self.directory.join(format!("document-{}", self.documents));
        fs::create_dir(&job).context("a directory for the document")?;
        let input = job.join(format!("document.{format}"));
        fs::write(&input, file).context("the document")?;
        let answered = pipe::ask_for_pdf(&self.socket, &input, &job).await;
        let pdf = answered
            .map_err(|error| anyhow::anyhow!("{}", self.running.obituary(&error)))
            .and_then(|()| read_within(&job.join("document.pdf"), &self.directory));
        fs::remove_dir_all(&job).context("removing the document")?;
        let pdf = pdf?;
        if let Some(status) = self.running.process.try_wait()? {
            anyhow::bail!("it ended with {status}");
        }
        Ok(pdf)
    }

    /// Returns whether another instance should take the next document.
    pub(super) fn is_spent(&mut self, documents: u32, resident: u64) -> bool {
        !matches!(self.running.process.try_wait(), Ok(None))
            || self.documents >= documents
            || resident_bytes(self.running.process.id()) > resident
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.running.end();
        // LibreOffice removes its socket only when it ends in order.
        let _ = fs::remove_file(&self.socket);
    }
}

/// A process group; dropped, it is ended.
#[derive(Debug)]
struct Running {
    process: Child,
    stderr: Arc<Mutex<Vec<u8>>>,
    is_over: bool,
}

impl Running {
    /// Starts LibreOffice behind its walls.
    fn start(
        installation: &Installation,
        command: &OfficeCommand,
        directory: &Path,
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
            .arg(format!(
                "-env:UserInstallation={}",
                file_url(&directory.join("profile"))
            ))
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
            .stderr(Stdio::piped())
            .process_group(0);
        let mut process = spawn(program).context("starting LibreOffice")?;
        let stderr = Arc::new(Mutex::new(Vec::new()));
        if let Some(pipe) = process.stderr.take() {
            let stderr = Arc::clone(&stderr);
            std::thread::spawn(move || keep_tail(pipe, &stderr));
        }
        Ok(Self {
            process,
            stderr,
            is_over: false,
        })
    }

    /// Says how the process ended after it broke off a talk.
    fn obituary(&mut self, error: &std::io::Error) -> String {
        let group = Pid::from_raw(self.process.id().cast_signed());
        // The pipe is closed by the kernel at the end, or by what is no use.
        std::thread::sleep(LOOK_EVERY);
        let status = self.process.try_wait().ok().flatten();
        let how = match status {
            Some(status) => format!("it ended with {status}"),
            None => {
                let _ = killpg(group, Signal::SIGKILL);
                format!("it did not answer: {error}")
            }
        };
        format!("{how} {}", self.last_words()).trim().to_owned()
    }

    fn last_words(&self) -> String {
        let said = self.stderr.lock().map(|said| said.clone());
        let said = said.unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        said.lines().last().unwrap_or_default().to_owned()
    }

    fn end(&mut self) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let group = Pid::from_raw(self.process.id().cast_signed());
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.process.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits for the socket, and converts; in words, why that failed.
async fn until_it_converts(running: &mut Running, directory: &Path) -> Result<PathBuf, String> {
    let out = directory.join("warm");
    let _ = fs::create_dir(&out);
    let socket = loop {
        if let Ok(Some(status)) = running.process.try_wait() {
            return Err(match status.code() {
                Some(START_AGAIN) => "it wants to be started again".to_owned(),
                _ => format!("it ended with {status}"),
            });
        }
        match pipe::socket_of(running.process.id()) {
            Some(socket) => break socket,
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    };
    // Whoever converts twice has not ended after the first time.
    for _ in 0..2 {
        pipe::ask_for_pdf(&socket, &directory.join(WARM), &out)
            .await
            .map_err(|error| running.obituary(&error))?;
    }
    let is_made = out.join("warm.pdf").is_file();
    let _ = fs::remove_dir_all(&out);
    if is_made {
        Ok(socket)
    } else {
        Err("it cannot convert a text".to_owned())
    }
}

/// Starts a program from a thread that lives as long as this process: what
/// stands behind walls is ended with the thread that started it.
fn spawn(command: Command) -> std::io::Result<Child> {
    type Order = (Command, SyncSender<std::io::Result<Child>>);
    static STARTER: OnceLock<Sender<Order>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (orders, taken) = channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, answer) in taken {
                let _ = answer.send(command.spawn());
            }
        });
        orders
    });
    let gone = || std::io::Error::other("the thread that starts programs is gone");
    let (answer, started) = sync_channel(1);
    starter.send((command, answer)).map_err(|_| gone())?;
    started.recv().map_err(|_| gone())?
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

/// Removes the directories of instances whose server is dead.
pub(super) fn remove_orphans(scratch: &Path) {
    let Ok(entries) = fs::read_dir(scratch) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok());
        let is_dead = owner.is_some_and(|pid: u32| !Path::new(&format!("/proc/{pid}")).exists());
        if is_dead && let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(%error, "cannot remove what a LibreOffice left");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{file_url, read_within, remove_orphans};
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
    fn what_a_killed_server_left_is_removed() {
        let scratch = tempfile::tempdir().unwrap();
        let live = scratch
            .path()
            .join(format!("office-{}-a", std::process::id()));
        let (dead, other) = (
            scratch.path().join("office-4294967295-b"),
            scratch.path().join("else"),
        );
        for directory in [&live, &dead, &other] {
            fs::create_dir(directory).unwrap();
        }
        remove_orphans(scratch.path());
        assert!(live.exists() && other.exists() && !dead.exists());
    }

    #[test]
    fn paths_become_urls() {
        assert_eq!(file_url(Path::new("/a b/文")), "file:///a%20b/%E6%96%87");
    }
}
