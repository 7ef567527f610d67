//! The account page, and changing the password there.

use super::tokens::Tokens;
use super::{Wrong, enter};
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::render;
use crate::site::Site;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::account;

#[derive(Template)]
#[template(path = "account/account.html")]
pub(super) struct AccountPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    name: String,
    email: String,
    since: String,
    author_url: String,
    is_changed: bool,
    wrong: Wrong,
    tokens: Tokens,
}

impl AccountPage {
    pub(super) fn new(member: &Member, is_changed: bool, wrong: Wrong, tokens: Tokens) -> Self {
        let reader = &member.reader;
        Self {
            t: reader.t,
            layout: reader.layout().unlisted(),
            csrf: reader.csrf(),
            name: member.user.name.clone(),
            email: member.user.email.clone(),
            since: reader.t.date(&member.user.created_at),
            author_url: crate::url::author(&member.user.name),
            is_changed,
            wrong,
            tokens,
        }
    }
}

/// Whether the password was changed just now.
#[derive(Deserialize)]
pub(crate) struct Outcome {
    changed: Option<String>,
}

/// What the form holds.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
}

/// Shows the account.
pub(crate) async fn show_account(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(outcome): Query<Outcome>,
) -> Result<Response, WebError> {
    let is_changed = outcome.changed.is_some();
    let tokens = Tokens::of(&site, member.user.id, &member.reader.t).await?;
    render::page(&AccountPage::new(
        &member,
        is_changed,
        Wrong::default(),
        tokens,
    ))
}

/// Changes the password. All sessions end with it; this browser gets a new one.
pub(crate) async fn change_password(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let id = member.user.id;
    let _turn = site.password_turn().await?;
    match account::change_password(&site.db, id, &fields.old, &fields.new).await {
        Ok(()) => enter(&site, id, "/account?changed=1").await,
        Err(error) => {
            let wrong = Wrong::from_error(error, &member.reader.t)?;
            let tokens = Tokens::of(&site, id, &member.reader.t).await?;
            render::unprocessable(&AccountPage::new(&member, false, wrong, tokens))
        }
    }
}
