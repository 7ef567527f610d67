//! Characters on the grid of a section (指定行和字符网格, `w:docGrid
//! w:type="linesAndChars"`): Word widens or narrows every character by
//! `w:charSpace`, so that a line of an official document holds 28. The engine
//! does not read it. It knows the spacing of characters, so the same amount is
//! stated among the defaults of all runs.

use crate::detect::find;
use crate::rename::attribute;
use crate::xml::{self, Piece};

/// Parts of a point in which `w:charSpace` is counted.
const PARTS: f32 = 4096.0;
const TWIPS: f32 = 20.0;

/// The widening that the document's last grid asks for, in twips.
pub(super) fn of_document(xml: &[u8]) -> i32 {
    let mut twips = 0;
    if find(xml, b"charSpace").is_none() {
        return twips;
    }
    xml::walk(xml, |piece, _| {
        if let Piece::Start(start) | Piece::Empty(start) = piece
            && start.local_name().as_ref() == b"docGrid"
        {
            let of_characters = matches!(
                attribute(&start, b"type").as_deref(),
                Some("linesAndChars" | "snapToChars")
            );
            // Producers write negative numbers as 32 bits without a sign, too.
            let space = attribute(&start, b"charSpace")
                .filter(|_| of_characters)
                .and_then(|value| value.parse::<i64>().ok())
                .map_or(0, |value| value as i32);
            twips = (space as f32 / PARTS * TWIPS).round() as i32;
        }
    });
    twips
}

/// States the widening in `word/styles.xml`.
pub(super) fn mend(xml: &[u8], twips: i32) -> Option<Vec<u8>> {
    if twips == 0 {
        return None;
    }
    let mut edits = Vec::new();
    let mut in_defaults = false;
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) => match start.local_name().as_ref() {
            b"rPrDefault" => in_defaults = true,
            b"rPr" if in_defaults => {
                let prefix = xml::prefix_of(&start);
                let spacing = format!("<{prefix}spacing {prefix}val=\"{twips}\"/>");
                edits.push((place.end..place.end, spacing));
            }
            _ => {}
        },
        Piece::End(name) if name == b"rPrDefault" => in_defaults = false,
        _ => {}
    });
    xml::apply(xml, edits)
}

#[cfg(test)]
mod tests {
    use super::{mend, of_document};

    #[test]
    fn the_grid_of_an_official_document_narrows_its_characters() {
        let grid = |kind: &str, space: &str| {
            of_document(
                format!(r#"<w:docGrid w:type="{kind}" w:linePitch="579" w:charSpace="{space}"/>"#)
                    .as_bytes(),
            )
        };
        assert_eq!(grid("linesAndChars", "-849"), -4);
        assert_eq!(grid("linesAndChars", "4294966447"), -4);
        assert_eq!(grid("lines", "-849"), 0);
        let styles = "<w:rPrDefault><w:rPr><w:sz/></w:rPr></w:rPrDefault><w:rPr/>";
        let mended = String::from_utf8(mend(styles.as_bytes(), -4).unwrap()).unwrap();
        assert_eq!(
            mended,
            styles.replacen("<w:sz/>", "<w:spacing w:val=\"-4\"/><w:sz/>", 1)
        );
    }
}
