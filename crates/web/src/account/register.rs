//! Making an account.

use super::{Wrong, enter};
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::account::{self, NewUser, Role};

#[derive(Template)]
#[template(path = "account/register.html")]
struct RegisterPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    next: String,
    log_in_url: String,
    name: String,
    email: String,
    wrong: Wrong,
}

impl RegisterPage {
    fn new(reader: &Reader, fields: Fields, wrong: Wrong) -> Self {
        let next = redirect::local(&fields.next).to_owned();
        Self {
            t: reader.t,
            layout: reader.layout().unlisted(),
            csrf: reader.csrf(),
            log_in_url: url::log_in(&next),
            next,
            name: fields.name,
            email: fields.email,
            wrong,
        }
    }
}

/// What the form holds; `next` is where the reader wanted to go.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Shows the form; whoever is logged in goes on.
pub(crate) async fn show_register(
    reader: Reader,
    Query(fields): Query<Fields>,
) -> Result<Response, WebError> {
    if reader.user.is_some() {
        return Ok(redirect::see_other(redirect::local(&fields.next)));
    }
    let fields = Fields {
        next: fields.next,
        ..Fields::default()
    };
    render::page(&RegisterPage::new(&reader, fields, Wrong::default()))
}

/// Makes the account and logs it in.
pub(crate) async fn register(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let new = NewUser {
        name: fields.name.clone(),
        email: fields.email.clone(),
        password: fields.password.clone(),
        role: Role::Member,
    };
    let _turn = site.password_turn().await?;
    match account::create(&site.db, new).await {
        Ok(user) => enter(&site, user.id, &fields.next).await,
        Err(error) => {
            let wrong = Wrong::from_error(error, &reader.t)?;
            render::unprocessable(&RegisterPage::new(&reader, fields, wrong))
        }
    }
}
