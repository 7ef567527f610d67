//! What the tests share: one warm converter, a sink that keeps pages, small
//! files made here.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use wenyuan_convert::{
    Converter, FontDirs, Limits, PageOutput, Refusal, RefusalKind, Report, Sink, StepOutput, fonts,
};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) use crate::pdfs::pdf_of;

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

/// Why a file is refused.
pub(crate) fn kind(bytes: &[u8], name: &str) -> RefusalKind {
    convert(bytes, name).map(|_| ()).unwrap_err().kind
}

/// Makes a PNG of one colour.
pub(crate) fn png(width: u32, height: u32, colour: [u8; 4]) -> Vec<u8> {
    let picture = image::RgbaImage::from_pixel(width, height, image::Rgba(colour));
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

/// The checksum of ZIP and PNG.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
