//! The text functions over the shared statutes and over random junk.

#![expect(clippy::unwrap_used, reason = "tests")]

mod authenticity;
mod junk;
mod laws;
mod rules;
mod specimen;
