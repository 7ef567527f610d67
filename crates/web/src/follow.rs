//! Following authors, and what is new by them.

use crate::browse::{Listing, PER_PAGE, Position};
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::account::{self, AccountError};
use wenyuan_domain::follow::{self, FollowError};

crate::routes::route_table! {
    get "/my/following" => list_following;
    post "/u/{name}/follow" => follow_author;
}

#[derive(Template)]
#[template(path = "follow/following.html")]
struct FollowingPage {
    t: Locale,
    layout: Layout,
    /// Name and page of each author.
    authors: Vec<(String, String)>,
    /// That there may be no more, for who wanted to follow one more.
    limit: Option<String>,
    listing: Listing,
}

/// Lists what the authors whom one follows have published, and the authors.
pub(crate) async fn list_following(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(position): Query<Position>,
) -> Result<Response, WebError> {
    render::page(&following(&site, &member, &position, None).await?)
}

async fn following(
    site: &Site,
    member: &Member,
    position: &Position,
    limit: Option<String>,
) -> Result<FollowingPage, WebError> {
    let (t, user) = (member.reader.t, member.user.id);
    let (authors, found) = tokio::try_join!(
        follow::authors(&site.db, user),
        follow::documents(&site.db, user, position.cursor(), PER_PAGE + 1),
    )?;
    Ok(FollowingPage {
        t,
        layout: member.reader.layout().unlisted(),
        authors: authors
            .into_iter()
            .map(|name| (url::author(&name), name))
            .collect(),
        limit,
        listing: Listing::new(found, position, &t),
    })
}

/// What the button says.
#[derive(Deserialize)]
pub(crate) struct Wish {
    follow: String,
}

/// Follows an author, or stops, and shows his page again.
pub(crate) async fn follow_author(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(name): Path<String>,
    Form(wish): Form<Wish>,
) -> Result<Response, WebError> {
    let author = match account::find_by_name(&site.db, &name).await {
        Ok(author) => author,
        Err(AccountError::NotFound) => return Err(WebError::NotFound),
        Err(error) => return Err(WebError::Internal(error.into())),
    };
    match follow::set(&site.db, member.user.id, author.id, wish.follow == "1").await {
        Ok(()) => Ok(redirect::see_other(&url::author(&author.name))),
        Err(FollowError::Oneself) => Err(WebError::Unprocessable),
        Err(FollowError::TooMany) => {
            let t = member.reader.t;
            let limit = t.with("follow-too-many", "count", follow::MOST);
            let page = following(&site, &member, &Position::default(), Some(limit)).await?;
            render::unprocessable(&page)
        }
        Err(FollowError::Db(error)) => Err(error.into()),
    }
}
