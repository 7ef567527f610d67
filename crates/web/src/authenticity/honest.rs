//! The honest line of a document page: the first upload of its text here, or
//! what it repeats, or that nobody has looked.

use super::words::FindingView;
use crate::error::WebError;
use crate::locale::Locale;
use crate::site::Site;
use wenyuan_domain::document::{Document, State};
use wenyuan_domain::{Viewer, finding};
use wenyuan_text::authenticity::MIN_CHARS;

/// Phrases of the line; what more there is stands below it.
const PHRASES: usize = 3;

/// What is known of a document's originality, as its viewer may know it.
pub(crate) struct Honest {
    /// `found`, `first`, `short`, `reference`, `unchecked`.
    pub(crate) state: &'static str,
    /// The phrases of the line, each with where it leads.
    pub(crate) phrases: Vec<(String, String)>,
    /// What there is to say beyond them.
    pub(crate) more: usize,
    /// Everything that was found.
    pub(crate) findings: Vec<FindingView>,
}

impl Honest {
    /// Reads what was found of a document.
    pub(crate) async fn of(
        site: &Site,
        viewer: Viewer,
        document: &Document,
        t: &Locale,
    ) -> Result<Self, WebError> {
        let found = finding::of(&site.db, viewer, document).await?;
        let mut findings = FindingView::list(document, &found, t);
        if !viewer.is_staff() {
            // A name for those who decide; the words say it to everybody.
            findings.iter_mut().for_each(|finding| finding.rule.clear());
        }
        // Hints and what a reviewer hid are below the line, for those who may
        // see them.
        let said = findings
            .iter()
            .enumerate()
            .filter(|(_, finding)| !finding.is_hint && !finding.is_hidden);
        let all: Vec<_> = said
            .map(|(at, finding)| {
                let below = format!("#finding-{}", at + 1);
                let leads_to = finding.compare_url.clone().unwrap_or(below);
                (finding.headline.clone(), leads_to)
            })
            .collect();
        let (shown, _) = all.split_at(all.len().min(PHRASES));
        let is_out = matches!(document.state, State::Readable | State::Withdrawn);
        Ok(Self {
            state: match document.checked_chars {
                _ if !shown.is_empty() => "found",
                _ if document.is_reference => "reference",
                None => "unchecked",
                Some(_) if !is_out => "unchecked",
                Some(chars) if chars < MIN_CHARS as u64 => "short",
                Some(_) => "first",
            },
            phrases: shown.to_vec(),
            more: all.len() - shown.len(),
            findings,
        })
    }

    pub(crate) fn is(&self, state: &str) -> bool {
        self.state == state
    }
}
