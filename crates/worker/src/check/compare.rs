//! The comparison of one text with the whole library.

use super::file::same_file;
use super::prepared::{self, Prepared, Text};
use std::sync::Arc;
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::signature::{self, Earlier, Standing, Suspect};
use wenyuan_domain::{Db, DocumentId, Sha256, document};
use wenyuan_text::authenticity::{
    Comparison, Finding, Kind, MAX_CANDIDATES, MAX_COMPARED_CHARS, Signature, Subject,
};

/// Texts of candidates that are kept between the two looks at them, in
/// characters; longer ones are read again.
const KEPT_CHARS: usize = 1_000_000;
/// Candidates that one text is compared with at once.
const AT_ONCE: usize = 2;

/// Compares a text with the whole library and looks at what it says of itself;
/// gravest first.
///
/// `text` is the pages of `subject` joined by `\n`; of more than
/// [`MAX_COMPARED_CHARS`] characters the beginning is looked at. `sha256` is of
/// its file, if that is at hand. With `except` it is that document's text: it is
/// compared with what was there before, and its owner's own documents are told
/// from others'. Findings about documents that not everybody may know of are
/// hints.
///
/// # Errors
/// When the database fails.
pub async fn check_text(
    db: &Db,
    subject: &Subject<'_>,
    text: &str,
    sha256: Option<&Sha256>,
    except: Option<DocumentId>,
) -> anyhow::Result<Vec<NewFinding>> {
    let suspect = match except {
        None => Suspect::default(),
        Some(id) => match document::source(db, id).await? {
            Some(source) => suspect(&source.document),
            None => Suspect::default(),
        },
    };
    let text = Arc::new(Text::of_subject(subject, text));
    let signature = prepared::signature(&text).await?;
    let examined = examine(db, &suspect, &text, sha256, &signature, false).await?;
    Ok(examined
        .found
        .into_iter()
        .map(|found| found.finding)
        .collect())
}

/// A document as a suspect.
pub(super) fn suspect(document: &document::Document) -> Suspect {
    Suspect {
        id: Some(document.id),
        owner: Some(document.owner),
        published_at: document.published_at,
    }
}

/// What was found, and how the other document may be used.
pub(super) struct Found {
    pub(super) finding: NewFinding,
    pub(super) standing: Option<Standing>,
}

pub(super) struct Examined {
    /// Gravest first.
    pub(super) found: Vec<Found>,
    /// The cluster that has the same text.
    pub(super) cluster: Option<DocumentId>,
}

/// Compares a signed text. `is_marked`: the librarian says that it is a statute
/// or the like.
pub(super) async fn examine(
    db: &Db,
    suspect: &Suspect,
    text: &Arc<Text>,
    sha256: Option<&Sha256>,
    signature: &Signature,
    is_marked: bool,
) -> anyhow::Result<Examined> {
    let mut found = Vec::new();
    let mut cluster = None;
    let first = match sha256 {
        Some(sha256) => signature::earlier_same_file(db, suspect, sha256).await?,
        None => None,
    };
    if let Some(first) = &first {
        found.push(Found {
            finding: same_file(first),
            standing: Some(first.standing),
        });
    }
    let joined: Arc<str> = Arc::from(text.joined.as_str());
    if !is_marked {
        // Form and title say that it may repeat others, not that its words may
        // be swapped: whoever spins a statute keeps both.
        let is_statute = prepared::is_statute(&text.title, &joined).await?;
        for (other, comparison) in compared(db, suspect, text, signature, is_statute).await? {
            let Some(finding) = comparison.finding else {
                continue;
            };
            if is_statute && finding.kind != Kind::SpunCopy {
                continue;
            }
            if finding.kind == Kind::SameText && cluster.is_none() {
                cluster = other.cluster;
            }
            // The same file has the same text.
            if first.as_ref().is_none_or(|first| first.id != other.id) {
                found.push(about(finding, &other));
            }
        }
    }
    for finding in prepared::own_findings(text).await? {
        found.push(Found {
            finding: NewFinding {
                finding,
                other: None,
                is_hint: false,
            },
            standing: None,
        });
    }
    let gravity = |kind: Kind| Kind::ALL.iter().position(|other| *other == kind);
    // Stable: candidates of one kind stay in their order.
    found.sort_by_key(|found| gravity(found.finding.finding.kind));
    Ok(Examined { found, cluster })
}

fn about(finding: Finding, other: &Earlier) -> Found {
    Found {
        finding: NewFinding {
            finding,
            other: Some(other.id),
            is_hint: !other.is_listed,
        },
        standing: Some(other.standing),
    }
}

/// Compares with each candidate: with statutes and the like first, then with
/// the others, best first.
async fn compared(
    db: &Db,
    suspect: &Suspect,
    text: &Arc<Text>,
    signature: &Signature,
    is_statute: bool,
) -> anyhow::Result<Vec<(Earlier, Comparison)>> {
    let mut clusters = Vec::new();
    if let Some(id) = suspect.id
        && let Some(own) = signature::cluster_of(db, id).await?
    {
        clusters.push(own);
    }
    for candidate in signature::candidates(db, signature, suspect.id).await? {
        if !clusters.contains(&candidate.document) {
            clusters.push(candidate.document);
        }
    }
    let mut others = signature::earlier_in_clusters(db, suspect, &clusters).await?;
    // What may count comes first, however many there are that may not.
    others.sort_by_key(|other| match other.standing {
        Standing::Listed | Standing::Pending => 0,
        Standing::Own => 1,
        Standing::Hidden => 2,
    });
    others.truncate(MAX_CANDIDATES);
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let knowledge = super::knowledge::current(db).await?;
    let mut prepared = Prepared::of(text, knowledge).await?;
    let mut kept = 0;
    let mut compared = Vec::with_capacity(others.len());
    let mut left = Vec::with_capacity(others.len());
    for other in others {
        let theirs = text_of(db, other.id).await?;
        if other.is_reference || prepared::is_statute(&other.title, &theirs).await? {
            let comparison = prepared.compare(&theirs).await?;
            match comparison.finding.as_ref().map(|finding| finding.kind) {
                // What everybody reads as a reference is repeated here: whatever
                // differs from it by words is the other's doing.
                Some(Kind::SameText) if other.is_listed => return Ok(Vec::new()),
                Some(Kind::SpunCopy) => compared.push((other, comparison)),
                // Only what everybody can look at excuses anything.
                _ if other.is_listed && !is_statute => prepared.leave_out(&comparison),
                _ => {}
            }
            continue;
        }
        kept += theirs.len() / 3;
        left.push((other, (kept <= KEPT_CHARS).then_some(theirs)));
    }
    let mut left = left.into_iter();
    loop {
        // So many at a time, so that no more texts than these are in memory.
        let mut begun = Vec::with_capacity(AT_ONCE);
        for (other, theirs) in left.by_ref().take(AT_ONCE) {
            let theirs = match theirs {
                Some(theirs) => theirs,
                None => text_of(db, other.id).await?,
            };
            begun.push((other, prepared.compare(&theirs)));
        }
        if begun.is_empty() {
            return Ok(compared);
        }
        for (other, comparison) in begun {
            compared.push((other, comparison.await?));
        }
    }
}

async fn text_of(db: &Db, id: DocumentId) -> anyhow::Result<Arc<str>> {
    let pages = document::checked_pages(db, id, MAX_COMPARED_CHARS).await?;
    Ok(Arc::from(prepared::join(&pages)))
}
