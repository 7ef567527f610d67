//! Is a document original (原创), copied (抄袭), spun with synonyms (伪原创), or
//! not what its title says (文不对题)?
//!
//! All of it is pure: text in, findings with their evidence out. Where the
//! library's other documents are kept, which of them may be named to whom, and
//! what is done about a finding belong to `wenyuan-domain`.
//!
//! The method is that of sampled shingles in an inverted index, as sourmash's
//! FracMinHash and NIST's text-reuse systems have it, followed by a local
//! alignment of words; `docs/authenticity.md` has the reasons and the figures.

mod candidates;
mod chain;
mod compare;
mod content;
mod edit;
mod extend;
mod figure;
mod finding;
mod fingerprint;
mod judge;
mod knowledge;
mod measure;
mod normal;
mod personal;
pub mod postings;
mod quotation;
mod reading;
mod seed;
mod statute;
mod subject;
mod table;
mod title;
mod words;
mod years;

pub use candidates::{Hit, MAX_CANDIDATES, MAX_LIST, MIN_HITS, rank};
pub use compare::{Comparison, compare, compare_excluding, compare_readings};
pub use finding::{
    Anchor, Edit, Evidence, Finding, Kind, MAX_PASSAGES, MAX_SWAPS, Passage, PersonalData, Rule,
    Span, Swap,
};
pub use fingerprint::{MAX_HASHES, METHOD_VERSION, Signature, sign};
pub use judge::MIN_CHARS;
pub use knowledge::Knowledge;
pub use measure::Measures;
pub use quotation::quotations;
pub use reading::{MAX_COMPARED_CHARS, Reading};
pub use statute::is_reference;
pub use subject::{MAX_EXAMINED_CHARS, Subject, SubjectPage, examine};
