//! Asking for a refused document to be converted again, by what suits it.

use super::editable;
use crate::csrf::{Form, Nothing};
use crate::error::WebError;
use crate::layout::Member;
use crate::redirect;
use crate::site::Site;
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;
use wenyuan_domain::{DocumentId, document};

/// Asks for another try; one that needs none is left as it is.
pub(crate) async fn retry_document(
    State(site): State<Arc<Site>>,
    member: Member,
    Path(id): Path<DocumentId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, WebError> {
    let document = editable(&site, &member.reader, id).await?;
    document::retry(&site.db, member.reader.viewer, &document).await?;
    Ok(redirect::see_other("/my/documents"))
}
