//! Lists of documents: bounded, in a definite order, by seek.

use super::{State, count, small};
use crate::blob::Sha256;
use crate::category::Tree;
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, with_placeholders};
use crate::id::{CategoryId, DocumentId, UserId};
use crate::visibility::{Viewer, listed};
use sqlx::Row as _;

/// What a list shows of a document.
#[derive(Clone, Debug)]
pub struct Card {
    /// The document.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// What the uploader says of it.
    pub description: String,
    /// The uploader.
    pub owner: UserId,
    /// The uploader's name.
    pub owner_name: String,
    /// Where it stands in the tree.
    pub category: Option<CategoryId>,
    /// `docx`, `pdf`, …; empty until recognised.
    pub format: String,
    /// The original's size.
    pub size_bytes: u64,
    /// Pages in all.
    pub page_count: u32,
    /// Pages drawn so far.
    pub pages_ready: u32,
    /// Pages that strangers may read (the preview budget of snippets).
    pub preview_pages: Option<u32>,
    /// A small picture of page 1.
    pub cover: Option<Sha256>,
    /// Where it stands.
    pub state: State,
    /// Who finds it.
    pub visibility: super::Visibility,
    /// Why it was refused; only in the owner's own list.
    pub failure: Option<super::Failure>,
    /// Readers, each counted once a day.
    pub view_count: u64,
    /// Downloads begun.
    pub download_count: u64,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it became readable.
    pub published_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Where the next page of a list begins: after this document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key of the last document shown.
    pub key: i64,
    /// The last document shown.
    pub id: i64,
}

impl Cursor {
    /// The beginning of a descending list.
    pub const START: Self = Self {
        key: i64::MAX,
        id: i64::MAX,
    };

    /// Returns the cursor after `card` in a list by time of publication.
    pub fn after(card: &Card) -> Self {
        Self {
            key: card.published_at.unwrap_or(card.created_at).0,
            id: card.id.0,
        }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.key, self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = std::num::ParseIntError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (key, id) = s.split_once('-').unwrap_or((s, ""));
        Ok(Self {
            key: key.parse()?,
            id: id.parse()?,
        })
    }
}

/// The longest list handed out at once.
const MOST: i64 = 200;

/// SQL: the columns that [`card`] reads.
macro_rules! card_columns {
    () => {
        "d.id, d.title, d.description, d.owner_id, u.name as owner_name, d.category_id, \
         d.format, d.size_bytes, d.page_count, d.pages_ready, d.preview_pages, d.cover_sha256, \
         d.state, d.stage, d.visibility, d.failure_kind, d.failure_detail, d.view_count, \
         d.download_count, d.created_at, d.published_at, d.updated_at"
    };
}

/// SQL: cards of documents, up to the `where`.
macro_rules! select_cards {
    () => {
        concat!(
            "select ",
            card_columns!(),
            " from documents d join users u on u.id = d.owner_id "
        )
    };
}

pub(super) use {card_columns, select_cards};

/// The newest documents.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn latest(db: &Db, after: Cursor, limit: u32) -> Result<Vec<Card>, DbError> {
    let rows = sqlx::query(concat!(
        select_cards!(),
        "where ",
        listed!(),
        " and (d.published_at < $1 or (d.published_at = $1 and d.id < $2)) \
          order by d.published_at desc, d.id desc limit $3"
    ))
    .bind(after.key)
    .bind(after.id)
    .bind(bounded(limit))
    .fetch_all(db.read())
    .await?;
    cards(&rows)
}

/// The documents with the most readers.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn most_read(db: &Db, limit: u32) -> Result<Vec<Card>, DbError> {
    let rows = sqlx::query(concat!(
        select_cards!(),
        "where ",
        listed!(),
        " order by d.view_count desc, d.id desc limit $1"
    ))
    .bind(bounded(limit))
    .fetch_all(db.read())
    .await?;
    cards(&rows)
}

/// The documents that are read much at `now`, hottest first, with the key of
/// the cursor: when each cools down (see [`crate::trending`]).
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn trending(
    db: &Db,
    now: Timestamp,
    after: Cursor,
    limit: u32,
) -> Result<Vec<(Card, Timestamp)>, DbError> {
    let rows = sqlx::query(concat!(
        "select ",
        card_columns!(),
        ", h.cools_at from trending h join documents d on d.id = h.document_id \
         join users u on u.id = d.owner_id where ",
        listed!(),
        " and h.cools_at > $1 \
          and (h.cools_at < $2 or (h.cools_at = $2 and h.document_id < $3)) \
          order by h.cools_at desc, h.document_id desc limit $4"
    ))
    .bind(now.0)
    .bind(after.key)
    .bind(after.id)
    .bind(bounded(limit))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| Ok((card(row)?, Timestamp(row.try_get("cools_at")?))))
        .collect()
}

/// The newest documents of a category and those below it.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn by_category(
    db: &Db,
    tree: &Tree,
    category: CategoryId,
    after: Cursor,
    limit: u32,
) -> Result<Vec<Card>, DbError> {
    let ids = tree.subtree(category);
    let sql = with_placeholders(
        concat!(
            select_cards!(),
            "where ",
            listed!(),
            " and (d.published_at < $1 or (d.published_at = $1 and d.id < $2)) \
              and d.category_id in ({}) order by d.published_at desc, d.id desc limit $3"
        ),
        4,
        ids.len(),
    );
    let mut query = sqlx::query(sql)
        .bind(after.key)
        .bind(after.id)
        .bind(bounded(limit));
    for id in ids {
        query = query.bind(id.0);
    }
    cards(&query.fetch_all(db.read()).await?)
}

/// What an author has published, newest first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn by_owner(
    db: &Db,
    owner: UserId,
    after: Cursor,
    limit: u32,
) -> Result<Vec<Card>, DbError> {
    let rows = sqlx::query(concat!(
        select_cards!(),
        "where ",
        listed!(),
        " and d.owner_id = $4 and (d.published_at < $1 or (d.published_at = $1 and d.id < $2)) \
          order by d.published_at desc, d.id desc limit $3"
    ))
    .bind(after.key)
    .bind(after.id)
    .bind(bounded(limit))
    .bind(owner.0)
    .fetch_all(db.read())
    .await?;
    cards(&rows)
}

/// The documents with a tag, newest first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn by_tag(db: &Db, tag: &str, after: Cursor, limit: u32) -> Result<Vec<Card>, DbError> {
    let rows = sqlx::query(concat!(
        select_cards!(),
        "join document_tags t on t.document_id = d.id where ",
        listed!(),
        " and t.tag_fold = $4 and (d.published_at < $1 or (d.published_at = $1 and d.id < $2)) \
          order by d.published_at desc, d.id desc limit $3"
    ))
    .bind(after.key)
    .bind(after.id)
    .bind(bounded(limit))
    .bind(tag.trim().to_lowercase())
    .fetch_all(db.read())
    .await?;
    cards(&rows)
}

/// Everything that a person has uploaded, in every state, newest upload first.
/// Its cursor's key is the time of upload: see [`Card::created_at`].
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn mine(db: &Db, owner: UserId, after: Cursor, limit: u32) -> Result<Vec<Card>, DbError> {
    let rows = sqlx::query(concat!(
        select_cards!(),
        "where d.owner_id = $4 and (d.created_at < $1 or (d.created_at = $1 and d.id < $2)) \
         order by d.created_at desc, d.id desc limit $3"
    ))
    .bind(after.key)
    .bind(after.id)
    .bind(bounded(limit))
    .bind(owner.0)
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            let mut card = card(row)?;
            if let Some(kind) = row.try_get::<Option<String>, _>("failure_kind")? {
                card.failure = Some(super::Failure {
                    kind,
                    detail: row
                        .try_get::<Option<String>, _>("failure_detail")?
                        .unwrap_or_default(),
                });
            }
            Ok(card)
        })
        .collect()
}

/// The listed documents among `ids`, in the order of `ids`.
///
/// The search index returns ids only; what has been withdrawn or hidden since
/// it was indexed falls out here.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn by_ids(db: &Db, ids: &[i64]) -> Result<Vec<Card>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = with_placeholders(
        concat!(select_cards!(), "where ", listed!(), " and d.id in ({})"),
        1,
        ids.len(),
    );
    let mut query = sqlx::query(sql);
    for id in ids {
        query = query.bind(*id);
    }
    let mut found = cards(&query.fetch_all(db.read()).await?)?;
    found.sort_by_key(|card| ids.iter().position(|id| *id == card.id.0));
    Ok(found)
}

/// The documents of `owner` among `ids`, in every state, for notices about
/// them.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn own_by_ids(db: &Db, owner: UserId, ids: &[i64]) -> Result<Vec<Card>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = with_placeholders(
        concat!(select_cards!(), "where d.owner_id = $1 and d.id in ({})"),
        2,
        ids.len(),
    );
    let mut query = sqlx::query(sql).bind(owner.0);
    for id in ids {
        query = query.bind(*id);
    }
    cards(&query.fetch_all(db.read()).await?)
}

/// The ids of listed documents above `after`, with their last change, for the
/// sitemap and for rebuilding the index.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn for_sitemap(
    db: &Db,
    after: DocumentId,
    limit: u32,
) -> Result<Vec<(DocumentId, Timestamp)>, DbError> {
    let rows = sqlx::query(concat!(
        "select d.id, d.updated_at from documents d where ",
        listed!(),
        " and d.id > $1 order by d.id limit $2"
    ))
    .bind(after.0)
    .bind(i64::from(limit))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| Ok((DocumentId(row.try_get(0)?), Timestamp(row.try_get(1)?))))
        .collect()
}

/// How many of a person's uploads are still being converted.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn recent_jobs_pending(db: &Db, owner: UserId) -> Result<u64, DbError> {
    let row = sqlx::query(
        "select cast(count(*) as bigint) from documents \
         where owner_id = $1 and state = 'converting'",
    )
    .bind(owner.0)
    .fetch_one(db.read())
    .await?;
    Ok(count(row.try_get(0)?))
}

/// People's favourites share the shape of a list.
pub(crate) async fn favourites_of(
    db: &Db,
    viewer: Viewer,
    user: UserId,
    after: Cursor,
    limit: u32,
) -> Result<Vec<(Card, Timestamp)>, DbError> {
    let rows = sqlx::query(concat!(
        "select ",
        card_columns!(),
        ", f.created_at as kept_at \
         from favourites f join documents d on d.id = f.document_id \
         join users u on u.id = d.owner_id where ",
        crate::visibility::may_open!(),
        " and f.user_id = $3 and (f.created_at < $4 or (f.created_at = $4 and d.id < $5)) \
          order by f.created_at desc, d.id desc limit $6"
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(user.0)
    .bind(after.key)
    .bind(after.id)
    .bind(bounded(limit))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| Ok((card(row)?, Timestamp(row.try_get("kept_at")?))))
        .collect()
}

pub(super) fn bounded(limit: u32) -> i64 {
    i64::from(limit).min(MOST)
}

pub(super) fn cards(rows: &[Row]) -> Result<Vec<Card>, DbError> {
    rows.iter().map(card).collect()
}

fn card(row: &Row) -> Result<Card, DbError> {
    Ok(Card {
        id: DocumentId(row.try_get("id")?),
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        owner: UserId(row.try_get("owner_id")?),
        owner_name: row.try_get("owner_name")?,
        category: row
            .try_get::<Option<i64>, _>("category_id")?
            .map(CategoryId),
        format: row.try_get("format")?,
        size_bytes: count(row.try_get("size_bytes")?),
        page_count: small(row.try_get("page_count")?),
        pages_ready: small(row.try_get("pages_ready")?),
        preview_pages: row.try_get::<Option<i64>, _>("preview_pages")?.map(small),
        cover: Sha256::from_nullable_column(row, "cover_sha256")?,
        state: State::from_row(row)?,
        visibility: super::Visibility::parse(row.try_get("visibility")?)
            .ok_or_else(|| DbError::Corrupt("documents.visibility".into()))?,
        failure: None,
        view_count: count(row.try_get("view_count")?),
        download_count: count(row.try_get("download_count")?),
        created_at: Timestamp(row.try_get("created_at")?),
        published_at: row
            .try_get::<Option<i64>, _>("published_at")?
            .map(Timestamp),
        updated_at: Timestamp(row.try_get("updated_at")?),
    })
}
