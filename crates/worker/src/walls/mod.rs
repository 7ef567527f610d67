//! The walls around hostile files: what a child that touches an upload may do.
//!
//! [`raise`] puts the calling process behind them, for good: it is told to die
//! with its parent, loses its namespaces where the kernel lets it, and from
//! then on sees only the files of its class and its scratch directory
//! ([`files`]), has ceilings ([`limits`]) and may make few system calls
//! ([`calls`]). Raise them before the first thread and before the first byte of
//! an upload: landlock and seccomp hold for the calling thread and what it
//! starts. The wall clock, the process group and the emptied environment are
//! the parent's part ([`crate::Child`]).

mod calls;
mod files;
mod limits;
mod spaces;

use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::getppid;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// What runs behind the walls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Our own converter: computes, reads fonts, and nothing else. It starts no
    /// program and no process.
    Converter,
    /// LibreOffice: a program that starts programs of its own.
    LibreOffice,
    /// Tesseract: a program.
    Tesseract,
}

impl Class {
    /// Returns whether a program of somebody else's runs there.
    #[must_use]
    pub fn executes(self) -> bool {
        self != Self::Converter
    }
}

/// What to do where the kernel lacks landlock or seccomp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Refuse to run.
    Required,
    /// Run with what there is.
    BestEffort,
}

/// The walls to raise.
#[derive(Clone, Debug)]
pub struct Walls {
    /// What runs behind them.
    pub class: Class,
    /// Files and directories that may be read, beside those of the class.
    pub readable: Vec<PathBuf>,
    /// Directories of programs that may be run and read, beside the system's;
    /// nothing for a class that runs none.
    pub programs: Vec<PathBuf>,
    /// The one directory that may be written; the working directory from then
    /// on.
    pub scratch: PathBuf,
    /// Memory that each process may take, in bytes.
    pub memory_bytes: u64,
    /// Processor time that each process may take, in seconds. For the converter
    /// the parent moves this limit with every file.
    pub cpu_seconds: u64,
    /// The process that this one is to die with; its parent, if it is still
    /// there. Unknown, a parent that died before the walls were raised is not
    /// noticed.
    pub parent: Option<u32>,
    /// What to do where a wall cannot be raised.
    pub strictness: Strictness,
}

/// The walls that stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The version of landlock in force; `None` without it.
    pub landlock_abi: Option<i32>,
    /// Whether system calls are filtered.
    pub seccomp: bool,
    /// Whether the network is an empty one of its own; never for the converter,
    /// which has no sockets.
    pub network_namespace: bool,
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.landlock_abi {
            Some(abi) => write!(f, "landlock {abi}")?,
            None => f.write_str("no landlock")?,
        }
        f.write_str(if self.seccomp {
            ", seccomp"
        } else {
            ", no seccomp"
        })?;
        f.write_str(if self.network_namespace {
            ", network namespace"
        } else {
            ", no network namespace"
        })
    }
}

/// Why a wall does not stand.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// The kernel has no landlock, and it is required.
    #[error(
        "this kernel does not offer landlock (Linux 5.13 and later, `lsm=landlock`), which keeps \
         hostile files from the machine's other files; `sandbox = \"best_effort\"` in the \
         configuration runs without it"
    )]
    NoLandlock,
    /// The kernel does not filter system calls, and it is required.
    #[error(
        "this kernel does not offer seccomp filters, which keep hostile files from the network \
         and from other programs; `sandbox = \"best_effort\"` in the configuration runs without \
         them"
    )]
    NoSeccomp,
    /// Landlock is there but was not put into force.
    #[error("landlock: {0}")]
    Landlock(#[from] landlock::RulesetError),
    /// Seccomp is there but was not put into force.
    #[error("seccomp: {0}")]
    Seccomp(#[from] seccompiler::Error),
    /// The parent died before the kernel was asked to watch it.
    #[error("the parent is gone")]
    Orphaned,
    /// Something else, named by the first field, did not work.
    #[error("{0}: {1}")]
    System(&'static str, io::Error),
}

/// Puts the calling process behind `walls`. There is no way back.
///
/// # Errors
/// A [`WallError`]; what already stands keeps standing, so the process should
/// end.
pub fn raise(walls: &Walls) -> Result<Raised, WallError> {
    let scratch = walls
        .scratch
        .canonicalize()
        .map_err(|error| WallError::System("the scratch directory", error))?;
    std::env::set_current_dir(&scratch)
        .map_err(|error| WallError::System("entering the scratch directory", error))?;
    let system = |what| move |errno: nix::Error| WallError::System(what, errno.into());
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(system("dying with the parent"))?;
    if walls
        .parent
        .is_some_and(|parent| parent != getppid().as_raw().cast_unsigned())
    {
        return Err(WallError::Orphaned);
    }
    prctl::set_no_new_privs().map_err(system("giving up new privileges"))?;
    let own = if walls.class.executes() {
        // What may be read must not be hidden by a `/tmp` of its own.
        let reads_tmp = walls.readable.iter().any(|path| path.starts_with("/tmp"));
        spaces::leave(&scratch, !reads_tmp)
    } else {
        spaces::Own::default()
    };
    let landlock_abi = files::close(walls, &scratch, own.tmp)?;
    limits::set(walls, own.users)?;
    let seccomp = calls::filter(walls, landlock_abi)?;
    Ok(Raised {
        landlock_abi,
        seccomp,
        network_namespace: own.network,
    })
}
