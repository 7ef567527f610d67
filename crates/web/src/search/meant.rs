//! Did you mean: another query, offered above what this one found.

use super::params::Params;
use crate::error::WebError;
use crate::site::Site;
use wenyuan_search::Filters;

/// Another query, ready for the template.
pub(super) struct Meant {
    pub(super) words: String,
    pub(super) url: String,
    pub(super) total: usize,
}

/// Finds what may have been meant instead of a query that found `total`
/// documents (0 when some of its words had to be left out).
pub(super) async fn meant(
    site: &Site,
    params: &Params,
    filters: Filters,
    total: usize,
) -> Result<Vec<Meant>, WebError> {
    let words = params.words();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let speller = site.speller.clone();
    let corrections =
        tokio::task::spawn_blocking(move || speller.correct(&words, &filters, total)).await??;
    Ok(corrections
        .into_iter()
        .map(|correction| Meant {
            url: params.url_with(|p| p.q.clone_from(&correction.query)),
            words: correction.query,
            total: correction.total,
        })
        .collect())
}
