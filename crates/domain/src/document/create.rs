//! An upload is accepted.

use super::Visibility;
use crate::blob::BlobRef;
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Tx};
use crate::id::{CategoryId, DocumentId, UserId};
use crate::job;
use crate::visibility::Download;
use sqlx::Row as _;

/// The parts of a new document. The file's bytes are in the store already.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// The uploader.
    pub owner: UserId,
    /// Its title; 1 to 200 characters.
    pub title: String,
    /// What the uploader says of it.
    pub description: String,
    /// Where it stands in the tree.
    pub category: Option<CategoryId>,
    /// Its tags, in order, as [`super::update`] cleans them.
    pub tags: Vec<String>,
    /// Who finds it.
    pub visibility: Visibility,
    /// Who gets the original.
    pub download: Download,
    /// Pages that strangers may read; all when `None`.
    pub preview_pages: Option<u32>,
    /// The uploaded file's name, without directories.
    pub file_name: String,
    /// The file.
    pub original: BlobRef,
}

/// Why an upload was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The owner has uploaded these bytes before.
    #[error("the same file is there already, as document {0}")]
    Duplicate(DocumentId),
    /// The title is empty or too long.
    #[error("a title has 1 to 200 characters")]
    BadTitle,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for CreateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Accepts an upload: the row, its tags and the `convert` job in one
/// transaction.
///
/// # Errors
/// [`CreateError::Duplicate`] names the document that has these bytes.
pub async fn create(db: &Db, new: NewDocument) -> Result<DocumentId, CreateError> {
    let title = clean_title(&new.title).ok_or(CreateError::BadTitle)?;
    if let Some(id) = owned_file(db, new.owner, &new.original.sha256).await? {
        return Err(CreateError::Duplicate(id));
    }
    let now = Timestamp::now();
    let mut tx = db.write().await?;
    crate::blob::record(&mut tx, &new.original).await?;
    let inserted = sqlx::query(
        "insert into documents (owner_id, category_id, title, description, language, visibility, \
             download, preview_pages, state, file_name, format, size_bytes, original_sha256, \
             created_at, updated_at) \
         values ($1, $2, $3, $4, 'und', $5, $6, $7, 'converting', $8, '', $9, $10, $11, $11) \
         returning id",
    )
    .bind(new.owner.0)
    .bind(new.category.map(|id| id.0))
    .bind(title)
    .bind(clean_text(&new.description))
    .bind(new.visibility.as_str())
    .bind(new.download.as_str())
    .bind(new.preview_pages.map(i64::from))
    .bind(new.file_name)
    .bind(i64::try_from(new.original.size_bytes).unwrap_or(i64::MAX))
    .bind(new.original.sha256.to_string())
    .bind(now.0)
    .fetch_one(&mut *tx)
    .await
    .map_err(DbError::from);
    let id = match inserted {
        Ok(row) => DocumentId(row.try_get(0)?),
        // The same file twice at once: the second finds the first.
        Err(error) if error.is_unique_violation() => {
            drop(tx);
            return match owned_file(db, new.owner, &new.original.sha256).await? {
                Some(id) => Err(CreateError::Duplicate(id)),
                None => Err(error.into()),
            };
        }
        Err(error) => return Err(error.into()),
    };
    replace_tags(&mut tx, id, &new.tags).await?;
    job::enqueue(&mut tx, job::Kind::Convert, id.0).await?;
    tx.commit().await?;
    db.bulletin().announce_work();
    Ok(id)
}

/// Finds the owner's document with these bytes.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn owned_file(
    db: &Db,
    owner: UserId,
    sha256: &crate::Sha256,
) -> Result<Option<DocumentId>, DbError> {
    let row = sqlx::query("select id from documents where owner_id = $1 and original_sha256 = $2")
        .bind(owner.0)
        .bind(sha256.to_string())
        .fetch_optional(db.read())
        .await?;
    row.map(|row| Ok(DocumentId(row.try_get(0)?))).transpose()
}

/// The longest title, in characters.
const TITLE_CHARS: usize = 200;
/// The longest description, in characters.
const DESCRIPTION_CHARS: usize = 5_000;
/// The most tags of a document.
const TAGS: usize = 20;
/// The longest tag, in characters.
const TAG_CHARS: usize = 40;

pub(crate) fn clean_title(title: &str) -> Option<String> {
    let title = title
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    (1..=TITLE_CHARS)
        .contains(&title.chars().count())
        .then_some(title)
}

pub(crate) fn clean_text(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .take(DESCRIPTION_CHARS)
        .collect::<String>()
        .trim()
        .to_owned()
}

pub(super) async fn replace_tags(
    tx: &mut Tx,
    id: DocumentId,
    tags: &[String],
) -> Result<(), DbError> {
    sqlx::query("delete from document_tags where document_id = $1")
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    let tags = tags
        .iter()
        .map(|tag| tag.trim())
        .filter(|tag| !tag.is_empty() && tag.chars().count() <= TAG_CHARS)
        .take(TAGS);
    for (position, tag) in (0_i64..).zip(tags) {
        sqlx::query(
            "insert into document_tags (document_id, position, tag, tag_fold) \
             values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(id.0)
        .bind(position)
        .bind(tag.to_owned())
        .bind(tag.to_lowercase())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
