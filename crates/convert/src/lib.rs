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
//! Reading order: [`Converter::convert`] → `detect` → `guard` → (`office` with
//! `fontmap`, `typeset` for text and Markdown, or the PDF itself) → `pdf`
//! (pages, `raster`, `text`) → [`Sink`]. What LibreOffice draws goes through
//! `precheck` first, and comes back as a PDF ([`engine`]).

mod clock;
mod convert;
mod detect;
mod encoding;
pub mod engine;
mod fontmap;
pub mod fonts;
mod glyphs;
mod guard;
mod layout;
mod limits;
mod markdown;
mod office;
mod ole;
mod package;
mod page;
mod palette;
mod pdf;
mod precheck;
mod raster;
mod refusal;
mod rename;
mod report;
mod survey;
mod typeset;
mod vp8l;
mod warm;
pub mod wire;

pub use convert::{Converter, FontDirs};
pub use detect::{Format, detect};
pub use fontmap::stand_ins;
pub use limits::Limits;
pub use page::{Line, PageOutput, PageText, Raster, Sink, Word};
pub use refusal::{Refusal, RefusalKind};
pub use report::{FontUse, Report, Warning, WarningKind};
