//! A file or text is to be compared with the library.

use super::answer;
use super::body::{self, BodyError};
use super::wait::{self, Patience};
use crate::error::WebError;
use crate::site::Site;
use crate::token::Token;
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::file_check::{self, CheckError};

/// Takes a file (`multipart/form-data` with `file` and perhaps `title`) or text
/// (`text/plain`, or JSON with `title` and `text`), and waits a little for the
/// result.
pub(crate) async fn create_check(
    State(site): State<Arc<Site>>,
    token: Token,
    request: Request,
) -> Result<Response, WebError> {
    let owner = token.user.id;
    let patience = Patience::of(request.headers());
    // Before it is sent in vain; what counts is the count below.
    if !file_check::has_room(&site.db, owner).await? {
        return Ok(answer::too_many());
    }
    let new = match body::store(&site, owner, request).await {
        Ok(new) => new,
        Err(BodyError::Refused(kind)) => return Ok(answer::refused(&site, &token, kind)),
        Err(BodyError::Broken(error)) => return Err(error),
    };
    // From before there is a job, so that its end cannot be missed.
    let board = site.db.bulletin().checks();
    let id = match file_check::create(&site.db, new).await {
        Ok(id) => id,
        Err(CheckError::TooMany) => return Ok(answer::too_many()),
        Err(CheckError::Db(error)) => return Err(error.into()),
    };
    let check = wait::settled(&site, owner, id, board, patience)
        .await?
        .ok_or(WebError::NotFound)?;
    answer::check(&site, &token, check).await
}
