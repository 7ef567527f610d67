//! The category tree.

use crate::card::Branch;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "browse/categories.html")]
struct CategoriesPage {
    t: Locale,
    layout: Layout,
    categories: Vec<Branch>,
}

/// Shows the tree, two levels deep.
pub(crate) async fn list_categories(
    State(site): State<Arc<Site>>,
    reader: Reader,
) -> Result<Response, WebError> {
    let tree = wenyuan_domain::category::tree(&site.db).await?;
    render::page(&CategoriesPage {
        t: reader.t,
        layout: reader.layout(),
        categories: Branch::list(&tree, None, 2, &reader.t),
    })
}
