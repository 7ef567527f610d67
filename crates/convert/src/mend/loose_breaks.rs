//! Breaks (`w:br`) outside any run: Word and LibreOffice take them as if they
//! stood in one, the engine leaves them out (`tdf108714.docx`).

use crate::xml::{self, Piece};
use std::ops::Range;

/// Puts loose breaks in `word/document.xml` into a run, and a paragraph where
/// there is none.
pub(super) fn mend(xml: &[u8]) -> Option<Vec<u8>> {
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) => open.push(start.local_name().as_ref().to_vec()),
        Piece::Empty(start) if start.local_name().as_ref() == b"br" => {
            let prefix = xml::prefix_of(&start);
            let (before, after) = match open.last().map(Vec::as_slice) {
                Some(b"body" | b"tc") => (
                    format!("<{prefix}p><{prefix}r>"),
                    format!("</{prefix}r></{prefix}p>"),
                ),
                Some(b"p") => (format!("<{prefix}r>"), format!("</{prefix}r>")),
                _ => return,
            };
            let own = String::from_utf8_lossy(xml.get(place.clone()).unwrap_or_default());
            edits.push((place, format!("{before}{own}{after}")));
        }
        Piece::End(_) => {
            open.pop();
        }
        Piece::Empty(_) | Piece::Text(_) => {}
    });
    xml::apply(xml, edits)
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn loose_breaks_get_a_run_and_others_stay() {
        let xml =
            b"<w:body><w:p/><w:br w:type=\"page\"/><w:p><w:br/><w:r><w:br/></w:r></w:p></w:body>";
        let mended = String::from_utf8(mend(xml).unwrap()).unwrap();
        assert_eq!(
            mended,
            "<w:body><w:p/><w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>\
             <w:p><w:r><w:br/></w:r><w:r><w:br/></w:r></w:p></w:body>"
        );
        assert_eq!(
            mend(b"<w:body><w:p><w:r><w:br/></w:r></w:p></w:body>"),
            None
        );
    }
}
