//! The converter from outside: real files in, pages, text and refusals out.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests: a failure is a panic, and what is skipped or sampled is said"
)]

mod corpus;
mod formats;
mod hostile;
mod pdf_fonts;
mod pdfs;
mod specimen;
mod support;
mod wire;
