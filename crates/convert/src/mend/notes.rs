//! Footnotes and endnotes (脚注, 尾注) whose mark has no style: the engine knows
//! the mark by the style's name, `footnote reference`, and loses note and mark
//! without it. So the marks get the style, and the file gets it if it has none.

use super::edit::{self, Piece};
use crate::rename::attribute;

const NAMES: [&str; 2] = ["footnote reference", "endnote reference"];
/// The style that is added.
const OWN_ID: &str = "WenyuanNoteReference";

/// Whether `word/document.xml` has notes.
pub(super) fn are_in(document: &[u8]) -> bool {
    [&b"footnoteReference"[..], b"endnoteReference"]
        .iter()
        .any(|name| crate::detect::find(document, name).is_some())
}

/// The identifier of the style for marks, from `word/styles.xml`.
pub(super) fn style_id(styles: &[u8]) -> Option<String> {
    let mut found = None;
    let mut id = None;
    edit::walk(styles, |piece, _| {
        if let Piece::Start(start) | Piece::Empty(start) = piece {
            match start.local_name().as_ref() {
                b"style" => id = attribute(&start, b"styleId"),
                b"name" => {
                    let name = attribute(&start, b"val").unwrap_or_default();
                    if NAMES.contains(&name.to_lowercase().as_str()) && found.is_none() {
                        found.clone_from(&id);
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
    edit::walk(xml, |piece, place| match piece {
        Piece::Start(start) if start.local_name().as_ref() == b"styles" => {
            prefix = edit::prefix_of(&start);
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
    edit::apply(xml, edits)
}

/// Gives the style to marks without one in `word/document.xml`.
pub(super) fn mend(xml: &[u8], style: Option<&str>) -> Option<Vec<u8>> {
    let id = quick_xml::escape::escape(style.unwrap_or(OWN_ID)).into_owned();
    let mut edits = Vec::new();
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut run = Run::default();
    edit::walk(xml, |piece, place| {
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
            b"r" => run = Run::new(place.end, edit::prefix_of(&start)),
            b"rPr" if in_run && !is_empty => run.properties = Some(place.end),
            b"rStyle" => run.has_style = true,
            b"footnoteReference" | b"endnoteReference" if in_run && !run.has_style => {
                let p = &run.prefix;
                let style = format!("<{p}rStyle {p}val=\"{id}\"/>");
                edits.push(match run.properties {
                    Some(at) => (at..at, style),
                    None => (run.start..run.start, format!("<{p}rPr>{style}</{p}rPr>")),
                });
            }
            _ => {}
        }
        if !is_empty {
            open.push(name);
        }
    });
    edit::apply(xml, edits)
}

#[derive(Default)]
struct Run {
    start: usize,
    prefix: String,
    properties: Option<usize>,
    has_style: bool,
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
    use super::{add_style, mend, style_id};

    #[test]
    fn marks_get_the_style_that_the_engine_looks_for() {
        let styles = r#"<w:styles><w:style w:styleId="a9"><w:name w:val="Footnote Reference"/></w:style></w:styles>"#;
        assert_eq!(style_id(styles.as_bytes()).unwrap(), "a9");
        let bare = r#"<w:r><w:footnoteReference w:id="1"/></w:r>"#;
        let mended = String::from_utf8(mend(bare.as_bytes(), Some("a9")).unwrap()).unwrap();
        assert_eq!(
            mended,
            r#"<w:r><w:rPr><w:rStyle w:val="a9"/></w:rPr><w:footnoteReference w:id="1"/></w:r>"#
        );
        assert_eq!(mend(mended.as_bytes(), Some("a9")), None);
        let added = add_style(b"<w:styles><w:style/></w:styles>").unwrap();
        assert_eq!(style_id(&added).unwrap(), super::OWN_ID);
    }
}
