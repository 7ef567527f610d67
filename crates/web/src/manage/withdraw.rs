//! Staff take a document down, or put it back.

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
use wenyuan_domain::DocumentId;
use wenyuan_domain::document::{self, Document, State as DocumentState};

#[derive(Template)]
#[template(path = "manage/withdraw.html")]
struct WithdrawPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    title: String,
    is_withdrawn: bool,
    is_reason_missing: bool,
    action: String,
    back: String,
}

impl WithdrawPage {
    fn new(member: &Member, document: &Document, is_reason_missing: bool) -> Self {
        Self {
            t: member.reader.t,
            layout: member.reader.layout().unlisted(),
            csrf: member.reader.csrf(),
            title: document.title.clone(),
            is_withdrawn: document.state == DocumentState::Withdrawn,
            is_reason_missing,
            action: url::document_action(document.id, "withdraw"),
            back: url::document(document.id),
        }
    }
}

/// What the form holds: the reason, for the audit log.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    reason: String,
}

const REASON_CHARS: usize = 1_000;

async fn find(site: &Site, member: &Member, id: DocumentId) -> Result<Document, WebError> {
    member.staff_only()?;
    document::find(&site.db, member.reader.viewer, id)
        .await?
        .ok_or(WebError::NotFound)
}

/// Asks for the reason.
pub(crate) async fn confirm_withdraw(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
) -> Result<Response, WebError> {
    let document = find(&site, &member, id).await?;
    render::page(&WithdrawPage::new(&member, &document, false))
}

/// Takes a readable document down; puts a withdrawn one back.
pub(crate) async fn withdraw_document(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let document = find(&site, &member, id).await?;
    let reason: String = fields.reason.trim().chars().take(REASON_CHARS).collect();
    if reason.is_empty() {
        return render::unprocessable(&WithdrawPage::new(&member, &document, true));
    }
    let down = document.state != DocumentState::Withdrawn;
    document::withdraw(&site.db, member.reader.viewer, &document, down, &reason).await?;
    Ok(redirect::see_other(&url::document(id)))
}
