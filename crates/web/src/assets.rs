//! Style sheets, scripts and pictures of the site, embedded in the binary.
//!
//! Their address holds a hash over all of them, so that browsers keep them for
//! ever and a module finds the ones it imports by a relative path.

use crate::error::WebError;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

macro_rules! assets {
    ($($name:literal: $media_type:literal),* $(,)?) => {
        const ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("../assets/", $name)),
        }),*];
    };
}

struct Asset {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

assets! {
    "authenticity.css": "text/css; charset=utf-8",
    "compare.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
    "live.js": "text/javascript; charset=utf-8",
    "reader-actions.js": "text/javascript; charset=utf-8",
    "reader-find.js": "text/javascript; charset=utf-8",
    "reader-steps.js": "text/javascript; charset=utf-8",
    "reader-text.js": "text/javascript; charset=utf-8",
    "reader.css": "text/css; charset=utf-8",
    "reader.js": "text/javascript; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "search-suggest.js": "text/javascript; charset=utf-8",
    "site.css": "text/css; charset=utf-8",
    "upload.js": "text/javascript; charset=utf-8",
}

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for asset in ASSETS {
        hasher.update(asset.name);
        hasher.update(asset.bytes.len().to_le_bytes());
        hasher.update(asset.bytes);
    }
    let mut hash = hex::encode(hasher.finalize());
    hash.truncate(12);
    hash
});

/// Returns the address of an asset, for the templates.
pub(crate) fn url(name: &str) -> String {
    debug_assert!(find(name).is_some(), "no asset {name}");
    format!("/assets/{}/{name}", *HASH)
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Hands out an asset.
///
/// A page of before an update asks for an old hash: it gets what there is now,
/// but must not keep it under that name.
pub(crate) async fn show_asset(
    Path((hash, name)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let asset = find(&name).ok_or(WebError::NotFound)?;
    let cache = if hash == *HASH {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static(asset.media_type),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        ],
        asset.bytes,
    )
        .into_response())
}
