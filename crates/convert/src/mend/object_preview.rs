//! Objects of other programs (OLE, `w:object`): Word shows the picture that the
//! file keeps of them, the engine leaves them out and closes the gap
//! (`testWORD_embeded.docx`). So each becomes a picture in the line, of the size
//! that its VML shape states.

use std::ops::Range;

use super::edit::{self, Piece};
use crate::rename::attribute;

/// EMU in a point, the unit of DrawingML.
const EMU: f32 = 12_700.0;
/// No picture is larger than the largest sheet that Word has, in points.
const MAX_PT: f32 = 1584.0;

/// Exchanges the objects in `word/document.xml` for their pictures.
pub(super) fn mend(xml: &[u8]) -> Option<Vec<u8>> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut object: Option<Object> = None;
    edit::walk(xml, |piece, place| match piece {
        Piece::Start(start) | Piece::Empty(start) => match start.local_name().as_ref() {
            b"object" if object.is_none() => {
                object = Some(Object {
                    start: place.start,
                    prefix: edit::prefix_of(&start),
                    size_pt: None,
                    picture: None,
                });
            }
            b"shape" | b"rect" => {
                if let Some(object) = &mut object {
                    let style = attribute(&start, b"style").unwrap_or_default();
                    object.size_pt = object.size_pt.or(size_of(&style));
                }
            }
            b"imagedata" => {
                if let Some(object) = &mut object {
                    object.picture = object.picture.take().or(attribute(&start, b"id"));
                }
            }
            _ => {}
        },
        Piece::End(name) if name == b"object" => {
            let number = edits.len() + 1;
            if let Some((start, drawing)) = object.take().and_then(|it| it.drawing(number)) {
                edits.push((start..place.end, drawing));
            }
        }
        Piece::End(_) | Piece::Text(_) => {}
    });
    edit::apply(xml, edits)
}

struct Object {
    start: usize,
    prefix: String,
    size_pt: Option<(f32, f32)>,
    picture: Option<String>,
}

impl Object {
    fn drawing(self, number: usize) -> Option<(usize, String)> {
        const WP: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
        const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
        const PIC: &str = "http://schemas.openxmlformats.org/drawingml/2006/picture";
        const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        // Numbers of drawings that no file comes to.
        let number = 900_000 + number;
        let (width, height) = self.size_pt?;
        let (cx, cy) = ((width * EMU) as i64, (height * EMU) as i64);
        // Still escaped, as it stood in the file.
        let (id, p) = (self.picture?, self.prefix);
        Some((
            self.start,
            format!(
                r#"<{p}drawing><wp:inline xmlns:wp="{WP}" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="{number}" name="object"/><a:graphic xmlns:a="{A}"><a:graphicData uri="{PIC}"><pic:pic xmlns:pic="{PIC}"><pic:nvPicPr><pic:cNvPr id="{number}" name="object"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r="{R}" r:embed="{id}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></{p}drawing>"#
            ),
        ))
    }
}

/// Width and height that a VML style states, in points.
fn size_of(style: &str) -> Option<(f32, f32)> {
    let of = |name: &str| {
        style.split(';').find_map(|rule| {
            let (key, value) = rule.split_once(':')?;
            (key.trim() == name).then(|| length_pt(value.trim()))?
        })
    };
    Some((of("width")?, of("height")?))
}

fn length_pt(value: &str) -> Option<f32> {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let points = match &value[digits.len()..] {
        "in" => 72.0,
        "cm" => 72.0 / 2.54,
        "mm" => 7.2 / 2.54,
        "px" => 0.75,
        _ => 1.0,
    };
    let length = digits.trim().parse::<f32>().ok()? * points;
    (length > 0.0 && length <= MAX_PT).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::{mend, size_of};

    #[test]
    fn an_object_becomes_its_picture() {
        let object = r#"<w:r><w:object><v:shape style="width:54pt;height:.5in"><v:imagedata r:id="rId8"/></v:shape><o:OLEObject ProgID="Package"/></w:object></w:r>"#;
        let mended = String::from_utf8(mend(object.as_bytes()).unwrap()).unwrap();
        assert!(mended.starts_with("<w:r><w:drawing><wp:inline"), "{mended}");
        assert!(
            mended.contains(r#"r:embed="rId8""#) && mended.contains(r#"cx="685800" cy="457200""#)
        );
        assert!(mended.ends_with("</w:drawing></w:r>") && !mended.contains("OLEObject"));
        // Without a size or a picture there is nothing to show.
        assert_eq!(mend(b"<w:object><o:OLEObject/></w:object>"), None);
    }

    #[test]
    fn sizes_are_read_in_every_unit() {
        assert_eq!(size_of("width:2.54cm; height:96px"), Some((72.0, 72.0)));
        assert_eq!(size_of("width:auto;height:3pt"), None);
        assert_eq!(size_of("width:-4pt;height:3pt"), None);
    }
}
