//! The original, the same bytes that were uploaded: resumable, under its name,
//! and never as something that a browser would show.

use super::range::{self, Delivery};
use super::{disposition, open, seal};
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, render, url};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use std::ops::Range;
use std::sync::Arc;
use wenyuan_domain::document::{self, Document};
use wenyuan_domain::visibility::DownloadAccess;

/// Sends the original or a part of it, to whom it is given.
pub(crate) async fn download_original(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    match document.access.download {
        DownloadAccess::Allowed => {}
        DownloadAccess::LogIn => return Ok(redirect::see_other(&url::log_in(reader.path()))),
        DownloadAccess::Denied => return denied(&reader, &document),
    }
    let tag = seal::entity_tag(&document.original);
    let size_bytes = document.size_bytes;
    let mut response = match range::decide(&method, &headers, size_bytes, &tag) {
        Delivery::Whole => send(&site, &reader, &document, &method, 0..size_bytes).await?,
        Delivery::Part(part) => {
            let shown = format!("bytes {}-{}/{size_bytes}", part.start, part.end - 1);
            let mut response = send(&site, &reader, &document, &method, part).await?;
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            put(response.headers_mut(), header::CONTENT_RANGE, &shown);
            response
        }
        Delivery::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Delivery::PreconditionFailed => bare(StatusCode::PRECONDITION_FAILED),
        Delivery::Unsatisfiable => {
            let mut response = bare(StatusCode::RANGE_NOT_SATISFIABLE);
            let shown = format!("bytes */{size_bytes}");
            put(response.headers_mut(), header::CONTENT_RANGE, &shown);
            response
        }
    };
    let fields = response.headers_mut();
    put(fields, header::ETAG, &tag);
    put(fields, header::ACCEPT_RANGES, "bytes");
    put(fields, header::CACHE_CONTROL, "private, no-cache");
    put(
        fields,
        header::CONTENT_SECURITY_POLICY,
        "sandbox; default-src 'none'",
    );
    put(fields, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(fields, header::REFERRER_POLICY, "no-referrer");
    put(fields, HeaderName::from_static("x-robots-tag"), "noindex");
    Ok(response)
}

async fn send(
    site: &Arc<Site>,
    reader: &Reader,
    document: &Document,
    method: &Method,
    part: Range<u64>,
) -> Result<Response, WebError> {
    let length = part.end - part.start;
    let from_the_beginning = part.start == 0;
    let body = if *method == Method::HEAD || part.is_empty() {
        Body::empty()
    } else {
        let stream = site.blobs.stream(&document.original, part).await?;
        let counts = from_the_beginning && reader.viewer.id() != Some(document.owner);
        let mut first = counts.then(|| (Arc::clone(site), document.clone()));
        // The store has answered and the connection takes the first bytes:
        // only now has a download begun.
        Body::from_stream(stream.inspect_ok(move |_| {
            if let Some((site, document)) = first.take() {
                tokio::spawn(async move {
                    if let Err(error) = document::count_download(&site.db, &document).await {
                        tracing::warn!(id = %document.id, %error, "download not counted");
                    }
                });
            }
        }))
    };
    let mut response = body.into_response();
    let fields = response.headers_mut();
    put(fields, header::CONTENT_LENGTH, &length.to_string());
    put(
        fields,
        header::CONTENT_TYPE,
        disposition::media_type(&document.format),
    );
    let name = disposition::attachment(document.id, &document.file_name, &document.format);
    put(fields, header::CONTENT_DISPOSITION, &name);
    Ok(response)
}

/// An answer without a body that is not to be made a page.
fn bare(status: StatusCode) -> Response {
    let media_type = HeaderValue::from_static("application/octet-stream");
    (status, [(header::CONTENT_TYPE, media_type)]).into_response()
}

fn put(fields: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        fields.insert(name, value);
    }
}

#[derive(Template)]
#[template(path = "document/denied.html")]
struct DeniedPage {
    t: Locale,
    layout: Layout,
    title: String,
    document_url: String,
    owner_name: String,
    owner_url: String,
}

/// The author gives the document to read only: a page that says so.
fn denied(reader: &Reader, document: &Document) -> Result<Response, WebError> {
    let mut response = render::page(&DeniedPage {
        t: reader.t,
        layout: reader.layout().unlisted(),
        title: document.title.clone(),
        document_url: url::document(document.id),
        owner_name: document.owner_name.clone(),
        owner_url: url::author(&document.owner_name),
    })?;
    *response.status_mut() = StatusCode::FORBIDDEN;
    Ok(response)
}
