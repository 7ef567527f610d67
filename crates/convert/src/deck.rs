//! A presentation's slides in order, and a second presentation made of copies
//! of some of them, for the engine alone.
//!
//! Which slides are pages, and where their parts lie, is read as the engine
//! reads it, so that the n-th page is the n-th slide here. Everything else of
//! the package, masters, pictures and fonts, goes into the second one as it is.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read, Write};
use std::ops::Range;

use quick_xml::events::BytesStart;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::detect::find;
use crate::package::relationships_of;
use crate::rename::attribute;
use crate::xml::{self, Piece};

const PRESENTATION: &str = "ppt/presentation.xml";
const RELATIONSHIPS: &str = "ppt/_rels/presentation.xml.rels";
/// Begins the names of the copies.
const COPY: &str = "wenyuan-copy-";

/// A package that went through `package::prepare`.
pub(crate) struct Deck<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    presentation: Vec<u8>,
    relationships: Vec<u8>,
    /// The slides that the presentation lists, by their parts.
    pub(crate) slides: Vec<String>,
}

/// A slide to be drawn once more.
pub(crate) struct SlideCopy {
    /// The part that it is a copy of.
    pub(crate) original: String,
    pub(crate) xml: Vec<u8>,
}

impl<'b> Deck<'b> {
    /// Opens a package; `None` when it is not as presentations are.
    pub(crate) fn open(package: &'b [u8]) -> Option<Self> {
        let mut archive = ZipArchive::new(Cursor::new(package)).ok()?;
        let presentation = part(&mut archive, PRESENTATION)?;
        let relationships = part(&mut archive, RELATIONSHIPS)?;
        let mut targets: HashMap<String, String> = HashMap::new();
        each_element(&relationships, |start, _| {
            if start.local_name().as_ref() == b"Relationship"
                && let (Some(id), Some(target)) =
                    (attribute(start, b"Id"), attribute(start, b"Target"))
            {
                targets.insert(id, target);
            }
        })?;
        let mut slides = Vec::new();
        each_element(&presentation, |start, _| {
            if let Some(target) = slide_id(start).and_then(|id| targets.get(&id)) {
                slides.push(match target.strip_prefix('/') {
                    Some(path) => path.to_owned(),
                    None => format!("ppt/{target}"),
                });
            }
        })?;
        Some(Self {
            archive,
            presentation,
            relationships,
            slides,
        })
    }

    /// Reads a part; `None` when it is not there.
    pub(crate) fn part(&mut self, name: &str) -> Option<Vec<u8>> {
        part(&mut self.archive, name)
    }

    /// How many bytes the pictures and other parts of a slide have, which the
    /// engine holds once for every copy.
    pub(crate) fn weight(&mut self, slide: &str) -> u64 {
        let Some(relationships) = self.part(&relationships_of(slide)) else {
            return 0;
        };
        // By the last name alone: too much is counted rather than too little.
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut names = HashSet::new();
        let read = each_element(&relationships, |start, _| {
            names.extend(attribute(start, b"Target").map(|target| last(&target)));
        });
        if read.is_none() {
            return 0;
        }
        let mut weight = 0;
        for index in 0..self.archive.len() {
            if let Ok(entry) = self.archive.by_index_raw(index)
                && let Ok(name) = entry.name()
                && names.contains(&last(&name))
            {
                weight += entry.size();
            }
        }
        weight
    }

    /// Makes a presentation of the copies, in this order.
    pub(crate) fn with_copies(&mut self, copies: &[SlideCopy]) -> Option<Vec<u8>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        // Stored: the engine unpacks it in the next instant.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for index in 0..self.archive.len() {
            let entry = self.archive.by_index_raw(index).ok()?;
            let name = entry.name().ok()?.into_owned();
            if name == PRESENTATION || name == RELATIONSHIPS || name.contains(COPY) {
                continue;
            }
            writer.raw_copy_file(entry).ok()?;
        }
        let mut put = |name: &str, content: &[u8]| -> Option<()> {
            writer.start_file(name, options).ok()?;
            writer.write_all(content).ok()
        };
        let mut ids = String::new();
        let mut links = String::new();
        for (index, copy) in copies.iter().enumerate() {
            let (directory, _) = copy.original.rsplit_once('/')?;
            let name = format!("{directory}/{COPY}{index}.xml");
            put(&name, &copy.xml)?;
            // Where the slide lies relative to its pictures stays the same.
            if let Some(relationships) = part(&mut self.archive, &relationships_of(&copy.original))
            {
                put(&relationships_of(&name), &relationships)?;
            }
            ids.push_str(&format!(
                r#"<p:sldId id="{}" r:id="{COPY}{index}"/>"#,
                256 + index
            ));
            links.push_str(&format!(
                r#"<Relationship Id="{COPY}{index}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide" Target="/{name}"/>"#
            ));
        }
        put(PRESENTATION, &relisted(&self.presentation, &ids)?)?;
        put(RELATIONSHIPS, &linked(&self.relationships, &links)?)?;
        Some(writer.finish().ok()?.into_inner())
    }
}

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    archive.by_name(name).ok()?.read_to_end(&mut content).ok()?;
    Some(content)
}

/// The relationship that an entry of the list of slides names. Sections list
/// them again, by number.
fn slide_id(start: &BytesStart<'_>) -> Option<String> {
    if start.local_name().as_ref() != b"sldId" {
        return None;
    }
    start
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.as_ref() == b"r:id")
        .map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned())
}

/// Shows every start tag and its place; `None` for what is no XML.
fn each_element(part: &[u8], mut see: impl FnMut(&BytesStart<'_>, Range<usize>)) -> Option<()> {
    xml::walk(part, |piece, place| {
        if let Piece::Start(start) | Piece::Empty(start) = piece {
            see(&start, place);
        }
    })
}

/// Lists other slides in the presentation.
fn relisted(presentation: &[u8], ids: &str) -> Option<Vec<u8>> {
    let mut list: Option<Range<usize>> = None;
    let mut old: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
    each_element(presentation, |start, place| {
        if start.local_name().as_ref() == b"sldIdLst" {
            list.get_or_insert(place.clone());
        }
        if slide_id(start).is_some() {
            old.push((place, start.name().as_ref().to_vec()));
        }
    })?;
    let list = list?;
    let mut copy = presentation.get(..list.end)?.to_vec();
    copy.extend_from_slice(ids.as_bytes());
    let mut at = list.end;
    for (place, name) in old {
        copy.extend_from_slice(presentation.get(at..place.start)?);
        // The end tag of an element with content stays: an entry that names no
        // slide is passed over.
        if !presentation.get(place.clone())?.ends_with(b"/>") {
            copy.extend_from_slice(b"<");
            copy.extend_from_slice(&name);
            copy.extend_from_slice(b">");
        }
        at = place.end;
    }
    copy.extend_from_slice(presentation.get(at..)?);
    Some(copy)
}

/// Adds relationships before the end of the part.
fn linked(relationships: &[u8], links: &str) -> Option<Vec<u8>> {
    let mut end = None;
    let mut from = 0;
    while let Some(at) = find(relationships.get(from..)?, b"</") {
        end = Some(from + at);
        from += at + 2;
    }
    let end = end?;
    let mut copy = relationships.get(..end)?.to_vec();
    copy.extend_from_slice(links.as_bytes());
    copy.extend_from_slice(relationships.get(end..)?);
    Some(copy)
}

#[cfg(test)]
mod tests {
    use super::{linked, relisted};

    #[test]
    fn other_slides_are_listed() {
        let presentation = br#"<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId3"></p:sldId></p:sldIdLst><p:extLst><p14:sldId id="256"/></p:extLst></p:presentation>"#;
        let copy = relisted(presentation, "<new/>").unwrap();
        assert_eq!(
            String::from_utf8(copy).unwrap(),
            r#"<p:presentation><p:sldIdLst><new/><p:sldId></p:sldId></p:sldIdLst><p:extLst><p14:sldId id="256"/></p:extLst></p:presentation>"#
        );
        assert!(relisted(b"<p:presentation/>", "").is_none());
        let rels = linked(
            b"<Relationships><Relationship></Relationship></Relationships>",
            "<x/>",
        );
        assert_eq!(
            String::from_utf8(rels.unwrap()).unwrap(),
            "<Relationships><Relationship></Relationship><x/></Relationships>"
        );
    }
}
