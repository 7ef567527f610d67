//! The same file by another owner: known before anything is drawn.

use super::compare::suspect;
use crate::policy::{Action, Policy};
use wenyuan_domain::Db;
use wenyuan_domain::document::{Source, Visibility};
use wenyuan_domain::finding::{self, NewFinding};
use wenyuan_domain::signature::{self, Earlier, Standing};
use wenyuan_text::authenticity::{Evidence, Finding, Kind};

/// The listed document of another owner with these bytes, if that is why this
/// one is not taken: nothing need be drawn to know it.
pub(crate) async fn first_of_file(
    db: &Db,
    policy: &Policy,
    source: &Source,
) -> anyhow::Result<Option<Earlier>> {
    let document = &source.document;
    if policy.same_file != Action::Refuse || document.visibility == Visibility::Private {
        return Ok(None);
    }
    let first = signature::earlier_same_file(db, &suspect(document), &source.original).await?;
    let Some(first) = first.filter(|first| first.standing == Standing::Listed) else {
        return Ok(None);
    };
    let accepted = finding::accepted(db, source.id).await?;
    let is_accepted = accepted.contains(&(Kind::SameFile, Some(first.id)));
    Ok((!is_accepted).then_some(first))
}

/// That a file is another document's, byte for byte.
pub(crate) fn same_file(first: &Earlier) -> NewFinding {
    NewFinding {
        finding: Finding {
            kind: Kind::SameFile,
            rule: "file.bytes".to_owned(),
            coverage: 1.0,
            other_coverage: 1.0,
            swaps: Vec::new(),
            swap_count: 0,
            replaced: 0,
            evidence: Evidence::Identity,
        },
        other: Some(first.id),
        is_hint: !first.is_listed,
    }
}
