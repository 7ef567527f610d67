//! Objects and formulas on slides, which the engine passes over: an object
//! becomes its picture, a formula the picture that PowerPoint left of it, or
//! else its words.

use std::collections::HashMap;
use std::ops::Range;

use super::relations::{Added, Relations};
use super::{Setter, vml};
use crate::formula::element::Element;
use crate::formula::{linear, omml};
use crate::pdf::guarded;
use crate::refusal::Refusal;
use crate::xml::{self, Edit, Piece};
use crate::{clock, detect};

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
        if !is_slide || !name.ends_with(".xml") || !setter.parts.with_objects.contains(&name) {
            continue;
        }
        clock::check(setter.deadline)?;
        let xml = setter.read_xml(index)?;
        let relations = Relations::read(setter, &name)?;
        // Pictures of objects by the shape of the old drawing; the first counts.
        let shapes = vml::shapes(setter, &name, &relations)?.into_iter().rev();
        let legacy = shapes.map(|shape| (shape.id, shape.target)).collect();
        let mut added = Added::new(&name, &relations);
        let mut changes: Vec<Edit> = Vec::new();
        for (range, kind) in elements(&xml) {
            let slice = &xml[range.clone()];
            let contains = |words: &[u8]| detect::find(slice, words).is_some();
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
        if let Some(changed) = xml::apply(&xml, changes) {
            setter.parts.changed.insert(index, changed);
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
    let mut open: Vec<(usize, Option<Kind>)> = Vec::new();
    let mut out = Vec::new();
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) => {
            let kind = match start.name().as_ref() {
                b"p:graphicFrame" => Some(Kind::Frame),
                b"mc:AlternateContent" => Some(Kind::Alternate),
                b"a14:m" => Some(Kind::Formula),
                _ => None,
            };
            open.push((place.start, kind));
        }
        Piece::End(_) => {
            if let Some((start, Some(kind))) = open.pop() {
                out.push((start..place.end, kind));
            }
        }
        Piece::Empty(_) | Piece::Text(_) => {}
    });
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
fn frame(xml: &[u8], legacy: &HashMap<String, String>, added: &mut Added) -> Option<String> {
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
