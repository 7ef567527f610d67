//! Documents that people have put together: collections, followed authors.

use super::Card;
use super::list::{Cursor, bounded, card_columns, cards, select_cards};
use crate::db::{Db, DbError};
use crate::id::{CollectionId, UserId};
use crate::visibility::{Viewer, listed};

/// SQL: document `d` is shown to the viewer (`$1`, `$2`) in collection `c`.
/// Others see what is listed; its owner also sees what he may open.
macro_rules! shown_in_collection {
    () => {
        concat!(
            "(",
            crate::visibility::listed!(),
            " or (c.owner_id = $1 and ",
            crate::visibility::may_open!(),
            "))"
        )
    };
}
pub(crate) use shown_in_collection;

/// What the viewer is shown of a collection that he may open, in its order.
pub(crate) async fn in_collection(
    db: &Db,
    viewer: Viewer,
    id: CollectionId,
    limit: u32,
) -> Result<Vec<Card>, DbError> {
    let rows = sqlx::query(concat!(
        select_cards!(),
        "join collection_documents i on i.document_id = d.id \
         join collections c on c.id = i.collection_id \
         where c.id = $3 and ",
        crate::collection::may_open_collection!(),
        " and ",
        shown_in_collection!(),
        " order by i.position, d.id limit $4"
    ))
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(id.0)
    .bind(bounded(limit))
    .fetch_all(db.read())
    .await?;
    cards(&rows)
}

/// What those whom a person follows have published, newest first.
pub(crate) async fn by_followed(
    db: &Db,
    user: UserId,
    after: Cursor,
    limit: u32,
) -> Result<Vec<Card>, DbError> {
    let rows = sqlx::query(concat!(
        select_cards!(),
        "where ",
        listed!(),
        " and d.owner_id in (select author_id from follows where user_id = $4) \
          and (d.published_at < $1 or (d.published_at = $1 and d.id < $2)) \
          order by d.published_at desc, d.id desc limit $3"
    ))
    .bind(after.key)
    .bind(after.id)
    .bind(bounded(limit))
    .bind(user.0)
    .fetch_all(db.read())
    .await?;
    cards(&rows)
}
