//! Line spacing that a table's style states (表格样式): in Word it stands over
//! the document's defaults, and under what the paragraph or its style says. The
//! engine takes the space after paragraphs from the style and leaves the line
//! to the defaults, so that rows are a sixth too high in every document of a
//! current Word (`word_tables.docx` comes to two pages). So it is stated in the
//! cells' paragraphs.

use std::ops::Range;

use super::look::{Look, Rule};
use super::paragraph::{self, Tags};
use super::styles::Styles;
use crate::rename::attribute;
use crate::xml::{self, Piece};

struct Paragraph {
    tags: Tags,
    style: Option<String>,
    own: Look,
    /// The line of the style of the table that it stands in.
    of_table: Option<(f32, Rule)>,
}

/// States the line spacing of table styles in `word/document.xml`.
pub(super) fn mend(xml: &[u8], styles: &Styles) -> Option<Vec<u8>> {
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut tables: Vec<Option<(f32, Rule)>> = Vec::new();
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut close = |name: &[u8], paragraphs: &mut Vec<Paragraph>| {
        if name == b"p"
            && let Some(paragraph) = paragraphs.pop()
        {
            edits.extend(edit_of(xml, styles, &paragraph));
        }
    };
    xml::walk(xml, |piece, place| {
        let (start, is_empty) = match piece {
            Piece::Start(start) => (start, false),
            Piece::Empty(start) => (start, true),
            Piece::End(name) => {
                open.pop();
                if name == b"tbl" {
                    tables.pop();
                }
                close(name, &mut paragraphs);
                return;
            }
            Piece::Text(_) => return,
        };
        let name = start.local_name().as_ref().to_vec();
        let parent = open.last().map_or(&b""[..], Vec::as_slice);
        match (parent, name.as_slice()) {
            (_, b"tbl") if !is_empty => tables.push(None),
            (b"tblPr", b"tblStyle") => {
                let style = attribute(&start, b"val");
                if let Some(table) = tables.last_mut() {
                    *table = styles.of_style(style.as_deref()).line;
                }
            }
            (_, b"p") => paragraphs.push(Paragraph {
                tags: Tags::new(&start, place, is_empty),
                style: None,
                own: Look::default(),
                of_table: tables
                    .last()
                    .copied()
                    .flatten()
                    .filter(|_| paragraph::is_word(&start) && parent == b"tc"),
            }),
            (b"p", b"pPr") => {
                if let Some(paragraph) = paragraphs.last_mut() {
                    paragraph.tags.see_properties(place, is_empty);
                }
            }
            (b"pPr", _) => {
                if let Some(paragraph) = paragraphs.last_mut() {
                    match name.as_slice() {
                        b"pStyle" => paragraph.style = attribute(&start, b"val"),
                        b"spacing" => paragraph.tags.spacing = Some(place),
                        _ => {}
                    }
                    paragraph.own.see_paragraph_property(&start);
                }
            }
            _ => {}
        }
        if is_empty {
            close(&name, &mut paragraphs);
        } else {
            open.push(name);
        }
    });
    xml::apply(xml, edits)
}

fn edit_of(xml: &[u8], styles: &Styles, paragraph: &Paragraph) -> Option<(Range<usize>, String)> {
    let (line, rule) = paragraph.of_table?;
    let own = paragraph.own.line.is_some();
    if own || styles.states_line(paragraph.style.as_deref()) {
        return None;
    }
    let rule = match rule {
        Rule::Auto => "auto",
        Rule::AtLeast => "atLeast",
        Rule::Exact => "exact",
    };
    Some(paragraph.tags.with_line(xml, line.round() as i32, rule))
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::mend::styles::Styles;
    use crate::rename::ThemeFonts;

    #[test]
    fn cells_take_the_line_of_the_tables_style_but_for_what_they_state() {
        let styles = r#"<w:styles><w:docDefaults><w:pPrDefault><w:pPr><w:spacing w:line="278"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="n"/><w:style w:styleId="h"><w:pPr><w:spacing w:line="300"/></w:pPr></w:style><w:style w:type="table" w:styleId="g"><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:style></w:styles>"#;
        let styles = Styles::read(styles.as_bytes(), &ThemeFonts::default());
        let stated = r#"<w:p><w:pPr><w:spacing w:line="400"/></w:pPr></w:p>"#;
        let styled = r#"<w:p><w:pPr><w:pStyle w:val="h"/></w:pPr></w:p>"#;
        let table = |cell: &str, style: &str| {
            format!(
                "<w:p/><w:tbl><w:tblPr>{style}</w:tblPr><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl><w:p/>"
            )
        };
        let grid = r#"<w:tblStyle w:val="g"/>"#;
        let xml = table(&format!("<w:p/>{stated}{styled}"), grid);
        let mended = String::from_utf8(mend(xml.as_bytes(), &styles).unwrap()).unwrap();
        let plain = r#"<w:p><w:pPr><w:spacing w:line="240" w:lineRule="auto"/></w:pPr></w:p>"#;
        assert_eq!(mended, table(&format!("{plain}{stated}{styled}"), grid));
        assert_eq!(mend(table("<w:p/>", "").as_bytes(), &styles), None);
    }
}
