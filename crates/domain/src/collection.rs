//! Collections (合集): documents that a member puts side by side, in his order.
//!
//! A public collection is open to everybody, a private one to its owner. It
//! gives nobody a document: what of it is shown is decided for each viewer by
//! the rule of [`crate::visibility`], so a collection may hold more than a
//! viewer ever learns of.

use crate::audit;
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, Tx};
use crate::document::{self, Card, Document, clean_text, clean_title, shown_in_collection};
use crate::id::{CollectionId, DocumentId, UserId};
use crate::visibility::Viewer;
use sqlx::Row as _;

/// The most collections of a member. Two requests at once may go past it by
/// one; lists stop here.
pub const MOST_PER_MEMBER: u32 = 100;
/// The most documents of a collection, with the same reserve.
pub const MOST_DOCUMENTS: u32 = 200;
/// Listed documents of a collection that search engines are told of.
pub const LEAST_FOR_SEARCH_ENGINES: u32 = 3;

/// SQL: the viewer (`$1`) may open collection `c`.
macro_rules! may_open_collection {
    () => {
        "(c.visibility = 'public' or c.owner_id = $1)"
    };
}
pub(crate) use may_open_collection;

/// SQL: collections as [`from_row`] reads them, up to the `where`; `$1` and
/// `$2` are the viewer.
macro_rules! select_collections {
    () => {
        concat!(
            "select c.id, c.owner_id, u.name as owner_name, c.title, c.description, \
             c.visibility, c.updated_at, (select cast(count(*) as bigint) \
                 from collection_documents i join documents d on d.id = i.document_id \
                 where i.collection_id = c.id and ",
            shown_in_collection!(),
            ") as documents from collections c join users u on u.id = c.owner_id "
        )
    };
}

/// A collection as one viewer may see it.
#[derive(Clone, Debug)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// Who made it.
    pub owner: UserId,
    /// The name of who made it.
    pub owner_name: String,
    /// Its title.
    pub title: String,
    /// What its owner says of it; may be empty.
    pub description: String,
    /// Whether everybody may open it.
    pub is_public: bool,
    /// How many of its documents the viewer is shown.
    pub documents: u64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Collection {
    /// Returns whether the viewer may change title, description and
    /// visibility, or delete it. Its documents are its owner's alone to
    /// arrange.
    pub fn may_edit(&self, viewer: Viewer) -> bool {
        viewer.is_staff() || self.is_own(viewer)
    }

    /// Returns whether the viewer made it.
    pub fn is_own(&self, viewer: Viewer) -> bool {
        viewer.id() == Some(self.owner)
    }
}

/// Why a collection was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// The viewer neither owns the collection nor is staff.
    #[error("only its owner may change a collection")]
    Forbidden,
    /// The title is empty or too long.
    #[error("a title has 1 to 200 characters")]
    BadTitle,
    /// The member has as many as there may be.
    #[error("a member has at most {MOST_PER_MEMBER} collections")]
    TooMany,
    /// The collection with this title is full.
    #[error("a collection has at most {MOST_DOCUMENTS} documents")]
    Full(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for CollectionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// What a collection says of itself.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Its title; 1 to 200 characters.
    pub title: String,
    /// What its owner says of it.
    pub description: String,
    /// Whether everybody may open it.
    pub is_public: bool,
}

/// Makes an empty collection.
///
/// # Errors
/// [`CollectionError`] saying what is at fault.
pub async fn create(
    db: &Db,
    owner: UserId,
    fields: &Fields,
) -> Result<CollectionId, CollectionError> {
    let mut tx = db.write().await?;
    let id = insert(&mut tx, owner, fields).await?;
    tx.commit().await?;
    Ok(id)
}

async fn insert(
    tx: &mut Tx,
    owner: UserId,
    fields: &Fields,
) -> Result<CollectionId, CollectionError> {
    let title = clean_title(&fields.title).ok_or(CollectionError::BadTitle)?;
    let has: i64 =
        sqlx::query("select cast(count(*) as bigint) from collections where owner_id = $1")
            .bind(owner.0)
            .fetch_one(&mut **tx)
            .await?
            .try_get(0)?;
    if has >= i64::from(MOST_PER_MEMBER) {
        return Err(CollectionError::TooMany);
    }
    let row = sqlx::query(
        "insert into collections (owner_id, title, description, visibility, created_at, \
             updated_at) values ($1, $2, $3, $4, $5, $5) returning id",
    )
    .bind(owner.0)
    .bind(title)
    .bind(clean_text(&fields.description))
    .bind(visibility(fields.is_public))
    .bind(Timestamp::now().0)
    .fetch_one(&mut **tx)
    .await?;
    Ok(CollectionId(row.try_get(0)?))
}

/// Changes what a collection says of itself.
///
/// # Errors
/// [`CollectionError`] saying what is at fault.
pub async fn update(
    db: &Db,
    viewer: Viewer,
    collection: &Collection,
    fields: &Fields,
) -> Result<(), CollectionError> {
    if !collection.may_edit(viewer) {
        return Err(CollectionError::Forbidden);
    }
    let title = clean_title(&fields.title).ok_or(CollectionError::BadTitle)?;
    let mut tx = db.write().await?;
    sqlx::query(
        "update collections set title = $1, description = $2, visibility = $3, updated_at = $4 \
         where id = $5",
    )
    .bind(title)
    .bind(clean_text(&fields.description))
    .bind(visibility(fields.is_public))
    .bind(Timestamp::now().0)
    .bind(collection.id.0)
    .execute(&mut *tx)
    .await?;
    record(&mut tx, viewer, collection, "collection.edit").await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a collection; its documents stay.
///
/// # Errors
/// [`CollectionError::Forbidden`] for whoever neither owns it nor is staff.
pub async fn delete(
    db: &Db,
    viewer: Viewer,
    collection: &Collection,
) -> Result<(), CollectionError> {
    if !collection.may_edit(viewer) {
        return Err(CollectionError::Forbidden);
    }
    let mut tx = db.write().await?;
    sqlx::query("delete from collections where id = $1")
        .bind(collection.id.0)
        .execute(&mut *tx)
        .await?;
    record(&mut tx, viewer, collection, "collection.delete").await?;
    tx.commit().await?;
    Ok(())
}

/// What staff do to somebody's collection is in the audit log.
async fn record(
    tx: &mut Tx,
    viewer: Viewer,
    collection: &Collection,
    action: &str,
) -> Result<(), DbError> {
    if collection.is_own(viewer) {
        return Ok(());
    }
    let subject = format!("collection:{}", collection.id);
    audit::record(tx, viewer.id(), action, &subject, &collection.title).await
}

/// Finds a collection that the viewer may open. What he may not open is
/// `None`, exactly as what does not exist.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn find(
    db: &Db,
    viewer: Viewer,
    id: CollectionId,
) -> Result<Option<Collection>, DbError> {
    let row = sqlx::query(concat!(
        select_collections!(),
        "where c.id = $3 and ",
        may_open_collection!()
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(id.0)
    .fetch_optional(db.read())
    .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// The collections of a member that the viewer may open, last changed first.
/// Others are not shown those of which they would see nothing.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn by_owner(db: &Db, viewer: Viewer, owner: UserId) -> Result<Vec<Collection>, DbError> {
    let rows = sqlx::query(concat!(
        select_collections!(),
        "where c.owner_id = $3 and ",
        may_open_collection!(),
        " order by c.updated_at desc, c.id desc limit $4"
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(owner.0)
    .bind(i64::from(MOST_PER_MEMBER))
    .fetch_all(db.read())
    .await?;
    let mut found: Vec<Collection> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    found.retain(|collection| collection.documents > 0 || collection.is_own(viewer));
    Ok(found)
}

/// What the viewer is shown of a collection, in its order; nothing of one that
/// he may not open.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn documents(
    db: &Db,
    viewer: Viewer,
    id: CollectionId,
    limit: u32,
) -> Result<Vec<Card>, DbError> {
    document::in_collection(db, viewer, id, limit).await
}

/// The ids of public collections above `after` that hold enough for search
/// engines, with their last change.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn for_sitemap(
    db: &Db,
    after: CollectionId,
    limit: u32,
) -> Result<Vec<(CollectionId, Timestamp)>, DbError> {
    let rows = sqlx::query(concat!(
        "select c.id, c.updated_at from collections c \
         where c.visibility = 'public' and c.id > $1 and (select cast(count(*) as bigint) \
             from collection_documents i join documents d on d.id = i.document_id \
             where i.collection_id = c.id and ",
        crate::visibility::listed!(),
        ") >= $2 order by c.id limit $3"
    ))
    .bind(after.0)
    .bind(i64::from(LEAST_FOR_SEARCH_ENGINES))
    .bind(i64::from(limit))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| Ok((CollectionId(row.try_get(0)?), Timestamp(row.try_get(1)?))))
        .collect()
}

/// One of a member's own collections beside a document.
#[derive(Clone, Debug)]
pub struct Place {
    /// The collection.
    pub id: CollectionId,
    /// Its title.
    pub title: String,
    /// Whether the document stands in it.
    pub holds: bool,
}

/// A member's own collections, and which of them hold the document; last
/// changed first.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn places(db: &Db, owner: UserId, document: &Document) -> Result<Vec<Place>, DbError> {
    let rows = sqlx::query(
        "select c.id, c.title, (select cast(count(*) as bigint) from collection_documents i \
             where i.collection_id = c.id and i.document_id = $2) as holds \
         from collections c where c.owner_id = $1 order by c.updated_at desc, c.id desc limit $3",
    )
    .bind(owner.0)
    .bind(document.id.0)
    .bind(i64::from(MOST_PER_MEMBER))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Place {
                id: CollectionId(row.try_get("id")?),
                title: row.try_get("title")?,
                holds: row.try_get::<i64, _>("holds")? != 0,
            })
        })
        .collect()
}

/// What a member wants of a document and his collections.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The collections that he was asked about; others stay as they are.
    pub shown: Vec<CollectionId>,
    /// Those among them that shall hold the document.
    pub chosen: Vec<CollectionId>,
    /// The title of a new, private collection for it, unless empty.
    pub new_title: String,
}

/// Puts a document, which the member may open, into some of his collections
/// and takes it out of others: all of it or nothing.
///
/// Only his own collections are looked at; the ids of others' have no effect.
///
/// # Errors
/// [`CollectionError`] saying what is at fault.
pub async fn place(
    db: &Db,
    owner: UserId,
    document: &Document,
    wish: &Wish,
) -> Result<(), CollectionError> {
    let mut tx = db.write().await?;
    let rows = sqlx::query(
        "select c.id, c.title, \
             (select cast(count(*) as bigint) from collection_documents i \
                 where i.collection_id = c.id and i.document_id = $2) as holds, \
             (select cast(count(*) as bigint) from collection_documents i \
                 where i.collection_id = c.id) as documents \
         from collections c where c.owner_id = $1 order by c.id",
    )
    .bind(owner.0)
    .bind(document.id.0)
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let id = CollectionId(row.try_get("id")?);
        let holds = row.try_get::<i64, _>("holds")? != 0;
        let wanted = wish.chosen.contains(&id);
        if holds == wanted || !wish.shown.contains(&id) {
            continue;
        }
        if !wanted {
            take_out(&mut tx, id, document.id).await?;
        } else if row.try_get::<i64, _>("documents")? < i64::from(MOST_DOCUMENTS) {
            append(&mut tx, id, document.id).await?;
        } else {
            return Err(CollectionError::Full(row.try_get("title")?));
        }
        touch(&mut tx, id).await?;
    }
    if !wish.new_title.trim().is_empty() {
        let fields = Fields {
            title: wish.new_title.clone(),
            description: String::new(),
            is_public: false,
        };
        let id = insert(&mut tx, owner, &fields).await?;
        append(&mut tx, id, document.id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What an owner does with one document of his collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One place up.
    Up,
    /// One place down.
    Down,
    /// To the first place.
    First,
    /// Out of the collection.
    Out,
}

/// Moves a document within its owner's collection, or out of it. Places are
/// counted among the documents that the owner is shown.
///
/// # Errors
/// [`CollectionError::Forbidden`] for whoever does not own the collection.
pub async fn arrange(
    db: &Db,
    viewer: Viewer,
    collection: &Collection,
    document: DocumentId,
    step: Step,
) -> Result<(), CollectionError> {
    if !collection.is_own(viewer) {
        return Err(CollectionError::Forbidden);
    }
    let mut tx = db.write().await?;
    if step == Step::Out {
        take_out(&mut tx, collection.id, document).await?;
    } else {
        reorder(&mut tx, viewer, collection.id, document, step).await?;
    }
    touch(&mut tx, collection.id).await?;
    tx.commit().await?;
    Ok(())
}

async fn reorder(
    tx: &mut Tx,
    viewer: Viewer,
    id: CollectionId,
    document: DocumentId,
    step: Step,
) -> Result<(), CollectionError> {
    let rows = sqlx::query(concat!(
        "select i.document_id, i.position, case when ",
        shown_in_collection!(),
        " then cast(1 as bigint) else cast(0 as bigint) end as shown \
          from collection_documents i join collections c on c.id = i.collection_id \
          join documents d on d.id = i.document_id \
          where i.collection_id = $3 order by i.position, i.document_id"
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(id.0)
    .fetch_all(&mut **tx)
    .await?;
    let mut order = Vec::with_capacity(rows.len());
    for row in &rows {
        let shown: i64 = row.try_get("shown")?;
        let item: (i64, i64) = (row.try_get("document_id")?, row.try_get("position")?);
        order.push((item, shown != 0));
    }
    let Some(from) = order.iter().position(|((id, _), _)| *id == document.0) else {
        return Ok(());
    };
    let is_shown = |place: &usize| order.get(*place).is_some_and(|(_, shown)| *shown);
    let to = match step {
        Step::First => Some(0),
        Step::Up => (0..from).rev().find(is_shown),
        Step::Down => (from + 1..order.len()).find(is_shown),
        Step::Out => None,
    };
    let Some(to) = to else { return Ok(()) };
    let moved = order.remove(from);
    order.insert(to, moved);
    for (position, ((document, was), _)) in (1_i64..).zip(&order) {
        if position == *was {
            continue;
        }
        sqlx::query(
            "update collection_documents set position = $1 \
             where collection_id = $2 and document_id = $3",
        )
        .bind(position)
        .bind(id.0)
        .bind(*document)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn append(tx: &mut Tx, id: CollectionId, document: DocumentId) -> Result<(), DbError> {
    sqlx::query(
        "insert into collection_documents (collection_id, document_id, position, added_at) \
         select $1, $2, coalesce(max(i.position), 0) + 1, $3 from collection_documents i \
         where i.collection_id = $1 on conflict do nothing",
    )
    .bind(id.0)
    .bind(document.0)
    .bind(Timestamp::now().0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn take_out(tx: &mut Tx, id: CollectionId, document: DocumentId) -> Result<(), DbError> {
    sqlx::query("delete from collection_documents where collection_id = $1 and document_id = $2")
        .bind(id.0)
        .bind(document.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn touch(tx: &mut Tx, id: CollectionId) -> Result<(), DbError> {
    sqlx::query("update collections set updated_at = $1 where id = $2")
        .bind(Timestamp::now().0)
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn visibility(is_public: bool) -> &'static str {
    if is_public { "public" } else { "private" }
}

fn from_row(row: &Row) -> Result<Collection, DbError> {
    let visibility: String = row.try_get("visibility")?;
    let documents: i64 = row.try_get("documents")?;
    Ok(Collection {
        id: CollectionId(row.try_get("id")?),
        owner: UserId(row.try_get("owner_id")?),
        owner_name: row.try_get("owner_name")?,
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        is_public: visibility == "public",
        documents: u64::try_from(documents).unwrap_or(0),
        updated_at: Timestamp(row.try_get("updated_at")?),
    })
}
