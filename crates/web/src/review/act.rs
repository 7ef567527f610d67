//! What a reviewer does: claim, give back, decide.

use super::show;
use crate::csrf::{Form, Guard, Nothing};
use crate::error::WebError;
use crate::layout::Member;
use crate::site::Site;
use crate::{redirect, url};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use wenyuan_domain::DocumentId;
use wenyuan_domain::review::{self, Decision, ReviewError};

fn queue(done: &str) -> Response {
    redirect::see_other(&format!("/review?done={done}"))
}

/// Says on the queue why an upload is not the reviewer's; other errors are
/// passed on.
fn refused(error: ReviewError) -> Result<Response, WebError> {
    match error {
        ReviewError::Taken => Ok(queue("taken")),
        ReviewError::NotWaiting => Ok(queue("gone")),
        error => Err(error.into()),
    }
}

/// Claims the upload that has waited longest.
pub(crate) async fn claim_next(
    State(site): State<Arc<Site>>,
    member: Member,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    Ok(
        match review::claim_next(&site.db, member.reader.viewer).await? {
            Some(id) => redirect::see_other(&url::review(id)),
            None => queue("empty"),
        },
    )
}

/// Claims one.
pub(crate) async fn claim_review(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    match review::claim(&site.db, member.reader.viewer, id).await {
        Ok(()) => Ok(redirect::see_other(&url::review(id))),
        Err(error) => refused(error),
    }
}

/// Goes on claiming one, for the script of its page.
pub(crate) async fn renew_claim(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    _: Guard,
) -> Result<Response, WebError> {
    member.staff_only()?;
    review::claim(&site.db, member.reader.viewer, id).await?;
    Ok(Json(json!({})).into_response())
}

/// Gives one back.
pub(crate) async fn release_review(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    review::release(&site.db, member.reader.viewer, id).await?;
    Ok(queue("released"))
}

/// What the form holds.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(super) decision: String,
    #[serde(default)]
    pub(super) reason: String,
}

/// Carries out what the reviewer decides, and claims the next one for him.
pub(crate) async fn decide_review(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let viewer = member.reader.viewer;
    let decision = match fields.decision.as_str() {
        "publish" => Decision::Publish,
        "note" => Decision::PublishWithNote,
        "refuse" => Decision::Refuse {
            reason: fields.reason.clone(),
        },
        _ => return Err(WebError::BadRequest),
    };
    match review::decide(&site.db, viewer, id, &decision).await {
        Ok(()) => {}
        Err(ReviewError::NoReason) => {
            return show::with_fault(&site, member, id).await;
        }
        Err(error) => return refused(error),
    }
    metrics::counter!("reviews_total", "decision" => fields.decision.clone()).increment(1);
    Ok(match review::claim_next(&site.db, viewer).await? {
        Some(next) => {
            let done = &fields.decision;
            redirect::see_other(&format!("{}?done={done}", url::review(next)))
        }
        None => queue(&fields.decision),
    })
}
