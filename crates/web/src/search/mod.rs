//! Full-text search (全文检索): the page, its filters, its snippets.
//!
//! The index gives ids; which of them may be listed, and which of their text
//! may be shown, is the domain's answer (`by_ids`, `preview_texts`).

mod facet;
mod hit;
mod offer;
mod params;
mod show;

pub(crate) use show::show_search;

#[cfg(test)]
mod tests;
