//! Staff describe categories and tags.

use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::{category, description};

crate::routes::route_table! {
    get "/c/{slug}/edit" => show_category_form;
    post "/c/{slug}/edit" => describe_category;
    get "/t/{tag}/edit" => show_tag_form;
    post "/t/{tag}/edit" => describe_tag;
}

#[derive(Template)]
#[template(path = "browse/describe.html")]
struct DescribePage {
    t: Locale,
    layout: Layout,
    csrf: String,
    name: String,
    action: String,
    back: String,
    chars: usize,
    /// The text, or the Chinese one of two.
    text: String,
    /// The English text, where there are two.
    english: Option<String>,
}

impl DescribePage {
    fn new(member: &Member, name: &str, page: &str, text: String, english: Option<String>) -> Self {
        Self {
            t: member.reader.t,
            layout: member.reader.layout().unlisted(),
            csrf: member.reader.csrf(),
            name: name.to_owned(),
            action: format!("{page}/edit"),
            back: page.to_owned(),
            chars: description::CHARS,
            text,
            english,
        }
    }
}

/// What the forms hold.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    text: String,
    #[serde(default)]
    english: String,
}

/// Shows the form of a category.
pub(crate) async fn show_category_form(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let tree = category::tree(&site.db).await?;
    let found = tree.by_slug(&slug).ok_or(WebError::NotFound)?;
    render::page(&DescribePage::new(
        &member,
        found.name(member.reader.t.lang.code()),
        &url::category(&found.slug),
        found.description_zh.clone(),
        Some(found.description_en.clone()),
    ))
}

/// Describes a category.
pub(crate) async fn describe_category(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(slug): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let tree = category::tree(&site.db).await?;
    let found = tree.by_slug(&slug).ok_or(WebError::NotFound)?;
    let (viewer, texts) = (member.reader.viewer, (&fields.text, &fields.english));
    if description::set_for_category(&site.db, viewer, found.id, texts.0, texts.1).await? {
        Ok(redirect::see_other(&url::category(&found.slug)))
    } else {
        Err(WebError::NotFound)
    }
}

/// Shows the form of a tag.
pub(crate) async fn show_tag_form(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(tag): Path<String>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let text = description::of_tag(&site.db, &tag).await?;
    render::page(&DescribePage::new(
        &member,
        &tag,
        &url::tag(&tag),
        text,
        None,
    ))
}

/// Describes a tag.
pub(crate) async fn describe_tag(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(tag): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    if description::set_for_tag(&site.db, member.reader.viewer, &tag, &fields.text).await? {
        Ok(redirect::see_other(&url::tag(&tag)))
    } else {
        Err(WebError::NotFound)
    }
}

/// Cuts a text that people wrote into its paragraphs.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What search engines show of a description.
const SUMMARY_CHARS: usize = 120;

/// Cuts a description for search engines.
pub(crate) fn summary(text: &str) -> String {
    wenyuan_text::excerpt(text, SUMMARY_CHARS)
}
