//! The search page.

use super::facet::{self, Choice, Facet};
use super::hit::{self, HitView};
use super::meant::{Meant, meant};
use super::params::{PER_PAGE, Params};
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::{category, document};
use wenyuan_search::MAX_OFFSET;

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    t: Locale,
    layout: Layout,
    words: String,
    total: usize,
    took: String,
    is_relaxed: bool,
    is_filtered: bool,
    unfiltered_url: String,
    facets: Vec<Facet>,
    orders: Vec<Choice>,
    meant: Vec<Meant>,
    hits: Vec<HitView>,
    page: usize,
    previous_url: Option<String>,
    next_url: Option<String>,
}

/// Searches and shows what was found.
pub(crate) async fn show_search(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Query(params): Query<Params>,
) -> Result<Response, WebError> {
    let t = reader.t;
    let words = params.words();
    let query = wenyuan_search::Query::parse(&words);
    let tree = category::tree(&site.db).await?;
    let (filters, order) = (params.filters(&tree), params.order());
    let offset = (params.page() - 1) * PER_PAGE;

    let (index, asked, narrowed) = (site.index.clone(), query.clone(), filters.clone());
    let results = tokio::task::spawn_blocking(move || {
        index.search(&asked, &filters, order, offset, PER_PAGE)
    })
    .await??;
    let ids: Vec<i64> = results.hits.iter().map(|hit| hit.id).collect();
    let cards = document::by_ids(&site.db, &ids).await?;
    let hits = hit::hits(&site, cards, &words, &query, &t).await?;

    let had = if results.relaxed { 0 } else { results.total };
    let meant = meant(&site, &params, narrowed, had).await?;

    let to_page = |page: usize| params.url_with(|p| p.page = page.to_string());
    let page = params.page();
    let has_next = offset + PER_PAGE < results.total.min(MAX_OFFSET);
    // Every search is an address; search engines need none of them.
    let mut layout = reader.layout().unlisted();
    layout.query.clone_from(&words);
    render::page(&SearchPage {
        t,
        layout,
        total: results.total,
        took: format!("{:.1}", results.took_ms),
        is_relaxed: results.relaxed,
        is_filtered: params.is_filtered(),
        unfiltered_url: params.url_with(|p| {
            *p = Params {
                q: p.q.clone(),
                sort: p.sort.clone(),
                ..Params::default()
            };
        }),
        facets: facet::facets(&params, &results, &tree, &t),
        orders: facet::orders(&params, &t),
        meant,
        hits,
        words,
        page,
        previous_url: (page > 1).then(|| to_page(page - 1)),
        next_url: has_next.then(|| to_page(page + 1)),
    })
}
