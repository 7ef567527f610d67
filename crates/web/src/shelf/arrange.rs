//! Moving a shelf, and taking it away.

use super::fault;
use crate::csrf::{Form, Nothing};
use crate::error::WebError;
use crate::layout::Member;
use crate::redirect;
use crate::site::Site;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::id::ShelfId;
use wenyuan_domain::shelf::{self, ShelfError};

/// Which way.
#[derive(Deserialize)]
pub(crate) struct Way {
    way: String,
}

/// Moves a shelf one place up or down.
pub(crate) async fn move_shelf(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<ShelfId>,
    Form(way): Form<Way>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    let up = way.way == "up";
    answer(
        &member,
        shelf::shift(&site.db, member.reader.viewer, id, up).await,
    )
}

/// Takes a shelf away; what stood on it stays in the library.
pub(crate) async fn delete_shelf(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<ShelfId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    member.staff_only()?;
    answer(
        &member,
        shelf::remove(&site.db, member.reader.viewer, id).await,
    )
}

fn answer(member: &Member, done: Result<(), ShelfError>) -> Result<Response, WebError> {
    match done {
        // One that somebody else has taken away meanwhile is away.
        Ok(()) | Err(ShelfError::NotFound) => Ok(redirect::see_other("/manage/shelves")),
        Err(error) => {
            let message = fault(error, &member.reader.t)?;
            Err(WebError::Internal(message.into()))
        }
    }
}
