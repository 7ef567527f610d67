//! The rules of the library and all of its SQL.
//!
//! Everything that must hold whoever asks (who may see what, what a job is,
//! where bytes lie) stands here, in plain functions over [`Db`] and
//! [`Blobs`]. The crate knows nothing of HTTP, of conversion or of the search
//! engine: it returns rows to the web, and takes results from the worker.
//!
//! The one visibility rule is in [`visibility`]; every query that answers a
//! reader contains it, so a page, a search snippet and a sitemap cannot
//! disagree.

pub mod account;
pub mod also_read;
pub mod api_token;
pub mod audit;
pub mod blob;
pub mod bulletin;
pub mod category;
pub mod category_vote;
pub mod clock;
pub mod collection;
pub mod db;
pub mod description;
pub mod document;
pub mod favourite;
pub mod file_check;
pub mod finding;
pub mod follow;
pub mod id;
pub mod job;
pub mod notice;
pub mod review;
pub mod saved_search;
pub mod search_history;
pub mod search_log;
pub mod session;
pub mod shelf;
pub mod signature;
pub mod swaps;
pub mod sweep;
pub mod told;
pub mod trending;
pub mod verify;
pub mod visibility;

pub use blob::{BlobRef, Blobs, Sha256};
pub use clock::Timestamp;
pub use db::{Db, DbError};
pub use id::{
    CategoryId, CheckId, DocumentId, JobId, NoticeId, SavedSearchId, SearchId, TokenId, UserId,
};
pub use visibility::Viewer;
