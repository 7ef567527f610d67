//! What is to be compared, received: a file of a form, or text.

use crate::error::WebError;
use crate::site::Site;
use crate::upload::receive::{Files, ReceiveError, Received, receive, text};
use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Query, Request};
use axum::http::header;
use serde::Deserialize;
use std::sync::Arc;
use wenyuan_domain::BlobRef;
use wenyuan_domain::UserId;
use wenyuan_domain::file_check::NewCheck;

/// The longest text, in bytes; more is to be sent as a file.
const LONGEST_TEXT: u64 = 8 << 20;

/// Why nothing can be compared.
pub(super) enum BodyError {
    /// The kind of a refusal.
    Refused(&'static str),
    /// The request cannot go on.
    Broken(WebError),
}

impl<E: Into<WebError>> From<E> for BodyError {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// What a text may say of itself.
#[derive(Default, Deserialize)]
struct Text {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
}

/// Receives what a request holds, by its media type, and stores it.
pub(super) async fn store(
    site: &Arc<Site>,
    owner: UserId,
    request: Request,
) -> Result<NewCheck, BodyError> {
    let media_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| value.split(';').next().unwrap_or_default().trim())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match media_type.as_str() {
        "multipart/form-data" => {
            let (title, file) = form(site, request).await?;
            site.blobs.put_file(&file.path, &file.blob).await?;
            Ok(NewCheck {
                owner,
                title,
                file_name: file.file_name,
                file: file.blob,
                is_text: false,
            })
        }
        "text/plain" => {
            let title = Query::<Text>::try_from_uri(request.uri())
                .map_err(|_| WebError::BadRequest)?
                .0
                .title;
            let bytes = whole(site, request).await?;
            store_text(site, owner, title, bytes).await
        }
        "application/json" => {
            let bytes = whole(site, request).await?;
            let Json(said) = Json::<Text>::from_bytes(&bytes).map_err(|_| WebError::BadRequest)?;
            store_text(site, owner, said.title, said.text.into()).await
        }
        _ => Err(WebError::MediaType.into()),
    }
}

/// The fields `title` and `file`, in any order.
async fn form(site: &Arc<Site>, request: Request) -> Result<(String, Received), BodyError> {
    let Files(mut files) = Files::from_request(request, site).await?;
    let (mut title, mut file) = (String::new(), None);
    while let Some(field) = files.next_field().await? {
        match field.name() {
            Some("title") => title = text(field).await?,
            Some("file") if file.is_none() => {
                file = Some(
                    receive(field, &site.config)
                        .await
                        .map_err(|error| match error {
                            ReceiveError::Refused { kind, .. } => BodyError::Refused(kind),
                            ReceiveError::Broken(error) => BodyError::Broken(error),
                        })?,
                );
            }
            _ => return Err(WebError::BadRequest.into()),
        }
    }
    Ok((title, file.ok_or(WebError::BadRequest)?))
}

async fn whole(site: &Site, request: Request) -> Result<Bytes, BodyError> {
    let limit = LONGEST_TEXT.min(site.config.max_upload_bytes);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    to_bytes(request.into_body(), limit)
        .await
        .map_err(|_| BodyError::Refused("too_large"))
}

async fn store_text(
    site: &Site,
    owner: UserId,
    title: String,
    bytes: Bytes,
) -> Result<NewCheck, BodyError> {
    let text = std::str::from_utf8(&bytes).map_err(|_| WebError::Unprocessable)?;
    if text.trim().is_empty() {
        return Err(BodyError::Refused("empty"));
    }
    let file: BlobRef = site.blobs.put(bytes).await?;
    Ok(NewCheck {
        owner,
        title,
        file_name: String::new(),
        file,
        is_text: true,
    })
}
