//! Findings as other programs read them: `wenyuan check` and the API.
//!
//! Findings that stand with a document are told by [`finding::of`], those of a
//! file that is not in the library by [`tell`]. Neither names a document that
//! its reader could not find by himself.

use crate::db::{Db, DbError, with_placeholders};
use crate::finding::{Found, NewFinding};
use crate::id::{DocumentId, UserId};
use crate::visibility::{Viewer, listed};
use serde::Serialize;
use sqlx::Row as _;
use std::collections::HashMap;
use wenyuan_text::authenticity::{Evidence, Finding, Kind, Swap};

#[cfg(doc)]
use crate::finding;

/// Who is told.
#[derive(Clone, Copy, Debug)]
pub enum Audience {
    /// Whoever sits at the machine: everything.
    Operator,
    /// An account, or a stranger.
    Viewer(Viewer),
}

/// A finding as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// What.
    pub kind: Kind,
    /// By which rule.
    pub rule: String,
    /// The other document; nothing when there is none or it is not to be named.
    pub other: Option<Other>,
    /// The share of the text that it is about, 0–1.
    pub coverage: f64,
    /// The share of the other document's text, 0–1.
    pub other_coverage: f64,
    /// Words that were swapped.
    pub swaps: Vec<Swap>,
    /// How many different pairs there are in all.
    pub swap_count: u32,
    /// How many words were replaced in all.
    pub replaced: u32,
    /// What proves it.
    pub evidence: Evidence,
    /// A mere hint, for reviewers alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_hint: bool,
}

/// The other document of a finding.
#[derive(Clone, Debug, Serialize)]
pub struct Other {
    /// Which.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
}

impl Told {
    fn new(finding: Finding, other: Option<Other>, is_hint: bool) -> Self {
        let mut told = Self {
            kind: finding.kind,
            rule: finding.rule,
            other,
            coverage: finding.coverage,
            other_coverage: finding.other_coverage,
            swaps: finding.swaps,
            swap_count: finding.swap_count,
            replaced: finding.replaced,
            evidence: finding.evidence,
            is_hint,
        };
        if told.kind.names_another() && told.other.is_none() {
            told.hide_the_other();
        }
        told
    }

    /// Leaves out what is the other document's: its words, and the places where
    /// they stand there.
    fn hide_the_other(&mut self) {
        self.swaps.clear();
        if let Evidence::Passages { passages } = &mut self.evidence {
            for passage in passages {
                (passage.other_start, passage.other_end) = (0, 0);
            }
        }
    }
}

impl From<Found> for Told {
    fn from(found: Found) -> Self {
        let other = found.other.map(|other| Other {
            id: other.id,
            title: other.title,
        });
        Self::new(found.finding, other, found.is_hint)
    }
}

/// The other document as it stands now.
struct Standing {
    title: String,
    owner: UserId,
    is_listed: bool,
    /// It will be listed unless a reviewer says no.
    is_coming: bool,
}

/// Tells `audience` what was found of a file that is not in the library.
///
/// A member is told of listed documents and of his own by name; that a document
/// is about to be published, without its name; and nothing of all others.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn tell(
    db: &Db,
    audience: Audience,
    findings: Vec<NewFinding>,
) -> Result<Vec<Told>, DbError> {
    let ids: Vec<_> = findings.iter().filter_map(|new| new.other).collect();
    let standing = standing(db, &ids).await?;
    let told = findings.into_iter().filter_map(|new| {
        let other = new.other.and_then(|id| Some((id, standing.get(&id)?)));
        let is_named = match (audience, other) {
            (Audience::Operator, _) => true,
            (Audience::Viewer(viewer), _) if viewer.is_staff() => true,
            (Audience::Viewer(_), None) if new.is_hint || new.other.is_some() => return None,
            (Audience::Viewer(_), None) => false,
            (Audience::Viewer(viewer), Some((_, other))) => {
                let is_named = other.is_listed || viewer.id() == Some(other.owner);
                if !is_named && !other.is_coming {
                    return None;
                }
                is_named
            }
        };
        let named = other.filter(|_| is_named).map(|(id, other)| Other {
            id,
            title: other.title.clone(),
        });
        Some(Told::new(new.finding, named, new.is_hint))
    });
    Ok(told.collect())
}

async fn standing(db: &Db, ids: &[DocumentId]) -> Result<HashMap<DocumentId, Standing>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = concat!(
        "select d.id, d.title, d.owner_id, \
             cast(case when ",
        listed!(),
        " then 1 else 0 end as bigint) as is_listed, \
             cast(case when d.state = 'converting' and d.visibility = 'public' then 1 else 0 end \
                 as bigint) as is_coming \
         from documents d where d.id in ({})"
    );
    let mut query = sqlx::query(with_placeholders(sql, 1, ids.len()));
    for id in ids {
        query = query.bind(id.0);
    }
    let mut found = HashMap::new();
    for row in query.fetch_all(db.read()).await? {
        let standing = Standing {
            title: row.try_get("title")?,
            owner: UserId(row.try_get("owner_id")?),
            is_listed: row.try_get::<i64, _>("is_listed")? != 0,
            is_coming: row.try_get::<i64, _>("is_coming")? != 0,
        };
        found.insert(DocumentId(row.try_get("id")?), standing);
    }
    Ok(found)
}
