//! The index on disk, from outside.

#![expect(clippy::unwrap_used, reason = "tests")]

mod hostile;
mod keywords;
mod laws;
mod lifecycle;
mod matching;
mod narrowing;
mod support;
