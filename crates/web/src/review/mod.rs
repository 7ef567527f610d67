//! Reviewers (审核): the queue of held uploads, and the page on which one of
//! them is decided.
//!
//! Whoever opens an upload from the queue claims it; its page renews the claim
//! while it is open. All of it works by forms; a script adds the keys.

mod act;
mod list;
mod show;

use crate::error::WebError;
use wenyuan_domain::review::ReviewError;

mod table {
    use super::{act, list, show};

    crate::routes::route_table! {
        get "/review" => list::list_reviews;
        post "/review/next" => act::claim_next;
        get "/review/{id}" => show::show_review;
        post "/review/{id}" => act::decide_review;
        post "/review/{id}/claim" => act::claim_review;
        post "/review/{id}/renew" => act::renew_claim;
        post "/review/{id}/release" => act::release_review;
    }
}
pub(crate) use table::{ROUTES, routes};

impl From<ReviewError> for WebError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::Forbidden | ReviewError::Taken => Self::Forbidden,
            ReviewError::NotWaiting => Self::NotFound,
            ReviewError::NoReason => Self::Unprocessable,
            ReviewError::Db(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests;
