//! Content controls (内容控件, `w:sdt`) around pictures: Word shows what is in
//! them like anything else, the engine leaves out the pictures of some
//! (`memo.docx`). So those that hold a picture are taken off it.

use crate::xml::{self, Piece};
use std::ops::Range;

/// Takes the controls in `word/document.xml` off what they hold, where that
/// has a picture.
pub(super) fn mend(xml: &[u8]) -> Option<Vec<u8>> {
    let mut controls: Vec<Control> = Vec::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) | Piece::Empty(start) => match start.local_name().as_ref() {
            b"sdt" => controls.push(Control {
                start: place.start,
                content: None,
                has_picture: false,
            }),
            b"sdtContent" => {
                if let Some(control) = controls.last_mut() {
                    control.content = Some(place.end..place.end);
                }
            }
            b"drawing" | b"pict" => {
                for control in &mut controls {
                    control.has_picture = true;
                }
            }
            _ => {}
        },
        Piece::End(name) => match name {
            b"sdtContent" => {
                let content = controls.last_mut().and_then(|open| open.content.as_mut());
                if let Some(content) = content {
                    content.end = place.start;
                }
            }
            b"sdt" => {
                let control = controls.pop().filter(|control| control.has_picture);
                if let Some(control) = control
                    && let Some(content) = control.content
                {
                    edits.push((control.start..content.start, String::new()));
                    edits.push((content.end..place.end, String::new()));
                }
            }
            _ => {}
        },
        Piece::Text(_) => {}
    });
    xml::apply(xml, edits)
}

struct Control {
    /// Where its tag begins.
    start: usize,
    /// What it holds.
    content: Option<Range<usize>>,
    has_picture: bool,
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn controls_around_pictures_go_and_others_stay() {
        let plain = "<w:sdt><w:sdtPr/><w:sdtContent><w:p/></w:sdtContent></w:sdt>";
        let inner = "<w:sdt><w:sdtContent><w:r><w:drawing/></w:r></w:sdtContent></w:sdt>";
        let outer = format!(
            "<w:sdt><w:sdtPr><w:id/></w:sdtPr><w:sdtContent><w:p>{inner}</w:p>{plain}</w:sdtContent></w:sdt>"
        );
        let mended = mend(format!("<b>{plain}{outer}</b>").as_bytes()).unwrap();
        assert_eq!(
            String::from_utf8(mended).unwrap(),
            format!("<b>{plain}<w:p><w:r><w:drawing/></w:r></w:p>{plain}</b>")
        );
        assert_eq!(mend(plain.as_bytes()), None);
        // Cut in the middle: nothing to trust.
        assert_eq!(mend(&outer.as_bytes()[..90]), None);
    }
}
