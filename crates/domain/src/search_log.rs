//! What readers search for (热门搜索): counts by day, and the popular ones.
//!
//! Nobody's own searches are shown to others. A query counts on a day only
//! when at least three different readers searched for it on that day; what
//! fewer searched for is forgotten with the day, and what looks like a name of
//! a person's account or number is not even written down. Readers are keyed
//! hashes that differ for every query, so that no two rows tell that the same
//! person asked for both.
//!
//! Folding (one spelling for whatever was typed) and telling readers from
//! crawlers is the caller's.

use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::id::UserId;
use crate::visibility::Viewer;
use sqlx::Row as _;

/// How many different readers of one day make a query popular.
///
/// The same number stands in the schema, in an index and in the queries here.
pub const MIN_READERS: i64 = 3;
/// After so many days a query is no longer popular, unless it is so anew.
pub const DAYS: i64 = 30;
/// The longest query that is counted, in characters.
const LONGEST: usize = 40;
/// So many digits in a row may be somebody's telephone or identity number.
const MOST_DIGITS: usize = 7;

/// Counts a search that found something. `query` is folded, `reader` a keyed
/// hash over reader, query and day.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn record(db: &Db, query: &str, reader: &str) -> Result<(), DbError> {
    if !is_countable(query) {
        return Ok(());
    }
    let day = Timestamp::now().day();
    let mut tx = db.write().await?;
    let new = sqlx::query(
        "insert into search_readers (day, query, reader) values ($1, $2, $3) \
         on conflict do nothing",
    )
    .bind(day)
    .bind(query.to_owned())
    .bind(reader.to_owned())
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if new == 1 {
        sqlx::query(
            "insert into search_counts (query, day, readers) values ($1, $2, 1) \
             on conflict (query, day) do update set readers = search_counts.readers + 1",
        )
        .bind(query.to_owned())
        .bind(day)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Returns whether a query may be counted at all.
fn is_countable(query: &str) -> bool {
    let mut digits = 0;
    let mut most_digits = 0;
    for c in query.chars() {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        most_digits = most_digits.max(digits);
    }
    !query.is_empty()
        && query.chars().count() <= LONGEST
        && !query.contains(['@', '\0'])
        && most_digits < MOST_DIGITS
}

/// Something that many search for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Popular {
    /// The words, folded.
    pub query: String,
    /// How much they are searched for: readers of each day times the days
    /// until that day is forgotten.
    pub weight: u64,
}

/// The popular searches, most searched for first.
///
/// A reader of today weighs [`DAYS`], one of yesterday a thirtieth less, and so
/// on until he is forgotten.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn popular(db: &Db, limit: u32) -> Result<Vec<Popular>, DbError> {
    popular_on(db, Timestamp::now().day(), limit).await
}

/// [`popular`] as of a day, for tests of what time does to it.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn popular_on(db: &Db, day: i64, limit: u32) -> Result<Vec<Popular>, DbError> {
    let rows = sqlx::query(
        "select c.query, cast(sum(c.readers * (c.day - $1)) as bigint) as weight \
         from search_counts c where c.readers >= 3 and c.day > $1 \
             and not exists (select 1 from hidden_searches h where h.query = c.query) \
         group by c.query order by weight desc, c.query limit $2",
    )
    .bind(day - DAYS)
    .bind(i64::from(limit.min(1_000)))
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Popular {
                query: row.try_get(0)?,
                weight: u64::try_from(row.try_get::<i64, _>(1)?).unwrap_or(0),
            })
        })
        .collect()
}

/// Keeps a query from being shown as popular, or lets it be shown again.
/// Returns `false`, and does nothing, unless the viewer is staff.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn set_hidden(
    db: &Db,
    viewer: Viewer,
    query: &str,
    hidden: bool,
) -> Result<bool, DbError> {
    if !viewer.is_staff() {
        return Ok(false);
    }
    let mut tx = db.write().await?;
    let changed = if hidden {
        sqlx::query(
            "insert into hidden_searches (query, hidden_at) values ($1, $2) \
             on conflict do nothing",
        )
        .bind(query.to_owned())
        .bind(Timestamp::now().0)
        .execute(&mut *tx)
        .await?
    } else {
        sqlx::query("delete from hidden_searches where query = $1")
            .bind(query.to_owned())
            .execute(&mut *tx)
            .await?
    };
    if changed.rows_affected() == 1 {
        let action = if hidden { "search.hide" } else { "search.show" };
        let actor: Option<UserId> = viewer.id();
        crate::audit::record(&mut tx, actor, action, "search", query).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// The hidden queries, last hidden first; for staff.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn hidden(db: &Db, limit: u32) -> Result<Vec<String>, DbError> {
    let rows =
        sqlx::query("select query from hidden_searches order by hidden_at desc, query limit $1")
            .bind(i64::from(limit.min(1_000)))
            .fetch_all(db.read())
            .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Forgets who searched and what too few searched for, a day after it, and
/// what was popular, after [`DAYS`].
pub(crate) async fn forget(tx: &mut crate::db::Tx, now: Timestamp) -> Result<(), DbError> {
    let today = now.day();
    sqlx::query("delete from search_readers where day < $1")
        .bind(today - 1)
        .execute(&mut **tx)
        .await?;
    sqlx::query("delete from search_counts where day <= $1 or (readers < 3 and day < $2)")
        .bind(today - DAYS)
        .bind(today - 1)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_personal_is_not_written_down() {
        for query in ["文化站 总结", "wto 规则", "gb/t 9704-2012", "2023 财政"] {
            assert!(is_countable(query), "{query}");
        }
        let long = "长".repeat(LONGEST + 1);
        for query in [
            "",
            "anna@example.org",
            "13800138000",
            "身份证110101199003077",
            &long,
        ] {
            assert!(!is_countable(query), "{query}");
        }
        assert_eq!(MIN_READERS, 3, "the schema's index and the queries say 3");
    }
}
