//! Saved searches (保存的搜索): saving one, the list, opening, renaming,
//! deleting. Finding what is new for them is the worker's.

use super::params::Params;
use crate::csrf::{Form, Nothing};
use crate::error::WebError;
use crate::layout::{Layout, Member, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::category::{self, Tree};
use wenyuan_domain::saved_search::{self, LONGEST_NAME, MOST, NewSavedSearch, SaveError};
use wenyuan_domain::{SavedSearchId, Viewer};

/// The button that saves a search, on its page.
pub(super) struct Keep {
    /// The search, as the query of its address.
    pub(super) address: String,
    /// What it is called unless its owner says otherwise.
    pub(super) name: String,
    /// Its newest documents as a feed.
    pub(super) feed_url: String,
    /// Where a stranger is sent.
    pub(super) save_url: String,
    /// The token of a member's form; a stranger has a link instead.
    pub(super) csrf: Option<String>,
    /// Whether it is saved already.
    pub(super) is_saved: bool,
}

impl Keep {
    /// Prepares the button, if the page searches for anything.
    pub(super) async fn of(
        site: &Site,
        reader: &Reader,
        params: &Params,
        tree: &Tree,
    ) -> Result<Option<Self>, WebError> {
        if params.words().is_empty() && !params.is_filtered() {
            return Ok(None);
        }
        let address = address(params);
        let is_saved = match reader.viewer {
            Viewer::Member { id, .. } => saved_search::by_address(&site.db, id, &address)
                .await?
                .is_some(),
            Viewer::Stranger => false,
        };
        Ok(Some(Self {
            name: name(params, tree, &reader.t),
            feed_url: format!("/search/feed?{address}"),
            save_url: format!("/search/save?{address}"),
            csrf: reader.viewer.id().map(|_| reader.csrf()),
            is_saved,
            address,
        }))
    }
}

/// The search itself: neither its order nor how far back it looks is part of
/// what its owner waits for.
fn address(params: &Params) -> String {
    let url = params.url_with(|p| {
        p.sort.clear();
        p.time.clear();
    });
    url.strip_prefix("/search?").unwrap_or_default().to_owned()
}

/// The words, and what they are narrowed to.
fn name(params: &Params, tree: &Tree, t: &Locale) -> String {
    let category = tree.by_slug(&params.category);
    let parts = [
        params.words(),
        category.map_or_else(String::new, |category| {
            category.name(t.lang.code()).to_owned()
        }),
        params.format.to_uppercase(),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let name = if parts.is_empty() {
        t.get("saved-filtered")
    } else {
        parts.join(" · ")
    };
    name.chars().take(LONGEST_NAME).collect()
}

#[derive(Template)]
#[template(path = "search/save.html")]
struct SavePage {
    t: Locale,
    layout: Layout,
    csrf: String,
    search: String,
    name: String,
    longest: usize,
    wrong: Option<String>,
}

impl SavePage {
    fn new(member: &Member, search: String, name: String, wrong: Option<String>) -> Self {
        Self {
            t: member.reader.t,
            layout: member.reader.layout().unlisted(),
            csrf: member.reader.csrf(),
            search,
            name,
            longest: LONGEST_NAME,
            wrong,
        }
    }
}

/// Asks under which name to save a search: where a stranger comes back to
/// after logging in.
pub(crate) async fn show_save(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(params): Query<Params>,
) -> Result<Response, WebError> {
    let address = address(&params);
    if address.is_empty() {
        return Ok(redirect::see_other("/search"));
    }
    let tree = category::tree(&site.db).await?;
    let name = name(&params, &tree, &member.reader.t);
    render::page(&SavePage::new(&member, address, name, None))
}

/// What is to be saved.
#[derive(Deserialize)]
pub(crate) struct Wish {
    search: String,
    name: String,
    #[serde(default)]
    notify: String,
}

/// Saves a search and shows the list.
pub(crate) async fn save_search(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(wish): Form<Wish>,
) -> Result<Response, WebError> {
    let params = parse(&wish.search)?;
    let address = address(&params);
    if address.is_empty() {
        return Err(WebError::BadRequest);
    }
    let tree = category::tree(&site.db).await?;
    let mut filters = params.filters(&tree);
    filters.published = None;
    let new = NewSavedSearch {
        name: wish.name.clone(),
        address: address.clone(),
        words: params.words(),
        filters: serde_json::to_string(&filters).map_err(|e| WebError::Internal(e.into()))?,
        notify: wish.notify == "1",
    };
    match saved_search::save(&site.db, member.user.id, &new).await {
        Ok(_) => Ok(redirect::see_other("/my/saved-searches?done=saved")),
        Err(error) => {
            let wrong = wrong(error, &member.reader.t)?;
            let page = SavePage::new(&member, address, wish.name, Some(wrong));
            render::unprocessable(&page)
        }
    }
}

fn parse(search: &str) -> Result<Params, WebError> {
    let uri: Uri = format!("/search?{search}")
        .parse()
        .map_err(|_| WebError::BadRequest)?;
    let params = Query::<Params>::try_from_uri(&uri).map_err(|_| WebError::BadRequest)?;
    Ok(params.0)
}

fn wrong(error: SaveError, t: &Locale) -> Result<String, WebError> {
    match error {
        SaveError::BadName => Ok(t.with("saved-bad-name", "longest", count(LONGEST_NAME))),
        SaveError::Full => Ok(t.with("saved-full", "most", MOST)),
        SaveError::Db(error) => Err(error.into()),
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

struct Row {
    id: SavedSearchId,
    name: String,
    url: String,
    notify: bool,
    since: String,
    unseen: String,
}

#[derive(Template)]
#[template(path = "search/saved.html")]
struct SavedPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    rows: Vec<Row>,
    longest: usize,
    done: Option<String>,
    wrong: Option<String>,
}

/// What was done just now.
#[derive(Default, Deserialize)]
pub(crate) struct Outcome {
    #[serde(default)]
    done: String,
}

/// Lists one's saved searches, newest first.
pub(crate) async fn list_saved(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(outcome): Query<Outcome>,
) -> Result<Response, WebError> {
    render::page(&saved_page(&site, &member, &outcome, None).await?)
}

async fn saved_page(
    site: &Site,
    member: &Member,
    outcome: &Outcome,
    wrong: Option<String>,
) -> Result<SavedPage, WebError> {
    let t = member.reader.t;
    let searches = saved_search::list(&site.db, member.user.id).await?;
    let rows = searches
        .into_iter()
        .map(|search| Row {
            id: search.id,
            url: url::saved_search(search.id),
            name: search.name,
            notify: search.notify,
            since: t.date(&search.created_at),
            unseen: match search.unseen {
                0 => String::new(),
                100.. => t.get("saved-many-unseen"),
                unseen => t.with("saved-unseen", "count", unseen),
            },
        })
        .collect();
    Ok(SavedPage {
        t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        rows,
        longest: LONGEST_NAME,
        done: match outcome.done.as_str() {
            "saved" => Some(t.get("saved-done")),
            "changed" => Some(t.get("saved-changed")),
            "deleted" => Some(t.get("saved-deleted")),
            _ => None,
        },
        wrong,
    })
}

/// Runs a saved search; what is new of it has been looked at then.
pub(crate) async fn open_saved(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<SavedSearchId>,
) -> Result<Response, WebError> {
    let address = saved_search::open(&site.db, member.user.id, id)
        .await?
        .ok_or(WebError::NotFound)?;
    Ok(redirect::see_other(&format!(
        "/search?{address}&sort=newest"
    )))
}

/// What a saved search is called from now on.
#[derive(Deserialize)]
pub(crate) struct Fields {
    name: String,
    #[serde(default)]
    notify: String,
}

/// Renames a saved search, and says whether one wants to be told.
pub(crate) async fn update_saved(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<SavedSearchId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let notify = fields.notify == "1";
    match saved_search::update(&site.db, member.user.id, id, &fields.name, notify).await {
        Ok(true) => Ok(redirect::see_other("/my/saved-searches?done=changed")),
        Ok(false) => Err(WebError::NotFound),
        Err(error) => {
            let wrong = wrong(error, &member.reader.t)?;
            let page = saved_page(&site, &member, &Outcome::default(), Some(wrong)).await?;
            render::unprocessable(&page)
        }
    }
}

/// Deletes a saved search.
pub(crate) async fn delete_saved(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<SavedSearchId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    if saved_search::delete(&site.db, member.user.id, id).await? {
        Ok(redirect::see_other("/my/saved-searches?done=deleted"))
    } else {
        Err(WebError::NotFound)
    }
}
