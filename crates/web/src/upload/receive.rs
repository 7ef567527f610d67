//! One file of a request, received into the spool directory.

use crate::csrf::Browser;
use crate::error::WebError;
use crate::site::{Config, Site};
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use sha2::Digest;
use std::sync::Arc;
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt;
use wenyuan_domain::{BlobRef, Sha256};

/// A request with files. Its size is not bounded as a whole: every file is, by
/// [`receive`].
pub(crate) struct Files(pub(crate) Multipart);

impl FromRequest<Arc<Site>> for Files {
    type Rejection = WebError;

    async fn from_request(mut request: Request, site: &Arc<Site>) -> Result<Self, WebError> {
        DefaultBodyLimit::disable().apply(&mut request);
        Multipart::from_request(request, site)
            .await
            .map(Self)
            .map_err(|rejection| WebError::from_status(rejection.status()))
    }
}

/// A file in the spool directory; it goes when this is dropped.
pub(crate) struct Received {
    /// Its name, without directories.
    pub(crate) file_name: String,
    /// Where it lies.
    pub(crate) path: TempPath,
    /// Its hash and size.
    pub(crate) blob: BlobRef,
}

/// Why a file was not received. The rest of the request goes on.
pub(crate) enum ReceiveError {
    /// The file itself will not do; the kind is one of [`crate::refusal`]'s.
    Refused {
        /// Its name.
        file_name: String,
        /// `empty` or `too_large`.
        kind: &'static str,
    },
    /// The request cannot go on.
    Broken(WebError),
}

impl<E: Into<WebError>> From<E> for ReceiveError {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

impl From<MultipartError> for WebError {
    fn from(error: MultipartError) -> Self {
        // A browser that went away in the middle is no fault of ours.
        match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::BadRequest,
        }
    }
}

/// Receives a file.
pub(crate) async fn receive(
    mut field: Field<'_>,
    config: &Config,
) -> Result<Received, ReceiveError> {
    let file_name = clean_file_name(field.file_name().unwrap_or_default());
    let limit = config.max_upload_bytes;
    let spool = NamedTempFile::new_in(&config.spool_dir)?;
    let (file, path) = spool.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    let mut hasher = sha2::Sha256::new();
    let mut size_bytes: u64 = 0;
    while let Some(chunk) = field.chunk().await? {
        size_bytes += chunk.len() as u64;
        if size_bytes > limit {
            drain(field, limit).await?;
            return Err(ReceiveError::Refused {
                file_name,
                kind: "too_large",
            });
        }
        hasher.update(&chunk);
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    if size_bytes == 0 {
        return Err(ReceiveError::Refused {
            file_name,
            kind: "empty",
        });
    }
    let digest = hex::encode(hasher.finalize());
    let sha256: Sha256 = digest
        .parse()
        .map_err(|_| WebError::Internal("a digest is not a digest".into()))?;
    Ok(Received {
        file_name,
        path,
        blob: BlobRef { sha256, size_bytes },
    })
}

/// Reads on without keeping anything: a browser shows our answer only after it
/// has sent everything. A sender of much more than that is cut off.
async fn drain(mut field: Field<'_>, limit: u64) -> Result<(), WebError> {
    let mut rest: u64 = 0;
    while let Some(chunk) = field.chunk().await? {
        rest += chunk.len() as u64;
        if rest > limit.max(256 << 20) {
            return Err(WebError::TooLarge);
        }
    }
    Ok(())
}

/// Reads a text field of the form.
pub(crate) async fn text(mut field: Field<'_>) -> Result<String, WebError> {
    const MOST: usize = 64 << 10;
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len() + chunk.len() > MOST {
            return Err(WebError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| WebError::BadRequest)
}

/// Reads the first field, which must be the token: no byte of a file is taken
/// from a page that is not ours.
pub(crate) async fn verify_first_field(
    files: &mut Multipart,
    browser: &Browser,
    config: &Config,
) -> Result<(), WebError> {
    let first = files.next_field().await?.ok_or(WebError::Csrf)?;
    if first.name() != Some(crate::csrf::FIELD) {
        return Err(WebError::Csrf);
    }
    browser.verify(config, &text(first).await?)
}

/// Returns the last part of a path of any system, without control characters.
fn clean_file_name(name: &str) -> String {
    const MOST_CHARS: usize = 200;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    let length = clean.chars().count();
    if clean.is_empty() || clean.chars().all(|c| c == '.') {
        return "document".to_owned();
    }
    // The end stays: it names the format.
    clean
        .chars()
        .skip(length.saturating_sub(MOST_CHARS))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_their_directories() {
        for (given, kept) in [
            ("2023年总结.docx", "2023年总结.docx"),
            ("C:\\Users\\anna\\a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\u{0}\r\n.txt", "a.txt"),
            ("..", "document"),
            ("", "document"),
        ] {
            assert_eq!(clean_file_name(given), kept);
        }
        let long = format!("{}.docx", "长".repeat(300));
        let kept = clean_file_name(&long);
        assert_eq!(kept.chars().count(), 200);
        assert!(kept.ends_with(".docx"));
    }
}
