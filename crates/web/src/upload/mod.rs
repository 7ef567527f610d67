//! Uploading: the page, the door for files, the live state.
//!
//! A file is streamed to the spool directory and hashed on its way, never held
//! in memory; then it becomes a blob and a document with its `convert` job.
//! Nothing here looks into a file: that is the converter's, in its own process.

mod accept;
mod api;
mod events;
mod page;
pub(crate) mod receive;

pub(crate) use api::{create_upload, find_known};
pub(crate) use events::stream_events;
pub(crate) use page::{create_uploads, show_upload};

#[cfg(test)]
mod tests;
