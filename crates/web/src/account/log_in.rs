//! Logging in.

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
use wenyuan_domain::account::{self, AccountError};

#[derive(Template)]
#[template(path = "account/log_in.html")]
struct LogInPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    next: String,
    register_url: String,
    login: String,
    wrong: Wrong,
}

impl LogInPage {
    fn new(reader: &Reader, fields: Fields, wrong: Wrong) -> Self {
        let next = redirect::local(&fields.next).to_owned();
        let register_url = match next.as_str() {
            "/" => "/register".to_owned(),
            next => format!("/register?next={}", url::encode(next)),
        };
        Self {
            t: reader.t,
            layout: reader.layout().unlisted(),
            csrf: reader.csrf(),
            register_url,
            next,
            login: fields.login,
            wrong,
        }
    }
}

/// What the form holds; `next` is where the reader wanted to go.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Shows the form; whoever is logged in goes on.
pub(crate) async fn show_log_in(
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
    render::page(&LogInPage::new(&reader, fields, Wrong::default()))
}

/// Checks name and password and starts a session.
pub(crate) async fn log_in(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    if !site.log_ins.allows(&fields.login) {
        return Err(WebError::TooMany);
    }
    let _turn = site.password_turn().await?;
    match account::authenticate(&site.db, &fields.login, &fields.password).await {
        Ok(user) => {
            site.log_ins.clear(&fields.login);
            enter(&site, user.id, &fields.next).await
        }
        Err(error) => {
            if matches!(error, AccountError::WrongCredentials) {
                site.log_ins.record(&fields.login);
            }
            let wrong = Wrong::from_error(error, &reader.t)?;
            render::unprocessable(&LogInPage::new(&reader, fields, wrong))
        }
    }
}
