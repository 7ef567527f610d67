//! Looks through an Office package for what its page images will not show:
//! macros, animations, things stored elsewhere, objects of other programs; and
//! for the parts that pictures are to be set into.

use std::collections::{BTreeSet, HashSet};

use quick_xml::events::BytesStart;

use crate::rename::attribute;
use crate::report::{Warning, WarningKind};
use crate::svg;

/// What stands in the package and cannot stand on a page.
#[derive(Default)]
pub(crate) struct Survey {
    found: BTreeSet<(WarningKind, String)>,
    /// Whether something on a slide appears, moves or changes; what can be
    /// shown of it is for `steps` to say.
    pub(crate) is_animated: bool,
    /// Parts that hold formulas, objects or pictures of old, for `inlay`.
    pub(crate) with_objects: HashSet<String>,
}

impl Survey {
    fn add(&mut self, kind: WarningKind, detail: &str) {
        self.found.insert((kind, detail.to_owned()));
    }

    /// Tells of an SVG picture that an empty one stands for.
    pub(crate) fn leave_out(&mut self, fault: svg::Fault) {
        match fault {
            svg::Fault::External => self.add(
                WarningKind::External,
                "a picture that shows files stored elsewhere is left out",
            ),
            svg::Fault::Endless | svg::Fault::Broken => self.add(
                WarningKind::Image,
                "a picture that is broken or repeats itself without end is left out",
            ),
        }
    }

    pub(crate) fn see_part(&mut self, name: &str) {
        let lower = name.to_ascii_lowercase();
        if lower.ends_with("vbaproject.bin") {
            self.add(WarningKind::Macro, "macros are not run");
        }
        if lower.starts_with("xl/externallinks/") && lower.ends_with(".xml") {
            self.add(
                WarningKind::External,
                "values from other workbooks are shown as last saved",
            );
        }
        if lower.contains("/charts/chartex") {
            self.add(
                WarningKind::Chart,
                "a chart of a kind newer than Office 2013 may be missing",
            );
        }
        if [
            ".mp4", ".mov", ".wmv", ".avi", ".mp3", ".wav", ".m4a", ".wma",
        ]
        .iter()
        .any(|ending| lower.ends_with(ending))
        {
            self.add(
                WarningKind::Other,
                "sound or video is shown as a still picture",
            );
        }
    }

    pub(crate) fn see_element(&mut self, part: &str, start: &BytesStart<'_>) {
        let is_set_in = matches!(
            start.local_name().as_ref(),
            b"oMath" | b"object" | b"pict" | b"oleObj" | b"oleObject"
        );
        if is_set_in && !self.with_objects.contains(part) {
            self.with_objects.insert(part.to_owned());
        }
        match start.local_name().as_ref() {
            b"Relationship" => self.see_relationship(start),
            b"anim" | b"animEffect" | b"animMotion" | b"animRot" | b"animScale" | b"animClr"
            | b"set"
                if part.starts_with("ppt/slides/") =>
            {
                self.is_animated = true;
            }
            b"OLEObject" | b"oleObj" | b"oleObject" => {
                let program = attribute(start, b"ProgID").or_else(|| attribute(start, b"progId"));
                // The picture of an equation is what Office shows of it too.
                if !program.is_some_and(|program| program.starts_with("Equation")) {
                    self.add(WarningKind::Other, "embedded objects are shown as pictures");
                }
            }
            _ => {}
        }
    }

    fn see_relationship(&mut self, start: &BytesStart<'_>) {
        if attribute(start, b"TargetMode").as_deref() != Some("External") {
            return;
        }
        let kind = attribute(start, b"Type").unwrap_or_default();
        let detail = match kind.rsplit('/').next().unwrap_or_default() {
            // Shown as text, followed by nobody.
            "hyperlink" | "attachedTemplate" => return,
            "image" => "a picture that is stored elsewhere is not fetched",
            "oleObject" => "an object that is linked from elsewhere is not fetched",
            "externalLinkPath" => "values from other workbooks are shown as last saved",
            "video" | "audio" | "media" => "sound or video that is stored elsewhere is not fetched",
            _ => "something that is stored elsewhere is not fetched",
        };
        self.add(WarningKind::External, detail);
    }

    pub(crate) fn warnings(self) -> Vec<Warning> {
        self.found
            .into_iter()
            .map(|(kind, detail)| Warning::new(kind, detail))
            .collect()
    }
}
