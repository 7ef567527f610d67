//! What a search that found too little offers instead.

use super::facet::Choice;
use super::params::Params;
use crate::card::{Branch, CardView};
use crate::error::WebError;
use crate::locale::Locale;
use crate::site::Site;
use wenyuan_domain::category::Tree;
use wenyuan_domain::document;
use wenyuan_search::{Query, Request, Start};

/// Ways on from a search without hits.
pub(super) struct Elsewhere {
    /// The top of the categories.
    pub(super) categories: Vec<Branch>,
    /// What others read.
    pub(super) popular: Vec<CardView>,
}

const POPULAR: u32 = 5;

/// Parts of a query that are left out on trial.
const MOST_PARTS: usize = 6;

/// Offers the search without one of its parts, for each part without which
/// something is found.
pub(super) async fn without_one(
    site: &Site,
    params: &Params,
    query: &Query,
    asked: &Request,
    t: &Locale,
) -> Result<Vec<Choice>, WebError> {
    let parts = query.parts();
    if parts.len() < 2 {
        return Ok(Vec::new());
    }
    let (index, asked) = (site.index.clone(), asked.clone());
    let tried = tokio::task::spawn_blocking(move || {
        let mut tried = Vec::new();
        for part in parts.into_iter().take(MOST_PARTS) {
            let found = index.find(&Request {
                query: Query::parse(&part.rest),
                start: Start::First,
                limit: 0,
                ..asked.clone()
            })?;
            if found.total > 0 && !found.relaxed {
                tried.push((part, found.total));
            }
        }
        Ok::<_, wenyuan_search::SearchError>(tried)
    })
    .await??;
    Ok(tried
        .into_iter()
        .map(|(part, total)| Choice {
            label: t.with("search-without", "words", part.typed),
            count: t.number(total),
            url: params.url_with(|p| p.q = part.rest),
            is_current: false,
        })
        .collect())
}

/// Looks up where else to go.
pub(super) async fn elsewhere(site: &Site, tree: &Tree, t: &Locale) -> Result<Elsewhere, WebError> {
    let mut popular = document::most_read(&site.db, POPULAR).await?;
    popular.retain(|card| card.view_count > 0);
    Ok(Elsewhere {
        categories: Branch::list(tree, None, 1, t),
        popular: CardView::list(&popular, t),
    })
}
