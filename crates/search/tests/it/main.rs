//! The index on disk, from outside.

#![expect(clippy::unwrap_used, reason = "tests")]

mod asking;
mod hostile;
mod keywords;
mod laws;
mod lifecycle;
mod matching;
mod narrowing;
mod quality;
mod spell;
mod suggest;
mod support;
mod words;
