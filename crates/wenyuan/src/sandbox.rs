//! The setting `sandbox`, and what the kernel offers for it.

use anyhow::Context;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::process::{Command, Stdio};
use wenyuan_worker::walls::Strictness;
use wenyuan_worker::{Scratch, spawn};

/// What to do on a kernel without landlock or seccomp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Sandbox {
    /// Convert nothing.
    Required,
    /// Convert behind the walls that there are.
    BestEffort,
}

impl Sandbox {
    /// Returns its name, as in the configuration.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::BestEffort => "best_effort",
        }
    }
}

impl From<Sandbox> for Strictness {
    fn from(sandbox: Sandbox) -> Self {
        match sandbox {
            Sandbox::Required => Self::Required,
            Sandbox::BestEffort => Self::BestEffort,
        }
    }
}

/// Raises the walls of a class in a process that does nothing else, and says
/// which stand.
///
/// # Errors
/// Why they cannot be raised.
pub(crate) fn probe(scratch: &Scratch, class: &str, sandbox: Sandbox) -> anyhow::Result<String> {
    let directory = scratch.make()?;
    let mut command = Command::new(std::env::current_exe().context("finding this program")?);
    command
        .args(["confined", "--probe", "--class", class])
        .args(["--memory-mib", "256", "--sandbox", sandbox.as_str()])
        .arg("--scratch")
        .arg(directory.path())
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = spawn(command)?;
    let child = process.child_mut();
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let said = stdout.as_mut().map(std::io::read_to_string);
    let complaint = stderr.as_mut().map(std::io::read_to_string);
    match said {
        Some(Ok(said)) if !said.is_empty() => Ok(said.trim().to_owned()),
        _ => {
            let complaint = complaint.and_then(Result::ok).unwrap_or_default();
            anyhow::bail!("{}", complaint.trim().trim_start_matches("wenyuan: "))
        }
    }
}
