//! CSV and TSV as printed tables.
//!
//! `read` finds the delimiter and the records, `measure` how wide a text is,
//! `sheet` where every line of every cell stands. The template only puts lines
//! at their places: a Typst table of a hundred thousand rows would take minutes
//! and gigabytes, a paragraph for each column of a page takes neither.

mod measure;
mod read;
mod sheet;
mod wrap;

pub(crate) use measure::Measure;
pub(crate) use read::read;
pub(crate) use sheet::{Sheet, lay_out};
