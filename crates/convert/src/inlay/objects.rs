//! Objects of other programs and pictures of old (`w:object`, `w:pict`) to
//! pictures in the line: the engine of Word files passes over the first and
//! takes the second out of their line.

use std::ops::Range;

use quick_xml::events::BytesStart;

use super::drawing::Placed;
use crate::formula::element::Element;
use crate::rename::attribute;
use crate::xml::{self, Edit, Piece};

/// What was found in a part.
#[derive(Default)]
pub(super) struct Found {
    pub(super) changes: Vec<Edit>,
    /// Equation objects without a picture.
    pub(super) lost_formulas: usize,
    /// Other objects without one.
    pub(super) lost_objects: usize,
}

/// Looks through a story of a Word file; `is_picture` tells relationships whose
/// target can be drawn.
pub(super) fn find(xml: &[u8], is_picture: &dyn Fn(&str) -> bool) -> Found {
    let mut found = Found::default();
    let mut open: Option<(usize, usize)> = None;
    // Half points the run is raised by.
    let mut raised = 0.0_f32;
    let mut depth = 0_usize;
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) => {
            depth += 1;
            see(&start, &mut raised);
            if open.is_none() && matches!(start.local_name().as_ref(), b"object" | b"pict") {
                open = Some((place.start, depth));
            }
        }
        Piece::Empty(start) => see(&start, &mut raised),
        Piece::End(_) => {
            if let Some((start, at)) = open
                && at == depth
            {
                open = None;
                change(xml, start..place.end, raised, is_picture, &mut found);
            }
            depth = depth.saturating_sub(1);
        }
        Piece::Text(_) => {}
    });
    found
}

fn see(start: &BytesStart<'_>, raised: &mut f32) {
    match start.local_name().as_ref() {
        b"r" => *raised = 0.0,
        b"position" => {
            *raised = attribute(start, b"val")
                .and_then(|value| value.parse().ok())
                .unwrap_or(0.0);
        }
        _ => {}
    }
}

fn change(
    xml: &[u8],
    range: Range<usize>,
    raised: f32,
    is_picture: &dyn Fn(&str) -> bool,
    found: &mut Found,
) {
    let Some(element) = Element::from_xml(&xml[range.clone()]) else {
        return;
    };
    let is_object = element.name == "object";
    let program = element
        .child("OLEObject")
        .and_then(|object| object.attribute("ProgID"))
        .unwrap_or_default();
    let placed = shape(&element).and_then(|shape| {
        let relation = shape.child("imagedata")?.attribute("id")?;
        let style = shape.attribute("style").unwrap_or_default();
        // What has a place of its own on the page is the engine's.
        let floats = [
            "position:absolute",
            "position: absolute",
            "position:relative",
        ]
        .iter()
        .any(|place| style.contains(place));
        // A box of text, a group: no picture in the line.
        let is_plain = is_object || shape.child("textbox").is_none() && !floats;
        let original = |name: &str| {
            let twips: f32 = element.attribute(name)?.parse().ok()?;
            Some(twips / 20.0)
        };
        let width = length(style, "width").or_else(|| original("dxaOrig"))?;
        let height = length(style, "height").or_else(|| original("dyaOrig"))?;
        (is_plain && width > 0.0 && height > 0.0).then(|| (relation.to_owned(), width, height))
    });
    match placed {
        Some((relation, width, height)) if is_picture(&relation) => {
            let below = (-raised / 2.0).clamp(0.0, height * 0.9);
            let placed = Placed {
                relation: &relation,
                width,
                height,
                below,
            };
            found.changes.push((range, placed.xml()));
        }
        _ if is_object && program.starts_with("Equation") => found.lost_formulas += 1,
        _ if is_object => found.lost_objects += 1,
        _ => {}
    }
}

/// The shape of an object that holds its picture.
fn shape(element: &Element) -> Option<&Element> {
    element
        .children()
        .filter(|child| matches!(child.name.as_str(), "shape" | "rect"))
        .find(|child| child.child("imagedata").is_some())
}

/// A length of a VML style, in points.
fn length(style: &str, name: &str) -> Option<f32> {
    let value = style.split(';').find_map(|part| {
        let (key, value) = part.split_once(':')?;
        (key.trim() == name).then_some(value.trim())
    })?;
    let units = [
        ("pt", 1.0),
        ("px", 0.75),
        ("in", 72.0),
        ("cm", 72.0 / 2.54),
        ("mm", 72.0 / 25.4),
        ("pc", 12.0),
    ];
    units
        .iter()
        .find_map(|(unit, points)| {
            let number: f32 = value.strip_suffix(unit)?.trim().parse().ok()?;
            Some(number * points)
        })
        .or_else(|| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{find, length};

    #[test]
    fn an_equation_object_becomes_a_picture_in_its_line() {
        let xml = r#"<w:p><w:r><w:rPr><w:position w:val="-24"/></w:rPr><w:object w:dxaOrig="960" w:dyaOrig="600"><v:shape style="width:48pt;height:30pt"><v:imagedata r:id="rId5" o:title=""/></v:shape><o:OLEObject ProgID="Equation.DSMT4" r:id="rId6"/></w:object></w:r></w:p>"#;
        let found = find(xml.as_bytes(), &|relation| relation == "rId5");
        assert_eq!(found.changes.len(), 1);
        let (range, drawing) = &found.changes[0];
        assert!(
            xml[range.clone()].starts_with("<w:object")
                && xml[range.clone()].ends_with("</w:object>")
        );
        // 12 of its 30 points hang below the line.
        assert!(
            drawing.contains("cy=\"228600\"") && drawing.contains("cy=\"381000\""),
            "{drawing}"
        );
        let found = find(xml.as_bytes(), &|_| false);
        assert_eq!((found.changes.len(), found.lost_formulas), (0, 1));
    }

    #[test]
    fn what_floats_is_left_alone() {
        let xml = r#"<w:p><w:r><w:pict><v:shape style="position:absolute;width:48pt;height:30pt"><v:imagedata r:id="rId5"/></v:shape></w:pict></w:r></w:p>"#;
        assert!(find(xml.as_bytes(), &|_| true).changes.is_empty());
    }

    #[test]
    fn lengths_have_units() {
        assert_eq!(length("width:1in;height:2cm", "width"), Some(72.0));
        assert_eq!(length("margin-width:1in", "width"), None);
    }
}
