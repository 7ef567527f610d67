//! One's own searches (搜索历史): the list, clearing it, keeping none.

use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::SearchId;
use wenyuan_domain::search_history::{self, MOST};

struct Row {
    id: SearchId,
    words: String,
    url: String,
    time: String,
}

#[derive(Template)]
#[template(path = "search/history.html")]
struct HistoryPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    rows: Vec<Row>,
    is_kept: bool,
    most: u32,
}

/// Lists one's searches, last one first.
pub(crate) async fn list_history(
    State(site): State<Arc<Site>>,
    member: Member,
) -> Result<Response, WebError> {
    let reader = &member.reader;
    let t = reader.t;
    let searches = search_history::list(&site.db, member.user.id, MOST).await?;
    let rows = searches
        .into_iter()
        .map(|search| Row {
            id: search.id,
            url: url::search(&search.query),
            time: t.datetime(&search.at),
            words: search.query,
        })
        .collect();
    render::page(&HistoryPage {
        t,
        layout: reader.layout().unlisted(),
        csrf: reader.csrf(),
        rows,
        is_kept: search_history::is_kept(&site.db, member.user.id).await?,
        most: MOST,
    })
}

/// What a button of the page does.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Change {
    /// Forget one search.
    Delete {
        /// Which.
        id: String,
    },
    /// Forget them all.
    Clear,
    /// Keep them from now on.
    Keep,
    /// Keep none from now on.
    Stop,
}

/// Changes what is kept of one's searches.
pub(crate) async fn change_history(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(change): Form<Change>,
) -> Result<Response, WebError> {
    let user = member.user.id;
    match change {
        Change::Delete { id } => {
            let id = id.parse().map_err(|_| WebError::NotFound)?;
            if !search_history::delete(&site.db, user, id).await? {
                return Err(WebError::NotFound);
            }
        }
        Change::Clear => search_history::clear(&site.db, user).await?,
        Change::Keep => search_history::set_kept(&site.db, user, true).await?,
        Change::Stop => search_history::set_kept(&site.db, user, false).await?,
    }
    Ok(redirect::see_other("/my/searches"))
}
