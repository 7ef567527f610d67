//! 分享: a document's address, to be copied or photographed.

use super::open;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{render, url};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::sync::Arc;
use wenyuan_domain::document::{State as Stage, Visibility};

#[derive(Template)]
#[template(path = "document/share.html")]
struct SharePage {
    t: Locale,
    layout: Layout,
    title: String,
    document_url: String,
    qr_url: String,
    link: String,
    /// Whether nobody but the owner can open the link.
    closed: bool,
}

/// Shows a document's address as a link and as a QR code.
pub(crate) async fn show_share(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    let document_url = url::document(document.id);
    render::page(&SharePage {
        layout: reader.layout().unlisted(),
        link: reader.absolute(&document_url),
        qr_url: qr_url(&document_url),
        closed: document.visibility == Visibility::Private || document.state != Stage::Readable,
        title: document.title,
        document_url,
        t: reader.t,
    })
}

/// Returns the address of the QR code of a document's page.
pub(super) fn qr_url(document_url: &str) -> String {
    format!("{document_url}/qr.svg")
}

/// Draws the QR code of a document's address.
pub(crate) async fn show_qr_code(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    let link = reader.absolute(&url::document(document.id));
    let picture = draw(&link).map_err(|error| WebError::Internal(error.into()))?;
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("image/svg+xml"),
            ),
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, max-age=3600"),
            ),
        ],
        picture,
    )
        .into_response())
}

/// Dark on white whatever the theme: scanners want it so.
fn draw(link: &str) -> Result<String, qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M)?;
    Ok(code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .quiet_zone(true)
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_an_address() {
        let picture = draw("https://library.example.org/d/1945073").unwrap();
        assert!(
            picture.contains("<svg") && picture.contains("viewBox"),
            "{picture}"
        );
        assert!(!picture.contains("style=") && !picture.contains("<script"));
    }
}
