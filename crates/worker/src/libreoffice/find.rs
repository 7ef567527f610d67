//! Looks for an installation of LibreOffice, once, at the start.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use wenyuan_convert::Format;

/// Where LibreOffice shall be looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// In `PATH` and in the usual places.
    #[default]
    Auto,
    /// Nowhere: it is not used.
    Off,
    /// Here: the program, or its directory.
    At(PathBuf),
}

impl Setting {
    /// Reads the configuration's value: `off`, a path, or nothing.
    #[must_use]
    pub fn parse(value: Option<&str>) -> Self {
        match value {
            None | Some("" | "auto") => Self::Auto,
            Some("off") => Self::Off,
            Some(path) => Self::At(path.into()),
        }
    }
}

/// Why LibreOffice is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Absence {
    /// The configuration says so.
    #[error("it is switched off in the configuration (`libreoffice = \"off\"`)")]
    Off,
    /// It is in none of the usual places.
    #[error(
        "it is not installed here (Debian: apt-get install libreoffice-writer-nogui \
         libreoffice-calc-nogui libreoffice-impress-nogui)"
    )]
    NotFound,
    /// What is where the configuration says is not LibreOffice.
    #[error("there is no LibreOffice at {0}")]
    NotThere(PathBuf),
    /// It is there but does not tell its version.
    #[error("it does not run: {0}")]
    DoesNotRun(String),
}

/// An installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The directory with its program and libraries.
    pub directory: PathBuf,
    /// Its version: `7.4.7.2`.
    pub version: String,
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.version, self.directory.display())
    }
}

impl Installation {
    /// The program itself: the scripts around it only find its directory and
    /// restart it.
    pub(super) fn program(&self) -> PathBuf {
        self.directory.join(PROGRAM)
    }

    /// Returns whether the part that reads a format is installed: Debian has a
    /// package for each.
    #[must_use]
    pub fn reads(&self, format: Format) -> bool {
        let library = match Self::part_of(format) {
            "Calc" => "libsclo.so",
            "Impress" => "libsdlo.so",
            _ => "libswlo.so",
        };
        format.is_office() && self.directory.join(library).is_file()
    }

    /// Returns the part of LibreOffice that reads a format.
    #[must_use]
    pub fn part_of(format: Format) -> &'static str {
        match format {
            Format::Xls | Format::Xlsx | Format::Ods => "Calc",
            Format::Ppt | Format::Pptx | Format::Odp => "Impress",
            _ => "Writer",
        }
    }
}

const PROGRAM: &str = "soffice.bin";

/// Where packages of distributions and of the LibreOffice project put it.
const PLACES: [&str; 6] = [
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/usr/local/lib/libreoffice/program",
    "/opt/libreoffice/program",
    "/usr/lib/libreoffice/lib/libreoffice/program",
    "/usr/local/libreoffice/program",
];

/// Looks for LibreOffice.
///
/// # Errors
/// The [`Absence`], with what to do about it.
pub fn find(setting: &Setting) -> Result<Installation, Absence> {
    let directory = match setting {
        Setting::Off => return Err(Absence::Off),
        Setting::At(path) => directory_of(path).ok_or_else(|| Absence::NotThere(path.clone()))?,
        Setting::Auto => in_path()
            .or_else(|| {
                PLACES
                    .iter()
                    .find_map(|place| directory_of(Path::new(place)))
            })
            .or_else(in_opt)
            .ok_or(Absence::NotFound)?,
    };
    let version = ask_version(&directory.join(PROGRAM))?;
    Ok(Installation { directory, version })
}

/// The installation's directory, of its program, a link to it, or itself.
fn directory_of(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let directory = if path.is_dir() {
        path
    } else {
        path.parent()?.to_owned()
    };
    [directory.join("program"), directory]
        .into_iter()
        .find(|directory| directory.join(PROGRAM).is_file())
}

fn in_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|directory| ["soffice", "libreoffice"].map(|name| directory.join(name)))
        .find_map(|program| directory_of(&program).filter(|_| program.is_file()))
}

/// The LibreOffice project's own packages: `/opt/libreoffice24.8`, the newest.
fn in_opt() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = std::fs::read_dir("/opt")
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("libreoffice"))
        })
        .collect();
    places.sort();
    places.iter().rev().find_map(|place| directory_of(place))
}

/// Runs `--version`: `LibreOffice 7.4.7.2 40(Build:2)`. It touches no profile.
fn ask_version(program: &Path) -> Result<String, Absence> {
    let output = Command::new(program)
        .arg("--version")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        // Where it would make its cache of fonts.
        .env("HOME", "/nonexistent")
        .output()
        .map_err(|error| Absence::DoesNotRun(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .ok_or_else(|| {
            let error = String::from_utf8_lossy(&output.stderr);
            let first = error.lines().next().unwrap_or("it says no version");
            Absence::DoesNotRun(first.to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::{Absence, Setting, find};
    use std::path::PathBuf;

    #[test]
    fn the_configuration_decides() {
        assert_eq!(Setting::parse(None), Setting::Auto);
        assert_eq!(Setting::parse(Some("off")), Setting::Off);
        assert_eq!(find(&Setting::Off), Err(Absence::Off));
        let nowhere = PathBuf::from("/nonexistent/soffice");
        assert_eq!(
            find(&Setting::At(nowhere.clone())),
            Err(Absence::NotThere(nowhere))
        );
    }

    #[test]
    fn another_program_is_not_libreoffice() {
        let shell = PathBuf::from("/bin/sh");
        assert_eq!(
            find(&Setting::At(shell.clone())),
            Err(Absence::NotThere(shell))
        );
    }
}
