//! The search page.

use super::facet::{self, Choice, Facet};
use super::hit::{self, HitView};
use super::log;
use super::meant::{Meant, meant};
use super::offer::{self, Elsewhere};
use super::params::{PER_PAGE, Params};
use super::saved::Keep;
use super::starts::Starts;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::{category, document};
use wenyuan_search::{Request, Results, Start};

#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    t: Locale,
    layout: Layout,
    words: String,
    /// How many were found, in words.
    found: String,
    took: String,
    is_relaxed: bool,
    is_filtered: bool,
    unfiltered_url: String,
    facets: Vec<Facet>,
    chips: Vec<Choice>,
    orders: Vec<Choice>,
    /// The search with one word less, when it found too little.
    offers: Vec<Choice>,
    /// Where else to go, when it found nothing.
    elsewhere: Option<Elsewhere>,
    meant: Vec<Meant>,
    hits: Vec<HitView>,
    previous_url: Option<String>,
    next_url: Option<String>,
    starts: Option<Starts>,
    keep: Option<Keep>,
}

/// Searches and shows what was found.
pub(crate) async fn show_search(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Query(params): Query<Params>,
    request: Parts,
) -> Result<Response, WebError> {
    let t = reader.t;
    let words = params.words();
    let query = wenyuan_search::Query::parse(&words);
    let tree = category::tree(&site.db).await?;
    let asked = Request {
        query: query.clone(),
        filters: params.filters(&tree),
        sort: params.order(),
        start: params.start(),
        limit: PER_PAGE,
    };
    let (index, search) = (site.index.clone(), asked.clone());
    let results = tokio::task::spawn_blocking(move || index.find(&search)).await??;
    let ids: Vec<i64> = results.hits.iter().map(|hit| hit.id).collect();
    let cards = document::by_ids(&site.db, &ids).await?;
    let hits = hit::hits(&site, cards, &results.hits, &words, &query, &t).await?;

    let is_first = results.before == 0;
    if params.start() == Start::First {
        let found = results.total > 0 && !results.relaxed;
        log::note(&site, &reader, &request, &words, found).await?;
    }
    let starts = Starts::of(&site, &reader, &params).await?;
    let keep = Keep::of(&site, &reader, &params, &tree).await?;
    let is_empty = hits.is_empty() && is_first;
    let offers = if is_empty || (results.relaxed && is_first) {
        offer::without_one(&site, &params, &query, &asked, &t).await?
    } else {
        Vec::new()
    };
    let elsewhere = if is_empty {
        Some(offer::elsewhere(&site, &tree, &t).await?)
    } else {
        None
    };
    let had = if results.relaxed { 0 } else { results.total };
    let meant = if is_first {
        meant(&site, &params, asked.filters, had).await?
    } else {
        Vec::new()
    };
    // Every search is an address; search engines need none of them.
    let mut layout = reader.layout().unlisted();
    layout.query.clone_from(&words);
    render::page(&SearchPage {
        t,
        layout,
        found: found(&results, &t),
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
        facets: facet::facets(&params, &results.facets, &tree, &t),
        chips: facet::chips(&params, &query, &tree, &t),
        orders: facet::orders(&params, &t),
        offers,
        elsewhere,
        meant,
        hits,
        words,
        previous_url: results
            .previous
            .map(|cursor| params.url_with(|p| p.before = cursor.to_string())),
        next_url: results
            .next
            .map(|cursor| params.url_with(|p| p.after = cursor.to_string())),
        starts,
        keep,
    })
}

/// Says how many were found, and which of them these are.
fn found(results: &Results, t: &Locale) -> String {
    let total = results.total;
    if results.before > 0 {
        let page = results.before / PER_PAGE + 1;
        return t.with2("search-found-page", ("count", total), ("page", page));
    }
    let key = if results.approximate {
        "search-found-about"
    } else {
        "search-found"
    };
    t.with(key, "count", total)
}
