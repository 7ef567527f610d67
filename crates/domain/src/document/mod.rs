//! Documents (文档): the heart of the library.
//!
//! [`find()`] and the lists are the only ways to get at a document on behalf
//! of a reader, and both carry the rule of [`crate::visibility`]. [`create`],
//! [`publish`] and [`refuse`] are the steps of an upload's life; each is one
//! transaction.

mod checked;
mod create;
mod delete;
mod find;
mod list;
mod names;
mod page;
mod publish;
mod recognise;
mod redraw;
mod reference;
pub(crate) mod settle;
mod shelved;
mod update;
mod view_count;

pub use checked::{CheckedPage, checked_pages};
pub use create::{CreateError, NewDocument, create, owned_file};
pub(crate) use create::{clean_text, clean_title};
pub use delete::{delete, withdraw};
pub use find::{Source, find, source};
pub(crate) use list::favourites_of;
pub use list::{
    Card, Cursor, by_category, by_ids, by_owner, by_tag, for_sitemap, latest, mine, most_read,
    own_by_ids, recent_jobs_pending, trending,
};
pub use names::{authors_in_use, authors_still_in_use, tags_in_use, tags_still_in_use};
pub use page::{
    Page, PageImage, PageStep, Size, page, page_texts, page_texts_within, pages, steps,
};
pub use publish::{
    NewPage, NewStep, Published, add_page, add_steps, begin, publish, refuse, refuse_for,
};
pub use recognise::{
    RecognisedPage, finish_recognition, recognised_count, store_recognised, unrecognised_pages,
};
pub use redraw::{Engine, Redrawn, keep, redraw, replace, retry};
pub use reference::set_reference;
pub use settle::{Settled, Verdict, settle, settle_as_of};
pub(crate) use shelved::{by_followed, in_collection, shown_in_collection};
pub use update::{Changes, UpdateError, update};
pub(crate) use view_count::forget_views;
pub use view_count::{count_download, count_view};

use crate::blob::Sha256;
use crate::clock::Timestamp;
use crate::db::{DbError, Row};
use crate::id::{CategoryId, DocumentId, UserId};
use crate::visibility::{Access, Download, Viewer};
use sqlx::Row as _;

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Accepted; pages appear as they are drawn.
    Converting,
    /// All pages are there; it is being compared with the library.
    Checking,
    /// It waits for a reviewer (待审核).
    Held,
    /// Published.
    Readable,
    /// Could not be converted; [`Failure`] says why.
    Refused,
    /// Taken down by staff; nothing is erased.
    Withdrawn,
}

impl State {
    /// Returns its name, for events and scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Converting => "converting",
            Self::Checking => "checking",
            Self::Held => "held",
            Self::Readable => "readable",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the two columns that it is stored as: to lists, search and
    /// visibility all that is not published yet is `converting`.
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let (state, stage): (&str, &str) = (row.try_get("state")?, row.try_get("stage")?);
        Ok(match (state, stage) {
            ("converting", "drawing") => Self::Converting,
            ("converting", "checking") => Self::Checking,
            ("converting", "held") => Self::Held,
            ("readable", _) => Self::Readable,
            ("refused", _) => Self::Refused,
            ("withdrawn", _) => Self::Withdrawn,
            _ => {
                return Err(DbError::Corrupt(format!(
                    "state `{state}`, stage `{stage}`"
                )));
            }
        })
    }
}

/// Who finds a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody, by search and lists.
    Public,
    /// Whoever has the address.
    Unlisted,
    /// The owner (and staff).
    Private,
}

impl Visibility {
    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
        }
    }

    /// Returns the value with that stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Public, Self::Unlisted, Self::Private]
            .into_iter()
            .find(|value| value.as_str() == name)
    }
}

/// Why a document could not be converted.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The kind, for the message in the reader's language (`encrypted`, …).
    pub kind: String,
    /// The particulars, for the owner and the operator.
    pub detail: String,
}

/// A document as one viewer may see it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The `ID` of the fact row.
    pub id: DocumentId,
    /// The uploader.
    pub owner: UserId,
    /// The uploader's name.
    pub owner_name: String,
    /// Where it stands in the tree.
    pub category: Option<CategoryId>,
    /// Its title.
    pub title: String,
    /// What the uploader says of it; may be empty.
    pub description: String,
    /// `zh`, `en` or `und`.
    pub language: String,
    /// Who finds it.
    pub visibility: Visibility,
    /// Who gets the original.
    pub download: Download,
    /// Pages that strangers may read; all when `None`.
    pub preview_pages: Option<u32>,
    /// Where it stands.
    pub state: State,
    /// The uploaded file's name.
    pub file_name: String,
    /// `docx`, `pdf`, …; empty until it was recognised.
    pub format: String,
    /// The original's size.
    pub size_bytes: u64,
    /// The original.
    pub original: Sha256,
    /// What could not be drawn, timings, fonts (JSON).
    pub report: Option<Sha256>,
    /// A small picture of page 1.
    pub cover: Option<Sha256>,
    /// Pages in all; 0 until the first was drawn.
    pub page_count: u32,
    /// Pages drawn so far.
    pub pages_ready: u32,
    /// What drew it (`native`, `libreoffice`).
    pub engine: String,
    /// What its owner or staff want it drawn by.
    pub engine_asked: Engine,
    /// Its pages can be read and are being drawn anew.
    pub is_redrawing: bool,
    /// Why it was refused, or, when it can be read, why it could not be drawn
    /// again; for its owner and staff.
    pub failure: Option<Failure>,
    /// Readers, each counted once a day.
    pub view_count: u64,
    /// Downloads begun.
    pub download_count: u64,
    /// People who keep it.
    pub favourite_count: u64,
    /// A statute, standard, template or form: repeating it is no copying.
    pub is_reference: bool,
    /// Letters of the text by which it was compared with the library; none if it
    /// never was.
    pub checked_chars: Option<u64>,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it became readable.
    pub published_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its tags, in order.
    pub tags: Vec<String>,
    /// What this viewer gets of it.
    pub access: Access,
}

impl Document {
    /// Returns whether page `number` may be shown to the viewer this document
    /// was loaded for.
    pub fn shows_page(&self, number: u32) -> bool {
        (1..=self.access.pages).contains(&number)
    }
}

/// SQL: the columns that [`from_row`] reads.
macro_rules! columns {
    () => {
        "d.id, d.owner_id, u.name as owner_name, d.category_id, d.title, d.description, \
         d.language, d.visibility, d.download, d.preview_pages, d.state, d.stage, d.file_name, d.format, \
         d.size_bytes, d.original_sha256, d.report_sha256, d.cover_sha256, d.page_count, \
         d.pages_ready, d.engine, d.engine_asked, d.redrawing, d.failure_kind, d.failure_detail, d.view_count, \
         d.download_count, d.favourite_count, d.is_reference, d.checked_at, \
         (select g.chars from signatures g where g.document_id = d.id) as checked_chars, \
         d.created_at, d.published_at, d.updated_at"
    };
}
use columns;

fn from_row(row: &Row, viewer: Viewer) -> Result<Document, DbError> {
    let owner = UserId(row.try_get("owner_id")?);
    let pages_ready = small(row.try_get("pages_ready")?);
    let preview_pages = row.try_get::<Option<i64>, _>("preview_pages")?.map(small);
    let download = Download::parse(row.try_get("download")?)
        .ok_or_else(|| DbError::Corrupt("documents.download".into()))?;
    let access = Access::decide(viewer, owner, pages_ready, preview_pages, download);
    let failure = match row.try_get::<Option<String>, _>("failure_kind")? {
        Some(kind) if access.edit => Some(Failure {
            kind,
            detail: row
                .try_get::<Option<String>, _>("failure_detail")?
                .unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(Document {
        id: DocumentId(row.try_get("id")?),
        owner,
        owner_name: row.try_get("owner_name")?,
        category: row
            .try_get::<Option<i64>, _>("category_id")?
            .map(CategoryId),
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        language: row.try_get("language")?,
        visibility: Visibility::parse(row.try_get("visibility")?)
            .ok_or_else(|| DbError::Corrupt("documents.visibility".into()))?,
        download,
        preview_pages,
        state: State::from_row(row)?,
        file_name: row.try_get("file_name")?,
        format: row.try_get("format")?,
        size_bytes: count(row.try_get("size_bytes")?),
        original: Sha256::from_column(row, "original_sha256")?,
        report: Sha256::from_nullable_column(row, "report_sha256")?,
        cover: Sha256::from_nullable_column(row, "cover_sha256")?,
        page_count: small(row.try_get("page_count")?),
        pages_ready,
        engine: row.try_get("engine")?,
        engine_asked: Engine::parse(row.try_get("engine_asked")?)
            .ok_or_else(|| DbError::Corrupt("documents.engine_asked".into()))?,
        is_redrawing: row.try_get::<i64, _>("redrawing")? != 0,
        failure,
        view_count: count(row.try_get("view_count")?),
        download_count: count(row.try_get("download_count")?),
        favourite_count: count(row.try_get("favourite_count")?),
        is_reference: row.try_get::<i64, _>("is_reference")? != 0,
        checked_chars: match row.try_get::<Option<i64>, _>("checked_at")? {
            Some(_) => Some(count(
                row.try_get::<Option<i64>, _>("checked_chars")?.unwrap_or(0),
            )),
            None => None,
        },
        created_at: Timestamp(row.try_get("created_at")?),
        published_at: row
            .try_get::<Option<i64>, _>("published_at")?
            .map(Timestamp),
        updated_at: Timestamp(row.try_get("updated_at")?),
        tags: Vec::new(),
        access,
    })
}

/// A page number or count as stored; the schema keeps it from being negative.
fn small(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
