//! The caps a conversion works within. `guard` checks those of containers before
//! anything is parsed, the readers of each format its own (pages and pixels from
//! headers or estimates), `pdf` what is drawn; the parent process wall clock and
//! memory.

use serde::{Deserialize, Serialize};

/// What one conversion may cost at most.
///
/// The defaults are the product's published upload limits: 100 MiB, 10,000
/// entries, 512 MiB expanded, 200:1, XML depth 256, 5,000 pages, 50 megapixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Size of the upload, in bytes.
    pub input_bytes: u64,
    /// Entries of a ZIP container.
    pub entries: u64,
    /// Sum of the expanded entries of a ZIP container, in bytes.
    pub expanded_bytes: u64,
    /// Expanded to packed size of the whole container, looked at once more than
    /// 1 MiB comes out.
    pub ratio: u64,
    /// Nesting of elements in an XML part.
    pub xml_depth: u32,
    /// Cells of the rectangle from a sheet's first cell to its last one with
    /// content.
    pub cells: u64,
    /// Pages of the result.
    pub pages: u32,
    /// Pixels of one page image, and of one embedded picture.
    pub page_pixels: u64,
    /// Wall clock for the whole conversion, in seconds: enough for 5,000 pages on
    /// two cores. Checked here between pages; the parent process enforces it
    /// for good.
    pub seconds: u64,
    /// Wall clock for one page, counted from the page before, in seconds: a
    /// drawing without end must not hold a worker for as long as a long book.
    /// Enforced by the parent process alone.
    pub page_seconds: u64,
    /// Memory of the converting process, in bytes. Enforced by the parent
    /// process alone.
    pub memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 100 << 20,
            entries: 10_000,
            expanded_bytes: 512 << 20,
            ratio: 200,
            xml_depth: 256,
            cells: 1_000_000,
            pages: 5_000,
            page_pixels: 50_000_000,
            seconds: 600,
            page_seconds: 120,
            memory_bytes: 2 << 30,
        }
    }
}
