//! The relationships and content types of a package whose pictures changed.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::BytesStart;

use super::Setter;
use crate::guard;
use crate::limits::Limits;
use crate::package::relationships_of;
use crate::refusal::Refusal;
use crate::rename::{Edits, attribute};

const IMAGE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// Exchanges the targets of relationships for the parts that took their place,
/// and tells the package the kinds of the new ones.
pub(super) fn rename(
    setter: &mut Setter<'_, '_>,
    renamed: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    if renamed.is_empty() {
        return Ok(());
    }
    for (index, name) in setter.names() {
        let Some(folder) = folder_of(&name) else {
            continue;
        };
        let xml = setter.read_xml(index)?;
        let mut edits = Edits::new(&xml);
        guard::walk_xml(&xml, &Limits::default(), |start| {
            let target = internal(start).and_then(|_| attribute(start, b"Target"));
            if let Some(target) = target
                && let Ok(target) = quick_xml::escape::unescape(&target)
                && let Some(new) = renamed.get(&resolved(folder, &target))
            {
                // The new part lies beside the old one.
                let (before, _) = target.rsplit_once('/').unwrap_or_default();
                let slash = if target.contains('/') { "/" } else { "" };
                let last = new.rsplit('/').next().unwrap_or_default();
                edits.set(start, b"Target", format!("{before}{slash}{last}"));
            }
        })?;
        if let Some(changed) = edits.apply() {
            setter.parts.changed.insert(index, changed);
        }
    }
    add_types(setter)
}

/// The folder that the targets in a part of relationships start from; `None`
/// for other parts.
fn folder_of(relations: &str) -> Option<&str> {
    let (folder, name) = relations.rsplit_once('/')?;
    let folder = folder.strip_suffix("_rels")?;
    name.ends_with(".rels")
        .then(|| folder.trim_end_matches('/'))
}

/// The name of the part that a target means.
pub(super) fn resolved(folder: &str, target: &str) -> String {
    let mut way: Vec<&str> = Vec::new();
    let from = if target.starts_with('/') { "" } else { folder };
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                way.pop();
            }
            step => way.push(step),
        }
    }
    way.join("/")
}

/// The id of a relationship to another part of the package.
fn internal(start: &BytesStart<'_>) -> Option<String> {
    if start.local_name().as_ref() != b"Relationship"
        || attribute(start, b"TargetMode").as_deref() == Some("External")
    {
        return None;
    }
    attribute(start, b"Id")
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

/// The relationships of one part.
#[derive(Default)]
pub(super) struct Relations {
    /// All ids, also of what lies elsewhere.
    ids: BTreeSet<String>,
    /// The targets inside the package, as the part names them, by their ids.
    pub(super) targets: BTreeMap<String, String>,
}

impl Relations {
    pub(super) fn read(setter: &mut Setter<'_, '_>, part: &str) -> Result<Self, Refusal> {
        let mut relations = Self::default();
        let Some(xml) = setter.part(&relationships_of(part))? else {
            return Ok(relations);
        };
        guard::walk_xml(&xml, &Limits::default(), |start| {
            relations.ids.extend(attribute(start, b"Id"));
            if let (Some(id), Some(target)) = (internal(start), attribute(start, b"Target")) {
                relations.targets.insert(id, target);
            }
        })?;
        Ok(relations)
    }

    /// Whether an id stands for a picture that Word's engine can draw.
    pub(super) fn is_picture(&self, id: &str) -> bool {
        let endings = [
            ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp",
        ];
        self.targets.get(id).is_some_and(|target| {
            let target = target.to_ascii_lowercase();
            endings.iter().any(|ending| target.ends_with(ending))
        })
    }
}

/// Pictures added to one part.
pub(super) struct Added {
    part: String,
    stem: String,
    entries: String,
    count: usize,
}

impl Added {
    pub(super) fn new(part: &str, known: &Relations) -> Self {
        // An id that no relationship of the part has.
        let mut stem = "wyPicture".to_owned();
        while known.ids.iter().any(|id| id.starts_with(&stem)) {
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
        let name = format!("word/media/{file}-{}", self.count + 1);
        let name = setter.add(&name, ".png", png);
        self.link(name.strip_prefix("word/").unwrap_or(&name))
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
        let path = relationships_of(&self.part);
        let old = setter.part(&path)?.unwrap_or_default();
        let mut text = String::from_utf8_lossy(&old).into_owned();
        match text.rfind("</") {
            Some(at) => text.insert_str(at, &self.entries),
            // No relationships yet: an empty element, or no part.
            None => text = whole(&self.entries),
        }
        setter.put(&path, text.into_bytes());
        add_types(setter)
    }
}

fn whole(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"{PACKAGE}\">{entries}</Relationships>"
    )
}
