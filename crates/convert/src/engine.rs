//! Which engine draws a file, and what is known of one that LibreOffice draws.
//!
//! LibreOffice is no part of this crate: it is a program that the parent
//! process runs. Here a file is looked at and checked before that
//! ([`crate::Converter::plan`]), and its PDF is drawn afterwards.

use serde::{Deserialize, Serialize};

use crate::detect::Format;
use crate::report::Warning;

/// The engine of this crate, in reports.
pub const NATIVE: &str = "native";
/// LibreOffice, in reports.
pub const LIBREOFFICE: &str = "libreoffice";

/// Which engine is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wish {
    /// The native engine for what it reads, LibreOffice for the rest.
    #[default]
    Auto,
    /// The native engine, and nothing else.
    Native,
    /// LibreOffice for what it reads, the native engine for the rest.
    LibreOffice,
}

impl Wish {
    /// Returns the stored name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Native => NATIVE,
            Self::LibreOffice => LIBREOFFICE,
        }
    }

    /// Returns the wish with that stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Auto, Self::Native, Self::LibreOffice]
            .into_iter()
            .find(|wish| wish.as_str() == name)
    }
}

/// Which engine makes the PDF of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The native engine; what the file is.
    Native(Format),
    /// LibreOffice.
    LibreOffice(Drawn),
}

/// What was found out about a file before LibreOffice makes a PDF of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// What the file is, by its content.
    pub format: Format,
    /// The title that the file itself carries.
    pub title: Option<String>,
    /// What in it will not be on the pages.
    pub warnings: Vec<Warning>,
}
