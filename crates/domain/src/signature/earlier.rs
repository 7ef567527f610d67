//! The earlier documents that a suspect may be a copy of, and what each may be
//! used for.

use crate::blob::Sha256;
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Row, with_placeholders};
use crate::id::{DocumentId, UserId};
use crate::visibility::{coming, listed};
use sqlx::Row as _;

/// The document that is looked at. What was published before it is earlier, and
/// among those that are not published, what was signed before: a document is
/// compared after it was signed, so of two at once exactly one is earlier, and
/// the other finds it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Suspect {
    /// Which; none is later than all.
    pub id: Option<DocumentId>,
    /// Whose.
    pub owner: Option<UserId>,
    /// When it was published, if it was.
    pub published_at: Option<Timestamp>,
}

/// What an earlier document may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Everybody finds it.
    Listed,
    /// It is to be found by everybody, once it is checked: it counts, but is
    /// not named.
    Pending,
    /// The same owner's.
    Own,
    /// Somebody else's that not everybody may know of.
    Hidden,
}

/// An earlier document.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Which.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// The cluster that it was found by.
    pub cluster: Option<DocumentId>,
    /// Marked as a statute, standard, template or form.
    pub is_reference: bool,
    /// Everybody finds it.
    pub is_listed: bool,
    /// What it may be used for.
    pub standing: Standing,
}

/// SQL: how document `d` may be used against the suspect of `$1` (owner); the
/// weightiest first.
macro_rules! standing {
    () => {
        concat!(
            "case when d.owner_id = $1 then 2 when ",
            listed!(),
            " then 0 when ",
            coming!(),
            " then 1 else 3 end"
        )
    };
}

/// SQL: document `d` with signature `s` is earlier than the suspect of `$2` (id)
/// and `$3` (when it was published).
macro_rules! earlier {
    () => {
        "(d.id <> $2 and (coalesce(d.published_at, 9223372036854775807) < $3 \
             or (d.published_at is null and $3 = 9223372036854775807 \
                 and s.id < coalesce((select own.id from signatures own \
                     where own.document_id = $2), 9223372036854775807))))"
    };
}

macro_rules! columns {
    () => {
        concat!(
            "d.id, d.title, d.is_reference, cast(case when ",
            listed!(),
            " then 1 else 0 end as bigint) as is_listed, cast(",
            standing!(),
            " as bigint) as standing"
        )
    };
}

/// Finds in each cluster the document that matters most for the suspect: listed
/// ones of others first, then those that will be, then his own; of these the
/// first. Clusters without an earlier one are left out.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn earlier_in_clusters(
    db: &Db,
    suspect: &Suspect,
    clusters: &[DocumentId],
) -> Result<Vec<Earlier>, DbError> {
    let mut found = Vec::with_capacity(clusters.len());
    for clusters in clusters.chunks(64) {
        let sql = with_placeholders(
            concat!(
                "select id, title, is_reference, is_listed, standing, cluster_id from (select ",
                columns!(),
                ", s.cluster_id, row_number() over (partition by s.cluster_id order by ",
                standing!(),
                ", coalesce(d.published_at, 9223372036854775807), d.id) as place \
                 from signatures s join documents d on d.id = s.document_id \
                 where s.cluster_id in ({}) and ",
                earlier!(),
                ") as ranked where place = 1"
            ),
            4,
            clusters.len(),
        );
        let mut query = sqlx::query(sql)
            .bind(suspect.sql_owner())
            .bind(suspect.sql_id())
            .bind(suspect.sql_published());
        for cluster in clusters {
            query = query.bind(cluster.0);
        }
        let rows = query.fetch_all(db.read()).await?;
        let mut some = rows
            .iter()
            .map(|row| earlier(row, Some(DocumentId(row.try_get("cluster_id")?))))
            .collect::<Result<Vec<_>, DbError>>()?;
        // In the order that was asked for: the best candidates first.
        some.sort_by_key(|earlier| clusters.iter().position(|c| Some(*c) == earlier.cluster));
        found.extend(some);
    }
    Ok(found)
}

/// Finds the earlier document with the same bytes that matters most, as
/// [`earlier_in_clusters`] does.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn earlier_same_file(
    db: &Db,
    suspect: &Suspect,
    file: &Sha256,
) -> Result<Option<Earlier>, DbError> {
    let row = sqlx::query(concat!(
        "select ",
        columns!(),
        " from documents d left join signatures s on s.document_id = d.id \
         where d.original_sha256 = $4 and d.state <> 'refused' and ",
        earlier!(),
        " order by ",
        standing!(),
        ", coalesce(d.published_at, 9223372036854775807), d.id limit 1"
    ))
    .bind(suspect.sql_owner())
    .bind(suspect.sql_id())
    .bind(suspect.sql_published())
    .bind(file.to_string())
    .fetch_optional(db.read())
    .await?;
    row.as_ref().map(|row| earlier(row, None)).transpose()
}

fn earlier(row: &Row, cluster: Option<DocumentId>) -> Result<Earlier, DbError> {
    Ok(Earlier {
        id: DocumentId(row.try_get("id")?),
        title: row.try_get("title")?,
        cluster,
        is_reference: row.try_get::<i64, _>("is_reference")? != 0,
        is_listed: row.try_get::<i64, _>("is_listed")? != 0,
        standing: match row.try_get::<i64, _>("standing")? {
            0 => Standing::Listed,
            1 => Standing::Pending,
            2 => Standing::Own,
            _ => Standing::Hidden,
        },
    })
}

impl Suspect {
    fn sql_owner(&self) -> i64 {
        self.owner.map_or(0, |owner| owner.0)
    }

    fn sql_id(&self) -> i64 {
        self.id.map_or(i64::MAX, |id| id.0)
    }

    fn sql_published(&self) -> i64 {
        self.published_at.map_or(i64::MAX, |at| at.0)
    }
}
