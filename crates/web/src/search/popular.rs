//! For staff: popular searches that shall not be shown.

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
use wenyuan_domain::search_log;

const MOST: u32 = 200;

struct Row {
    words: String,
    url: String,
    is_hidden: bool,
}

#[derive(Template)]
#[template(path = "search/popular.html")]
struct PopularPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    rows: Vec<Row>,
}

/// Lists the popular searches, and those that are hidden.
pub(crate) async fn list_popular(
    State(site): State<Arc<Site>>,
    member: Member,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let reader = &member.reader;
    let row = |words: String, is_hidden| Row {
        url: url::search(&words),
        words,
        is_hidden,
    };
    let popular = search_log::popular(&site.db, MOST).await?;
    let hidden = search_log::hidden(&site.db, MOST).await?;
    let shown = popular.into_iter().map(|popular| row(popular.query, false));
    let hidden = hidden.into_iter().map(|query| row(query, true));
    render::page(&PopularPage {
        t: reader.t,
        layout: reader.layout().unlisted(),
        csrf: reader.csrf(),
        rows: shown.chain(hidden).collect(),
    })
}

/// Which search is hidden, or shown again.
#[derive(Deserialize)]
pub(crate) struct Wish {
    words: String,
    hide: String,
}

/// Hides a popular search or shows it again.
pub(crate) async fn change_popular(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(wish): Form<Wish>,
) -> Result<Response, WebError> {
    let viewer = member.reader.viewer;
    if search_log::set_hidden(&site.db, viewer, &wish.words, wish.hide == "1").await? {
        Ok(redirect::see_other("/search/popular"))
    } else {
        Err(WebError::Forbidden)
    }
}
