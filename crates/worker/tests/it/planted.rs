//! The planted child: what it is told, what it does, what it reports.
//!
//! The test runner starts this program anew with a plan among its arguments;
//! on one thread, as the product's children are when they raise their walls.

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, getppid, setuid};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;
use wenyuan_worker::walls::{self, Class, Strictness, WallError, Walls};
use wenyuan_worker::{Process, spawn};

/// What a planted child is to do, and behind which walls.
#[derive(Clone)]
pub(crate) struct Plan {
    pub class: Class,
    /// The misdeed: a word of [`misbehave`], and its object.
    pub deed: String,
    pub object: String,
    pub memory_mib: u64,
    pub cpu_seconds: u64,
    pub strictness: Strictness,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What the child said of its deed: `done …` or `refused` and an error.
    pub said: String,
    pub stderr: String,
    pub code: Option<i32>,
    pub signal: Option<i32>,
}

impl Plan {
    pub(crate) fn new(class: Class, deed: &str, object: &str) -> Self {
        Self {
            class,
            deed: deed.into(),
            object: object.into(),
            memory_mib: 512,
            cpu_seconds: 60,
            strictness: Strictness::Required,
        }
    }

    /// The arguments by which this program becomes the child, but for
    /// `--scratch DIR`, which come last.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = ["planted::act", "--exact", "--test-threads=1"]
            .map(String::from)
            .to_vec();
        arguments.push("--nocapture".into());
        // What follows is not the test runner's.
        arguments.push("--".into());
        arguments.extend([
            "plan".into(),
            format!("{:?}", self.class),
            self.deed.clone(),
            self.object.clone(),
            self.memory_mib.to_string(),
            self.cpu_seconds.to_string(),
            format!("{:?}", self.strictness),
        ]);
        arguments
    }

    fn read(arguments: &[String]) -> Option<(Self, PathBuf)> {
        let at = arguments.iter().position(|argument| argument == "plan")?;
        let words = arguments.get(at + 1..)?;
        let [class, deed, object, memory, cpu, strictness, _, scratch] = words else {
            return None;
        };
        let plan = Self {
            class: match class.as_str() {
                "LibreOffice" => Class::LibreOffice,
                "Tesseract" => Class::Tesseract,
                _ => Class::Converter,
            },
            deed: deed.clone(),
            object: object.clone(),
            memory_mib: memory.parse().unwrap(),
            cpu_seconds: cpu.parse().unwrap(),
            strictness: match strictness.as_str() {
                "BestEffort" => Strictness::BestEffort,
                _ => Strictness::Required,
            },
        };
        Some((plan, PathBuf::from(scratch)))
    }

    /// Starts the child on a scratch directory.
    pub(crate) fn start(&self, scratch: &TempDir) -> Process {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(self.arguments())
            .arg("--scratch")
            .arg(scratch.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        spawn(command).unwrap()
    }

    /// Runs the child to its end.
    pub(crate) fn run(&self) -> Outcome {
        let scratch = tempfile::tempdir().unwrap();
        let mut process = self.start(&scratch);
        let child = process.child_mut();
        let (stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let reader = std::thread::spawn(move || {
            let mut said = String::new();
            let _ = stderr.read_to_string(&mut said);
            said
        });
        let stdout = io::read_to_string(stdout).unwrap();
        let stderr = reader.join().unwrap();
        // Its pipes are closed, so it is over; wait for it without a kill.
        let status = process.child_mut().wait().unwrap();
        let said = stdout
            .lines()
            .find_map(|line| line.split_once("planted: "))
            .map(|(_, said)| said.to_owned());
        Outcome {
            said: said.unwrap_or(stdout),
            stderr,
            code: status.code(),
            signal: status.signal(),
        }
    }
}

/// Runs the deed behind the walls of the class and gives what the child said.
pub(crate) fn attempt(class: Class, deed: &str, object: &str) -> String {
    let outcome = Plan::new(class, deed, object).run();
    assert_eq!(outcome.code, Some(0), "{deed}: {outcome:?}");
    outcome.said
}

/// Runs a shell script behind the walls of the class: its output and errors.
pub(crate) fn script(class: Class, script: &str) -> Outcome {
    Plan::new(class, "shell", script).run()
}

pub(crate) const EPERM: &str = "refused EPERM";
pub(crate) const EACCES: &str = "refused EACCES";

/// The door of the child; without a plan, a test that has nothing to do.
#[test]
fn act() {
    let arguments: Vec<String> = std::env::args().collect();
    let Some((plan, scratch)) = Plan::read(&arguments) else {
        return;
    };
    let said = match enter(&plan, scratch).map(|()| misbehave(&plan)) {
        Err(error) => format!("no walls: {error}"),
        Ok(Ok(said)) => format!("done {said}"),
        Ok(Err(error)) => match error.raw_os_error() {
            Some(code) => format!("refused {:?}", nix::errno::Errno::from_raw(code)),
            None => format!("refused {error}"),
        },
    };
    let mut out = io::stdout();
    let _ = writeln!(out, "\nplanted: {said}").and_then(|()| out.flush());
    #[expect(
        clippy::disallowed_methods,
        reason = "the test runner's end is not the child's"
    )]
    std::process::exit(0);
}

/// Raises the walls, as the product does.
fn enter(plan: &Plan, scratch: PathBuf) -> Result<(), WallError> {
    match plan.deed.as_str() {
        "beget" => return Ok(()),
        "no-landlock" => forbid(nix::libc::SYS_landlock_create_ruleset, nix::libc::ENOSYS),
        "no-seccomp" => forbid(nix::libc::SYS_seccomp, nix::libc::EINVAL),
        "multiply" if Uid::current().is_root() => {
            // The kernel counts nobody's processes for root.
            let nobody = Uid::from_raw(65534);
            std::os::unix::fs::chown(&scratch, Some(nobody.as_raw()), None).unwrap();
            setuid(nobody).unwrap();
        }
        _ => {}
    }
    let raised = walls::raise(&Walls {
        class: plan.class,
        readable: Vec::new(),
        programs: Vec::new(),
        scratch,
        memory_bytes: plan.memory_mib << 20,
        cpu_seconds: plan.cpu_seconds,
        strictness: plan.strictness,
    })?;
    let mut out = io::stdout();
    let _ = writeln!(out, "\nraised: {raised}").and_then(|()| out.flush());
    Ok(())
}

/// Makes a system call fail from now on, as on a kernel that lacks it.
fn forbid(call: i64, errno: i32) {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    let filter = SeccompFilter::new(
        [(call, Vec::new())].into_iter().collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(errno as u32),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let filter: BpfProgram = filter.unwrap().try_into().unwrap();
    seccompiler::apply_filter(&filter).unwrap();
}

fn misbehave(plan: &Plan) -> io::Result<String> {
    let object = plan.object.as_str();
    match plan.deed.as_str() {
        "nothing" | "no-landlock" | "no-seccomp" => Ok(String::new()),
        "answer" => {
            let mut line = String::new();
            io::stdin().read_line(&mut line)?;
            Ok(line.trim().to_owned())
        }
        "read" => fs::read(object).map(|bytes| bytes.len().to_string()),
        "read-environment-of-parent" => {
            fs::read(format!("/proc/{}/environ", getppid())).map(|bytes| bytes.len().to_string())
        }
        "list" => fs::read_dir(object).map(|entries| entries.count().to_string()),
        "write" => fs::write(object, "planted").map(|()| String::new()),
        "remove" => fs::remove_file(object).map(|()| String::new()),
        "make-readable" => {
            fs::set_permissions(object, fs::Permissions::from_mode(0o777)).map(|()| String::new())
        }
        "listen-tcp" => TcpListener::bind("127.0.0.1:0").map(|_| String::new()),
        "speak-udp" => UdpSocket::bind("127.0.0.1:0").map(|_| String::new()),
        "listen-unix" => UnixListener::bind("socket").map(|_| String::new()),
        "speak-unix" => UnixDatagram::unbound().map(|_| String::new()),
        "pair-unix" => UnixStream::pair().map(|_| String::new()),
        "connect-tcp" => TcpStream::connect(object).map(|_| String::new()),
        "connect-unix" => UnixStream::connect(object).map(|_| String::new()),
        "fork" => Command::new("/bin/true").spawn().map(|_| String::new()),
        "exec" => Err(Command::new("/bin/true").exec()),
        "shell" | "multiply" => Err(Command::new("/bin/sh")
            .args(["-c", object])
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .exec()),
        "chroot" => std::os::unix::fs::chroot("/").map(|()| String::new()),
        "signal-parent" => kill(getppid(), Signal::SIGURG)
            .map(|()| String::new())
            .map_err(Into::into),
        "signal" => kill(Pid::from_raw(object.parse().unwrap()), Signal::SIGKILL)
            .map(|()| String::new())
            .map_err(Into::into),
        "raise-limit" => rlimit::Resource::CPU
            .set(u64::MAX, u64::MAX)
            .map(|()| String::new()),
        "thread" => std::thread::spawn(|| fs::read("/etc/passwd"))
            .join()
            .unwrap()
            .map(|_| String::new()),
        "allocate" => {
            let mut held: Vec<Vec<u8>> = Vec::new();
            loop {
                held.push(vec![1; 1 << 20]);
            }
        }
        "loop" => loop {
            std::hint::spin_loop();
        },
        "hang" => loop {
            std::thread::park();
        },
        "open-many" => {
            let mut open = Vec::new();
            loop {
                match File::create(format!("file-{}", open.len())) {
                    Ok(file) if open.len() < 5_000 => open.push(file),
                    Ok(_) => return Ok(format!("{} files", open.len())),
                    Err(error) => return Err(error),
                }
            }
        }
        "write-large" => File::create("large")?
            .set_len(object.parse().unwrap())
            .map(|()| String::new()),
        "tell-environment" => {
            let names: Vec<_> = std::env::vars().map(|(name, _)| name).collect();
            fs::write("told", names.join(" "))?;
            Ok(String::new())
        }
        "beget" => {
            // A server that starts a child, and is killed before it.
            let scratch = tempfile::tempdir()?;
            let child = Plan::new(Class::Converter, "hang", "").start(&scratch);
            let mut out = io::stdout();
            writeln!(out, "\nplanted: {}", child.id())?;
            out.flush()?;
            loop {
                std::thread::park();
            }
        }
        other => Err(io::Error::other(format!("no such deed: {other}"))),
    }
}
