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
mod best;
mod checks;
mod columns;
mod count;
mod cursor;
mod cut;
mod dates;
mod distance;
mod entry;
mod error;
mod find;
mod gather;
mod grams;
mod index;
mod keywords;
mod letters;
mod lexicon;
mod mark;
mod merit;
mod open;
mod plan;
mod proximity;
mod query;
mod related;
mod renew;
mod results;
mod schema;
mod snippet;
mod spell;
mod starts;
mod suggest;
mod words;
mod writer;

pub use count::year_span;
pub use cursor::Cursor;
pub use entry::Entry;
pub use error::{SearchError, WriterError};
pub use index::Index;
pub use mark::{find_text, mark_hits};
pub use query::{Part, Query};
pub use renew::Renewal;
pub use results::{
    Facets, Filters, Hit, MAX_LIMIT, MAX_OFFSET, PAGE_RANGES, Price, Request, Results, Sort, Start,
};
pub use snippet::{Fragment, Snippet, snippet};
pub use spell::{Correction, Speller};
pub use starts::title_begins;
pub use suggest::{Completion, Completions};
pub use writer::Writer;
