//! `convert-child`: the process in which uploads are parsed.

use crate::sandbox::Sandbox;
use anyhow::Context;
use clap::Args;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::process::ExitCode;
use wenyuan_convert::{Converter, FontDirs};
use wenyuan_worker::walls::{self, Class, Walls};

#[derive(Debug, Args)]
pub(crate) struct ConvertChild {
    /// Directory of the bundled fonts
    #[arg(long)]
    fonts: PathBuf,
    /// The one directory that this process may write
    #[arg(long)]
    scratch: PathBuf,
    /// Memory that this process may take
    #[arg(long)]
    memory_mib: u64,
    /// Processor time that this process may take for its start and first file
    #[arg(long)]
    cpu_seconds: u64,
    /// What to do where a wall cannot be raised
    #[arg(long, value_enum)]
    sandbox: Sandbox,
}

impl ConvertChild {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        // Asked before the walls: behind them the quota of a container cannot
        // be read.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        walls::raise(&Walls {
            class: Class::Converter,
            readable: vec![self.fonts.clone()],
            programs: Vec::new(),
            scratch: self.scratch,
            memory_bytes: self.memory_mib << 20,
            cpu_seconds: self.cpu_seconds,
            strictness: self.sandbox.into(),
        })?;
        let converter = Converter::new(&FontDirs::bundled(self.fonts)).with_threads(cores);
        let mut requests = BufReader::with_capacity(256 << 10, std::io::stdin().lock());
        let mut events = BufWriter::with_capacity(256 << 10, std::io::stdout().lock());
        wenyuan_convert::wire::serve(&mut requests, &mut events, &converter)
            .context("the server is gone")?;
        Ok(ExitCode::SUCCESS)
    }
}
