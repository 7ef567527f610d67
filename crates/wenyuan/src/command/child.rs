//! `convert-child`: the process in which uploads are parsed.

use anyhow::Context;
use clap::{Args, ValueEnum};
use rlimit::Resource;
use serde::{Deserialize, Serialize};
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::process::ExitCode;
use wenyuan_convert::{Converter, FontDirs};
use wenyuan_worker::walls::Strictness;

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

impl From<Sandbox> for Strictness {
    fn from(sandbox: Sandbox) -> Self {
        match sandbox {
            Sandbox::Required => Self::Required,
            Sandbox::BestEffort => Self::BestEffort,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ConvertChild {
    /// Directory of the bundled fonts
    #[arg(long)]
    fonts: PathBuf,
    /// Memory that this process may take
    #[arg(long)]
    memory_mib: u64,
}

/// Files a conversion may hold open: fonts, pipes, the engine's own.
const OPEN_FILES: u64 = 256;
/// The largest file that may be written: the engine unpacks the fonts that a
/// document brings along into its temporary directory.
const FILE_BYTES: u64 = 64 << 20;

impl ConvertChild {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let memory = self.memory_mib << 20;
        for (resource, limit) in [
            (Resource::DATA, memory),
            // Reserved but unused addresses (thread stacks, arenas, mapped
            // fonts) count here, so it is wider.
            (Resource::AS, memory.saturating_mul(2)),
            (Resource::NOFILE, OPEN_FILES),
            (Resource::FSIZE, FILE_BYTES),
            (Resource::CORE, 0),
        ] {
            resource
                .set(limit, limit)
                .with_context(|| format!("limiting {}", resource.as_name()))?;
        }
        let converter = Converter::new(&FontDirs::bundled(self.fonts));
        let mut requests = BufReader::with_capacity(256 << 10, std::io::stdin().lock());
        let mut events = BufWriter::with_capacity(256 << 10, std::io::stdout().lock());
        wenyuan_convert::wire::serve(&mut requests, &mut events, &converter)
            .context("the server is gone")?;
        Ok(ExitCode::SUCCESS)
    }
}
