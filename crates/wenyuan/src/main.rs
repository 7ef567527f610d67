//! The `wenyuan` command: the only reader of configuration and environment.
//!
//! Each subcommand is a file of [`command`]. Exit status: 0 done, 1 failed
//! with a message on standard error, 2 bad usage.

mod command;
mod config;
mod data;
mod formats;
mod log;
mod sandbox;
mod words;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = command::Arguments::parse();
    match command::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            log::say(&format!("wenyuan: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
