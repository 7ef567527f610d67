//! Objects and formulas on slides, which the engine passes over: an object
//! becomes its picture, a formula the picture that PowerPoint left of it, or
//! else its words.

use std::collections::HashMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::objects::Change;
use super::{Setter, edited, relations};
use crate::clock;
use crate::formula::element::Element;
use crate::formula::{linear, omml};
use crate::pdf::guarded;
use crate::refusal::Refusal;

/// What could not be drawn.
#[derive(Default)]
pub(super) struct Lost {
    pub(super) objects: usize,
    pub(super) formulas: usize,
    /// Formulas shown as a line of text.
    pub(super) lines: usize,
}

/// Sets pictures into the slides and what they are made after.
pub(super) fn set(setter: &mut Setter<'_, '_>) -> Result<Lost, Refusal> {
    let mut lost = Lost::default();
    for (index, name) in setter.names() {
        let is_slide = ["ppt/slides/", "ppt/slideLayouts/", "ppt/slideMasters/"]
            .iter()
            .any(|folder| name.starts_with(folder));
        if !is_slide || !name.ends_with(".xml") {
            continue;
        }
        clock::check(setter.deadline)?;
        let xml = setter.read_xml(index)?;
        let has = |words: &[u8]| xml.windows(words.len()).any(|window| window == words);
        if !has(b"oleObj") && !has(b"oMath") {
            continue;
        }
        let legacy = legacy_pictures(setter, &name)?;
        let mut added = relations::Added::new(&name, &relations::ids(setter, &name)?);
        let mut changes: Vec<Change> = Vec::new();
        for (range, kind) in elements(&xml) {
            let slice = &xml[range.clone()];
            let contains = |words: &[u8]| slice.windows(words.len()).any(|window| window == words);
            match kind {
                Kind::Frame if contains(b"oleObj") => match frame(slice, &legacy, &mut added) {
                    Some(picture) => changes.push((range, picture)),
                    None => lost.objects += 1,
                },
                Kind::Alternate if contains(b"oMath") => {
                    if let Some(fallback) = fallback(slice) {
                        changes.push((range, fallback));
                    }
                }
                Kind::Formula => match words(slice) {
                    Some(run) => {
                        lost.lines += 1;
                        changes.push((range, run));
                    }
                    None => lost.formulas += 1,
                },
                Kind::Frame | Kind::Alternate => {}
            }
        }
        added.write(setter)?;
        if !changes.is_empty() {
            setter.parts.changed.insert(index, edited(&xml, changes));
        }
    }
    Ok(lost)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Frame,
    Alternate,
    Formula,
}

/// Where frames, alternatives and formulas stand; they may lie in each other.
fn elements(xml: &[u8]) -> Vec<(Range<usize>, Kind)> {
    let mut reader = Reader::from_reader(xml);
    let mut open: Vec<(usize, Option<Kind>)> = Vec::new();
    let mut out = Vec::new();
    loop {
        let before = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let kind = match start.name().as_ref() {
                    b"p:graphicFrame" => Some(Kind::Frame),
                    b"mc:AlternateContent" => Some(Kind::Alternate),
                    b"a14:m" => Some(Kind::Formula),
                    _ => None,
                };
                open.push((before, kind));
            }
            Ok(Event::End(_)) => {
                if let Some((start, Some(kind))) = open.pop() {
                    out.push((start..reader.buffer_position() as usize, kind));
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            _ => {}
        }
    }
    out
}

fn find<'e>(element: &'e Element, name: &str, depth: usize) -> Option<&'e Element> {
    if element.name == name {
        return Some(element);
    }
    if depth == 0 {
        return None;
    }
    element
        .children()
        .find_map(|child| find(child, name, depth - 1))
}

/// The picture that takes the place of a frame with an object.
fn frame(
    xml: &[u8],
    legacy: &HashMap<String, String>,
    added: &mut relations::Added,
) -> Option<String> {
    let element = Element::from_xml(xml)?;
    let place = element.child("xfrm")?;
    let side = |part: &str, name: &str| -> Option<i64> {
        place.child(part)?.attribute(name)?.parse().ok()
    };
    let (x, y) = (side("off", "x")?, side("off", "y")?);
    let (width, height) = (side("ext", "cx")?, side("ext", "cy")?);
    let picture = find(&element, "pic", 8)
        .and_then(|picture| find(picture, "blip", 4))
        .and_then(|blip| blip.attribute("embed"))
        .map(ToOwned::to_owned);
    let relation = match picture {
        Some(relation) => relation,
        None => {
            let object = find(&element, "oleObj", 8)?;
            let target = legacy.get(object.attribute("spid")?)?;
            added.link(target)
        }
    };
    Some(format!(
        r#"<p:pic><p:nvPicPr><p:cNvPr id="0" name=""/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="{}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>"#,
        quick_xml::escape::escape(relation.as_str())
    ))
}

/// What an alternative holds for readers without formulas, if it is a picture.
fn fallback(xml: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(xml).ok()?;
    let from = text.rfind("<mc:Fallback")?;
    let from = from + text[from..].find('>')? + 1;
    let to = text.rfind("</mc:Fallback>")?;
    let inner = text.get(from..to)?;
    inner.contains("embed=").then(|| inner.to_owned())
}

/// A formula as a run of text.
fn words(xml: &[u8]) -> Option<String> {
    let element = Element::from_xml(xml)?;
    let node = guarded("reading a formula", || omml::parse(&element))
        .ok()
        .flatten();
    let line = node.map_or_else(
        || element.text().trim().to_owned(),
        |node| linear::linear(&node),
    );
    (!line.is_empty()).then(|| {
        format!(
            "<a:r><a:t>{}</a:t></a:r>",
            quick_xml::escape::escape(line.as_str())
        )
    })
}

/// Pictures of objects that stand in the old drawing of a slide, by the shape's
/// id: their targets as the slide would name them.
fn legacy_pictures(
    setter: &mut Setter<'_, '_>,
    slide: &str,
) -> Result<HashMap<String, String>, Refusal> {
    let mut pictures = HashMap::new();
    for (_, target) in relations::targets(setter, slide)? {
        let Some(file) = target
            .rsplit('/')
            .next()
            .filter(|file| file.ends_with(".vml"))
        else {
            continue;
        };
        let part = format!("ppt/drawings/{file}");
        let Some(index) = setter.archive.index_for_name(&part) else {
            continue;
        };
        let by_relation = relations::targets(setter, &part)?;
        let xml = setter.read_xml(index)?;
        let mut reader = Reader::from_reader(xml.as_slice());
        let mut shape = None;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                    b"shape" => {
                        // Its own id, not that of a prefix.
                        shape = start
                            .attributes()
                            .with_checks(false)
                            .flatten()
                            .find(|attribute| attribute.key.as_ref() == b"id")
                            .map(|attribute| {
                                String::from_utf8_lossy(&attribute.value).into_owned()
                            });
                    }
                    b"imagedata" => {
                        let relation = crate::rename::attribute(&start, b"relid");
                        let target =
                            relation.and_then(|relation| by_relation.get(&relation).cloned());
                        if let (Some(shape), Some(target)) = (shape.take(), target) {
                            pictures.insert(shape, target);
                        }
                    }
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use super::{elements, fallback, words};

    #[test]
    fn a_formula_keeps_the_picture_or_the_words() {
        let xml = br#"<p:x><mc:AlternateContent><mc:Choice Requires="a14"><p:sp><a14:m><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></a14:m></p:sp></mc:Choice><mc:Fallback xmlns=""><p:sp><a:blip r:embed="rId3"/></p:sp></mc:Fallback></mc:AlternateContent></p:x>"#;
        let found = elements(xml);
        assert_eq!(found.len(), 2);
        assert_eq!(
            words(&xml[found[0].0.clone()]).unwrap(),
            "<a:r><a:t>x = 1</a:t></a:r>"
        );
        assert_eq!(
            fallback(&xml[found[1].0.clone()]).unwrap(),
            r#"<p:sp><a:blip r:embed="rId3"/></p:sp>"#
        );
    }
}
