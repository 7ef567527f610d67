//! From findings to a verdict, by the policy.

use super::compare::Found;
use crate::policy::{Action, Policy};
use wenyuan_domain::DocumentId;
use wenyuan_domain::document::Verdict;
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::signature::Standing;
use wenyuan_text::authenticity::Kind;

/// What is to be considered besides the findings.
pub(super) struct Circumstances<'a> {
    pub(super) policy: &'a Policy,
    /// What a reviewer let pass, or what it was published with: that holds it
    /// no more.
    pub(super) let_pass: &'a [(Kind, Option<DocumentId>)],
    /// Nobody but the owner and staff can open it: nobody need be spared it.
    pub(super) is_private: bool,
}

/// Decides what becomes of a document, and who sees which finding.
pub(super) fn decide(
    found: Vec<Found>,
    circumstances: &Circumstances<'_>,
) -> (Vec<NewFinding>, Verdict) {
    let mut findings = Vec::with_capacity(found.len());
    let mut verdict = Verdict::Publish;
    for Found {
        mut finding,
        standing,
    } in found
    {
        let kind = finding.finding.kind;
        let most = match standing {
            // A refusal links to the other.
            None | Some(Standing::Listed) => Action::Refuse,
            Some(Standing::Pending) => Action::Hold,
            Some(Standing::Own | Standing::Hidden) => Action::Note,
        };
        let passes =
            circumstances.is_private || circumstances.let_pass.contains(&(kind, finding.other));
        let asked = circumstances.policy.action(kind);
        let action = asked.min(if passes { Action::Note } else { most });
        match (action, &verdict) {
            (Action::Refuse, Verdict::Publish | Verdict::Hold) => {
                verdict = Verdict::Refuse {
                    kind: kind.as_str().to_owned(),
                    detail: match finding.other {
                        Some(other) => other.to_string(),
                        None => finding.finding.rule.clone(),
                    },
                };
            }
            (Action::Hold, Verdict::Publish) => verdict = Verdict::Hold,
            _ => {}
        }
        finding.is_hint |= asked == Action::Publish;
        findings.push(finding);
    }
    (findings, verdict)
}
