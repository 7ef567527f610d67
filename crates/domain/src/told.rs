//! Findings as other programs read them: `wenyuan check` and the API.
//!
//! Findings that stand with a document are told by [`finding::of`], those of a
//! file that is not in the library by [`tell`]. Neither names a document that
//! its reader could not find by himself.

use crate::db::{Db, DbError, with_placeholders};
use crate::finding::{Found, NewFinding, nameless};
use crate::id::{DocumentId, UserId};
use crate::visibility::{Viewer, coming, listed};
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

/// Whose words a reader of findings may have: he gets no more of a text than the
/// preview that its pages are.
#[derive(Clone, Copy, Debug)]
struct Words {
    /// Of the text that was checked.
    here: bool,
    /// Of the other document.
    there: bool,
}

impl Told {
    /// Tells a finding that stands with a document, to one who may read all of
    /// it (`is_whole`) or not.
    pub fn of_document(found: Found, is_whole: bool) -> Self {
        let words = Words {
            here: is_whole,
            there: found.other.as_ref().is_some_and(|other| other.is_whole),
        };
        let other = found.other.map(|other| Other {
            id: other.id,
            title: other.title,
        });
        Self::new(found.finding, other, found.is_hint, words)
    }

    fn new(finding: Finding, other: Option<Other>, is_hint: bool, words: Words) -> Self {
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
        if !(words.here && words.there) {
            told.swaps.clear();
        }
        if !words.here {
            hide_words(&mut told.evidence);
        }
        told
    }

    /// Says no more than the kind and the rule, of a document that is not to be
    /// known of.
    fn nameless(finding: Finding, is_hint: bool) -> Self {
        let finding = nameless(finding);
        let words = Words {
            here: true,
            there: false,
        };
        Self::new(finding, None, is_hint, words)
    }
}

/// The other document as it stands now.
struct Standing {
    title: String,
    owner: UserId,
    is_listed: bool,
    /// It will be listed unless a reviewer says no.
    is_coming: bool,
    /// Everybody may read all of its pages.
    is_whole: bool,
}

/// Leaves what proves a finding without the words of the text.
fn hide_words(evidence: &mut Evidence) {
    match evidence {
        Evidence::Years { found, .. } => {
            for anchor in found {
                anchor.text.clear();
            }
        }
        Evidence::Terms { instead, .. } => instead.clear(),
        Evidence::Measure { examples, .. } => examples.clear(),
        Evidence::Personal { numbers } => {
            for number in numbers {
                number.examples.clear();
            }
        }
        Evidence::Identity | Evidence::Passages { .. } | Evidence::Suspicion { .. } => {}
    }
}

/// Tells `audience` what was found of a file that is not in the library.
///
/// A member is told of listed documents and of his own by name, without their
/// words where he may not read them whole; that a document is about to be
/// published, without its name; and nothing of all others.
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
        let is_insider = match (audience, other) {
            (Audience::Operator, _) => true,
            (Audience::Viewer(viewer), Some((_, other))) => {
                viewer.is_staff() || viewer.id() == Some(other.owner)
            }
            (Audience::Viewer(viewer), None) => viewer.is_staff(),
        };
        let there = match other {
            Some((_, other)) if is_insider || other.is_listed => is_insider || other.is_whole,
            Some((_, other)) if other.is_coming => {
                return Some(Told::nameless(new.finding, new.is_hint));
            }
            None if is_insider || (new.other.is_none() && !new.is_hint) => true,
            _ => return None,
        };
        let named = other.map(|(id, other)| Other {
            id,
            title: other.title.clone(),
        });
        let words = Words { here: true, there };
        Some(Told::new(new.finding, named, new.is_hint, words))
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
             cast(case when ",
        coming!(),
        " then 1 else 0 end as bigint) as is_coming, \
             cast(case when d.preview_pages is null or d.preview_pages >= d.page_count \
                 then 1 else 0 end as bigint) as is_whole \
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
            is_whole: row.try_get::<i64, _>("is_whole")? != 0,
        };
        found.insert(DocumentId(row.try_get("id")?), standing);
    }
    Ok(found)
}
