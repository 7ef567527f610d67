//! `confined`: another program, behind the walls of its class.
//!
//! The worker starts LibreOffice and Tesseract through it:
//!
//! ```text
//! wenyuan confined --class libreoffice --scratch DIR --memory-mib N -- soffice …
//! ```
//!
//! The program's home, temporary and working directory is `DIR`, the only place
//! that it may write. Its parent ends it with its whole process group, and must
//! start it from a thread that lives as long as the program is to:
//! `wenyuan_worker::spawn` does.

use crate::log;
use crate::sandbox::Sandbox;
use anyhow::Context;
use clap::{Args, ValueEnum};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use wenyuan_worker::walls::{self, Class, Walls};

#[derive(Debug, Args)]
pub(crate) struct Confined {
    /// The walls' class
    #[arg(long, value_enum)]
    class: Confinement,
    /// The one directory that the program may write
    #[arg(long, value_name = "DIR")]
    scratch: PathBuf,
    /// Memory that each process may take
    #[arg(long)]
    memory_mib: u64,
    /// Processor time that each process may take
    #[arg(long, default_value_t = 600)]
    cpu_seconds: u64,
    /// A further file or directory that may be read
    #[arg(long, value_name = "PATH")]
    readable: Vec<PathBuf>,
    /// A variable of the program's environment, which is empty but for what
    /// the class needs
    #[arg(long = "env", value_name = "NAME=VALUE")]
    environment: Vec<String>,
    /// What to do where a wall cannot be raised
    #[arg(long, value_enum, default_value = "required")]
    sandbox: Sandbox,
    /// Say which walls stand, and run nothing
    #[arg(long)]
    probe: bool,
    /// The program and its arguments
    #[arg(last = true, required_unless_present = "probe")]
    command: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Confinement {
    Converter,
    #[value(name = "libreoffice")]
    LibreOffice,
    Tesseract,
}

/// Where programs are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

impl Confined {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let program = match self.command.first() {
            Some(name) => Some(find(name).with_context(|| format!("no program {name}"))?),
            None => None,
        };
        let scratch = self
            .scratch
            .canonicalize()
            .with_context(|| format!("the scratch directory {}", self.scratch.display()))?;
        let class = match self.class {
            Confinement::Converter => Class::Converter,
            Confinement::LibreOffice => Class::LibreOffice,
            Confinement::Tesseract => Class::Tesseract,
        };
        let raised = walls::raise(&Walls {
            class,
            readable: self.readable,
            programs: program.as_deref().map(installation).unwrap_or_default(),
            scratch: scratch.clone(),
            memory_bytes: self.memory_mib << 20,
            cpu_seconds: self.cpu_seconds,
            strictness: self.sandbox.into(),
        })?;
        let Some(program) = program.filter(|_| !self.probe) else {
            log::print(&raised.to_string())?;
            return Ok(ExitCode::SUCCESS);
        };
        let mut command = Command::new(&program);
        command
            .args(self.command.iter().skip(1))
            .env_clear()
            .env("PATH", PATH)
            .env("HOME", &scratch)
            .env("TMPDIR", &scratch)
            .env("LANG", "C.UTF-8");
        if class == Class::LibreOffice {
            // Draw without a display, whatever desktop is installed.
            command.env("SAL_USE_VCLPLUGIN", "svp");
        }
        command.envs(
            self.environment
                .iter()
                .filter_map(|pair| pair.split_once('=')),
        );
        Err(command.exec()).with_context(|| format!("running {}", program.display()))
    }
}

/// Finds a program by its name or path.
fn find(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Path::new(name).canonicalize().ok();
    }
    std::env::split_paths(PATH)
        .map(|directory| directory.join(name))
        .find(|path| path.is_file())
}

/// The directories of a program that is installed outside `/usr`: its own, and
/// the one above it where that is how LibreOffice is laid out.
fn installation(program: &Path) -> Vec<PathBuf> {
    let Some(directory) = program
        .canonicalize()
        .ok()
        .and_then(|path| path.parent().map(Path::to_owned))
    else {
        return Vec::new();
    };
    match directory.parent() {
        Some(above) if directory.ends_with("program") => vec![above.to_owned()],
        _ => vec![directory],
    }
}
