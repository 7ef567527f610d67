//! Formulas are drawn: LaTeX in Markdown, Office's own, and the pictures of
//! the equation editors.

use wenyuan_convert::WarningKind;

use crate::hostile::make;
use crate::pdfs::ink;
use crate::support::{Kept, convert, docx_of, text_of};

#[test]
fn formulas_of_markdown_are_drawn_and_read() {
    let text = "勾股定理 $a^2+b^2=c^2$。\n\n$$\\int_0^\\infty e^{-x^2}\\,\\mathrm{d}x=\\frac{\\sqrt{\\pi}}{2}\\tag{1}$$\n\n| 式 |\n|---|\n| $\\mathbb{R}\\ni\\alpha$ |\n\n> - $\\begin{cases}x,&\\text{当 }x\\ge0\\\\-x,&x<0\\end{cases}$\n";
    let (report, kept) = convert(text.as_bytes(), "式.md").unwrap();
    assert_eq!(report.warnings, []);
    let read = text_of(&kept);
    for piece in ["勾股定理", "+", "=", "∫", "π", "(1)", "α", "∞", "当", "≥"] {
        assert!(read.contains(piece), "{piece} in {read}");
    }
    assert!(!read.contains('$') && !read.contains('\\'), "{read}");
    assert!(!read.contains('𝑎'), "{read}");
}

#[test]
fn a_formula_that_cannot_be_read_is_shown_as_its_source() {
    let (report, kept) = convert("$\\nonsense{x}$ $y$\n".as_bytes(), "a.md").unwrap();
    let kinds: Vec<_> = report.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::Formula]);
    assert!(text_of(&kept).contains("$\\nonsense{x}$"));
}

#[test]
fn a_formula_cannot_run_code_and_deep_ones_fit_in_deep_blocks() {
    let deep = format!("{}x{}", "\\sqrt{".repeat(30), "}".repeat(30));
    let quotes = "> ".repeat(12);
    let text = format!(
        "$\\text{{#panic(\"ran\")}} #read(\"/etc/passwd\") \\text{{$x$ [*a*]}}$\n\n{quotes}${deep}$\n\n{quotes}**_~~${deep}$~~_**\n"
    );
    let (report, kept) = convert(text.as_bytes(), "a.md").unwrap();
    assert!(report.pages >= 1);
    assert!(text_of(&kept).contains("panic"));
}

/// A metafile of one black bar, 48 by 30 points.
fn metafile() -> Vec<u8> {
    let mut out = 0x9ac6_cdd7_u32.to_le_bytes().to_vec();
    let mut words: Vec<u16> = vec![0, 0, 0, 960, 600, 1440, 0, 0, 0];
    words.extend([1, 9, 0x300, 0, 0, 2, 0, 0, 0]);
    words.extend([5, 0, 0x020b, 0, 0]);
    words.extend([5, 0, 0x020c, 600, 960]);
    words.extend([7, 0, 0x02fc, 0, 0, 0, 0]);
    words.extend([4, 0, 0x012d, 0]);
    // The bar: bottom, right, top, left.
    words.extend([7, 0, 0x041b, 400, 900, 200, 60]);
    words.extend([3, 0, 0]);
    out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    out
}

fn relationships(targets: &[(&str, &str)]) -> String {
    let images: Vec<(&str, &str, &str, bool)> = targets
        .iter()
        .map(|(id, target)| (*id, "image", *target, false))
        .collect();
    make::relationships(&images)
}

fn equation(relation: &str) -> String {
    format!(
        r#"<w:r><w:rPr><w:position w:val="-24"/></w:rPr><w:object w:dxaOrig="960" w:dyaOrig="600"><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:48pt;height:30pt"><v:imagedata xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/></v:shape><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" ProgID="Equation.DSMT4"/></w:object></w:r>"#
    )
}

/// How many of the pixels of a box on the first page are dark; the box is in
/// points.
fn darkness(kept: &Kept, left: f32, top: f32, right: f32, bottom: f32) -> f32 {
    ink(&kept.pages[0], [left, top, right, bottom])
}

#[test]
fn an_equation_object_is_drawn_in_its_line() {
    let body = format!(
        "<w:p><w:r><w:t>前</w:t></w:r>{}<w:r><w:t>后</w:t></w:r></w:p>",
        equation("rId9")
    );
    let relations = relationships(&[("rId9", "media/image1.wmf")]);
    let bytes = docx_of(
        "",
        &body,
        &[
            ("word/_rels/document.xml.rels", relations.as_bytes()),
            ("word/media/image1.wmf", &metafile()),
        ],
    );
    let (report, kept) = convert(&bytes, "a.docx").unwrap();
    assert_eq!(report.warnings, []);
    let words = &kept.pages[0].text.lines[0].words;
    let find = |text: &str| words.iter().find(|word| word.text == text).unwrap();
    let (before, after) = (find("前"), find("后"));
    assert!(after.x0 - before.x1 > 45.0, "{before:?} {after:?}");
    // The bar lies from a third to two thirds of its height; 12 of the 30
    // points hang below the line.
    let baseline = before.y1 - 0.14 * (before.y1 - before.y0);
    let top = baseline - 18.0;
    let bar = darkness(
        &kept,
        before.x1 + 8.0,
        top + 12.0,
        after.x0 - 8.0,
        top + 18.0,
    );
    assert!(bar > 0.9, "{bar}");
    let below = darkness(
        &kept,
        before.x1 + 8.0,
        top + 22.0,
        after.x0 - 8.0,
        top + 28.0,
    );
    assert!(below < 0.05, "{below}");
}

#[test]
fn a_metafile_that_cannot_be_drawn_is_said() {
    let body = format!("<w:p>{}{}</w:p>", equation("rId9"), equation("rId8"));
    let relations = relationships(&[("rId9", "media/image1.wmf")]);
    let bytes = docx_of(
        "",
        &body,
        &[
            ("word/_rels/document.xml.rels", relations.as_bytes()),
            (
                "word/media/image1.wmf",
                b"\xd7\xcd\xc6\x9a no metafile at all",
            ),
        ],
    );
    let (report, _) = convert(&bytes, "a.docx").unwrap();
    let said: Vec<_> = report
        .warnings
        .iter()
        .map(|warning| (warning.kind, warning.detail.as_str()))
        .collect();
    assert!(
        said.iter()
            .any(|(kind, detail)| *kind == WarningKind::Image && detail.contains("image1.wmf")),
        "{said:?}"
    );
    assert!(
        said.contains(&(
            WarningKind::Formula,
            "2 formulas without a picture of them are left out"
        )),
        "{said:?}"
    );
}

#[test]
fn words_own_formulas_stand_in_their_line_and_cells() {
    const MATH: &str = "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"";
    let formula = |text: &str| {
        format!(
            "<m:oMath {MATH}><m:sSup><m:e><m:r><m:t>{text}</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
        )
    };
    // What means something to the engine is text here.
    let odd = format!("<m:oMath {MATH}><m:r><m:t>#x$\"\\</m:t></m:r></m:oMath>");
    let body = format!(
        "<w:p><w:r><w:t>设</w:t></w:r>{}<w:r><w:t>为正</w:t></w:r>{odd}</w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>格</w:t></w:r>{}</w:p></w:tc></w:tr></w:tbl><w:p><m:oMathPara {MATH}>{}</m:oMathPara></w:p>",
        formula("x"),
        formula("y"),
        formula("z")
    );
    let (report, kept) = convert(&docx_of("", &body, &[]), "a.docx").unwrap();
    assert_eq!(report.warnings, []);
    let read = text_of(&kept);
    let place = |piece: &str| {
        read.find(piece)
            .unwrap_or_else(|| panic!("{piece} in {read}"))
    };
    assert!(
        place("设") < place("x²") && place("x²") < place("为正"),
        "{read}"
    );
    assert!(
        place("格") < place("y²") && place("y²") < place("z²"),
        "{read}"
    );
    assert!(read.contains('#') && read.contains('$'), "{read}");
    let words = &kept.pages[0].text.lines[0].words;
    let find = |text: &str| words.iter().find(|word| word.text == text).unwrap();
    let (before, after) = (find("设"), find("为正"));
    let formula = darkness(&kept, before.x1, before.y0, after.x0, before.y1);
    assert!(formula > 0.02, "{formula}");
}
