//! What other programs ask, by token: `docs/api.md` is the contract.
//!
//! Nothing here reads a cookie. A file is stored, compared by a worker and let
//! go of; this process parses none.

mod answer;
mod body;
mod create;
mod find;
mod wait;

mod table {
    use super::{create, find};

    crate::routes::route_table! {
        get "/api/v1/authenticity" => find::find_of_document;
        post "/api/v1/authenticity" => create::create_check;
        get "/api/v1/authenticity/{id}" => find::find_check;
    }
}
pub(crate) use table::{ROUTES, routes};

/// Where the addresses of this door begin.
pub(crate) const PREFIX: &str = "/api/v1/";

#[cfg(test)]
mod tests;
