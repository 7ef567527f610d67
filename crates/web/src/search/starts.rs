//! Where to begin, on a search page without words: what one searched for
//! lately, and what many search for.

use super::params::Params;
use crate::error::WebError;
use crate::layout::Reader;
use crate::site::Site;
use crate::url;
use wenyuan_domain::{search_history, search_log};
use wenyuan_search::Start;

const RECENT: u32 = 8;
const POPULAR: u32 = 12;

/// Searches to begin with: address and words of each.
pub(super) struct Starts {
    /// The member's own, last one first.
    pub(super) recent: Vec<(String, String)>,
    /// What many search for.
    pub(super) popular: Vec<(String, String)>,
    /// Whether the reader may keep some from being shown.
    pub(super) is_staff: bool,
}

impl Starts {
    /// Finds them for a page that asks for nothing, unless there are none.
    pub(super) async fn of(
        site: &Site,
        reader: &Reader,
        params: &Params,
    ) -> Result<Option<Self>, WebError> {
        if !params.words().is_empty() || params.is_filtered() || params.start() != Start::First {
            return Ok(None);
        }
        let link = |words: String| (url::search(&words), words);
        let recent = match reader.viewer.id() {
            Some(user) => search_history::list(&site.db, user, RECENT).await?,
            None => Vec::new(),
        };
        let popular = search_log::popular(&site.db, POPULAR).await?;
        let starts = Self {
            recent: recent
                .into_iter()
                .map(|search| link(search.query))
                .collect(),
            popular: popular
                .into_iter()
                .map(|popular| link(popular.query))
                .collect(),
            is_staff: reader.viewer.is_staff(),
        };
        let is_empty = starts.recent.is_empty() && starts.popular.is_empty();
        Ok((!is_empty).then_some(starts))
    }
}
