//! `admin`: accounts from the command line.

use super::Place;
use crate::log;
use anyhow::Context;
use clap::Subcommand;
use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;
use wenyuan_domain::account::{self, NewUser, Role};

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make an administrator
    Create {
        /// Name
        name: String,
        /// E-mail address
        email: String,
    },
    /// Set somebody's password and end his sessions
    Password {
        /// Name
        name: String,
    },
}

impl Admin {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let library = place.open_quietly().await?;
        match self {
            Self::Create { name, email } => {
                let (password, generated) = read_password()?;
                let user = account::create(
                    &library.db,
                    NewUser {
                        name,
                        email,
                        password: password.clone(),
                        role: Role::Administrator,
                    },
                )
                .await?;
                report(&user.name, &password, generated)?;
            }
            Self::Password { name } => {
                let (password, generated) = read_password()?;
                account::reset_password(&library.db, &name, &password).await?;
                report(&name, &password, generated)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn report(name: &str, password: &str, generated: bool) -> anyhow::Result<()> {
    if generated {
        log::print(&format!("{name}  {password}"))?;
    } else {
        log::say(&format!("{name}: done"));
    }
    Ok(())
}

/// Takes the first line of a pipe; at a terminal, where typing would show, a
/// password is made up. Never an argument: those stand in the process list.
fn read_password() -> anyhow::Result<(String, bool)> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok((generate_password()?, true));
    }
    let mut line = String::new();
    input
        .lock()
        .read_line(&mut line)
        .context("reading the password")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Ok((generate_password()?, true));
    }
    Ok((password, false))
}

/// Makes a password of 60 random bits that can be read out: `kore-mita-…`.
pub(crate) fn generate_password() -> anyhow::Result<String> {
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 4] = b"aeio";
    const SYLLABLES: usize = 10;
    let mut bytes = [0_u8; SYLLABLES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let mut password = String::new();
    for (position, byte) in bytes.into_iter().enumerate() {
        if position > 0 && position % 2 == 0 {
            password.push('-');
        }
        password.push(char::from(CONSONANTS[usize::from(byte & 15)]));
        password.push(char::from(VOWELS[usize::from(byte >> 4 & 3)]));
    }
    Ok(password)
}
