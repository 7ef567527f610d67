use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::apply;
use crate::detect::Format;
use crate::guard;
use crate::limits::Limits;
use crate::package::Parts;
use crate::refusal::{Refusal, RefusalKind};
use crate::typeset::Typesetter;

const FORMULA: &str = "<w:document><w:body><w:p><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p></w:body></w:document>";

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What a package becomes: the names of the new parts, and all texts that
/// changed or are new.
fn applied(
    parts: &[(&str, &[u8])],
    format: Format,
    deadline: Instant,
) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let limits = Limits::default();
    let bytes = package(parts);
    let mut archive = guard::open(&bytes, &limits)?;
    let mut made = Parts {
        with_objects: parts.iter().map(|(name, _)| (*name).to_owned()).collect(),
        ..Parts::default()
    };
    let typesetter = Typesetter::new(&[]);
    apply(
        &mut archive,
        &mut made,
        format,
        &typesetter,
        &limits,
        bytes.len(),
        deadline,
    )?;
    let added = made.added.iter().map(|(name, _)| name.clone()).collect();
    let new = made.added.into_iter().map(|(_, content)| content);
    let texts = made
        .changed
        .into_values()
        .chain(new)
        .filter_map(|content| String::from_utf8(content).ok());
    Ok((added, texts.collect()))
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(600)
}

/// Drawing went on past it, and only afterwards was it seen.
#[test]
fn the_deadline_ends_the_drawing_of_formulas() {
    let parts = [("word/document.xml", FORMULA.as_bytes())];
    let (added, _) = applied(&parts, Format::Docx, later()).unwrap();
    assert!(added.iter().any(|name| name.ends_with(".png")), "{added:?}");
    let past = Instant::now() - Duration::from_secs(1);
    let refusal = applied(&parts, Format::Docx, past).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Timeout);
}

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

fn relationships(entries: &str) -> String {
    format!("<Relationships xmlns=\"{RELATIONSHIPS}\">{entries}</Relationships>")
}

/// A WMF of one line.
fn wmf() -> Vec<u8> {
    let words: [u16; 35] = [
        1, 9, 0x300, 0, 0, 4, 0, 0, 0, // header
        5, 0, 0x020b, 0, 0, // window
        5, 0, 0x020c, 100, 100, //
        5, 0, 0x0214, 0, 0, // line
        5, 0, 0x0213, 90, 90, //
        3, 0, 0, // end
        0, 0, 0,
    ];
    words.into_iter().flat_map(u16::to_le_bytes).collect()
}

/// They were exchanged wherever the last part of the name was the same.
#[test]
fn only_links_to_a_drawn_metafile_are_exchanged() {
    let wmf = wmf();
    let slide = relationships(
        r#"<Relationship Id="a" Target="../media/a.wmf"/><Relationship Id="b" Target="file:///c/media/a.wmf" TargetMode="External"/><Relationship Id="c" Target="/ppt/media/./a.wmf"/><Relationship Id="d" Target="media/a.wmf"/><Relationship Id="e" Target="../b &amp; c/../media/a.wmf"/>"#,
    );
    let whole = relationships(r#"<Relationship Id="t" Target="docProps/a.wmf"/>"#);
    let parts = [
        ("_rels/.rels", whole.as_bytes()),
        ("docProps/a.wmf", wmf.as_slice()),
        ("ppt/slides/_rels/slide1.xml.rels", slide.as_bytes()),
        ("ppt/media/a.wmf", wmf.as_slice()),
    ];
    let (added, changed) = applied(&parts, Format::Pptx, later()).unwrap();
    assert_eq!(added, ["ppt/media/a.wmf.svg"]);
    let expected = slide
        .replace(
            "/media/a.wmf\"/><Relationship Id=\"b\"",
            "/media/a.wmf.svg\"/><Relationship Id=\"b\"",
        )
        .replace("/../media/a.wmf", "/../media/a.wmf.svg")
        .replace("/./a.wmf", "/./a.wmf.svg");
    assert_eq!(changed[0], expected);
}

/// Two entries of one name end the conversion.
#[test]
fn new_parts_take_names_that_are_free() {
    let wmf = wmf();
    let story = relationships(
        r#"<Relationship Id="wyPicture1" Target="http://a/" TargetMode="External"/>"#,
    );
    let parts = [
        ("word/document.xml", FORMULA.as_bytes()),
        ("word/_rels/document.xml.rels", story.as_bytes()),
        ("word/media/word-document-xml-1.png", b"".as_slice()),
        ("word/media/a.wmf", wmf.as_slice()),
        ("word/media/a.wmf.png", b"".as_slice()),
    ];
    let (mut added, changed) = applied(&parts, Format::Docx, later()).unwrap();
    added.sort();
    assert_eq!(
        added,
        [
            "word/media/a.wmf-2.png",
            "word/media/word-document-xml-1-2.png"
        ]
    );
    assert!(changed.iter().any(|xml| xml.contains("Id=\"wyPicturex1\"")));
}

const DRAWING: &str = r#"<xml><v:shape id="_x0000_s1026"><v:imagedata o:relid="p"/><x:ClientData><x:Anchor> 1, 2, 3, 4, 5, 6, 7, 8</x:Anchor></x:ClientData></v:shape><v:shape id="b"/></xml>"#;
const PICTURE: &str = r#"<Relationship Id="p" Target="../media/p.png"/>"#;

#[test]
fn an_object_of_an_old_sheet_becomes_a_picture_in_a_drawing() {
    let link = |target| relationships(&format!(r#"<Relationship Id="v" Target="{target}"/>"#));
    let sheet = r#"<worksheet><legacyDrawing r:id="v"/><oleObjects><oleObject shapeId="1026"/></oleObjects></worksheet>"#;
    let parts = [
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            &link("../drawings/a.vml").into_bytes(),
        ),
        ("xl/drawings/a.vml", DRAWING.as_bytes()),
        (
            "xl/drawings/_rels/a.vml.rels",
            &relationships(PICTURE).into_bytes(),
        ),
        ("xl/drawings/xl-worksheets-sheet1-xml-objects.xml", b""),
    ];
    let (added, texts) = applied(&parts, Format::Xlsx, later()).unwrap();
    assert_eq!(
        added,
        [
            "xl/drawings/xl-worksheets-sheet1-xml-objects-2.xml",
            "xl/drawings/_rels/xl-worksheets-sheet1-xml-objects-2.xml.rels"
        ]
    );
    for piece in [
        r#"r:id="wyPicture1"/><legacyDrawing"#,
        r#"Target="../drawings/xl-worksheets-sheet1-xml-objects-2.xml""#,
        "<xdr:col>1</xdr:col><xdr:colOff>19050</xdr:colOff><xdr:row>3</xdr:row>",
        r#"Target="../media/p.png""#,
    ] {
        assert!(texts.iter().any(|text| text.contains(piece)), "{piece}");
    }
}

#[test]
fn an_object_of_an_old_slide_becomes_a_picture() {
    let slide = r#"<p:sld><p:graphicFrame><p:xfrm><a:off x="1" y="2"/><a:ext cx="3" cy="4"/></p:xfrm><p:oleObj spid="_x0000_s1026"/></p:graphicFrame></p:sld>"#;
    let link = relationships(r#"<Relationship Id="v" Target="../drawings/a.vml"/>"#);
    let parts = [
        ("ppt/slides/slide1.xml", slide.as_bytes()),
        ("ppt/slides/_rels/slide1.xml.rels", link.as_bytes()),
        ("ppt/drawings/a.vml", DRAWING.as_bytes()),
        (
            "ppt/drawings/_rels/a.vml.rels",
            &relationships(PICTURE).into_bytes(),
        ),
    ];
    let (added, texts) = applied(&parts, Format::Pptx, later()).unwrap();
    assert!(added.is_empty(), "{added:?}");
    for piece in [
        r#"<p:sld><p:pic>"#,
        r#"<a:blip r:embed="wyPicture1"/>"#,
        r#"Target="../media/p.png""#,
    ] {
        assert!(texts.iter().any(|text| text.contains(piece)), "{piece}");
    }
}
