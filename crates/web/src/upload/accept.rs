//! From a received file to a document that waits to be converted.

use super::receive::Received;
use crate::error::WebError;
use crate::site::Site;
use wenyuan_domain::document::{self, CreateError, NewDocument, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{CategoryId, DocumentId, UserId};

/// What holds for every file of an upload.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) category: Option<CategoryId>,
    pub(super) visibility: Visibility,
    pub(super) download: Download,
}

impl Default for Common {
    fn default() -> Self {
        Self {
            category: None,
            visibility: Visibility::Public,
            download: Download::Everyone,
        }
    }
}

impl Common {
    /// Takes in a field of the form; returns whether it is one of these.
    pub(super) fn set(&mut self, name: &str, value: &str) -> bool {
        match name {
            "category" => self.category = value.parse().ok(),
            "visibility" => {
                if let Some(visibility) = Visibility::parse(value) {
                    self.visibility = visibility;
                }
            }
            "download" => {
                if let Some(download) = Download::parse(value) {
                    self.download = download;
                }
            }
            _ => return false,
        }
        true
    }

    /// Forgets a category that is not there.
    pub(super) async fn check(&mut self, site: &Site) -> Result<(), WebError> {
        if let Some(id) = self.category {
            let tree = wenyuan_domain::category::tree(&site.db).await?;
            if tree.get(id).is_none() {
                self.category = None;
            }
        }
        Ok(())
    }
}

/// A document that was accepted, or was there already.
pub(super) struct Accepted {
    pub(super) id: DocumentId,
    pub(super) title: String,
    pub(super) tags: Vec<String>,
    /// The owner had uploaded these bytes before.
    pub(super) is_known: bool,
}

const TITLE_CHARS: usize = 200;

/// Stores the file and makes the document, with a title and tags made from the
/// file's name.
pub(super) async fn accept(
    site: &Site,
    owner: UserId,
    file: &Received,
    common: &Common,
) -> Result<Accepted, WebError> {
    site.blobs.put_file(&file.path, &file.blob).await?;
    let file_name = file.file_name.clone();
    // The first call loads a dictionary.
    let (title, tags) = tokio::task::spawn_blocking(move || {
        let title: String = wenyuan_text::tidy_title(&file_name)
            .chars()
            .take(TITLE_CHARS)
            .collect();
        let tags = wenyuan_text::title_tags(&title);
        (title, tags)
    })
    .await?;
    let new = NewDocument {
        owner,
        title: title.clone(),
        description: String::new(),
        category: common.category,
        tags: tags.clone(),
        visibility: common.visibility,
        download: common.download,
        preview_pages: None,
        file_name: file.file_name.clone(),
        original: file.blob,
    };
    let accepted = |id, is_known| Accepted {
        id,
        title,
        tags,
        is_known,
    };
    match document::create(&site.db, new).await {
        Ok(id) => {
            metrics::counter!("uploads_total", "outcome" => "accepted").increment(1);
            Ok(accepted(id, false))
        }
        Err(CreateError::Duplicate(id)) => {
            metrics::counter!("uploads_total", "outcome" => "known").increment(1);
            Ok(accepted(id, true))
        }
        Err(CreateError::BadTitle) => Err(WebError::Unprocessable),
        Err(CreateError::Db(error)) => Err(error.into()),
    }
}
