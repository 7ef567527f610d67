//! Each format once, made here.

use wenyuan_convert::{Format, WarningKind};

use crate::support::{convert, docx_of, pdf_of, text_of, zip_of};

#[test]
fn a_text_file_in_gb18030_is_read() {
    let text = "文化厅学习实践活动总结\n\n　　加强乡镇文化站建设，服务广大群众。\n\t缩进\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    let (report, kept) = convert(&bytes, "总结.txt").unwrap();
    assert_eq!((report.format, report.pages), (Format::Text, 1));
    let read = text_of(&kept);
    assert!(
        read.contains("加强乡镇文化站建设，服务广大群众。"),
        "{read}"
    );
    assert!(read.starts_with("文化厅学习实践活动总结\n"), "{read}");
}

#[test]
fn a_long_line_wraps_and_form_feeds_begin_pages() {
    let text = format!("{}\u{c}第二页\n", "长".repeat(200));
    let (report, kept) = convert(text.as_bytes(), "a.txt").unwrap();
    assert_eq!(report.pages, 2);
    let page = &kept.pages[0];
    assert!(page.text.lines.len() >= 5);
    let edge = page.width_pt - 60.0;
    let words = page.text.lines.iter().flat_map(|line| &line.words);
    assert!(words.into_iter().all(|word| word.x1 <= edge));
    assert_eq!(page.text.plain().matches('长').count(), 200);
}

#[test]
fn markdown_is_set_with_its_tables() {
    let text = "# 年度报告\n\n正文 **加粗**、`代码` 与[链接](http://example.org)。\n\n| 年 | 件数 |\n|---|---:|\n| 2022 | 15 |\n| 2023 | 28 |\n\n1. 甲\n2. 乙\n   - 丙\n\n- [x] 完成\n\n> 引文\n\n```rust\nfn main() {}\n```\n\n![图示](a.png)\n\n脚注[^1]\n\n[^1]: 注文\n\n$E=mc^2$\n";
    let (report, kept) = convert(text.as_bytes(), "报告.md").unwrap();
    assert_eq!(report.format, Format::Markdown);
    assert_eq!(report.title.as_deref(), Some("年度报告"));
    let read = text_of(&kept);
    for piece in [
        "年度报告",
        "加粗",
        "2023",
        "28",
        "丙",
        "引文",
        "fn main",
        "图示",
        "注文",
    ] {
        assert!(read.contains(piece), "{piece} in {read}");
    }
    let kinds: Vec<_> = report.warnings.iter().map(|warning| warning.kind).collect();
    assert!(kinds.contains(&WarningKind::Image), "{kinds:?}");
}

#[test]
fn a_wrong_name_is_a_warning_and_not_a_refusal() {
    let file = docx_of("", "<w:p><w:r><w:t>文渊</w:t></w:r></w:p>", &[]);
    let (report, kept) = convert(&file, "报告.pdf").unwrap();
    assert_eq!(report.format, Format::Docx);
    assert_eq!(report.warnings[0].kind, WarningKind::WrongName);
    assert!(text_of(&kept).contains("文渊"));
    let (report, _) = convert(&file, "报告.docx").unwrap();
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
}

#[test]
fn a_pdf_is_kept_as_it_is() {
    let file = pdf_of(3);
    let (report, kept) = convert(&file, "a.pdf").unwrap();
    assert_eq!(kept.pdf, file);
    assert_eq!(report.pages, 3);
    assert_eq!(report.page_sizes[0], [200.0, 100.0]);
    let numbers: Vec<u32> = kept.pages.iter().map(|page| page.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn macros_and_links_elsewhere_are_reported() {
    let body = "<w:p><w:r><w:t>文渊</w:t></w:r></w:p>";
    let relationships = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://example.org/a.png" TargetMode="External"/></Relationships>"#;
    let file = docx_of(
        "",
        body,
        &[
            ("word/vbaProject.bin", b"macro"),
            ("word/_rels/document.xml.rels", relationships.as_bytes()),
        ],
    );
    let (report, _) = convert(&file, "a.docm").unwrap();
    let kinds: Vec<_> = report.warnings.iter().map(|warning| warning.kind).collect();
    assert!(kinds.contains(&WarningKind::Macro) && kinds.contains(&WarningKind::External));
}

#[test]
fn a_pdf_that_names_a_chinese_font_without_carrying_it_is_drawn() {
    let content = "BT /F1 24 Tf 20 40 Td <65876e0a> Tj ET";
    let file = format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n5 0 obj\n<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>\nendobj\n6 0 obj\n<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>\nendobj\ntrailer<</Root 1 0 R/Size 7>>\n%%EOF\n",
        content.len()
    );
    let (report, kept) = convert(file.as_bytes(), "a.pdf").unwrap();
    assert!(text_of(&kept).contains("文"), "{}", text_of(&kept));
    assert_eq!(report.fonts[0].used, "Wenyuan Song");
    // Ink on the page: more than the file of an empty one.
    let (_, empty) = convert(&pdf_of(1), "b.pdf").unwrap();
    assert!(kept.pages[0].wide.webp.len() > empty.pages[0].wide.webp.len() + 300);
}

#[test]
fn chinese_without_a_chinese_family_is_set_in_hei() {
    // The engine takes the first family by name that has the characters.
    let body = r#"<w:p><w:r><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/></w:rPr><w:t>文渊</w:t></w:r></w:p>"#;
    let (_, kept) = convert(&docx_of("", body, &[]), "a.docx").unwrap();
    let has = |name: &str| {
        kept.pdf
            .windows(name.len())
            .any(|part| part == name.as_bytes())
    };
    assert!(has("WenyuanHei") && !has("WenyuanFangSong"));
}

#[test]
fn a_part_with_a_byte_order_mark_is_edited_at_the_right_places() {
    // A break outside any run is put into one, by its place in the part.
    let body = "<w:p><w:r><w:t>甲</w:t></w:r></w:p><w:br w:type=\"page\"/><w:p><w:r><w:t>乙</w:t></w:r></w:p>";
    let file = docx_of("", body, &[]);
    let (report, _) = convert(&file, "a.docx").unwrap();
    assert_eq!(report.pages, 2);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        if entry.name().unwrap() == "word/document.xml" {
            content.extend([0xef, 0xbb, 0xbf]);
        }
        std::io::copy(&mut entry, &mut content).unwrap();
        parts.push((entry.name().unwrap().into_owned(), content));
    }
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    let (report, kept) = convert(&zip_of(&parts), "a.docx").unwrap();
    assert_eq!((report.pages, text_of(&kept).contains('乙')), (2, true));
}
