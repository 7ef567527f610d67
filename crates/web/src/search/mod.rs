//! Full-text search (全文检索): the page, its filters, its snippets.
//!
//! The index gives ids; which of them may be listed, and which of their text
//! may be shown, is the domain's answer (`by_ids`, `preview_texts`).

mod facet;
mod feed;
mod history;
mod hit;
mod log;
mod meant;
mod offer;
mod params;
mod popular;
mod saved;
mod show;
mod starts;
mod suggest;

pub(crate) use feed::show_feed;
pub(crate) use history::{change_history, list_history};
pub(crate) use log::Searched;
pub(crate) use popular::{change_popular, list_popular};
pub(crate) use saved::{
    delete_saved, list_saved, open_saved, save_search, show_save, update_saved,
};
pub(crate) use show::show_search;
pub(crate) use suggest::{Names, suggest};

#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod tests;
