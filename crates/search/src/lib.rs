//! The full-text index of the library, behind our own [`Query`] and [`Hit`].
//!
//! No type of the engine (tantivy) leaves this crate. The index holds only
//! what the worker puts into it, which is public documents; it returns ids and
//! scores and never decides access. Snippets and marks are pure functions over
//! page texts that the caller hands in, so that the preview budget is applied
//! by `wenyuan-domain` before a single character is cut from them.
//!
//! Calls on [`Index`] and [`Writer`] block (they read files and compute): make
//! them off the async threads. `docs/search.md` has the fields, the analysis
//! and the ranking formula.

mod analysis;
mod collect;
mod cut;
mod distance;
mod entry;
mod error;
mod grams;
mod index;
mod letters;
mod lexicon;
mod mark;
mod open;
mod plan;
mod query;
mod related;
mod results;
mod schema;
mod snippet;
mod spell;
mod starts;
mod suggest;
mod writer;

pub use entry::Entry;
pub use error::{SearchError, WriterError};
pub use index::Index;
pub use mark::{find_text, mark_hits};
pub use query::Query;
pub use results::{Filters, Hit, MAX_LIMIT, MAX_OFFSET, Results, Sort};
pub use snippet::{Fragment, Snippet, snippet};
pub use spell::{Correction, Speller};
pub use starts::title_begins;
pub use suggest::{Completion, Completions};
pub use writer::Writer;
