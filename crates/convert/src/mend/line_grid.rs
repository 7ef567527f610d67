//! Lines on the grid of a section (文档网格, `w:docGrid w:type="lines"`), which
//! every document of a Chinese Word has.
//!
//! Word puts each line of automatic spacing on it: a Latin line and an empty
//! paragraph too, and one that is higher than a step takes two (微软雅黑 of
//! 10.5 pt on the usual 15.6 pt, 宋体 from 14 pt). The engine lets Latin lines
//! and empty paragraphs be as high as they are, and never takes more than one
//! step (`iterable_if1.docx` comes to one page instead of two). So the height
//! is stated in such paragraphs, as a least one. The engine also takes a least
//! height for an exact one, so that one smaller than the text is raised
//! (`swagger.docx`).

use std::ops::Range;

use quick_xml::events::BytesStart;

use super::look::{Look, Rule, is_east_asian};
use super::paragraph::{self, Tags};
use super::styles::Styles;
use crate::rename::{ThemeFonts, attribute};
use crate::xml::{self, Piece};

/// Twips in a point; `w:line` of automatic spacing is in 240ths of a line.
const TWIPS: f32 = 20.0;
const SINGLE: f32 = 240.0;
/// How much over a step is none.
const ROUNDING: f32 = 1.005;

/// A paragraph while it is open, and until its section ends.
#[derive(Default)]
struct Paragraph {
    /// Not one of a drawing.
    is_word: bool,
    tags: Tags,
    style: Option<String>,
    own: Look,
    mark: Look,
    run: Look,
    height_pt: f32,
    has_east_asian: bool,
    has_text: bool,
    in_cell: bool,
    in_text_box: bool,
}

/// Writes heights into the paragraphs of `word/document.xml`.
pub(super) fn mend(
    xml: &[u8],
    styles: &Styles,
    theme: &ThemeFonts,
    grid_in_cells: bool,
) -> Option<Vec<u8>> {
    let mut walk = Walk {
        xml,
        styles,
        theme,
        grid_in_cells,
        open: Vec::new(),
        paragraphs: Vec::new(),
        waiting: Vec::new(),
        grid: None,
        edits: Vec::new(),
    };
    xml::walk(xml, |piece, place| match piece {
        Piece::Start(start) => {
            walk.see(&start, place, false);
            walk.open.push(start.local_name().as_ref().to_vec());
        }
        Piece::Empty(start) => {
            walk.see(&start, place, true);
            walk.close(start.local_name().as_ref());
        }
        Piece::End(_) => {
            if let Some(name) = walk.open.pop() {
                walk.close(&name);
            }
        }
        Piece::Text(text) => {
            if walk.open.last().is_some_and(|name| name == b"t") {
                walk.see_text(&String::from_utf8_lossy(text));
            }
        }
    });
    xml::apply(xml, walk.edits)
}

struct Walk<'x> {
    xml: &'x [u8],
    styles: &'x Styles,
    theme: &'x ThemeFonts,
    grid_in_cells: bool,
    open: Vec<Vec<u8>>,
    /// Paragraphs that are open: one, or more inside text boxes.
    paragraphs: Vec<Paragraph>,
    /// Those whose section has not ended.
    waiting: Vec<Paragraph>,
    /// The step of the section that ends here, in points.
    grid: Option<f32>,
    edits: Vec<(Range<usize>, String)>,
}

impl Walk<'_> {
    fn is_in(&self, name: &[u8]) -> bool {
        self.open.iter().any(|element| element == name)
    }

    fn see(&mut self, start: &BytesStart<'_>, tag: Range<usize>, is_empty_tag: bool) {
        let element = start.local_name();
        let element = element.as_ref();
        if element == b"p" {
            self.paragraphs.push(Paragraph {
                is_word: paragraph::is_word(start),
                tags: Tags::new(start, tag, is_empty_tag),
                in_cell: self.is_in(b"tc"),
                in_text_box: self.is_in(b"txbxContent"),
                ..Paragraph::default()
            });
            return;
        }
        if element == b"docGrid" {
            let snaps = matches!(
                attribute(start, b"type").as_deref(),
                Some("lines" | "linesAndChars" | "snapToChars")
            );
            self.grid = attribute(start, b"linePitch")
                .and_then(|pitch| pitch.parse::<f32>().ok())
                .filter(|pitch| snaps && *pitch > 0.0)
                .map(|pitch| pitch / TWIPS);
            return;
        }
        let parent = self.open.last().map_or(&b""[..], Vec::as_slice);
        let above = self
            .open
            .len()
            .checked_sub(2)
            .map(|i| self.open[i].as_slice());
        let theme = self.theme;
        let Some(paragraph) = self.paragraphs.last_mut() else {
            return;
        };
        match (parent, element) {
            (b"p", b"pPr") => {
                paragraph.tags.see_properties(tag, is_empty_tag);
            }
            (b"pPr", b"pStyle") => paragraph.style = attribute(start, b"val"),
            (b"pPr", _) => {
                if element == b"spacing" {
                    paragraph.tags.spacing = Some(tag);
                }
                paragraph.own.see_paragraph_property(start);
            }
            (b"rPr", b"rStyle") if above == Some(b"r") => {
                let style = attribute(start, b"val");
                let below = self.styles.of_style(style.as_deref());
                paragraph.run = paragraph.run.over(&below);
            }
            (b"rPr", _) if above == Some(b"pPr") => paragraph.mark.see_run_property(start, theme),
            (b"rPr", _) if above == Some(b"r") => paragraph.run.see_run_property(start, theme),
            (_, b"r") => paragraph.run = Look::default(),
            _ => {}
        }
    }

    fn see_text(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else {
            return;
        };
        if text.is_empty() {
            return;
        }
        let below = self.styles.of_paragraph(paragraph.style.as_deref());
        let height = paragraph.run.over(&below).line_height_pt(text);
        paragraph.height_pt = paragraph.height_pt.max(height);
        paragraph.has_text = true;
        paragraph.has_east_asian |= text.chars().any(is_east_asian);
    }

    fn close(&mut self, element: &[u8]) {
        if element == b"p" {
            let paragraph = self.paragraphs.pop();
            self.waiting
                .extend(paragraph.filter(|paragraph| paragraph.is_word));
        } else if element == b"sectPr" {
            let grid = self.grid.take();
            // A section that ends inside a paragraph holds that one, too.
            let here = std::mem::take(&mut self.waiting);
            for paragraph in here {
                self.place(&paragraph, grid);
            }
        }
    }

    /// States the height of a paragraph's lines where the engine's differs.
    fn place(&mut self, paragraph: &Paragraph, grid: Option<f32>) {
        let below = self.styles.of_paragraph(paragraph.style.as_deref());
        let look = paragraph.own.over(&below);
        let height = if paragraph.has_text {
            paragraph.height_pt
        } else {
            paragraph.mark.over(&below).line_height_pt("")
        };
        let (line, rule) = look.line.unwrap_or((SINGLE, Rule::Auto));
        let least = match rule {
            Rule::Exact => return,
            Rule::AtLeast if line / TWIPS >= height || !paragraph.has_text => return,
            Rule::AtLeast => height,
            Rule::Auto => {
                let on_grid = look.snaps.unwrap_or(true)
                    && !paragraph.in_text_box
                    && (!paragraph.in_cell || self.grid_in_cells);
                let Some(step) = grid.filter(|_| on_grid) else {
                    return;
                };
                // Within a step the engine does as Word, for Chinese.
                if paragraph.has_east_asian && height <= step * ROUNDING {
                    return;
                }
                // 2.41 lines (标题 1) are that many steps, and not of its height.
                let unit = step * line / SINGLE;
                (height / unit / ROUNDING).ceil().max(1.0) * unit
            }
        };
        let twips = (least * TWIPS).round() as i32;
        let edit = paragraph.tags.with_line(self.xml, twips, "atLeast");
        self.edits.push(edit);
    }
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::mend::styles::Styles;
    use crate::rename::ThemeFonts;

    const GRID: &str = r#"<w:sectPr><w:docGrid w:type="lines" w:linePitch="312"/></w:sectPr>"#;

    fn mended(body: &str) -> String {
        let styles = r#"<w:styles><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:rPr><w:sz w:val="21"/></w:rPr></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/><w:rPr><w:sz w:val="28"/></w:rPr></w:style></w:styles>"#;
        let theme = ThemeFonts::default();
        let styles = Styles::read(styles.as_bytes(), &theme);
        let xml = format!("<w:body>{body}</w:body>");
        mend(xml.as_bytes(), &styles, &theme, false)
            .map_or(xml, |bytes| String::from_utf8(bytes).unwrap())
    }

    fn lines(body: &str) -> Vec<String> {
        mended(body)
            .split("w:line=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn latin_and_empty_lines_take_a_step_and_high_ones_two() {
        let latin = "<w:p><w:r><w:t>Latin</w:t></w:r></w:p>";
        let body = format!(
            "<w:p/><w:p><w:pPr/></w:p>{latin}<w:p><w:pPr><w:pStyle w:val=\"b\"/></w:pPr><w:r><w:t>四号</w:t></w:r></w:p>{GRID}"
        );
        assert_eq!(lines(&body), ["312", "312", "312", "624"]);
        assert!(mended(&body).starts_with("<w:body><w:p><w:pPr><w:spacing"));
        // A heading of 2.41 lines takes as many steps, not as many of its height.
        let heading = r#"<w:p><w:pPr><w:pStyle w:val="b"/><w:spacing w:line="578"/></w:pPr><w:r><w:t>标题</w:t></w:r></w:p>"#;
        assert_eq!(lines(&format!("{heading}{GRID}")), ["751"]);
        // The engine does this itself.
        assert!(lines(&format!("<w:p><w:r><w:t>五号</w:t></w:r></w:p>{GRID}")).is_empty());
        // A grid without a type is none, and a paragraph may leave it.
        let none = r#"<w:sectPr><w:docGrid w:linePitch="312"/></w:sectPr>"#;
        assert!(lines(&format!("{latin}{none}")).is_empty());
        let off = r#"<w:p><w:pPr><w:snapToGrid w:val="0"/></w:pPr></w:p>"#;
        assert!(lines(&format!("{off}{GRID}")).is_empty());
    }

    #[test]
    fn spacing_that_is_there_is_kept_but_for_its_line() {
        let body = format!(
            r#"<w:p><w:pPr><w:spacing w:before="120" w:line="360" w:lineRule="auto"/></w:pPr></w:p>{GRID}"#
        );
        assert!(
            mended(&body)
                .contains(r#"<w:spacing w:before="120" w:line="468" w:lineRule="atLeast"/>"#)
        );
        let exact = r#"<w:p><w:pPr><w:spacing w:line="560" w:lineRule="exact"/></w:pPr></w:p>"#;
        assert_eq!(lines(&format!("{exact}{GRID}")), ["560"]);
    }

    /// Its end was taken for that of the paragraph around.
    #[test]
    fn a_paragraph_of_a_drawing_is_none() {
        let drawing =
            "<w:r><w:drawing><a:p><a:pPr/><a:r><a:t>高</a:t></a:r></a:p></w:drawing></w:r>";
        let text = "<w:r><w:t>Latin</w:t></w:r>";
        let body = format!("<w:p>{drawing}{text}</w:p><w:p/>{GRID}");
        let line = r#"<w:pPr><w:spacing w:line="312" w:lineRule="atLeast"/></w:pPr>"#;
        let expected = format!("<w:p>{line}{drawing}{text}</w:p><w:p>{line}</w:p>{GRID}");
        assert_eq!(mended(&body), format!("<w:body>{expected}</w:body>"));
    }

    #[test]
    fn a_least_height_below_the_text_is_raised() {
        let body = r#"<w:p><w:pPr><w:spacing w:line="100" w:lineRule="atLeast"/></w:pPr><w:r><w:t>文渊</w:t></w:r></w:p><w:sectPr/>"#;
        assert_eq!(lines(body), ["273"]);
    }

    #[test]
    fn a_section_ends_with_the_paragraph_that_says_so() {
        let body = format!(
            "<w:p/><w:p><w:pPr>{GRID}</w:pPr></w:p><w:p/><w:sectPr><w:docGrid w:linePitch=\"312\"/></w:sectPr>"
        );
        // The one that holds the section's end is left to the engine.
        assert_eq!(lines(&body), ["312"]);
    }
}
