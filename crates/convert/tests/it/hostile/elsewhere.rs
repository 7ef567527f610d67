//! Files that point out of themselves: nothing is fetched, nothing is read.

use std::io::ErrorKind;
use std::net::TcpListener;

use wenyuan_convert::WarningKind;

use super::make::{cells, docx, paragraph, picture, pptx, relationships, xlsx};
use crate::support::{convert, text_of};

/// Converts what `make` makes of an address that points at a listener, at a
/// file here, at a share: nobody calls, and the file's words are not read.
fn goes_nowhere(name: &str, make: impl Fn(&str) -> Vec<u8>) -> Vec<WarningKind> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let secret = std::env::temp_dir().join(format!("wenyuan-near-{}-{name}", std::process::id()));
    std::fs::write(&secret, "秘密").unwrap();
    let mut kinds = Vec::new();
    for target in [
        format!("http://{address}/a.png"),
        format!("ftp://{address}/a.png"),
        format!("\\\\{}\\share\\a.png", address.ip()),
        format!("//{address}/a.png"),
        format!("file://{}", secret.display()),
        secret.display().to_string(),
        "file:///etc/passwd".to_owned(),
        "../../../../../../../../etc/passwd".to_owned(),
    ] {
        match convert(&make(&target), name) {
            Ok((report, kept)) => {
                let text = text_of(&kept);
                assert!(
                    !text.contains("秘密") && !text.contains("root:"),
                    "{target}"
                );
                kinds.extend(report.warnings.iter().map(|warning| warning.kind));
            }
            Err(refusal) => assert_ne!(refusal.kind.as_str(), "internal", "{target}: {refusal}"),
        }
    }
    let called = listener.accept().unwrap_err();
    assert_eq!(called.kind(), ErrorKind::WouldBlock, "{name} was fetched");
    std::fs::remove_file(&secret).unwrap();
    kinds
}

#[test]
fn word_files_fetch_nothing() {
    let drawing = |attribute: &str| {
        format!(
            "<w:p><w:r><w:drawing><wp:inline \
             xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\">\
             <wp:extent cx=\"200000\" cy=\"200000\"/><wp:docPr id=\"1\" name=\"x\"/>\
             <a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
             <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
             <pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
             <pic:nvPicPr><pic:cNvPr id=\"1\" name=\"x\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>\
             <a:blip r:{attribute}=\"rId5\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"200000\" cy=\"200000\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>\
             </a:graphic></wp:inline></w:drawing></w:r></w:p>"
        )
    };
    let field = |instruction: &str| {
        format!(
            "<w:p><w:r><w:fldChar w:fldCharType=\"begin\" w:dirty=\"true\"/></w:r><w:r>\
             <w:instrText>{instruction}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/>\
             </w:r></w:p><w:p><w:fldSimple w:instr=\"{instruction}\"/></w:p>"
        )
    };
    let kinds = goes_nowhere("a.docx", |target| {
        let quoted = target.replace('\\', "\\\\");
        let body = [
            paragraph("文渊"),
            drawing("link"),
            drawing("embed"),
            field(&format!("INCLUDEPICTURE &quot;{quoted}&quot;")),
            field(&format!("INCLUDETEXT &quot;{quoted}&quot;")),
            field(&format!("DDEAUTO &quot;{quoted}&quot; &quot;a&quot;")),
            field(&format!("LINK Excel.Sheet.12 &quot;{quoted}&quot;")),
            "<w:altChunk r:id=\"rId6\"/><w:altChunk r:id=\"rId7\"/><w:subDoc r:id=\"rId8\"/>".to_owned(),
            "<w:p><w:r><w:object><o:OLEObject xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
             Type=\"Link\" ProgID=\"Excel.Sheet.12\" r:id=\"rId9\" UpdateMode=\"Always\"/></w:object></w:r></w:p>"
                .to_owned(),
            "<w:p><w:r><w:pict><v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\" style=\"width:9pt;height:9pt\">\
             <v:imagedata r:id=\"rId5\" r:href=\"rId5\"/></v:shape></w:pict></w:r></w:p>"
                .to_owned(),
            format!(
                "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"{target}\" parse=\"text\"/>"
            ),
        ]
        .concat();
        let html = format!(
            "<html><head><base href=\"{target}\"><link rel=\"stylesheet\" href=\"{target}\"></head>\
             <body><p>导入</p><img src=\"{target}\"><iframe src=\"{target}\"></iframe></body></html>"
        );
        docx(
            &body,
            &[
                ("rId5", "image", target, true),
                ("rId6", "aFChunk", target, true),
                ("rId7", "aFChunk", "a.html", false),
                ("rId8", "subDocument", target, true),
                ("rId9", "oleObject", target, true),
                ("rId10", "attachedTemplate", target, true),
                ("rId11", "frame", target, true),
                ("rId12", "styles", target, true),
                ("rId13", "theme", target, true),
                ("rId14", "font", target, true),
            ],
            &[("word/a.html", "", html.as_bytes())],
        )
    });
    assert!(kinds.contains(&WarningKind::External));
}

#[test]
fn workbooks_fetch_nothing() {
    let kinds = goes_nowhere("a.xlsx", |target| {
        let link = format!(
            "<externalLink xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <ddeLink ddeService=\"cmd\" ddeTopic=\"{target}\"/></externalLink>"
        );
        let sheet = format!(
            "<sheetData><row r=\"1\"><c r=\"A1\"><f>WEBSERVICE(\"{target}\")</f></c>\
             <c r=\"B1\"><f>[1]a!A1</f><v>7</v></c></row></sheetData>"
        );
        let path = relationships(&[("rId1", "externalLinkPath", target, true)]);
        let connection = format!(
            "<connections><connection id=\"1\" type=\"4\" refreshOnLoad=\"1\"><webPr url=\"{target}\"/></connection></connections>"
        );
        xlsx(
            &sheet,
            "<externalReferences><externalReference r:id=\"rId5\"/></externalReferences>",
            &[
                (
                    "rId5",
                    "externalLink",
                    "externalLinks/externalLink1.xml",
                    false,
                ),
                ("rId6", "externalLinkPath", target, true),
            ],
            &[
                ("xl/externalLinks/externalLink1.xml", link.as_bytes()),
                (
                    "xl/externalLinks/_rels/externalLink1.xml.rels",
                    path.as_bytes(),
                ),
                ("xl/connections.xml", connection.as_bytes()),
            ],
        )
    });
    assert!(kinds.contains(&WarningKind::External));
    // Parts of the workbook itself that lie elsewhere.
    goes_nowhere("b.xlsx", |target| {
        let parts = [
            ("rId7", "theme", target, true),
            ("rId8", "sharedStrings", target, true),
        ];
        xlsx(&cells(&["A1"]), "", &parts, &[])
    });
}

#[test]
fn presentations_fetch_nothing() {
    let kinds = goes_nowhere("a.pptx", |target| {
        pptx(
            1,
            &[picture("link", "rId5"), picture("embed", "rId5")].concat(),
            &[
                ("rId5", "image", target, true),
                ("rId6", "video", target, true),
                ("rId7", "oleObject", target, true),
            ],
            &[],
        )
    });
    assert!(kinds.contains(&WarningKind::External));
}

#[test]
fn an_svg_shows_only_itself() {
    let kinds = goes_nowhere("s.pptx", |target| {
        let svg = format!(
            "<?xml-stylesheet href=\"{target}\"?><svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"9\" height=\"9\">\
             <style>@import url(\"{target}\");</style><script href=\"{target}\"/>\
             <image width=\"9\" height=\"9\" xlink:href=\"{target}\"/></svg>"
        );
        pptx(
            1,
            &picture("embed", "rId5"),
            &[("rId5", "image", "../media/a.svg", false)],
            &[("ppt/media/a.svg", svg.as_bytes())],
        )
    });
    // The document is drawn without the picture, each time.
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == WarningKind::External)
            .count(),
        8
    );
}

/// Nothing could be fetched if somebody wanted to: nothing that the converter
/// is built of speaks to a network.
#[test]
fn the_converter_is_built_of_nothing_that_could_fetch() {
    let lock = include_str!("../../../../../Cargo.lock");
    let mut needs: std::collections::HashMap<&str, Vec<&str>> = std::collections::HashMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let quoted = |line: &'static str| line.split('"').nth(1).unwrap_or_default();
        let name = package.lines().find(|line| line.starts_with("name"));
        let wanted = package
            .lines()
            .filter(|line| line.starts_with(" \""))
            .map(|line| quoted(line).split(' ').next().unwrap_or_default());
        needs
            .entry(name.map(quoted).unwrap_or_default())
            .or_default()
            .extend(wanted);
    }
    let mut reached = vec!["wenyuan-convert"];
    let mut at = 0;
    while let Some(package) = reached.get(at) {
        for need in needs.get(package).into_iter().flatten() {
            if !reached.contains(need) {
                reached.push(need);
            }
        }
        at += 1;
    }
    assert!(reached.len() > 100, "{}", reached.len());
    for client in [
        "reqwest",
        "hyper",
        "ureq",
        "curl",
        "tokio",
        "rustls",
        "socket2",
        "native-tls",
        "mio",
    ] {
        assert!(!reached.contains(&client), "{client}");
    }
}
