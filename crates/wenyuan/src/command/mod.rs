//! The subcommands.

mod admin;
mod check;
mod child;
mod confined;
mod convert;
mod demo;
mod doctor;
mod import;
mod reindex;
mod search;
mod serve;
mod verify;
mod worker;

use crate::config::Config;
use crate::data::Library;
use crate::log;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Wenyuan 文渊: a document library and marketplace.
#[derive(Debug, Parser)]
#[command(name = "wenyuan", version, about)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the library is.
#[derive(Clone, Debug, Args)]
struct Place {
    /// Configuration file (TOML); `wenyuan.toml` in the data directory if absent
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data directory
    #[arg(
        long,
        global = true,
        env = "WENYUAN_DATA",
        default_value = "data",
        value_name = "DIR"
    )]
    data: PathBuf,
}

impl Place {
    fn read_config(&self) -> anyhow::Result<Config> {
        Config::read(self.config.as_deref(), &self.data)
    }

    /// Opens the library, with logging on.
    async fn open(&self) -> anyhow::Result<Library> {
        let config = self.read_config()?;
        log::start(&config);
        Library::open(&self.data, config).await
    }

    /// Opens the library for a command whose output is its result: only
    /// warnings are logged.
    async fn open_quietly(&self) -> anyhow::Result<Library> {
        let mut config = self.read_config()?;
        if config.log == "info" {
            config.log = "warn".into();
        }
        log::start(&config);
        Library::open(&self.data, config).await
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the site and its workers
    Serve(serve::Serve),
    /// Run the site on a fresh library filled with the sample documents
    Demo(demo::Demo),
    /// Run the workers alone
    Worker,
    /// Convert one file into pages, PDF, text and a report
    Convert(convert::Convert),
    /// Take files and directories into the library
    Import(import::Import),
    /// Search the library
    Search(search::Search),
    /// Compare a file with the library, without taking it in
    Check(check::Check),
    /// Check every invariant
    Verify(verify::Verify),
    /// Rebuild the search index
    Reindex,
    /// Manage accounts
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Say what this installation is and can do
    Doctor(doctor::Doctor),
    /// Convert what comes through standard input (started by the worker)
    #[command(hide = true)]
    ConvertChild(child::ConvertChild),
    /// Run a program behind walls (started by the worker)
    #[command(hide = true)]
    Confined(confined::Confined),
}

/// Runs a subcommand.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { place, command } = arguments;
    // The children have no use for a runtime, and walls hold for the thread
    // that raises them and those that it starts.
    let command = match command {
        Command::ConvertChild(child) => return child.run(),
        Command::Confined(confined) => return confined.run(),
        command => command,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match command {
            Command::Serve(serve) => serve.run(&place).await,
            Command::Demo(demo) => demo.run(&place).await,
            Command::Worker => worker::run(&place).await,
            Command::Convert(convert) => convert.run(&place).await,
            Command::Import(import) => import.run(&place).await,
            Command::Search(search) => search.run(&place).await,
            Command::Check(check) => check.run(&place).await,
            Command::Verify(verify) => verify.run(&place).await,
            Command::Reindex => reindex::run(&place).await,
            Command::Admin(admin) => admin.run(&place).await,
            Command::Doctor(doctor) => doctor.run(&place).await,
            Command::ConvertChild(child) => child.run(),
            Command::Confined(confined) => confined.run(),
        }
    })
}
