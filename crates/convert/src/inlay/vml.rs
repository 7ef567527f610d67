//! The old drawings (VML) beside a sheet or slide, which hold the pictures of
//! its objects.

use quick_xml::events::BytesStart;

use super::Setter;
use super::relations::{Relations, resolved};
use crate::refusal::Refusal;
use crate::rename::attribute;
use crate::xml::{self, Piece};

/// A shape that shows a picture.
#[derive(Default)]
pub(super) struct Shape {
    pub(super) id: String,
    /// The picture as the drawing names it, from beside the sheet or slide.
    pub(super) target: String,
    /// Where it stands in a sheet: column, pixels, row, pixels, twice.
    pub(super) anchor: Option<[i64; 8]>,
}

/// The shapes with pictures in the old drawings of a part.
pub(super) fn shapes(
    setter: &mut Setter<'_, '_>,
    part: &str,
    relations: &Relations,
) -> Result<Vec<Shape>, Refusal> {
    let mut shapes = Vec::new();
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    for target in relations.targets.values() {
        let drawing = resolved(folder, target);
        if !drawing.ends_with(".vml") {
            continue;
        }
        if let Some(xml) = setter.part(&drawing)? {
            let of_drawing = Relations::read(setter, &drawing)?;
            read(&xml, &of_drawing, &mut shapes);
        }
    }
    Ok(shapes)
}

fn read(drawing: &[u8], relations: &Relations, shapes: &mut Vec<Shape>) {
    let mut shape: Option<Shape> = None;
    let mut in_anchor = false;
    let is_shown = |shape: &Shape| !shape.target.is_empty();
    xml::walk(drawing, |piece, _| match piece {
        Piece::Start(start) | Piece::Empty(start) => match start.local_name().as_ref() {
            b"shape" => {
                shapes.extend(shape.take().filter(is_shown));
                shape = id_of(&start).map(|id| Shape {
                    id,
                    ..Shape::default()
                });
            }
            b"imagedata" => {
                let target = attribute(&start, b"relid")
                    .and_then(|relation| relations.targets.get(&relation));
                if let (Some(shape), Some(target)) = (&mut shape, target) {
                    shape.target.clone_from(target);
                }
            }
            b"Anchor" => in_anchor = true,
            _ => {}
        },
        Piece::Text(text) if in_anchor => {
            let text = String::from_utf8_lossy(text);
            let numbers: Vec<i64> = text
                .split(',')
                .filter_map(|number| number.trim().parse().ok())
                .collect();
            if let Some(shape) = &mut shape {
                shape.anchor = numbers.try_into().ok().or(shape.anchor);
            }
        }
        Piece::End(b"Anchor") => in_anchor = false,
        Piece::End(_) | Piece::Text(_) => {}
    });
    shapes.extend(shape.filter(is_shown));
}

/// Its own id, not that of a prefix.
fn id_of(start: &BytesStart<'_>) -> Option<String> {
    let id = start
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.as_ref() == b"id")?;
    Some(String::from_utf8_lossy(&id.value).into_owned())
}
