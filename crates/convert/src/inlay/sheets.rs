//! Objects of other programs in workbooks, which the engine passes over: each
//! becomes a picture in its sheet's drawing, where the object stands.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use super::relations::{self, Added, Relations};
use super::{Setter, vml};
use crate::clock;
use crate::formula::element::Element;
use crate::refusal::Refusal;

const DRAWING: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.drawing+xml";
/// EMU of a pixel at 96 dpi, the unit of the old drawings.
const PIXEL: i64 = 9_525;
/// Most objects of a sheet.
const MAX_OBJECTS: usize = 500;

/// Corners of an object: column, its offset, row, its offset, twice; in EMU.
type Anchor = [i64; 8];

/// An object that has a picture and a place.
struct Object {
    anchor: Anchor,
    /// The picture as a drawing would name it.
    target: String,
}

/// Sets pictures into the sheets; gives the number of objects without one.
pub(super) fn set(setter: &mut Setter<'_, '_>) -> Result<usize, Refusal> {
    let mut lost = 0;
    for (index, name) in setter.names() {
        let is_sheet = name.starts_with("xl/worksheets/") && name.ends_with(".xml");
        if !is_sheet || !setter.parts.with_objects.contains(&name) {
            continue;
        }
        clock::check(setter.deadline)?;
        let xml = setter.read_xml(index)?;
        let Ok(text) = String::from_utf8(xml) else {
            continue;
        };
        let relations = Relations::read(setter, &name)?;
        let legacy = legacy(setter, &name, &relations)?;
        let (objects, without) = objects(&text, &relations.targets, &legacy);
        lost += without;
        if !objects.is_empty() {
            let sheet = Sheet {
                index,
                name,
                text,
                relations,
            };
            draw(setter, sheet, &objects)?;
        }
    }
    Ok(lost)
}

/// The objects of a sheet, and how many have no picture.
fn objects(
    sheet: &str,
    targets: &BTreeMap<String, String>,
    legacy: &HashMap<String, (String, Anchor)>,
) -> (Vec<Object>, usize) {
    let part = sheet.find("<oleObjects").and_then(|from| {
        let to = from + sheet[from..].find("</oleObjects>")? + "</oleObjects>".len();
        Element::from_xml(&sheet.as_bytes()[from..to])
    });
    let Some(part) = part else {
        return (Vec::new(), 0);
    };
    let (mut found, mut lost) = (Vec::new(), 0);
    for child in part.children().take(MAX_OBJECTS) {
        let object = match child.name.as_str() {
            "AlternateContent" => child
                .child("Choice")
                .and_then(|choice| choice.child("oleObject")),
            "oleObject" => Some(child),
            _ => continue,
        };
        let placed = object.and_then(|object| {
            let new = object.child("objectPr").and_then(|properties| {
                let target = targets.get(properties.attribute("id")?)?;
                Some((target.clone(), anchor(properties.child("anchor")?)?))
            });
            new.or_else(|| legacy.get(object.attribute("shapeId")?).cloned())
        });
        match placed {
            // A metafile that is still one could not be drawn, and is said.
            Some((target, anchor)) => found.push(Object { anchor, target }),
            None => lost += 1,
        }
    }
    (found, lost)
}

fn anchor(element: &Element) -> Option<Anchor> {
    let mut out = [0; 8];
    for (corner, name) in ["from", "to"].iter().enumerate() {
        let corner_element = element.child(name)?;
        for (side, name) in ["col", "colOff", "row", "rowOff"].iter().enumerate() {
            let text = corner_element.child(name)?.text();
            out[corner * 4 + side] = text.trim().parse().ok()?;
        }
    }
    Some(out)
}

/// The pictures of the sheet's old drawings by the number of their shape.
fn legacy(
    setter: &mut Setter<'_, '_>,
    sheet: &str,
    relations: &Relations,
) -> Result<HashMap<String, (String, Anchor)>, Refusal> {
    let shapes = vml::shapes(setter, sheet, relations)?;
    let placed = shapes.into_iter().filter_map(|shape| {
        let mut anchor = shape.anchor?;
        for offset in [1, 3, 5, 7] {
            anchor[offset] = anchor[offset].saturating_mul(PIXEL);
        }
        let number = shape.id.rsplit("_s").next()?.to_owned();
        Some((number, (shape.target, anchor)))
    });
    Ok(placed.collect())
}

/// A sheet with objects.
struct Sheet {
    index: usize,
    name: String,
    text: String,
    relations: Relations,
}

/// Adds the pictures to the sheet's drawing, or makes it one.
fn draw(setter: &mut Setter<'_, '_>, sheet: Sheet, objects: &[Object]) -> Result<(), Refusal> {
    let existing = sheet.relations.targets.values().find_map(|target| {
        let file = target.rsplit('/').next()?;
        let part = format!("xl/drawings/{file}");
        let is_there = file.ends_with(".xml") && setter.archive.index_for_name(&part).is_some();
        is_there.then_some(part)
    });
    let is_new = existing.is_none();
    let part = existing.unwrap_or_else(|| {
        let stem = sheet.name.replace(['/', '.'], "-");
        setter.add(&format!("xl/drawings/{stem}-objects"), ".xml", Vec::new())
    });
    let mut added = Added::new(&part, &Relations::read(setter, &part)?);
    let mut anchors = String::new();
    for object in objects {
        let relation = added.link(&object.target);
        let [c1, dx1, r1, dy1, c2, dx2, r2, dy2] = object.anchor;
        let _ = write!(
            anchors,
            r#"<xdr:twoCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><xdr:from><xdr:col>{c1}</xdr:col><xdr:colOff>{dx1}</xdr:colOff><xdr:row>{r1}</xdr:row><xdr:rowOff>{dy1}</xdr:rowOff></xdr:from><xdr:to><xdr:col>{c2}</xdr:col><xdr:colOff>{dx2}</xdr:colOff><xdr:row>{r2}</xdr:row><xdr:rowOff>{dy2}</xdr:rowOff></xdr:to><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="0" name=""/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>"#
        );
    }
    if is_new {
        let xml = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">{anchors}</xdr:wsDr>"#
        );
        setter.put(&part, xml.into_bytes());
        show(setter, sheet, &part)?;
    } else {
        let xml = setter.part(&part)?.unwrap_or_default();
        let mut xml = String::from_utf8_lossy(&xml).into_owned();
        if let Some(at) = xml.rfind("</") {
            xml.insert_str(at, &anchors);
        }
        setter.put(&part, xml.into_bytes());
    }
    added.write(setter)
}

/// Makes a new drawing the sheet's.
fn show(setter: &mut Setter<'_, '_>, sheet: Sheet, drawing: &str) -> Result<(), Refusal> {
    let mut to_drawing = Added::new(&sheet.name, &sheet.relations);
    let file = drawing.rsplit('/').next().unwrap_or_default();
    let relation = to_drawing.link_as(DRAWING, &format!("../drawings/{file}"));
    to_drawing.write(setter)?;
    relations::add_override(setter, drawing, TYPE)?;
    let element = format!(
        "<drawing xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"{relation}\"/>"
    );
    let mut text = sheet.text;
    let at = text
        .find("<legacyDrawing")
        .or_else(|| text.find("<oleObjects"));
    if let Some(at) = at {
        text.insert_str(at, &element);
    }
    setter.parts.changed.insert(sheet.index, text.into_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::objects;

    #[test]
    fn objects_have_the_place_and_the_picture_that_the_sheet_tells() {
        let sheet = r#"<worksheet><oleObjects><mc:AlternateContent><mc:Choice><oleObject shapeId="1" r:id="rId3"><objectPr r:id="rId4"><anchor><from><xdr:col>0</xdr:col><xdr:colOff>7</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></from><to><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>4</xdr:row><xdr:rowOff>9</xdr:rowOff></to></anchor></objectPr></oleObject></mc:Choice></mc:AlternateContent><oleObject shapeId="1026"/><oleObject shapeId="1027"/></oleObjects></worksheet>"#;
        let targets = BTreeMap::from([("rId4".to_owned(), "../media/a.svg".to_owned())]);
        let old = ("../media/b.png".to_owned(), [1, 0, 2, 0, 3, 0, 4, 0]);
        let legacy = HashMap::from([("1026".to_owned(), old)]);
        let (found, lost) = objects(sheet, &targets, &legacy);
        let found: Vec<_> = found
            .iter()
            .map(|object| (object.target.as_str(), object.anchor))
            .collect();
        assert_eq!(
            found,
            [
                ("../media/a.svg", [0, 7, 1, 0, 2, 0, 4, 9]),
                ("../media/b.png", [1, 0, 2, 0, 3, 0, 4, 0])
            ]
        );
        assert_eq!(lost, 1);
    }
}
