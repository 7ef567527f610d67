//! Turns an uploaded file into a PDF, page images, a text layer and a report.
//!
//! The crate takes bytes and gives bytes: no async, no SQL, no HTTP, and no
//! path but the font directory that [`fonts::unpack`] filled. It trusts no
//! upload: [`detect`] looks at the content, [`Limits`] are checked before a
//! parser sees a byte, a parser's panic becomes a [`Refusal`]. What it leaves
//! to others: wall-clock, memory and sandbox walls (the parent process of the
//! [`wire`] protocol), storing what the [`Sink`] receives, and words for the
//! reader (a [`RefusalKind`] is a key, its detail is for the log and the owner).
//!
//! Reading order: [`Converter::convert`] → `detect` → `guard` → (`package` with
//! `fontmap`, `mend` and `inlay`, then `office`; `typeset` for texts, tables
//! (`delimited`) and trees (`markdown`, `html`, `epub`); `ofd`; `images`; or the
//! PDF itself) → `pdf` (pages, `raster`, `layout`) → [`Sink`]; then, for slides
//! that build up, `steps` (`animation`, `slide`, `deck`). What LibreOffice draws
//! goes through `precheck` first, and comes back as a PDF ([`engine`]).
//!
//! Without the feature `engines` only what looks at bytes before an engine, and
//! what reads a PDF, is compiled: for the fuzz targets, never for the product.

#![cfg_attr(
    not(feature = "engines"),
    allow(
        dead_code,
        unused_imports,
        reason = "what only the engines use; without them nothing is converted"
    ),
    allow(
        clippy::allow_attributes,
        reason = "which of it is used depends on the features"
    )
)]

mod amend;
mod animation;
mod bidi;
mod clock;
mod cmaps;
mod columns;
#[cfg(feature = "engines")]
mod convert;
mod deck;
#[cfg(feature = "engines")]
mod delimited;
mod detect;
#[cfg(feature = "engines")]
mod drawing_fonts;
mod encoding;
pub mod engine;
mod engine_fonts;
#[cfg(feature = "engines")]
mod epub;
mod fontmap;
pub mod fonts;
mod formula;
#[cfg(feature = "fuzz")]
#[doc(hidden)]
pub mod fuzz;
mod glyphs;
mod guard;
mod html;
mod images;
#[cfg(feature = "engines")]
mod inlay;
mod layout;
mod limits;
mod markdown;
mod mend;
mod metafile;
#[cfg(feature = "engines")]
mod ofd;
#[cfg(feature = "engines")]
mod office;
mod ole;
mod package;
mod page;
#[cfg(feature = "engines")]
mod page_file;
mod palette;
mod pdf;
mod pdf_pictures;
mod pdf_update;
mod pdfstring;
mod pictures;
mod precheck;
mod raster;
mod recognised;
mod refusal;
mod rename;
mod report;
mod rows;
mod set;
mod sfnt;
mod slide;
#[cfg(feature = "engines")]
mod steps;
mod structure;
mod survey;
mod svg;
mod tree;
#[cfg(feature = "engines")]
mod typeset;
mod vp8l;
#[cfg(feature = "engines")]
mod warm;
#[cfg(feature = "engines")]
pub mod wire;
mod words;
mod xml;

#[cfg(feature = "engines")]
pub use convert::{Converter, FontDirs};
pub use detect::{Format, detect};
pub use fontmap::stand_ins;
pub use limits::Limits;
pub use page::{Line, PageOutput, PageText, Raster, Sink, StepOutput, Word};
pub use recognised::Recognised;
pub use refusal::{Refusal, RefusalKind};
pub use report::{FontUse, PageSteps, Report, Warning, WarningKind};
