//! The index on disk, from outside.

#![expect(clippy::unwrap_used, reason = "tests")]

mod hostile;
mod laws;
mod lifecycle;
mod matching;
mod narrowing;
mod spell;
mod suggest;
mod support;
mod words;
