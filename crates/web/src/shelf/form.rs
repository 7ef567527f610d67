//! The form of a shelf.

use super::{fault, kind_name};
use crate::card::Choice;
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::id::ShelfId;
use wenyuan_domain::shelf::{self, KINDS, Shelf, Source};

#[derive(Template)]
#[template(path = "shelf/form.html")]
struct ShelfPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    action: String,
    kind_name: String,
    fields: Fields,
    categories: Vec<Choice>,
    wrong: Option<String>,
}

/// What the form holds; all but the kind may be missing.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    kind: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    title_zh: String,
    #[serde(default)]
    title_en: String,
    #[serde(default)]
    size: String,
}

/// How many documents a shelf shows, as offered: one, two or four rows of a
/// wide screen.
const SIZES: [u32; 3] = [6, 12, 24];

impl Fields {
    fn of(shelf: &Shelf) -> Self {
        let fields = &shelf.fields;
        let subject = match &fields.source {
            Source::Picked(ids) => {
                let lines: Vec<String> = ids.iter().map(ToString::to_string).collect();
                lines.join("\n")
            }
            source => source.subject(),
        };
        Self {
            kind: fields.source.kind().to_owned(),
            subject,
            title_zh: fields.title_zh.clone(),
            title_en: fields.title_en.clone(),
            size: fields.size.to_string(),
        }
    }

    /// Returns the shelf that the form describes, if its subject is one.
    fn parsed(&self) -> Option<shelf::Fields> {
        let subject = match self.kind.as_str() {
            "collection" | "picked" => numbers(&self.subject)?,
            _ => self.subject.clone(),
        };
        Some(shelf::Fields {
            source: Source::parse(&self.kind, &subject)?,
            title_zh: self.title_zh.clone(),
            title_en: self.title_en.clone(),
            size: self.size.parse().unwrap_or(SIZES[0]),
        })
    }

    fn has_documents(&self) -> bool {
        self.kind != "categories"
    }
}

/// Reads numbers out of what people paste: numbers and addresses, each of
/// which ends in its number, on lines or with commas between them.
fn numbers(text: &str) -> Option<String> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；');
    let mut found = Vec::new();
    for part in text.split(is_separator).filter(|part| !part.is_empty()) {
        let path = part.split(['?', '#']).next().unwrap_or_default();
        let number = path.trim_end_matches('/').rsplit('/').next()?;
        number.parse::<i64>().ok()?;
        found.push(number);
    }
    Some(found.join(" "))
}

async fn form(
    site: &Site,
    member: &Member,
    id: Option<ShelfId>,
    fields: Fields,
    wrong: Option<String>,
) -> Result<ShelfPage, WebError> {
    let t = member.reader.t;
    let categories = if fields.kind == "category" {
        let tree = wenyuan_domain::category::tree(&site.db).await?;
        Choice::list(&tree, t.lang)
    } else {
        Vec::new()
    };
    Ok(ShelfPage {
        t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        action: match id {
            Some(id) => format!("/manage/shelves/{id}"),
            None => "/manage/shelves".to_owned(),
        },
        kind_name: kind_name(&fields.kind, &t),
        fields,
        categories,
        wrong,
    })
}

/// Which kind is to be added.
#[derive(Deserialize)]
pub(crate) struct Kind {
    #[serde(default)]
    kind: String,
}

/// Shows the form of a new shelf.
pub(crate) async fn show_new(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(kind): Query<Kind>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    if !KINDS.contains(&kind.kind.as_str()) {
        return Err(WebError::NotFound);
    }
    let fields = Fields {
        kind: kind.kind,
        size: SIZES[0].to_string(),
        ..Fields::default()
    };
    render::page(&form(&site, &member, None, fields, None).await?)
}

/// Shows the form of a shelf.
pub(crate) async fn show_edit(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<ShelfId>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let shelves = shelf::arranged(&site.db).await?;
    let shelf = shelves.iter().find(|shelf| shelf.id == id);
    let fields = Fields::of(shelf.ok_or(WebError::NotFound)?);
    render::page(&form(&site, &member, Some(id), fields, None).await?)
}

/// Adds a shelf.
pub(crate) async fn create_shelf(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    store(&site, &member, None, fields).await
}

/// Changes a shelf.
pub(crate) async fn update_shelf(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<ShelfId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    store(&site, &member, Some(id), fields).await
}

async fn store(
    site: &Site,
    member: &Member,
    id: Option<ShelfId>,
    fields: Fields,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let (t, viewer) = (member.reader.t, member.reader.viewer);
    let wrong = match (fields.parsed(), id) {
        (None, _) => t.get("shelf-bad-subject"),
        (Some(parsed), id) => {
            let done = match id {
                Some(id) => shelf::update(&site.db, viewer, id, &parsed).await,
                None => shelf::add(&site.db, viewer, &parsed).await.map(|_| ()),
            };
            match done {
                Ok(()) => return Ok(redirect::see_other("/manage/shelves")),
                Err(error) => fault(error, &t)?,
            }
        }
    };
    render::unprocessable(&form(site, member, id, fields, Some(wrong)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_out_of_what_people_paste() {
        let pasted = "12\r\nhttps://library.example/d/7?q=a#page-2、/collections/3/ ,5";
        assert_eq!(numbers(pasted).as_deref(), Some("12 7 3 5"));
        assert_eq!(numbers(" ").as_deref(), Some(""));
        assert_eq!(numbers("12 the second"), None);
        assert_eq!(numbers("/d/7/edit"), None);
    }
}
