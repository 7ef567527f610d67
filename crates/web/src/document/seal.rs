//! Small blobs as responses: entity tag, and how long who may keep them.

use super::range;
use crate::error::WebError;
use crate::site::Site;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wenyuan_domain::Sha256;
use wenyuan_domain::document::{Document, State, Visibility};

/// Returns the `Cache-Control` of something of page `page` whose address holds
/// its hash. A shared cache asks nobody, so it may keep only what everybody
/// may see: that page must lie within the preview of strangers.
pub(super) fn for_ever(document: &Document, page: u32) -> &'static str {
    let everybody = document.visibility == Visibility::Public
        && document.state == State::Readable
        && document.preview_pages.is_none_or(|preview| page <= preview);
    if everybody {
        "public, max-age=31536000, immutable"
    } else {
        "private, max-age=31536000, immutable"
    }
}

/// Returns the `Cache-Control` of something whose address holds the beginning
/// of its hash, or of another version's, or none.
pub(super) fn versioned(
    document: &Document,
    page: u32,
    blob: &Sha256,
    version: &str,
) -> &'static str {
    if version.len() >= 12 && blob.to_string().starts_with(version) {
        for_ever(document, page)
    } else {
        "private, no-cache"
    }
}

/// Returns the beginning of a hash, for the address of what it names.
pub(super) fn version(blob: &Sha256) -> String {
    let mut version = blob.to_string();
    version.truncate(12);
    version
}

/// Returns the strong entity tag of a blob.
pub(super) fn entity_tag(blob: &Sha256) -> String {
    format!("\"{blob}\"")
}

/// Answers with a whole blob, or with 304 when the client has it.
///
/// # Errors
/// [`WebError::Internal`] when the blob is gone or damaged: the row says that
/// it is there.
pub(super) async fn blob(
    site: &Site,
    headers: &HeaderMap,
    sha256: &Sha256,
    media_type: &'static str,
    cache: &'static str,
) -> Result<Response, WebError> {
    let tag = entity_tag(sha256);
    let mut response = if range::is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let media_type = HeaderValue::from_static(media_type);
        (
            [(header::CONTENT_TYPE, media_type)],
            site.blobs.get(sha256).await?,
        )
            .into_response()
    };
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        fields.insert(header::ETAG, tag);
    }
    Ok(response)
}
