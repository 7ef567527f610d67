//! A category's documents.

use super::{Listing, PER_PAGE, Position};
use crate::card::Branch;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{describe, render, url};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::document;

struct Step {
    url: String,
    name: String,
}

#[derive(Template)]
#[template(path = "browse/category.html")]
struct CategoryPage {
    t: Locale,
    layout: Layout,
    name: String,
    description: Vec<String>,
    /// For search engines.
    summary: String,
    /// Where staff describe it.
    edit_url: Option<String>,
    above: Vec<Step>,
    below: Vec<Branch>,
    documents: u64,
    listing: Listing,
}

/// Shows a category: the way to it, what is below it, its documents.
pub(crate) async fn show_category(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(slug): Path<String>,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    let t = reader.t;
    let tree = wenyuan_domain::category::tree(&site.db).await?;
    let category = tree.by_slug(&slug).ok_or(WebError::NotFound)?;
    let found = document::by_category(
        &site.db,
        &tree,
        category.id,
        position.cursor(),
        PER_PAGE + 1,
    )
    .await?;
    let mut path = tree.path(category.id);
    path.pop();
    let listing = Listing::new(found, &position, &t);
    render::page(&CategoryPage {
        t,
        layout: listing.layout(&reader),
        name: category.name(t.lang.code()).to_owned(),
        description: describe::paragraphs(category.description(t.lang.code())),
        summary: describe::summary(category.description(t.lang.code())),
        edit_url: reader
            .viewer
            .is_staff()
            .then(|| format!("{}/edit", url::category(&category.slug))),
        above: path
            .into_iter()
            .map(|step| Step {
                url: url::category(&step.slug),
                name: step.name(t.lang.code()).to_owned(),
            })
            .collect(),
        below: Branch::list(&tree, Some(category.id), 1, &t),
        documents: category.documents,
        listing,
    })
}
