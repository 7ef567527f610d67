//! Formulas are drawn: LaTeX in Markdown, Office's own, and the pictures of
//! the equation editors.

use wenyuan_convert::WarningKind;

use crate::support::{convert, text_of};

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
