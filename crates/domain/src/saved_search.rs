//! Saved searches (保存的搜索): a member is told of new documents that fit.
//!
//! What is new is not a matter of dates: a document arrives when it is put
//! into the search index for the first time ([`arrive`]), and every saved
//! search remembers the last arrival that it was run for. Running a search is
//! the worker's; this module says which are behind, and takes what was found.

use crate::clock::{SECOND, Timestamp};
use crate::db::{Db, DbError, Row, Tx, with_placeholders};
use crate::id::{DocumentId, SavedSearchId, UserId};
use crate::job::{self, Kind};
use crate::notice::{self, News, SAVED_SEARCH};
use crate::visibility::listed;
use sqlx::Row as _;

/// How many searches a member may save.
pub const MOST: u32 = 100;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 80;
/// How many documents of one run, and of one notice, are kept of a search.
pub const MOST_FOUND: usize = 100;
/// How many documents a search keeps that its owner has not looked at: more
/// than are ever counted out.
const MOST_UNSEEN: i64 = 200;
/// Saved searches are run no oftener than this.
const EVERY: i64 = 60 * SECOND;
/// Arrivals that a search is run for at once.
const WINDOW: i64 = 10_000;

/// A search to be saved.
#[derive(Clone, Debug)]
pub struct NewSavedSearch {
    /// What its owner calls it.
    pub name: String,
    /// The query of the search page's address.
    pub address: String,
    /// The words.
    pub words: String,
    /// The filters of the index, as JSON.
    pub filters: String,
    /// Whether its owner wants to be told.
    pub notify: bool,
}

/// A saved search, for its owner.
#[derive(Clone, Debug)]
pub struct SavedSearch {
    /// The search.
    pub id: SavedSearchId,
    /// What its owner calls it.
    pub name: String,
    /// The query of the search page's address.
    pub address: String,
    /// Whether its owner wants to be told.
    pub notify: bool,
    /// When it was saved.
    pub created_at: Timestamp,
    /// How many documents it found that its owner has not looked at.
    pub unseen: u32,
}

/// Why a search was not saved or renamed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The name is empty or too long.
    #[error("a name has 1 to {LONGEST_NAME} characters")]
    BadName,
    /// The member has as many as he may.
    #[error("a member may save {MOST} searches")]
    Full,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for SaveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Saves a search; from now on it looks for what arrives. The same search
/// (by address) is not saved twice: it keeps its place and takes the new name.
///
/// # Errors
/// [`SaveError`] saying what is wrong.
pub async fn save(db: &Db, user: UserId, new: &NewSavedSearch) -> Result<SavedSearchId, SaveError> {
    let name = clean_name(&new.name)?;
    let mut tx = db.write().await?;
    // One at a time for each member, or two could pass the limit together.
    sqlx::query("update users set keeps_searches = keeps_searches where id = $1")
        .bind(user.0)
        .execute(&mut *tx)
        .await?;
    let row = sqlx::query(
        "select cast(count(*) as bigint) from saved_searches where user_id = $1 and address <> $2",
    )
    .bind(user.0)
    .bind(new.address.clone())
    .fetch_one(&mut *tx)
    .await?;
    if row.try_get::<i64, _>(0)? >= i64::from(MOST) {
        return Err(SaveError::Full);
    }
    let row = sqlx::query(
        "insert into saved_searches \
             (user_id, name, address, words, filters, notify, created_at, checked) \
         select $1, $2, $3, $4, $5, $6, $7, coalesce(max(a.id), 0) from document_arrivals a \
         where true \
         on conflict (user_id, address) do update set name = excluded.name, \
             notify = excluded.notify \
         returning id",
    )
    .bind(user.0)
    .bind(name)
    .bind(new.address.replace('\0', ""))
    .bind(new.words.replace('\0', ""))
    .bind(new.filters.clone())
    .bind(i64::from(new.notify))
    .bind(Timestamp::now().0)
    .fetch_one(&mut *tx)
    .await?;
    let id = SavedSearchId(row.try_get(0)?);
    tx.commit().await?;
    Ok(id)
}

/// A name in one line, without white space around it.
fn clean_name(name: &str) -> Result<String, SaveError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let clean: String = name.chars().filter(|c| !c.is_control()).collect();
    if clean.is_empty() || clean.chars().count() > LONGEST_NAME {
        return Err(SaveError::BadName);
    }
    Ok(clean)
}

/// SQL: the columns of [`SavedSearch`]. What was found and may no longer be
/// listed does not count.
macro_rules! columns {
    () => {
        concat!(
            "select s.id, s.name, s.address, s.notify, s.created_at, \
                 (select cast(count(*) as bigint) from saved_search_finds f \
                  join documents d on d.id = f.document_id \
                  where f.saved_search_id = s.id and ",
            listed!(),
            ") as unseen from saved_searches s where s.user_id = $1 "
        )
    };
}

/// A member's saved searches, newest first: [`MOST`] at most.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn list(db: &Db, user: UserId) -> Result<Vec<SavedSearch>, DbError> {
    let rows = sqlx::query(concat!(columns!(), "order by s.id desc"))
        .bind(user.0)
        .fetch_all(db.read())
        .await?;
    rows.iter().map(saved_search).collect()
}

/// One of a member's saved searches by its address.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn by_address(
    db: &Db,
    user: UserId,
    address: &str,
) -> Result<Option<SavedSearch>, DbError> {
    let row = sqlx::query(concat!(columns!(), "and s.address = $2"))
        .bind(user.0)
        .bind(address.to_owned())
        .fetch_optional(db.read())
        .await?;
    row.as_ref().map(saved_search).transpose()
}

fn saved_search(row: &Row) -> Result<SavedSearch, DbError> {
    Ok(SavedSearch {
        id: SavedSearchId(row.try_get("id")?),
        name: row.try_get("name")?,
        address: row.try_get("address")?,
        notify: row.try_get::<i64, _>("notify")? == 1,
        created_at: Timestamp(row.try_get("created_at")?),
        unseen: u32::try_from(row.try_get::<i64, _>("unseen")?).unwrap_or(0),
    })
}

/// Returns the address of one of the member's searches, and takes it that he
/// looks at it now: nothing of it is new any more.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn open(db: &Db, user: UserId, id: SavedSearchId) -> Result<Option<String>, DbError> {
    let mut tx = db.write().await?;
    let row = sqlx::query("select address from saved_searches where id = $1 and user_id = $2")
        .bind(id.0)
        .bind(user.0)
        .fetch_optional(&mut *tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    sqlx::query("delete from saved_search_finds where saved_search_id = $1")
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    notice::mark_subject_seen(&mut tx, user, SAVED_SEARCH, id.0).await?;
    tx.commit().await?;
    Ok(Some(row.try_get(0)?))
}

/// Gives one of the member's searches another name and says whether he wants
/// to be told. Returns whether it was there.
///
/// # Errors
/// [`SaveError`] when the name is none.
pub async fn update(
    db: &Db,
    user: UserId,
    id: SavedSearchId,
    name: &str,
    notify: bool,
) -> Result<bool, SaveError> {
    let name = clean_name(name)?;
    let mut tx = db.write().await?;
    let changed = sqlx::query(
        "update saved_searches set name = $1, notify = $2 where id = $3 and user_id = $4",
    )
    .bind(name)
    .bind(i64::from(notify))
    .bind(id.0)
    .bind(user.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(changed == 1)
}

/// Deletes one of the member's searches, with what he was told of it. Returns
/// whether it was there.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn delete(db: &Db, user: UserId, id: SavedSearchId) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    let gone = sqlx::query("delete from saved_searches where id = $1 and user_id = $2")
        .bind(id.0)
        .bind(user.0)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    if gone == 1 {
        sqlx::query("delete from notices where user_id = $1 and kind = $2 and subject = $3")
            .bind(user.0)
            .bind(SAVED_SEARCH)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(gone == 1)
}

/// Notes that documents are in the search index. Those that were there before
/// are old; for the others the saved searches are run, at once or a minute
/// after the last run.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn arrive(db: &Db, documents: &[DocumentId]) -> Result<(), DbError> {
    // SQLite takes 32,766 values in one statement; batches are far smaller.
    if documents.is_empty() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    let sql = with_placeholders(
        concat!(
            "insert into document_arrivals (document_id) select d.id from documents d where ",
            listed!(),
            " and d.id in ({}) and not exists \
                 (select 1 from document_arrivals a where a.document_id = d.id) \
             order by d.id on conflict do nothing"
        ),
        1,
        documents.len(),
    );
    let mut query = sqlx::query(sql);
    for id in documents {
        query = query.bind(id.0);
    }
    let arrived = query.execute(&mut *tx).await?.rows_affected();
    let anybody = sqlx::query("select 1 from saved_searches limit 1")
        .fetch_optional(&mut *tx)
        .await?
        .is_some();
    let asked = arrived > 0 && anybody;
    if asked {
        let run_at = next_run(&mut tx).await?;
        job::enqueue_at(&mut tx, Kind::Saved, 0, run_at).await?;
    }
    tx.commit().await?;
    if asked {
        db.bulletin().announce_work();
    }
    Ok(())
}

async fn next_run(tx: &mut Tx) -> Result<Timestamp, DbError> {
    let now = Timestamp::now();
    let row = sqlx::query(
        "select max(case when state = 'running' then $2 else finished_at end) from jobs \
         where kind = $1 and subject = 0",
    )
    .bind(Kind::Saved.as_str())
    .bind(now.0)
    .fetch_one(&mut **tx)
    .await?;
    let last: Option<i64> = row.try_get(0)?;
    Ok(last.map_or(now, |last| now.max(Timestamp(last).plus(EVERY))))
}

/// A saved search that has not seen the newest arrivals, for the worker.
#[derive(Clone, Debug)]
pub struct Behind {
    /// The search.
    pub id: SavedSearchId,
    /// Whose it is.
    pub user: UserId,
    /// What he calls it.
    pub name: String,
    /// The words.
    pub words: String,
    /// The filters of the index, as JSON.
    pub filters: String,
    /// Whether he wants to be told.
    pub notify: bool,
}

/// A document that is new to the index.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The document.
    pub document: DocumentId,
    /// Whose it is.
    pub owner: UserId,
    /// When it was published.
    pub published_at: Timestamp,
}

/// Searches that are equally far behind, with what has arrived since.
#[derive(Clone, Debug)]
pub struct Round {
    /// The searches.
    pub searches: Vec<Behind>,
    /// What they have not seen and may list; the newest last.
    pub arrivals: Vec<Arrival>,
    from: i64,
    to: i64,
}

/// The saved searches that are furthest behind, at most `limit`; nothing when
/// all have seen every arrival.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn next_round(db: &Db, limit: u32) -> Result<Option<Round>, DbError> {
    let row = sqlx::query(
        "select (select coalesce(max(id), 0) from document_arrivals) as newest, \
             (select min(checked) from saved_searches) as furthest",
    )
    .fetch_one(db.read())
    .await?;
    let newest: i64 = row.try_get("newest")?;
    let furthest: Option<i64> = row.try_get("furthest")?;
    let Some(from) = furthest.filter(|checked| *checked < newest) else {
        return Ok(None);
    };
    let to = newest.min(from + WINDOW);
    let searches = sqlx::query(
        "select id, user_id, name, words, filters, notify from saved_searches \
         where checked = $1 order by id limit $2",
    )
    .bind(from)
    .bind(i64::from(limit))
    .fetch_all(db.read())
    .await?
    .iter()
    .map(behind)
    .collect::<Result<_, _>>()?;
    let arrivals = sqlx::query(concat!(
        "select d.id, d.owner_id, d.published_at from document_arrivals a \
         join documents d on d.id = a.document_id where a.id > $1 and a.id <= $2 and ",
        listed!(),
        " order by a.id"
    ))
    .bind(from)
    .bind(to)
    .fetch_all(db.read())
    .await?
    .iter()
    .map(|row| {
        Ok(Arrival {
            document: DocumentId(row.try_get(0)?),
            owner: UserId(row.try_get(1)?),
            published_at: Timestamp(row.try_get(2)?),
        })
    })
    .collect::<Result<_, DbError>>()?;
    Ok(Some(Round {
        searches,
        arrivals,
        from,
        to,
    }))
}

fn behind(row: &Row) -> Result<Behind, DbError> {
    Ok(Behind {
        id: SavedSearchId(row.try_get("id")?),
        user: UserId(row.try_get("user_id")?),
        name: row.try_get("name")?,
        words: row.try_get("words")?,
        filters: row.try_get("filters")?,
        notify: row.try_get::<i64, _>("notify")? == 1,
    })
}

/// Takes what each search of a round found, in the round's order, newest
/// first; tells their owners, and the searches have seen these arrivals.
///
/// Working a round twice changes nothing the second time.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn finish_round(
    db: &Db,
    round: &Round,
    found: &[Vec<DocumentId>],
) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    for (search, found) in round.searches.iter().zip(found) {
        let advanced =
            sqlx::query("update saved_searches set checked = $1 where id = $2 and checked = $3")
                .bind(round.to)
                .bind(search.id.0)
                .bind(round.from)
                .execute(&mut *tx)
                .await?
                .rows_affected();
        if advanced == 1 && !found.is_empty() {
            keep(&mut tx, search, found).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn keep(tx: &mut Tx, search: &Behind, found: &[DocumentId]) -> Result<(), DbError> {
    for id in found {
        sqlx::query(
            "insert into saved_search_finds (saved_search_id, document_id) \
             select $1, d.id from documents d where d.id = $2 and (select count(*) \
                 from saved_search_finds f where f.saved_search_id = $1) < $3 \
             on conflict do nothing",
        )
        .bind(search.id.0)
        .bind(id.0)
        .bind(MOST_UNSEEN)
        .execute(&mut **tx)
        .await?;
    }
    if !search.notify {
        return Ok(());
    }
    let mut documents = found.to_vec();
    // An owner who does not look is not told every minute: what he has not
    // seen of this search becomes one notice with what is new.
    let unseen = notice::take_back(tx, search.user, SAVED_SEARCH, search.id.0).await?;
    for news in unseen {
        if let News::SavedSearch {
            documents: earlier, ..
        } = news
        {
            documents.extend(earlier.iter().filter(|id| !found.contains(id)));
        }
    }
    documents.truncate(MOST_FOUND);
    let news = News::SavedSearch {
        name: search.name.clone(),
        documents,
    };
    notice::post(tx, search.user, search.id.0, &news).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(
            clean_name(" 文化站\n  总结 ").unwrap_or_default(),
            "文化站 总结"
        );
        assert!(clean_name(" \t").is_err());
        assert!(clean_name(&"长".repeat(LONGEST_NAME)).is_ok());
        assert!(clean_name(&"长".repeat(LONGEST_NAME + 1)).is_err());
    }
}
