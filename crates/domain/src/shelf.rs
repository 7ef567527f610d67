//! The shelves (书架) of the home page, as the librarian arranges them.
//!
//! A shelf has a kind and, for most kinds, a subject: which category, which
//! tag, which documents. In the database both are plain words, so that a kind
//! can be added without a change of the schema; what this program does not
//! know it leaves out. What stands on a shelf is what is listed for everybody.

use crate::audit;
use crate::category::Tree;
use crate::db::{Db, DbError, Row, Tx};
use crate::document::{self, Card, Cursor};
use crate::id::{CategoryId, CollectionId, DocumentId, ShelfId};
use crate::visibility::Viewer;
use crate::{collection, follow};
use sqlx::Row as _;
use std::collections::HashSet;

/// The most shelves of the home page; each costs a query there.
pub const MOST: u32 = 12;
/// The most documents on a shelf.
pub const MOST_DOCUMENTS: u32 = 24;
/// The longest title, in characters.
const TITLE_CHARS: usize = 60;
/// The longest tag, in characters, as documents have it.
const TAG_CHARS: usize = 40;

/// Where a shelf's documents come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// What was published last.
    Newest,
    /// What has the most readers.
    MostRead,
    /// What is read much these days.
    Trending,
    /// No documents, but the categories at the top of the tree.
    Categories,
    /// The newest of a category and those below it.
    Category(CategoryId),
    /// The newest with a tag.
    Tag(String),
    /// The head of a public collection, in its order.
    Collection(CollectionId),
    /// The newest by those whom the viewer follows.
    Followed,
    /// What the librarian has picked, in his order.
    Picked(Vec<DocumentId>),
}

/// The kinds of shelves, as they are stored, in the order in which they are
/// offered.
pub const KINDS: [&str; 9] = [
    "newest",
    "most_read",
    "trending",
    "followed",
    "categories",
    "category",
    "tag",
    "collection",
    "picked",
];

impl Source {
    /// Returns the stored name of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::MostRead => "most_read",
            Self::Trending => "trending",
            Self::Categories => "categories",
            Self::Category(_) => "category",
            Self::Tag(_) => "tag",
            Self::Collection(_) => "collection",
            Self::Followed => "followed",
            Self::Picked(_) => "picked",
        }
    }

    /// Returns the stored subject.
    pub fn subject(&self) -> String {
        match self {
            Self::Newest | Self::MostRead | Self::Trending | Self::Categories | Self::Followed => {
                String::new()
            }
            Self::Category(id) => id.to_string(),
            Self::Tag(tag) => tag.clone(),
            Self::Collection(id) => id.to_string(),
            Self::Picked(ids) => ids
                .iter()
                .map(DocumentId::to_string)
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    /// Returns the source with that stored kind and subject, if the kind is
    /// known and the subject fits it.
    pub fn parse(kind: &str, subject: &str) -> Option<Self> {
        let subject = subject.trim();
        Some(match kind {
            "newest" => Self::Newest,
            "most_read" => Self::MostRead,
            "trending" => Self::Trending,
            "categories" => Self::Categories,
            "category" => Self::Category(subject.parse().ok()?),
            "tag" if (1..=TAG_CHARS).contains(&subject.chars().count()) => {
                Self::Tag(subject.to_owned())
            }
            "collection" => Self::Collection(subject.parse().ok()?),
            "followed" => Self::Followed,
            "picked" => {
                let ids: Result<Vec<DocumentId>, _> =
                    subject.split_whitespace().map(str::parse).collect();
                let ids = ids.ok().filter(|ids| !ids.is_empty())?;
                Self::Picked(ids)
            }
            _ => return None,
        })
    }
}

/// What a shelf is.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Where its documents come from.
    pub source: Source,
    /// Its Chinese title; empty for the usual one of its kind.
    pub title_zh: String,
    /// Its English title, likewise.
    pub title_en: String,
    /// How many documents it shows; 1 to [`MOST_DOCUMENTS`].
    pub size: u32,
}

impl Fields {
    /// Returns the title that the librarian gave it, in `zh` or `en`, or else
    /// in the other language; empty without any.
    pub fn title(&self, language: &str) -> &str {
        let (own, other) = if language == "en" {
            (&self.title_en, &self.title_zh)
        } else {
            (&self.title_zh, &self.title_en)
        };
        if own.is_empty() { other } else { own }
    }

    fn cleaned(&self) -> Self {
        let clean = |title: &str| -> String {
            let words: Vec<&str> = title
                .split(|c: char| c.is_whitespace() || c.is_control())
                .filter(|part| !part.is_empty())
                .collect();
            words.join(" ").chars().take(TITLE_CHARS).collect()
        };
        let mut source = self.source.clone();
        if let Source::Picked(ids) = &mut source {
            let mut seen = HashSet::new();
            ids.retain(|id| seen.insert(*id));
            ids.truncate(MOST_DOCUMENTS as usize);
        }
        Self {
            source,
            title_zh: clean(&self.title_zh),
            title_en: clean(&self.title_en),
            size: self.size.clamp(1, MOST_DOCUMENTS),
        }
    }
}

/// A shelf in its place.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Its id.
    pub id: ShelfId,
    /// What it is.
    pub fields: Fields,
}

/// Why the shelves were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The viewer is not staff.
    #[error("only staff arrange the home page")]
    Forbidden,
    /// There is no such shelf.
    #[error("no such shelf")]
    NotFound,
    /// There are as many as there may be.
    #[error("the home page has at most {MOST} shelves")]
    TooMany,
    /// The category, the public collection or one of the documents is not
    /// there, or not for everybody.
    #[error("a shelf shows what everybody may see")]
    BadSubject,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for ShelfError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// The shelves as arranged, from above to below; none when nobody has arranged
/// any.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn arranged(db: &Db) -> Result<Vec<Shelf>, DbError> {
    let rows = sqlx::query(
        "select id, kind, subject, title_zh, title_en, size from shelves \
         order by position, id limit $1",
    )
    .bind(i64::from(MOST))
    .fetch_all(db.read())
    .await?;
    let mut shelves = Vec::with_capacity(rows.len());
    for row in &rows {
        shelves.extend(from_row(row)?);
    }
    Ok(shelves)
}

/// What stands on a shelf for the viewer.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn documents(
    db: &Db,
    viewer: Viewer,
    tree: &Tree,
    fields: &Fields,
) -> Result<Vec<Card>, DbError> {
    let (start, size) = (Cursor::START, fields.size);
    match &fields.source {
        Source::Newest => document::latest(db, start, size).await,
        Source::Trending => crate::trending::top(db, size).await,
        Source::MostRead => {
            let mut cards = document::most_read(db, size).await?;
            cards.retain(|card| card.view_count > 0);
            Ok(cards)
        }
        Source::Category(id) => document::by_category(db, tree, *id, start, size).await,
        Source::Tag(tag) => document::by_tag(db, tag, start, size).await,
        // A collection's owner sees no more of it here than anybody.
        Source::Collection(id) => collection::documents(db, Viewer::Stranger, *id, size).await,
        Source::Followed => match viewer.id() {
            Some(user) => follow::documents(db, user, start, size).await,
            None => Ok(Vec::new()),
        },
        Source::Picked(ids) => {
            let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
            let mut cards = document::by_ids(db, &ids).await?;
            cards.truncate(size as usize);
            Ok(cards)
        }
        Source::Categories => Ok(Vec::new()),
    }
}

/// Puts a new shelf below the others. Only staff may.
///
/// # Errors
/// [`ShelfError`] saying what is at fault.
pub async fn add(db: &Db, viewer: Viewer, fields: &Fields) -> Result<ShelfId, ShelfError> {
    let fields = checked(db, viewer, fields).await?;
    let mut tx = db.write().await?;
    let row = sqlx::query(
        "select cast(count(*) as bigint), cast(coalesce(max(position), 0) as bigint) from shelves",
    )
    .fetch_one(&mut *tx)
    .await?;
    let (count, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if count >= i64::from(MOST) {
        return Err(ShelfError::TooMany);
    }
    let row = sqlx::query(
        "insert into shelves (position, kind, subject, title_zh, title_en, size) \
         values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(last + 1)
    .bind(fields.source.kind())
    .bind(fields.source.subject())
    .bind(fields.title_zh.clone())
    .bind(fields.title_en.clone())
    .bind(i64::from(fields.size))
    .fetch_one(&mut *tx)
    .await?;
    let id = ShelfId(row.try_get(0)?);
    record(&mut tx, viewer, "shelf.add", id, &told(&fields)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a shelf. Only staff may.
///
/// # Errors
/// [`ShelfError`] saying what is at fault.
pub async fn update(
    db: &Db,
    viewer: Viewer,
    id: ShelfId,
    fields: &Fields,
) -> Result<(), ShelfError> {
    let fields = checked(db, viewer, fields).await?;
    let mut tx = db.write().await?;
    let changed = sqlx::query(
        "update shelves set kind = $1, subject = $2, title_zh = $3, title_en = $4, size = $5 \
         where id = $6",
    )
    .bind(fields.source.kind())
    .bind(fields.source.subject())
    .bind(fields.title_zh.clone())
    .bind(fields.title_en.clone())
    .bind(i64::from(fields.size))
    .bind(id.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if changed == 0 {
        return Err(ShelfError::NotFound);
    }
    record(&mut tx, viewer, "shelf.edit", id, &told(&fields)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a shelf away. Only staff may.
///
/// # Errors
/// [`ShelfError`] saying what is at fault.
pub async fn remove(db: &Db, viewer: Viewer, id: ShelfId) -> Result<(), ShelfError> {
    if !viewer.is_staff() {
        return Err(ShelfError::Forbidden);
    }
    let mut tx = db.write().await?;
    let gone = sqlx::query("delete from shelves where id = $1")
        .bind(id.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if gone == 0 {
        return Err(ShelfError::NotFound);
    }
    record(&mut tx, viewer, "shelf.remove", id, "").await?;
    tx.commit().await?;
    Ok(())
}

/// Moves a shelf one place up or down. Only staff may.
///
/// # Errors
/// [`ShelfError`] saying what is at fault.
pub async fn shift(db: &Db, viewer: Viewer, id: ShelfId, up: bool) -> Result<(), ShelfError> {
    if !viewer.is_staff() {
        return Err(ShelfError::Forbidden);
    }
    let mut tx = db.write().await?;
    let rows = sqlx::query("select id from shelves order by position, id")
        .fetch_all(&mut *tx)
        .await?;
    let mut order: Vec<i64> = rows
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<_, sqlx::Error>>()?;
    let from = order
        .iter()
        .position(|other| *other == id.0)
        .ok_or(ShelfError::NotFound)?;
    let to = if up {
        from.checked_sub(1)
    } else {
        Some(from + 1)
    };
    let Some(to) = to.filter(|to| *to < order.len()) else {
        return Ok(());
    };
    order.swap(from, to);
    for (position, id) in (1_i64..).zip(&order) {
        sqlx::query("update shelves set position = $1 where id = $2")
            .bind(position)
            .bind(*id)
            .execute(&mut *tx)
            .await?;
    }
    let way = if up { "up" } else { "down" };
    record(&mut tx, viewer, "shelf.move", id, way).await?;
    tx.commit().await?;
    Ok(())
}

async fn record(
    tx: &mut Tx,
    viewer: Viewer,
    action: &str,
    id: ShelfId,
    detail: &str,
) -> Result<(), DbError> {
    audit::record(tx, viewer.id(), action, &format!("shelf:{id}"), detail).await
}

/// What the audit log says of a shelf.
fn told(fields: &Fields) -> String {
    let (kind, subject) = (fields.source.kind(), fields.source.subject());
    let line = format!(
        "{kind} {subject} | {} | {}",
        fields.title_zh, fields.title_en
    );
    line.trim().to_owned()
}

/// Returns the fields as they are to be stored, if what they name is there for
/// everybody.
async fn checked(db: &Db, viewer: Viewer, fields: &Fields) -> Result<Fields, ShelfError> {
    if !viewer.is_staff() {
        return Err(ShelfError::Forbidden);
    }
    let fields = fields.cleaned();
    let is_there = match &fields.source {
        Source::Category(id) => sqlx::query("select 1 from categories where id = $1")
            .bind(id.0)
            .fetch_optional(db.read())
            .await?
            .is_some(),
        Source::Collection(id) => collection::find(db, Viewer::Stranger, *id).await?.is_some(),
        Source::Picked(ids) => {
            let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
            document::by_ids(db, &numbers).await?.len() == ids.len()
        }
        _ => true,
    };
    if is_there {
        Ok(fields)
    } else {
        Err(ShelfError::BadSubject)
    }
}

fn from_row(row: &Row) -> Result<Option<Shelf>, DbError> {
    let (kind, subject): (String, String) = (row.try_get("kind")?, row.try_get("subject")?);
    let Some(source) = Source::parse(&kind, &subject) else {
        return Ok(None);
    };
    Ok(Some(Shelf {
        id: ShelfId(row.try_get("id")?),
        fields: Fields {
            source,
            title_zh: row.try_get("title_zh")?,
            title_en: row.try_get("title_en")?,
            size: u32::try_from(row.try_get::<i64, _>("size")?).unwrap_or(1),
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_as_they_are_stored() {
        let sources = [
            Source::Newest,
            Source::MostRead,
            Source::Trending,
            Source::Categories,
            Source::Category(CategoryId(3)),
            Source::Tag("乡镇 文化".to_owned()),
            Source::Collection(CollectionId(4)),
            Source::Followed,
            Source::Picked(vec![DocumentId(9), DocumentId(2)]),
        ];
        for source in sources {
            assert!(KINDS.contains(&source.kind()));
            let back = Source::parse(source.kind(), &source.subject());
            assert_eq!(back, Some(source));
        }
        for (kind, subject) in [
            ("of the future", ""),
            ("category", "law"),
            ("tag", " "),
            ("picked", ""),
            ("picked", "1 two"),
        ] {
            assert_eq!(Source::parse(kind, subject), None, "{kind} {subject}");
        }
    }
}
