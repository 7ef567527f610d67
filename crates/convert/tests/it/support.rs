//! What the tests share: one warm converter, a sink that keeps pages, small
//! files made here.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use wenyuan_convert::{
    Converter, FontDirs, Limits, PageOutput, Refusal, Report, Sink, StepOutput, fonts,
};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// One converter for all tests of the binary.
pub(crate) fn converter() -> &'static Converter {
    static CONVERTER: OnceLock<Converter> = OnceLock::new();
    CONVERTER.get_or_init(|| {
        let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wenyuan-fonts");
        Converter::new(&FontDirs::bundled(fonts::unpack(&parent).unwrap()))
    })
}

/// The shared sample files; `None`, said aloud, when they are not here.
pub(crate) fn shared() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no ../shared");
    None
}

/// Keeps what comes.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) pdf: Vec<u8>,
    pub(crate) pages: Vec<PageOutput>,
    pub(crate) steps: Vec<StepOutput>,
}

impl Sink for Kept {
    fn pdf(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.pdf = bytes.to_vec();
        Ok(())
    }

    fn page(&mut self, page: PageOutput) -> std::io::Result<()> {
        self.pages.push(page);
        Ok(())
    }

    fn step(&mut self, step: StepOutput) -> std::io::Result<()> {
        self.steps.push(step);
        Ok(())
    }
}

/// Converts and keeps everything.
pub(crate) fn convert(bytes: &[u8], name: &str) -> Result<(Report, Kept), Refusal> {
    let mut kept = Kept::default();
    let report = converter().convert(bytes, name, &Limits::default(), &mut kept)?;
    assert_eq!(report.pages as usize, kept.pages.len());
    assert_eq!(report.page_sizes.len(), kept.pages.len());
    Ok((report, kept))
}

/// All text of a conversion, a page a paragraph.
pub(crate) fn text_of(kept: &Kept) -> String {
    let pages: Vec<String> = kept.pages.iter().map(|page| page.text.plain()).collect();
    pages.join("\n")
}

/// Makes a ZIP container.
pub(crate) fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELATIONSHIPS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// Makes a Word file of a body and, before it, anything else.
pub(crate) fn docx_of(prolog: &str, body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let document = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>"#
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONSHIPS.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ];
    parts.extend_from_slice(more);
    zip_of(&parts)
}

/// Makes a PDF of pages without content.
pub(crate) fn pdf_of(pages: usize) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let kids: Vec<String> = (0..pages).map(|i| format!("{} 0 R", i + 3)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Count {pages}/Kids[{}]/MediaBox[0 0 200 100]>>",
            kids.join(" ")
        ),
    ];
    objects.extend((0..pages).map(|_| "<</Type/Page/Parent 2 0 R>>".to_owned()));
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = out.len();
    out.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes(),
    );
    for offset in offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    out.extend_from_slice(
        format!(
            "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .as_bytes(),
    );
    out
}
