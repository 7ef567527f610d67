//! Footnotes and endnotes (脚注, 尾注) whose mark has another style than Word
//! gives it, or none: the engine knows the mark by the style's name, `footnote
//! reference`, and loses note and mark without it (`tdf129659.docx`). So the
//! marks get the style, and the file gets it if it has none.

use std::ops::Range;

use crate::rename::attribute;
use crate::xml::{self, Piece};

const NAMES: [&str; 2] = ["footnote reference", "endnote reference"];
/// The style that is added.
const OWN_ID: &str = "WenyuanNoteReference";

/// Whether `word/document.xml` has notes.
pub(super) fn are_in(document: &[u8]) -> bool {
    [&b"footnoteReference"[..], b"endnoteReference"]
        .iter()
        .any(|name| crate::detect::find(document, name).is_some())
}

/// The identifiers of the styles for marks, from `word/styles.xml`.
pub(super) fn style_ids(styles: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut id = None;
    xml::walk(styles, |piece, _| {
        if let Piece::Start(start) | Piece::Empty(start) = piece {
            match start.local_name().as_ref() {
                b"style" => id = attribute(&start, b"styleId"),
                b"name" => {
                    let name = attribute(&start, b"val").unwrap_or_default();
                    if NAMES.contains(&name.to_lowercase().as_str()) {
                        found.extend(id.clone());
                    }
                }
                _ => {}
            }
        }
    });
    found
}

/// Adds the style to `word/styles.xml`, which has none.
pub(super) fn add_style(xml: &[u8]) -> Option<Vec<u8>> {
    let mut edits = Vec::new();
    let mut prefix = String::new();
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) if start.local_name().as_ref() == b"styles" => {
            prefix = xml::prefix_of(&start);
        }
        Piece::End(name) if name == b"styles" => {
            let p = &prefix;
            let style = format!(
                r#"<{p}style {p}type="character" {p}styleId="{OWN_ID}"><{p}name {p}val="footnote reference"/><{p}rPr><{p}vertAlign {p}val="superscript"/></{p}rPr></{p}style>"#
            );
            edits.push((place.start..place.start, style));
        }
        _ => {}
    });
    xml::apply(xml, edits)
}

/// Gives the style to marks without one in `word/document.xml`.
pub(super) fn mend(xml: &[u8], styles: &[String]) -> Option<Vec<u8>> {
    let id = quick_xml::escape::escape(styles.first().map_or(OWN_ID, String::as_str));
    let mut edits = Vec::new();
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut run = Run::default();
    xml::walk(xml, |piece, place| {
        let (start, is_empty) = match piece {
            Piece::Start(start) => (start, false),
            Piece::Empty(start) => (start, true),
            Piece::End(_) => {
                open.pop();
                return;
            }
            Piece::Text(_) => return,
        };
        let name = start.local_name().as_ref().to_vec();
        let in_run = open.last().is_some_and(|parent| parent == b"r");
        match name.as_slice() {
            b"r" => run = Run::new(place.end, xml::prefix_of(&start)),
            b"rPr" if in_run && !is_empty => run.properties = Some(place.end),
            b"rStyle" if is_empty => {
                let known = attribute(&start, b"val").is_some_and(|id| styles.contains(&id));
                run.style = Some((place, known));
            }
            b"footnoteReference" | b"endnoteReference" if in_run => {
                let p = &run.prefix;
                let style = format!("<{p}rStyle {p}val=\"{id}\"/>");
                match (run.style.take(), run.properties) {
                    (Some((_, true)), _) => {}
                    (Some((tag, false)), _) => edits.push((tag, style)),
                    (None, Some(at)) => edits.push((at..at, style)),
                    (None, None) => {
                        let at = run.start;
                        edits.push((at..at, format!("<{p}rPr>{style}</{p}rPr>")));
                    }
                }
            }
            _ => {}
        }
        if !is_empty {
            open.push(name);
        }
    });
    xml::apply(xml, edits)
}

#[derive(Default)]
struct Run {
    start: usize,
    prefix: String,
    properties: Option<usize>,
    /// The tag of its style, and whether that is one for marks.
    style: Option<(Range<usize>, bool)>,
}

impl Run {
    fn new(start: usize, prefix: String) -> Self {
        Self {
            start,
            prefix,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{add_style, mend, style_ids};

    #[test]
    fn marks_get_the_style_that_the_engine_looks_for() {
        let styles = r#"<w:styles><w:style w:styleId="a9"><w:name w:val="Footnote Reference"/></w:style></w:styles>"#;
        let ids = style_ids(styles.as_bytes());
        assert_eq!(ids, ["a9"]);
        let whole =
            r#"<w:r><w:rPr><w:rStyle w:val="a9"/></w:rPr><w:footnoteReference w:id="1"/></w:r>"#;
        for given in [
            whole.replace(r#"<w:rPr><w:rStyle w:val="a9"/></w:rPr>"#, ""),
            whole.replace(r#"<w:rStyle w:val="a9"/>"#, ""),
            whole.replace("a9", "own"),
        ] {
            let mended = mend(given.as_bytes(), &ids).unwrap();
            assert_eq!(String::from_utf8(mended).unwrap(), whole);
        }
        assert_eq!(mend(whole.as_bytes(), &ids), None);
        let added = add_style(b"<w:styles><w:style/></w:styles>").unwrap();
        assert_eq!(style_ids(&added), [super::OWN_ID]);
    }
}
