//! The invariants that the database and the store can prove.

use crate::blob::{BlobError, Blobs, Sha256};
use crate::db::{Db, DbError};
use serde::Serialize;
use sqlx::Row as _;

/// One invariant and whether it holds.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What was counted, or the first things found wrong.
    pub detail: String,
}

impl Check {
    /// Makes a check that fails when anything was found `wrong`.
    pub fn from_wrong(name: &str, checked: usize, wrong: &[String]) -> Self {
        let detail = if wrong.is_empty() {
            format!("{checked} checked")
        } else {
            let first = wrong.iter().take(5).cloned().collect::<Vec<_>>();
            format!("{} of {checked} wrong: {}", wrong.len(), first.join("; "))
        };
        Self {
            name: name.to_owned(),
            ok: wrong.is_empty(),
            detail,
        }
    }
}

/// Proves the invariants.
///
/// # Errors
/// [`DbError`] when the database refuses; a store that does not answer is a
/// failed check.
pub async fn run(db: &Db, blobs: &Blobs) -> Result<Vec<Check>, DbError> {
    let mut checks = vec![
        blobs_are_whole(db, blobs).await?,
        no_rows(
            db,
            "every page of a readable document is there",
            "select 'document ' || cast(d.id as text) || ' has ' || cast(count(p.number) as text) \
                 || ' of ' || cast(d.page_count as text) || ' pages' \
             from documents d left join document_pages p on p.document_id = d.id \
             where d.state in ('readable', 'withdrawn') \
             group by d.id, d.page_count having count(p.number) <> d.page_count",
        )
        .await?,
        no_rows(
            db,
            "every build step of a page is there",
            "select 'document ' || cast(s.document_id as text) || ' page ' || cast(s.page as text) \
             from page_steps s group by s.document_id, s.page \
             having count(*) < 2 or max(s.position) + 1 <> count(*)",
        )
        .await?,
        no_rows(
            db,
            "every document in conversion has a job",
            "select 'document ' || cast(d.id as text) from documents d \
             where ((d.state = 'converting' and d.stage = 'drawing') or d.redrawing = 1) \
                 and not exists (select 1 from jobs j \
                 where j.kind = 'convert' and j.subject = d.id \
                 and j.state in ('ready', 'running'))",
        )
        .await?,
        no_rows(
            db,
            "nothing refused is half-published",
            "select 'document ' || cast(d.id as text) from documents d where d.state = 'refused' \
             and (d.failure_kind is null or exists (select 1 from document_pages p \
                 where p.document_id = d.id))",
        )
        .await?,
        no_rows(
            db,
            "every held document waits for a reviewer, and nothing else does",
            "select 'document ' || cast(d.id as text) from documents d \
             left join reviews r on r.document_id = d.id \
             where (d.state = 'converting' and d.stage = 'held') <> (r.document_id is not null)",
        )
        .await?,
        crate::audit::verify(db).await?,
        no_rows(
            db,
            "favourites are counted right",
            "select 'document ' || cast(d.id as text) from documents d \
             where d.favourite_count <> (select count(*) from favourites f \
                 where f.document_id = d.id)",
        )
        .await?,
        no_rows(
            db,
            "every notice of a saved search has its search",
            "select 'notice ' || cast(n.id as text) \
             from notices n where n.kind = 'saved_search' and not exists \
                 (select 1 from saved_searches s where s.id = n.subject and s.user_id = n.user_id)",
        )
        .await?,
        no_rows(
            db,
            "no job is dead",
            "select kind || ' ' || cast(subject as text) || ': ' || coalesce(last_error, '') \
             from jobs where state = 'dead'",
        )
        .await?,
    ];
    checks.extend(crate::signature::checks(db).await?);
    Ok(checks)
}

/// Makes a check that fails when the query has rows, which say what is wrong.
pub(crate) async fn no_rows(db: &Db, name: &str, sql: &'static str) -> Result<Check, DbError> {
    let rows = sqlx::query(sql).fetch_all(db.read()).await?;
    let wrong = rows
        .iter()
        .map(|row| Ok(row.try_get::<String, _>(0)?))
        .collect::<Result<Vec<_>, DbError>>()?;
    Ok(Check {
        detail: if wrong.is_empty() {
            "none wrong".into()
        } else {
            Check::from_wrong(name, wrong.len(), &wrong).detail
        },
        name: name.to_owned(),
        ok: wrong.is_empty(),
    })
}

async fn blobs_are_whole(db: &Db, blobs: &Blobs) -> Result<Check, DbError> {
    const NAME: &str = "every blob is there and has the hash it is named by";
    let rows = sqlx::query("select sha256 from blobs order by sha256")
        .fetch_all(db.read())
        .await?;
    let mut wrong = Vec::new();
    for row in &rows {
        let name: String = row.try_get(0)?;
        let Ok(sha256) = name.parse::<Sha256>() else {
            wrong.push(format!("`{name}` is no hash"));
            continue;
        };
        match blobs.get(&sha256).await {
            Ok(_) => {}
            Err(error @ (BlobError::NotFound(_) | BlobError::Damaged(_))) => {
                wrong.push(error.to_string());
            }
            Err(error) => {
                return Ok(Check {
                    name: NAME.to_owned(),
                    ok: false,
                    detail: error.to_string(),
                });
            }
        }
    }
    Ok(Check::from_wrong(NAME, rows.len(), &wrong))
}
