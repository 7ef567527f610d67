//! By what the library recognises a text again: signatures, their clusters, and
//! the inverted index over their hashes.
//!
//! A document that is signed ([`put`]) waits with its hashes in a row. When
//! [`WAITING`] wait, [`fold`] writes them as a segment of the index and merges
//! segments of like size, so that there are few. [`candidates`] asks all of them
//! for the documents that share rare hashes with a text: what is compared is
//! never the whole library.
//!
//! Documents with one text form a cluster, of which only the first is in the
//! index. What a number of a signature stands for never changes: a document
//! that is signed anew gets a new one, and postings of a number that is gone
//! are dead. They are left out when they are found, and dropped in merges.
//!
//! The format of a block is `wenyuan_text::authenticity::postings`'.

mod cluster;
mod earlier;
mod fold;
mod lookup;
mod merge;
mod renew;
mod segment;
mod sign;
mod verify;

pub use cluster::{cluster_of, join};
pub(crate) use cluster::{leave, lock_clusters};
pub use earlier::{Earlier, Standing, Suspect, earlier_in_clusters, earlier_same_file};
pub use fold::{Folded, Sizes, WAITING, fold};
pub use lookup::{Candidate, candidates};
pub use renew::{forget_versions, unsigned};
pub use sign::{put, put_all};
pub(crate) use verify::checks;
