//! Tokens (令牌) of other programs, on the account page.

use super::Wrong;
use super::password::AccountPage;
use crate::csrf::{Form, Nothing};
use crate::error::WebError;
use crate::layout::Member;
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::api_token::{self, ApiToken, LONGEST_NAME, MOST, TokenError};
use wenyuan_domain::{TokenId, UserId};

/// The part of the account page that is about tokens.
#[derive(Default)]
pub(super) struct Tokens {
    pub(super) rows: Vec<Row>,
    pub(super) longest: usize,
    /// A token made just now: shown this once.
    pub(super) fresh: Option<String>,
    /// What stands in the form, and why it was not taken.
    pub(super) name: String,
    pub(super) wrong: Option<String>,
}

pub(super) struct Row {
    pub(super) delete_url: String,
    pub(super) name: String,
    pub(super) made: String,
    pub(super) used: String,
    pub(super) ends: String,
}

impl Tokens {
    /// Lists the tokens of an account.
    pub(super) async fn of(site: &Site, owner: UserId, t: &Locale) -> Result<Self, WebError> {
        let tokens = api_token::list(&site.db, owner).await?;
        Ok(Self {
            rows: tokens.iter().map(|token| row(token, t)).collect(),
            longest: LONGEST_NAME,
            ..Self::default()
        })
    }
}

fn row(token: &ApiToken, t: &Locale) -> Row {
    Row {
        delete_url: format!("/account/tokens/{}/delete", token.id),
        name: token.name.clone(),
        made: t.with("token-made", "date", t.date(&token.created_at)),
        used: match &token.last_used {
            Some(at) => t.with("token-used", "date", t.date(at)),
            None => t.get("token-never-used"),
        },
        ends: match &token.expires_at {
            Some(_) if token.is_expired() => t.get("token-ended"),
            Some(at) => t.with("token-ends", "date", t.date(at)),
            None => t.get("token-never-ends"),
        },
    }
}

/// What the form holds.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    /// Days; empty for a token that never runs out.
    #[serde(default)]
    days: String,
}

/// Makes a token and shows it, this once.
pub(crate) async fn create_token(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let t = member.reader.t;
    let days = match fields.days.as_str() {
        "" => None,
        days => Some(days.parse().map_err(|_| WebError::BadRequest)?),
    };
    let made = api_token::create(&site.db, member.user.id, &fields.name, days).await;
    let mut tokens = Tokens::of(&site, member.user.id, &t).await?;
    let (fresh, wrong) = match made {
        Ok(token) => (Some(token), None),
        Err(TokenError::BadName) => {
            let message = t.with("token-bad-name", "count", LONGEST_NAME);
            (None, Some(message))
        }
        Err(TokenError::TooMany) => (None, Some(t.with("token-too-many", "count", MOST))),
        Err(TokenError::Db(error)) => return Err(error.into()),
    };
    if wrong.is_some() {
        tokens.name = fields.name;
    }
    (tokens.fresh, tokens.wrong) = (fresh, wrong);
    let is_wrong = tokens.wrong.is_some();
    let page = AccountPage::new(&member, false, Wrong::default(), tokens);
    if is_wrong {
        return render::unprocessable(&page);
    }
    let mut response = render::page(&page)?;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Takes a token back.
pub(crate) async fn delete_token(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    let id: TokenId = id.parse().map_err(|_| WebError::NotFound)?;
    if api_token::delete(&site.db, member.user.id, id).await? {
        Ok(redirect::see_other("/account#tokens"))
    } else {
        Err(WebError::NotFound)
    }
}
