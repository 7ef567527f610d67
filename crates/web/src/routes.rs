//! The route table, and the layers around it.

use crate::error::WebError;
use crate::site::Site;
use crate::{
    account, api, assets, browse, csrf, document, error, health, home, locale, manage, middleware,
    notices, search, seo, upload,
};
use crate::{authenticity, collection, describe, follow, review, shelf};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// Makes `ROUTES`, the list of methods and paths, and `routes()`, the router,
/// from one table, so that they cannot differ.
macro_rules! route_table {
    ($($method:ident $path:literal => $handler:expr;)*) => {
        /// Method and path of every route of this table.
        pub(crate) const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        /// Returns the router of this table.
        pub(crate) fn routes() -> axum::Router<std::sync::Arc<crate::site::Site>> {
            axum::Router::new()$(.route($path, axum::routing::$method($handler)))*
        }
    };
}
pub(crate) use route_table;

route_table! {
    // Finding.
    get  "/" => home::show_home;
    get  "/categories" => browse::list_categories;
    get  "/c/{slug}" => browse::show_category;
    get  "/t/{tag}" => browse::show_tag;
    get  "/u/{name}" => browse::show_author;
    get  "/trending" => browse::show_trending;
    get  "/search" => search::show_search;
    get  "/search/feed" => search::show_feed;
    get  "/search/suggest" => search::suggest;

    // Accounts.
    get  "/login" => account::show_log_in;
    post "/login" => account::log_in;
    get  "/register" => account::show_register;
    post "/register" => account::register;
    post "/logout" => account::log_out;
    get  "/account" => account::show_account;
    post "/account" => account::change_password;
    post "/account/tokens" => account::create_token;
    post "/account/tokens/{id}/delete" => account::delete_token;

    // Uploading.
    get  "/upload" => upload::show_upload;
    post "/upload" => upload::create_uploads;
    post "/api/uploads" => upload::create_upload;
    get  "/api/uploads/known" => upload::find_known;
    get  "/api/documents/events" => upload::stream_events;

    // One's own documents; what only reads a document is in `document`.
    get  "/my/documents" => manage::list_mine;
    get  "/my/favourites" => manage::list_favourites;
    get  "/d/{id}/edit" => manage::show_edit;
    post "/d/{id}/edit" => manage::edit_document;
    post "/d/{id}/category" => manage::categorise_document;
    get  "/d/{id}/delete" => manage::confirm_delete;
    post "/d/{id}/delete" => manage::delete_document;
    post "/d/{id}/retry" => manage::retry_document;
    post "/d/{id}/engine" => manage::redraw_document;

    // One's own searches, and what one is told.
    get  "/my/searches" => search::list_history;
    post "/my/searches" => search::change_history;
    get  "/search/save" => search::show_save;
    post "/search/save" => search::save_search;
    get  "/my/saved-searches" => search::list_saved;
    get  "/my/saved-searches/{id}" => search::open_saved;
    post "/my/saved-searches/{id}" => search::update_saved;
    post "/my/saved-searches/{id}/delete" => search::delete_saved;
    get  "/my/notices" => notices::list_notices;
    post "/my/notices" => notices::mark_seen;

    // Staff.
    get  "/search/popular" => search::list_popular;
    post "/search/popular" => search::change_popular;
    get  "/d/{id}/withdraw" => manage::confirm_withdraw;
    post "/d/{id}/withdraw" => manage::withdraw_document;

    // The site itself.
    get  "/language" => locale::switch_language;
    get  "/assets/{hash}/{name}" => assets::show_asset;

    // For the operator's machines.
    get  "/healthz" => health::show_health;
    get  "/readyz" => health::show_readiness;
}

/// Returns method (`get`, `post`) and path of every route, for a test that
/// walks them all.
pub fn route_list() -> impl Iterator<Item = (&'static str, &'static str)> {
    let tables = [
        ROUTES,
        document::ROUTES,
        seo::ROUTES,
        collection::ROUTES,
        follow::ROUTES,
        shelf::ROUTES,
        describe::ROUTES,
        api::ROUTES,
        authenticity::ROUTES,
        review::ROUTES,
    ];
    tables.into_iter().flatten().copied()
}

/// Returns the whole site.
pub fn router(site: Arc<Site>) -> Router {
    // The last layer is the outermost. Errors get their page inside of the
    // compression and of the headers, and panics become errors before that.
    routes()
        .merge(document::routes())
        .merge(seo::routes())
        .merge(collection::routes())
        .merge(follow::routes())
        .merge(shelf::routes())
        .merge(describe::routes())
        .merge(api::routes())
        .merge(authenticity::routes())
        .merge(review::routes())
        .fallback(async || WebError::NotFound)
        .layer(from_fn_with_state(Arc::clone(&site), csrf::check_origin))
        .layer(CatchPanicLayer::custom(middleware::caught))
        .layer(from_fn_with_state(Arc::clone(&site), error::show_errors))
        .layer(from_fn_with_state(
            Arc::clone(&site),
            csrf::remember_browser,
        ))
        .layer(from_fn_with_state(Arc::clone(&site), middleware::secure))
        .layer(CompressionLayer::new().compress_when(middleware::compressible))
        .layer(from_fn(middleware::observe))
        .with_state(site)
}

#[cfg(test)]
#[path = "routes_tests.rs"]
mod tests;
