//! The relationships and content types of a package whose pictures changed.

use std::collections::{BTreeMap, BTreeSet};

use super::Setter;
use crate::guard;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::rename::attribute;

const IMAGE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The part that holds the relationships of a part.
fn path_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// Exchanges the targets of relationships by the names of their parts, and
/// tells the package the kinds of the new ones.
pub(super) fn rename(
    setter: &mut Setter<'_, '_>,
    renamed: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    if renamed.is_empty() {
        return Ok(());
    }
    // By the last of the path: a package names each picture once.
    let by_name: BTreeMap<&str, &str> = renamed
        .iter()
        .filter_map(|(old, new)| Some((old.rsplit('/').next()?, new.rsplit('/').next()?)))
        .collect();
    for (index, name) in setter.names() {
        if !name.ends_with(".rels") {
            continue;
        }
        let content = setter.read_xml(index)?;
        let Ok(mut text) = String::from_utf8(content) else {
            continue;
        };
        let mut is_changed = false;
        for (old, new) in &by_name {
            for quote in ['"', '\''] {
                let (from, to) = (format!("{old}{quote}"), format!("{new}{quote}"));
                // The whole name: behind a slash, or the whole value.
                for before in ['/', quote] {
                    let from = format!("{before}{from}");
                    if text.contains(&from) {
                        text = text.replace(&from, &format!("{before}{to}"));
                        is_changed = true;
                    }
                }
            }
        }
        if is_changed {
            setter.parts.changed.insert(index, text.into_bytes());
        }
    }
    add_types(setter)
}

/// Says what PNG and SVG are.
fn add_types(setter: &mut Setter<'_, '_>) -> Result<(), Refusal> {
    let Some(index) = setter.archive.index_for_name("[Content_Types].xml") else {
        return Ok(());
    };
    let Ok(mut text) = String::from_utf8(setter.read_xml(index)?) else {
        return Ok(());
    };
    let lower = text.to_ascii_lowercase();
    for (ending, kind) in [("png", "image/png"), ("svg", "image/svg+xml")] {
        if !lower.contains(&format!("extension=\"{ending}\""))
            && let Some(at) = text.rfind("</Types>").or_else(|| text.rfind("</"))
        {
            let name = element(&text, at, "Default");
            text.insert_str(
                at,
                &format!("<{name} Extension=\"{ending}\" ContentType=\"{kind}\"/>"),
            );
        }
    }
    setter.parts.changed.insert(index, text.into_bytes());
    Ok(())
}

/// Says the kind of one part.
pub(super) fn add_override(
    setter: &mut Setter<'_, '_>,
    part: &str,
    kind: &str,
) -> Result<(), Refusal> {
    let Some(index) = setter.archive.index_for_name("[Content_Types].xml") else {
        return Ok(());
    };
    let mut text = String::from_utf8_lossy(&setter.read_xml(index)?).into_owned();
    if let Some(at) = text.rfind("</") {
        let name = element(&text, at, "Override");
        text.insert_str(
            at,
            &format!("<{name} PartName=\"/{part}\" ContentType=\"{kind}\"/>"),
        );
    }
    setter.parts.changed.insert(index, text.into_bytes());
    Ok(())
}

/// The name of an element of the list of types that ends at `at`, with the
/// root's own prefix where it has one.
fn element(text: &str, at: usize, name: &str) -> String {
    match text[at + 2..].split_once(":Types") {
        Some((prefix, _)) => format!("{prefix}:{name}"),
        None => name.to_owned(),
    }
}

/// The targets inside the package of a part's relationships, by their ids.
pub(super) fn targets(
    setter: &mut Setter<'_, '_>,
    part: &str,
) -> Result<BTreeMap<String, String>, Refusal> {
    let mut targets = BTreeMap::new();
    let Some(index) = setter.archive.index_for_name(&path_of(part)) else {
        return Ok(targets);
    };
    let xml = setter.read_xml(index)?;
    guard::walk_xml(&xml, &Limits::default(), |start| {
        if start.local_name().as_ref() == b"Relationship"
            && attribute(start, b"TargetMode").as_deref() != Some("External")
            && let (Some(id), Some(target)) = (attribute(start, b"Id"), attribute(start, b"Target"))
        {
            targets.insert(id, target);
        }
    })?;
    Ok(targets)
}

/// The ids of a part's relationships.
pub(super) fn ids(setter: &mut Setter<'_, '_>, part: &str) -> Result<BTreeSet<String>, Refusal> {
    Ok(targets(setter, part)?.into_keys().collect())
}

/// The ids of the relationships of a part whose pictures its engine can draw.
pub(super) fn pictures(
    setter: &mut Setter<'_, '_>,
    part: &str,
) -> Result<BTreeSet<String>, Refusal> {
    let endings = [
        ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp",
    ];
    Ok(targets(setter, part)?
        .into_iter()
        .filter(|(_, target)| {
            let target = target.to_ascii_lowercase();
            endings.iter().any(|ending| target.ends_with(ending))
        })
        .map(|(id, _)| id)
        .collect())
}

/// Pictures added to one part.
pub(super) struct Added {
    part: String,
    stem: String,
    entries: String,
    count: usize,
}

impl Added {
    pub(super) fn new(part: &str, known: &BTreeSet<String>) -> Self {
        // An id that no relationship of the part has.
        let mut stem = "wyPicture".to_owned();
        while known.iter().any(|id| id.starts_with(&stem)) {
            stem.push('x');
        }
        Self {
            part: part.to_owned(),
            stem,
            entries: String::new(),
            count: 0,
        }
    }

    /// Adds a PNG; gives its relationship's id.
    pub(super) fn add(&mut self, setter: &mut Setter<'_, '_>, png: Vec<u8>) -> String {
        let file = self.part.replace(['/', '.'], "-");
        let target = format!("media/{file}-{}.png", self.count + 1);
        setter.parts.added.push((format!("word/{target}"), png));
        self.link(&target)
    }

    /// Adds a relationship to a picture of the package.
    pub(super) fn link(&mut self, target: &str) -> String {
        self.link_as(IMAGE, target)
    }

    /// Adds a relationship of a kind; gives its id.
    pub(super) fn link_as(&mut self, kind: &str, target: &str) -> String {
        self.count += 1;
        let id = format!("{}{}", self.stem, self.count);
        self.entries.push_str(&format!(
            "<Relationship xmlns=\"{PACKAGE}\" Id=\"{id}\" Type=\"{kind}\" Target=\"{}\"/>",
            quick_xml::escape::escape(target)
        ));
        id
    }

    /// Writes the relationships of what was added.
    pub(super) fn write(self, setter: &mut Setter<'_, '_>) -> Result<(), Refusal> {
        if self.count == 0 {
            return Ok(());
        }
        let path = path_of(&self.part);
        match setter.archive.index_for_name(&path) {
            Some(index) => {
                let mut text = String::from_utf8_lossy(&setter.read_xml(index)?).into_owned();
                match text.rfind("</") {
                    Some(at) => text.insert_str(at, &self.entries),
                    // No relationships yet: an empty element.
                    None => text = whole(&self.entries),
                }
                setter.parts.changed.insert(index, text.into_bytes());
            }
            None => setter
                .parts
                .added
                .push((path, whole(&self.entries).into_bytes())),
        }
        add_types(setter)
    }
}

fn whole(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"{PACKAGE}\">{entries}</Relationships>"
    )
}
