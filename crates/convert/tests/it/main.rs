//! The converter from outside: real files in, pages, text and refusals out.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests: a failure is a panic, and what is skipped or sampled is said"
)]

mod corpus;
mod delimited;
mod fidelity;
mod formats;
mod formulas;
mod hostile;
mod images;
mod ofd;
mod pages;
mod pdf_fonts;
mod pdfs;
mod specimen;
mod steps;
mod support;
mod wire;
