//! Parts of an Office file: XML in disguise, pictures that are not what they
//! are called, structures that turn in circles or ask for too much.

use std::time::Instant;

use wenyuan_convert::{RefusalKind, WarningKind};

use super::make::{cells, docx, paragraph, picture, pptx, relationships, types, word, xlsx};
use crate::support::{convert, text_of, zip_of};

const DOCTYPE: &str = "<!DOCTYPE x [<!ENTITY a \"文\"><!ENTITY b \"&a;&a;&a;\">]>";

fn kind(file: &[u8], name: &str) -> Option<RefusalKind> {
    convert(file, name).err().map(|refusal| refusal.kind)
}

#[test]
fn a_doctype_hides_in_no_encoding() {
    let xml = format!("{DOCTYPE}<x>&b;</x>");
    let wide =
        |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { xml.encode_utf16().flat_map(bytes).collect() };
    let quad: Vec<u8> = xml
        .chars()
        .flat_map(|letter| u32::from(letter).to_be_bytes())
        .collect();
    let hidden = [
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        [&[0xff, 0xfe], &wide(u16::to_le_bytes)[..]].concat(),
        [&[0xfe, 0xff], &wide(u16::to_be_bytes)[..]].concat(),
        // White space first: neither mark nor bracket to know it by.
        [b"\n\0", &wide(u16::to_le_bytes)[..]].concat(),
        quad,
        [b"\xef\xbb\xbf", xml.as_bytes()].concat(),
        format!("<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?>{xml}").into_bytes(),
        xml.to_ascii_lowercase().into_bytes(),
        format!("<!-- > -->\n{xml}").into_bytes(),
    ];
    for (number, part) in hidden.iter().enumerate() {
        for name in [
            "customXml/item1.xml",
            "customXml/item1.bin",
            "word/media/a.emf",
        ] {
            let file = docx(&paragraph("文"), &[], &[(name, "", part)]);
            assert_eq!(
                kind(&file, "a.docx"),
                Some(RefusalKind::ForbiddenXml),
                "{number} in {name}"
            );
        }
    }
    // UTF-7 is nobody's encoding: as it stands there, it is text.
    let seven = xml.replace('<', "+ADw-").into_bytes();
    let file = docx(&paragraph("文"), &[], &[("customXml/a.xml", "", &seven)]);
    assert_eq!(kind(&file, "a.docx"), None);
}

#[test]
fn a_main_part_under_another_ending_is_checked_all_the_same() {
    let types = types(&[("/word/document.bin", "wordprocessingml.document.main")]);
    let root = relationships(&[("rId1", "officeDocument", "word/document.bin", false)]);
    let document =
        word(&paragraph("文")).replace("?><w:document", &format!("?>{DOCTYPE}<w:document"));
    let file = zip_of(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("word/document.bin", document.as_bytes()),
    ]);
    assert_eq!(kind(&file, "a.docx"), Some(RefusalKind::ForbiddenXml));
    for name in [
        "word/_rels/a.xml.rels",
        "word/drawings/a.vml",
        "word/media/a.svg",
    ] {
        let part = format!("{DOCTYPE}<svg/>");
        let file = docx(&paragraph("文"), &[], &[(name, "", part.as_bytes())]);
        assert_eq!(
            kind(&file, "a.docx"),
            Some(RefusalKind::ForbiddenXml),
            "{name}"
        );
    }
}

#[test]
fn html_to_import_may_say_its_doctype_but_no_entities() {
    let import = |html: &str| {
        docx(
            "<w:altChunk r:id=\"rId5\"/>",
            &[("rId5", "aFChunk", "a.html", false)],
            &[("word/a.html", "", html.as_bytes())],
        )
    };
    let file = import("<!DOCTYPE html><html><body><p>文渊</p></body></html>");
    assert_eq!(kind(&file, "a.docx"), None);
    let file = import("<!doctype html [<!Entity a \"b\">]><html><body>&a;</body></html>");
    assert_eq!(kind(&file, "a.docx"), Some(RefusalKind::ForbiddenXml));
}

#[test]
fn a_million_attributes_and_open_elements_end() {
    let start = Instant::now();
    let attributes: String = (0..200_000)
        .map(|i| format!(" w:a{i}=\"{}\"", i * 7919 % 10_007))
        .collect();
    let file = docx(&format!("<w:p{attributes}/>"), &[], &[]);
    assert_eq!(kind(&file, "a.docx"), None);
    let unclosed: String = (0..100_000)
        .map(|i| format!("<w:p><w:r><w:t>{i}"))
        .collect();
    assert_eq!(
        kind(&docx(&unclosed, &[], &[]), "a.docx"),
        Some(RefusalKind::ForbiddenXml)
    );
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn pictures_are_measured_by_their_content() {
    let side = 60_000_u32;
    let bmp = [
        &b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"[..],
        &side.to_le_bytes(),
        &side.to_le_bytes(),
        &b"\x01\0\x18\0\0\0\0\0"[..],
        &[0; 20],
    ]
    .concat();
    let gif = b"GIF89a\xff\xff\xff\xff\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;";
    let mut tiff = b"II*\0".to_vec();
    // The directory stands far behind, where a look at the beginning misses it.
    tiff.extend_from_slice(&400_000_u32.to_le_bytes());
    tiff.extend((0..399_992_u32).map(|i| (i * 7919 % 251) as u8));
    tiff.extend_from_slice(&9_u16.to_le_bytes());
    for (tag, value) in [
        (256, side),
        (257, side),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, side),
        (279, 9),
    ] {
        tiff.extend_from_slice(&u16::to_le_bytes(tag));
        tiff.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
        tiff.extend_from_slice(&value.to_le_bytes());
    }
    tiff.extend_from_slice(&[0; 4]);
    for (content, what) in [(&bmp[..], "bmp"), (gif, "gif"), (&tiff, "tiff")] {
        for name in ["a.bmp", "a.png", "a.emf", "a"] {
            let name = format!("word/media/{name}");
            let file = docx(&paragraph("文"), &[], &[(&name, "", content)]);
            assert_eq!(
                kind(&file, "a.docx"),
                Some(RefusalKind::TooManyPixels),
                "{what} as {name}"
            );
        }
    }
}

#[test]
fn svg_bombs_cost_the_picture_and_not_the_document() {
    let level = |i: usize| {
        let inner = format!("<use href=\"#g{}\"/>", i - 1).repeat(10);
        format!("<g id=\"g{i}\">{inner}</g>")
    };
    let tree: String = (1..20).map(level).collect();
    let pictures = [
        format!("<g id=\"g0\"><rect/></g>{tree}"),
        "<g id=\"a\"><use href=\"#a\"/></g>".to_owned(),
        "<filter id=\"f\"><feTurbulence numOctaves=\"100000\"/></filter>\
         <rect filter=\"url(#f)\" width=\"9\" height=\"9\"/>"
            .to_owned(),
        "<g>".to_owned(),
    ];
    for content in pictures {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">{content}</svg>"
        );
        let file = pptx(
            1,
            &picture("embed", "rId5"),
            &[("rId5", "image", "../media/a.svg", false)],
            &[("ppt/media/a.svg", svg.as_bytes())],
        );
        let (report, _) = convert(&file, "a.pptx").unwrap();
        assert!(
            report
                .warnings
                .iter()
                .any(|warning| warning.kind == WarningKind::Image),
            "{content:.60}"
        );
    }
    let large = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1e9\" height=\"1e9\"><rect width=\"1e9\" height=\"1e9\"/></svg>";
    let file = pptx(
        1,
        &picture("embed", "rId5"),
        &[("rId5", "image", "../media/a.svg", false)],
        &[("ppt/media/a.svg", large.as_bytes())],
    );
    assert_eq!(kind(&file, "a.pptx"), None);
}

#[test]
fn circles_end() {
    let word_part = |root: &str, content: &str| {
        word("")
            .replace("w:document", root)
            .split_once("<w:body>")
            .map_or_else(String::new, |(head, _)| format!("{head}{content}</{root}>"))
    };
    let styles = word_part(
        "w:styles",
        "<w:style w:type=\"paragraph\" w:styleId=\"A\"><w:name w:val=\"A\"/><w:basedOn w:val=\"B\"/>\
         <w:next w:val=\"A\"/><w:link w:val=\"C\"/></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"B\"><w:name w:val=\"B\"/><w:basedOn w:val=\"A\"/></w:style>\
         <w:style w:type=\"character\" w:styleId=\"C\"><w:name w:val=\"C\"/><w:basedOn w:val=\"C\"/></w:style>\
         <w:style w:type=\"numbering\" w:styleId=\"L\"><w:name w:val=\"L\"/><w:pPr><w:numPr>\
         <w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style>",
    );
    let numbering = word_part(
        "w:numbering",
        "<w:abstractNum w:abstractNumId=\"0\"><w:numStyleLink w:val=\"L\"/></w:abstractNum>\
         <w:abstractNum w:abstractNumId=\"1\"><w:styleLink w:val=\"L\"/><w:numStyleLink w:val=\"L\"/>\
         </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>",
    );
    let header = word_part(
        "w:hdr",
        "<w:p><w:r><w:t>h</w:t></w:r></w:p><w:sectPr><w:headerReference r:id=\"rId7\" w:type=\"default\"/></w:sectPr>",
    );
    let notes = word_part(
        "w:footnotes",
        "<w:footnote w:id=\"2\"><w:p><w:r><w:t>n</w:t><w:footnoteReference w:id=\"2\"/></w:r></w:p></w:footnote>",
    );
    let own = relationships(&[("rId7", "header", "header1.xml", false)]);
    let fields = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>REF a</w:instrText></w:r>"
        .repeat(500);
    let simple = format!(
        "{}<w:r><w:t>x</w:t></w:r>{}",
        "<w:fldSimple w:instr=\"PAGE\">".repeat(200),
        "</w:fldSimple>".repeat(200)
    );
    let file = docx(
        &format!(
            "<w:p><w:pPr><w:pStyle w:val=\"A\"/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>\
             <w:r><w:rPr><w:rStyle w:val=\"C\"/></w:rPr><w:t>文渊</w:t><w:footnoteReference w:id=\"2\"/></w:r></w:p>\
             <w:p><w:bookmarkStart w:id=\"0\" w:name=\"a\"/>{fields}<w:bookmarkEnd w:id=\"0\"/></w:p><w:p>{simple}</w:p>\
             <w:p><w:pPr><w:sectPr><w:headerReference r:id=\"rId7\" w:type=\"default\"/></w:sectPr></w:pPr></w:p>"
        ),
        &[
            ("rId5", "styles", "styles.xml", false),
            ("rId6", "numbering", "numbering.xml", false),
            ("rId7", "header", "header1.xml", false),
            ("rId8", "footnotes", "footnotes.xml", false),
        ],
        &[
            (
                "word/styles.xml",
                "wordprocessingml.styles",
                styles.as_bytes(),
            ),
            (
                "word/numbering.xml",
                "wordprocessingml.numbering",
                numbering.as_bytes(),
            ),
            (
                "word/header1.xml",
                "wordprocessingml.header",
                header.as_bytes(),
            ),
            (
                "word/footnotes.xml",
                "wordprocessingml.footnotes",
                notes.as_bytes(),
            ),
            ("word/_rels/header1.xml.rels", "", own.as_bytes()),
        ],
    );
    let (_, kept) = convert(&file, "a.docx").unwrap();
    assert!(text_of(&kept).contains("文渊"));
    // Master and layout of `pptx` name each other; thirty slides share them.
    let (report, _) = convert(&pptx(30, "", &[], &[]), "a.pptx").unwrap();
    assert_eq!(report.pages, 30);
    let names: String = (0..60)
        .map(|i| {
            format!(
                "<definedName name=\"n{i}\">n{0}+n{0}</definedName>",
                (i + 1) % 60
            )
        })
        .collect();
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\"><f>n1</f><v>1</v></c></row></sheetData>";
    let names = format!("<definedNames>{names}</definedNames>");
    assert_eq!(kind(&xlsx(sheet, &names, &[], &[]), "a.xlsx"), None);
}

#[test]
fn sheets_that_ask_for_every_cell_are_cut_or_refused() {
    let start = Instant::now();
    let sheet =
        |cells: &str, rest: &str| kind(&xlsx(&format!("{cells}{rest}"), "", &[], &[]), "a.xlsx");
    let one = cells(&["A1"]);
    let formats: String = (0..300)
        .map(|i| {
            format!(
                "<conditionalFormatting sqref=\"A1:XFD1048576\"><cfRule type=\"cellIs\" \
                 priority=\"{}\" operator=\"greaterThan\"><formula>1</formula></cfRule>\
                 </conditionalFormatting>",
                i + 1
            )
        })
        .collect();
    assert_eq!(sheet(&one, &formats), None);
    assert_eq!(sheet("<dimension ref=\"A1:XFD1048576\"/>", &one), None);
    let columns =
        "<cols><col min=\"1\" max=\"4294967295\" width=\"1e300\" customWidth=\"1\"/></cols>";
    assert_eq!(sheet(columns, &one), None);
    let refused = |cells: &str, rest: &str| sheet(cells, rest).unwrap();
    assert_eq!(
        refused(&cells(&["A1", "XFD1048576"]), ""),
        RefusalKind::TooManyPages
    );
    assert_eq!(
        refused(&cells(&["A1048576"]), ""),
        RefusalKind::TooManyPages
    );
    assert_eq!(
        refused(&cells(&["ZZZZZ4294967295"]), ""),
        RefusalKind::Damaged
    );
    let merge = "<mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>";
    assert_eq!(refused(&one, merge), RefusalKind::Bomb);
    let area = "<definedNames><definedName name=\"_xlnm.Print_Area\" localSheetId=\"0\">\
                a!$A$1:$XFD$1048576</definedName></definedNames>";
    assert_eq!(kind(&xlsx(&one, area, &[], &[]), "a.xlsx"), None);
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn tables_and_slides_that_ask_for_too_much_are_cut_or_refused() {
    let table = |row: &str| docx(&format!("<w:tbl><w:tr>{row}</w:tr></w:tbl>"), &[], &[]);
    let wide = "<w:tc><w:tcPr><w:gridSpan w:val=\"4294967295\"/></w:tcPr><w:p/></w:tc>".repeat(2);
    assert_eq!(kind(&table(&wide), "a.docx"), None);
    let many: String = (0..2000)
        .map(|i| format!("<w:tc><w:p w:rsidR=\"{i}\"/></w:tc>"))
        .collect();
    assert_eq!(kind(&table(&many), "a.docx"), Some(RefusalKind::Bomb));
    let nested = |depth: usize| {
        let inner = format!(
            "{}{}{}",
            "<w:tbl><w:tr><w:tc>".repeat(depth),
            paragraph("文"),
            "</w:tc></w:tr></w:tbl>".repeat(depth)
        );
        kind(&docx(&inner, &[], &[]), "a.docx")
    };
    assert_eq!(nested(8), None);
    // What the typesetter cannot set either is the file's fault, not ours.
    assert!(matches!(nested(10), None | Some(RefusalKind::ForbiddenXml)));
    assert_eq!(nested(11), Some(RefusalKind::ForbiddenXml));
    let columns = "<w:p><w:pPr><w:sectPr><w:cols w:num=\"100000000\"/></w:sectPr></w:pPr></w:p>";
    assert_eq!(kind(&docx(columns, &[], &[]), "a.docx"), None);
    assert_eq!(
        kind(&pptx(5_001, "", &[], &[]), "a.pptx"),
        Some(RefusalKind::TooManyPages)
    );
    let frame = "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"4\" name=\"t\"/>\
        <p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x=\"0\" y=\"0\"/>\
        <a:ext cx=\"9144000\" cy=\"685800\"/></p:xfrm><a:graphic><a:graphicData \
        uri=\"http://schemas.openxmlformats.org/drawingml/2006/table\"><a:tbl><a:tblGrid>\
        <a:gridCol w=\"100\"/></a:tblGrid><a:tr h=\"1\"><a:tc gridSpan=\"100000000\" \
        rowSpan=\"100000000\"><a:txBody><a:bodyPr/><a:p><a:r><a:t>x</a:t></a:r></a:p></a:txBody>\
        </a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>";
    assert_eq!(kind(&pptx(1, frame, &[], &[]), "a.pptx"), None);
}

#[test]
fn fonts_that_a_file_brings_along_harm_nobody() {
    const KEY: &str = "{00112233-4455-6677-8899-AABBCCDDEEFF}";
    let (_, sound) = wenyuan_convert::fonts::bundled()
        .iter()
        .find(|(name, _)| name.starts_with("LiberationSans-Regular"))
        .unwrap();
    let spoilt = |seed: usize| {
        // Tables shifted, lengths and offsets of all kinds overwritten.
        let mut font = sound.to_vec();
        for i in 0..400 {
            let at = (i * 7919 + seed * 104_729)
                % font.len().min(if i % 2 == 0 { 400 } else { usize::MAX });
            font[at] = [0, 0xff, 0x7f, 0x80][(i + seed) % 4];
        }
        font
    };
    let mut fonts = vec![
        sound.to_vec(),
        sound[..1000].to_vec(),
        b"OTTO".to_vec(),
        vec![0xff; 4096],
    ];
    fonts.extend((0..12).map(spoilt));
    for (number, mut font) in fonts.into_iter().enumerate() {
        let key: Vec<u8> = KEY
            .chars()
            .filter(char::is_ascii_hexdigit)
            .collect::<Vec<_>>()
            .chunks(2)
            .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
            .rev()
            .collect();
        for (at, byte) in font.iter_mut().take(32).enumerate() {
            *byte ^= key[at % 16];
        }
        let table = format!(
            "<w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
             <w:font w:name=\"Brought\"><w:embedRegular r:id=\"rId1\" w:fontKey=\"{KEY}\"/></w:font></w:fonts>"
        );
        let own = relationships(&[("rId1", "font", "fonts/font1.odttf", false)]);
        let file = docx(
            "<w:p><w:r><w:rPr><w:rFonts w:ascii=\"Brought\" w:hAnsi=\"Brought\"/></w:rPr><w:t>Wenyuan 文渊</w:t></w:r></w:p>",
            &[("rId5", "fontTable", "fontTable.xml", false)],
            &[
                (
                    "word/fontTable.xml",
                    "wordprocessingml.fontTable",
                    table.as_bytes(),
                ),
                ("word/_rels/fontTable.xml.rels", "", own.as_bytes()),
                ("word/fonts/font1.odttf", "", &font),
            ],
        );
        match convert(&file, "a.docx") {
            Ok((_, kept)) => assert!(text_of(&kept).contains("文渊"), "{number}"),
            Err(refusal) => assert_ne!(refusal.kind, RefusalKind::Internal, "{number}: {refusal}"),
        }
    }
}
