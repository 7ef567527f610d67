//! Full-text search (全文检索): the page, its filters, its snippets.
//!
//! The index gives ids; which of them may be listed, and which of their text
//! may be shown, is the domain's answer (`by_ids`, `preview_texts`).

mod facet;
mod hit;
mod meant;
mod params;
mod show;
mod suggest;

pub(crate) use show::show_search;
pub(crate) use suggest::{Names, suggest};

#[cfg(test)]
mod tests;
