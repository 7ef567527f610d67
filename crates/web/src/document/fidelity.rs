//! What could not be drawn faithfully in this one document.
//!
//! The converter's report says it as a list; here it is grouped by what it
//! concerns, so that forty pictures that could not be read are one sentence.

use super::cache::Cache;
use crate::site::Site;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use wenyuan_domain::document::Document;

/// The most particulars shown of a group.
const MOST_DETAILS: usize = 12;
const MOST_PAGES: usize = 30;

/// What is said of a document's fidelity; most often nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fidelity {
    /// What could not be drawn, by kind, in the order of [`KINDS`].
    pub(super) groups: Vec<Group>,
    /// Fonts asked for and drawn with another face.
    pub(super) fonts: Vec<FontUse>,
}

/// Everything of one kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// One of [`KINDS`].
    pub(super) kind: &'static str,
    /// The particulars, each once, in the order of the report.
    pub(super) details: Vec<String>,
    /// The pages concerned, as far as they are known.
    pub(super) pages: Vec<u32>,
}

/// A font and the face that stands in for it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct FontUse {
    /// What the document names.
    pub(super) asked: String,
    /// What drew it.
    pub(super) used: String,
}

/// The kinds that there are sentences for, gravest first; what else a newer
/// converter may report counts as the last.
pub(super) const KINDS: [&str; 9] = [
    "formula",
    "image",
    "chart",
    "animation",
    "font",
    "external",
    "macro",
    "wrong_name",
    "other",
];

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    warnings: Vec<Warning>,
    #[serde(default)]
    fonts: Vec<FontUse>,
}

#[derive(Deserialize)]
struct Warning {
    kind: String,
    #[serde(default)]
    detail: String,
    page: Option<u32>,
}

impl Fidelity {
    /// Returns how many things there are to say.
    pub(super) fn len(&self) -> usize {
        self.groups.len() + usize::from(!self.fonts.is_empty())
    }

    /// Returns whether everything was drawn as it is.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns what there is to say to whom only the first `readable` pages
    /// are shown: the particulars of other pages are as hidden as they are.
    fn within(&self, readable: u32, page_count: u32) -> Self {
        let whole = readable >= page_count;
        let groups = self.groups.iter().filter_map(|group| {
            let pages: Vec<u32> = group
                .pages
                .iter()
                .copied()
                .filter(|page| *page <= readable)
                .collect();
            let concerns_him = whole || group.pages.is_empty() || !pages.is_empty();
            concerns_him.then(|| Group {
                kind: group.kind,
                details: if whole {
                    group.details.clone()
                } else {
                    Vec::new()
                },
                pages,
            })
        });
        let fonts = self.fonts.iter().map(|font| FontUse {
            asked: font.asked.clone(),
            used: font.used.clone(),
        });
        Self {
            groups: groups.collect(),
            fonts: fonts.collect(),
        }
    }
}

/// Reads what the report of a document says, as far as its viewer may know.
///
/// A report that is not there or cannot be read costs the reader nothing but
/// this section.
pub(super) async fn of(site: &Site, cache: &Cache, document: &Document) -> Fidelity {
    let Some(report) = document.report else {
        return Fidelity::default();
    };
    let whole = match cache.fidelity(&report) {
        Some(known) => known,
        None => match site.blobs.get(&report).await {
            Ok(bytes) => {
                let read = Arc::new(parse(&bytes));
                cache.put_fidelity(report, &read);
                read
            }
            Err(error) => {
                tracing::warn!(id = %document.id, %error, "report cannot be read");
                return Fidelity::default();
            }
        },
    };
    whole.within(document.access.pages, document.page_count)
}

fn parse(json: &[u8]) -> Fidelity {
    let report: Report = match serde_json::from_slice(json) {
        Ok(report) => report,
        Err(error) => {
            tracing::warn!(%error, "report is not understood");
            return Fidelity::default();
        }
    };
    let groups = KINDS
        .into_iter()
        .filter_map(|kind| group(kind, &report.warnings));
    let mut fonts = report.fonts;
    fonts.retain(|font| font.asked != font.used);
    fonts.truncate(MOST_DETAILS);
    Fidelity {
        groups: groups.collect(),
        fonts,
    }
}

fn group(kind: &'static str, warnings: &[Warning]) -> Option<Group> {
    let mut details: Vec<String> = Vec::new();
    let mut pages = BTreeSet::new();
    let mut any = false;
    for warning in warnings {
        let known = KINDS.contains(&warning.kind.as_str());
        if warning.kind != kind && (known || kind != "other") {
            continue;
        }
        any = true;
        pages.extend(warning.page);
        let new = !warning.detail.is_empty() && !details.contains(&warning.detail);
        if new && details.len() < MOST_DETAILS {
            details.push(warning.detail.clone());
        }
    }
    any.then(|| Group {
        kind,
        details,
        pages: pages.into_iter().take(MOST_PAGES).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"pages":5,"warnings":[
        {"kind":"image","detail":"EMF picture","page":4},
        {"kind":"image","detail":"EMF picture","page":2},
        {"kind":"formula","detail":"\\oint","page":null},
        {"kind":"hologram","detail":"new","page":1}],
        "fonts":[{"asked":"仿宋_GB2312","used":"FangSong"},{"asked":"A","used":"A"}]}"#;

    #[test]
    fn groups_by_kind_gravest_first() {
        let fidelity = parse(REPORT.as_bytes());
        let shown: Vec<_> = fidelity
            .groups
            .iter()
            .map(|group| (group.kind, group.details.len(), group.pages.as_slice()))
            .collect();
        assert_eq!(
            shown,
            [
                ("formula", 1, [].as_slice()),
                ("image", 1, [2, 4].as_slice()),
                ("other", 1, [1].as_slice()),
            ]
        );
        assert_eq!(fidelity.fonts.len(), 1);
        assert_eq!(fidelity.len(), 4);
    }

    #[test]
    fn nothing_to_say_is_nothing() {
        for json in ["{}", r#"{"warnings":[],"fonts":[]}"#, "no json"] {
            assert!(parse(json.as_bytes()).is_empty(), "{json}");
        }
    }

    #[test]
    fn particulars_keep_to_the_preview() {
        let preview = parse(REPORT.as_bytes()).within(2, 5);
        assert!(preview.groups.iter().all(|group| group.details.is_empty()));
        let image = preview.groups.iter().find(|group| group.kind == "image");
        assert_eq!(image.map(|group| group.pages.clone()), Some(vec![2]));
        assert_eq!(
            parse(REPORT.as_bytes()).within(5, 5),
            parse(REPORT.as_bytes())
        );
    }
}
