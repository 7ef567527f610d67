//! The web site: axum handlers, templates, assets.
//!
//! Handlers extract, authorise by type, make one call to `wenyuan-domain` or
//! `wenyuan-search`, and answer with a page or a redirect. Rules and SQL are
//! the domain's; conversion belongs to the worker. The binary builds a
//! [`Site`], serves [`router`], and nothing else of this crate is public.

mod site;

mod error;
mod middleware;
mod routes;

mod assets;
mod cookie;
mod csrf;
mod layout;
mod locale;
mod redirect;
mod refusal;
mod render;
mod session;
mod token;
mod url;

mod account;
mod api;
mod authenticity;
mod browse;
mod card;
mod collection;
mod deletion;
mod describe;
mod document;
mod follow;
mod health;
mod home;
mod manage;
mod notices;
mod review;
mod search;
mod seo;
mod shelf;
mod upload;

#[cfg(test)]
mod reading_tests;
#[cfg(test)]
mod testing;

pub use health::metrics_router;
pub use routes::{route_list, router};
pub use site::{Absence, Config, Site};
