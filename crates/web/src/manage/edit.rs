//! Editing what is said of a document.

use super::{CategoryOffer, editable, offer};
use crate::card::Choice;
use crate::csrf::Form;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::{Lang, Locale};
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use wenyuan_domain::document::{self, Changes, Document, UpdateError, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{CategoryId, DocumentId};

#[derive(Template)]
#[template(path = "manage/edit.html")]
struct EditPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    action: String,
    back: String,
    delete_url: String,
    /// For staff: whether it is marked as a reference, and where to change that.
    reference: Option<(bool, String)>,
    file_name: String,
    fields: Fields,
    categories: Vec<Choice>,
    /// Tags from the text, and a category, for the author to take.
    offered_tags: Vec<String>,
    offered_category: Option<CategoryOffer>,
    wrong: Wrong,
}

/// What stands beside the fields at fault.
#[derive(Default)]
struct Wrong {
    title: Option<String>,
    preview: Option<String>,
}

/// What the form holds. A field that is not sent stays as it is.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    title: Option<String>,
    description: Option<String>,
    category: Option<String>,
    tags: Option<String>,
    visibility: Option<String>,
    download: Option<String>,
    preview_pages: Option<String>,
    /// The offered category, for when none was chosen.
    take_category: Option<String>,
    /// The offered tags that were taken, under `offer-0`, `offer-1`, …; and
    /// whatever else a form sends.
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

impl Fields {
    fn taken_tags(&self) -> impl Iterator<Item = &String> {
        let offered = self
            .more
            .iter()
            .filter(|(key, _)| key.starts_with("offer-"));
        offered.map(|(_, tag)| tag)
    }

    fn takes_tag(&self, tag: &str) -> bool {
        self.taken_tags().any(|taken| taken == tag)
    }

    fn of(document: &Document, lang: Lang) -> Self {
        let separator = match lang {
            Lang::Zh => "、",
            Lang::En => ", ",
        };
        Self {
            title: Some(document.title.clone()),
            description: Some(document.description.clone()),
            category: Some(
                document
                    .category
                    .map(|id| id.to_string())
                    .unwrap_or_default(),
            ),
            tags: Some(document.tags.join(separator)),
            visibility: Some(document.visibility.as_str().to_owned()),
            download: Some(document.download.as_str().to_owned()),
            preview_pages: Some(
                document
                    .preview_pages
                    .map(|pages| pages.to_string())
                    .unwrap_or_default(),
            ),
            ..Self::default()
        }
    }

    /// Returns the document's new parts. A number of preview pages that is
    /// none becomes 0, which the domain refuses.
    pub(super) fn changes(&self, document: &Document) -> Changes {
        let preview = |text: &str| match text.trim() {
            "" => None,
            text => Some(text.parse().unwrap_or(0)),
        };
        let parsed_tags = self.tags.as_deref().map(split_tags);
        let mut tags = parsed_tags.unwrap_or_else(|| document.tags.clone());
        tags.extend(self.taken_tags().cloned());
        let taken_category = self.take_category.as_deref();
        Changes {
            title: self.title.clone().unwrap_or_else(|| document.title.clone()),
            description: self
                .description
                .clone()
                .unwrap_or_else(|| document.description.clone())
                // Forms send lines with CRLF.
                .replace("\r\n", "\n"),
            category: match &self.category {
                Some(id) => id.parse::<CategoryId>().ok(),
                None => document.category,
            }
            .or_else(|| taken_category?.parse().ok()),
            tags,
            visibility: self
                .visibility
                .as_deref()
                .and_then(Visibility::parse)
                .unwrap_or(document.visibility),
            download: self
                .download
                .as_deref()
                .and_then(Download::parse)
                .unwrap_or(document.download),
            preview_pages: match &self.preview_pages {
                Some(text) => preview(text),
                None => document.preview_pages,
            },
        }
    }
}

/// Cuts a line into tags: at commas and the like, or, when there are none, at
/// spaces. So both `机器学习 综述` and `machine learning, survey` are two tags.
fn split_tags(line: &str) -> Vec<String> {
    let is_separator = |c: char| matches!(c, ',' | '，' | '、' | ';' | '；' | '\n');
    let parts: Vec<&str> = if line.contains(is_separator) {
        line.split(is_separator).collect()
    } else {
        line.split_whitespace().collect()
    };
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

async fn edit_page(
    site: &Site,
    member: &Member,
    document: &Document,
    fields: Fields,
    wrong: Wrong,
) -> Result<EditPage, WebError> {
    let tree = wenyuan_domain::category::tree(&site.db).await?;
    Ok(EditPage {
        t: member.reader.t,
        layout: member.reader.layout().unlisted(),
        csrf: member.reader.csrf(),
        action: url::document_action(document.id, "edit"),
        back: url::document(document.id),
        delete_url: url::document_action(document.id, "delete"),
        reference: member.reader.viewer.is_staff().then(|| {
            let action = url::document_action(document.id, "reference");
            (document.is_reference, action)
        }),
        file_name: document.file_name.clone(),
        fields,
        categories: Choice::list(&tree, member.reader.t.lang),
        offered_tags: offer::tags(site, document).await,
        offered_category: offer::category(site, document, &member.reader.t).await,
        wrong,
    })
}

/// Shows the form.
pub(crate) async fn show_edit(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
) -> Result<Response, WebError> {
    let document = editable(&site, &member.reader, id).await?;
    let fields = Fields::of(&document, member.reader.t.lang);
    render::page(&edit_page(&site, &member, &document, fields, Wrong::default()).await?)
}

/// Stores the edit. A script (it accepts JSON) gets `{message}` or
/// `{error: {kind, message}}`.
pub(crate) async fn edit_document(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let t = member.reader.t;
    let is_script = headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    let document = editable(&site, &member.reader, id).await?;
    let mut changes = fields.changes(&document);
    if let Some(category) = changes.category {
        let tree = wenyuan_domain::category::tree(&site.db).await?;
        changes.category = tree.get(category).map(|category| category.id);
    }

    let mut wrong = Wrong::default();
    match document::update(&site.db, member.reader.viewer, &document, &changes).await {
        Ok(()) if is_script => {
            return Ok(Json(json!({ "message": t.get("edit-saved") })).into_response());
        }
        Ok(()) => return Ok(redirect::see_other(&url::document(id))),
        Err(UpdateError::Forbidden) => return Err(WebError::Forbidden),
        Err(UpdateError::Db(error)) => return Err(error.into()),
        Err(UpdateError::BadTitle) => wrong.title = Some(t.get("edit-bad-title")),
        Err(UpdateError::BadPreview) => wrong.preview = Some(t.get("edit-bad-preview")),
    }
    if is_script {
        let message = wrong.title.or(wrong.preview).unwrap_or_default();
        let body = json!({ "error": { "kind": "unprocessable", "message": message } });
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response());
    }
    render::unprocessable(&edit_page(&site, &member, &document, fields, wrong).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_cut_at_commas_or_else_at_spaces() {
        let cut = |line| split_tags(line).join("|");
        assert_eq!(cut("机器学习 综述"), "机器学习|综述");
        assert_eq!(cut("machine learning, survey"), "machine learning|survey");
        assert_eq!(cut("文化、 乡镇；总结,"), "文化|乡镇|总结");
        assert_eq!(cut("  "), "");
    }
}
