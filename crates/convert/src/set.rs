//! What an engine of ours made of a file: a PDF, and what is told about it.

use std::collections::BTreeSet;

use crate::report::{FontUse, Warning};

/// A file that was set.
#[derive(Debug, Default)]
pub(crate) struct Set {
    pub(crate) pdf: Vec<u8>,
    pub(crate) warnings: Vec<Warning>,
    /// Fonts that were asked for and drawn with another face.
    pub(crate) fonts: BTreeSet<FontUse>,
    /// The title the file itself carries.
    pub(crate) title: Option<String>,
}
