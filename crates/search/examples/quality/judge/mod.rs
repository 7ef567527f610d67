//! The judged set: documents, queries, judgments, rankings and figures.
//!
//! Shared by the example `quality`, which prints the table, and the test of
//! the recorded figure. `docs/search.md` says what the figures mean.

mod figures;
mod judged;
mod library;
mod rankings;

use std::error::Error;
use std::path::{Path, PathBuf};

pub(crate) use figures::{Figures, mean};
pub(crate) use judged::{Judged, judged};
pub(crate) use library::{Document, library};
pub(crate) use rankings::{Bare, Like, Ours, Ranking};

/// Hits that are looked at.
pub(crate) const DEPTH: usize = 50;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `bench/search-quality`.
pub(crate) fn folder() -> PathBuf {
    root().join("bench/search-quality")
}
