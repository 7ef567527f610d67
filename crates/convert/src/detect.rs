//! Tells what a file is by looking at it; the name only tells the kinds of
//! text (plain, Markdown, CSV, HTML) apart. Whether the file is sound and within limits is `guard`'s job.

use std::fmt;
use std::io::{Cursor, Read};

use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use crate::encoding;
use crate::refusal::{Refusal, RefusalKind};

/// A format that is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Format {
    /// Word, with its macro and template variants.
    #[serde(rename = "docx")]
    Docx,
    /// Excel, with its macro and template variants.
    #[serde(rename = "xlsx")]
    Xlsx,
    /// PowerPoint, with its show, macro and template variants.
    #[serde(rename = "pptx")]
    Pptx,
    /// Portable Document Format.
    #[serde(rename = "pdf")]
    Pdf,
    /// Open Fixed-layout Document, GB/T 33190 (开放版式文档).
    #[serde(rename = "ofd")]
    Ofd,
    /// EPUB book, version 2 or 3.
    #[serde(rename = "epub")]
    Epub,
    /// HTML or XHTML page, alone, without what it links to.
    #[serde(rename = "html")]
    Html,
    /// Markdown (CommonMark with tables, task lists, footnotes, formulas).
    #[serde(rename = "md")]
    Markdown,
    /// Comma- or semicolon-separated values.
    #[serde(rename = "csv")]
    Csv,
    /// Tab-separated values.
    #[serde(rename = "tsv")]
    Tsv,
    /// Plain text.
    #[serde(rename = "txt")]
    Text,
    /// PNG image.
    #[serde(rename = "png")]
    Png,
    /// JPEG image.
    #[serde(rename = "jpg")]
    Jpeg,
    /// WebP image.
    #[serde(rename = "webp")]
    Webp,
    /// TIFF image, of one or more pages.
    #[serde(rename = "tiff")]
    Tiff,
    /// Word 97-2003 and WPS Writer, with templates.
    #[serde(rename = "doc")]
    Doc,
    /// Excel 5-2003 and WPS Spreadsheets, with templates.
    #[serde(rename = "xls")]
    Xls,
    /// PowerPoint 97-2003 and WPS Presentation, with shows and templates.
    #[serde(rename = "ppt")]
    Ppt,
    /// Rich Text Format.
    #[serde(rename = "rtf")]
    Rtf,
    /// OpenDocument text.
    #[serde(rename = "odt")]
    Odt,
    /// OpenDocument spreadsheet.
    #[serde(rename = "ods")]
    Ods,
    /// OpenDocument presentation.
    #[serde(rename = "odp")]
    Odp,
}

impl Format {
    /// Every format, in declaration order.
    pub const ALL: [Self; 22] = [
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Pdf,
        Self::Ofd,
        Self::Epub,
        Self::Html,
        Self::Markdown,
        Self::Csv,
        Self::Tsv,
        Self::Text,
        Self::Png,
        Self::Jpeg,
        Self::Webp,
        Self::Tiff,
        Self::Doc,
        Self::Xls,
        Self::Ppt,
        Self::Rtf,
        Self::Odt,
        Self::Ods,
        Self::Odp,
    ];

    /// Returns the short name, which is also the usual file name ending.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Pdf => "pdf",
            Self::Ofd => "ofd",
            Self::Epub => "epub",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Text => "txt",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Tiff => "tiff",
            Self::Doc => "doc",
            Self::Xls => "xls",
            Self::Ppt => "ppt",
            Self::Rtf => "rtf",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Odp => "odp",
        }
    }

    /// Returns the format of a short name made by [`Format::as_str`].
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Whether this crate draws the format itself; the others become PDF by
    /// LibreOffice first.
    #[must_use]
    pub fn is_native(self) -> bool {
        !matches!(
            self,
            Self::Doc | Self::Xls | Self::Ppt | Self::Rtf | Self::Odt | Self::Ods | Self::Odp
        )
    }

    /// Whether LibreOffice can draw the format, natively drawn here or not.
    #[must_use]
    pub fn is_office(self) -> bool {
        !self.is_native() || matches!(self, Self::Docx | Self::Xlsx | Self::Pptx)
    }

    /// Returns the file name endings of this format, the usual one first.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Docx => &["docx", "docm", "dotx", "dotm"],
            Self::Xlsx => &["xlsx", "xlsm", "xltx", "xltm"],
            Self::Pptx => &["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"],
            Self::Pdf => &["pdf", "ai"],
            Self::Ofd => &["ofd"],
            Self::Epub => &["epub"],
            Self::Html => &["html", "htm", "xhtml"],
            Self::Markdown => &["md", "markdown"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv", "tab"],
            Self::Text => &["txt"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg", "jpe"],
            Self::Webp => &["webp"],
            Self::Tiff => &["tiff", "tif"],
            Self::Doc => &["doc", "dot", "wps", "wpt"],
            Self::Xls => &["xls", "xlt", "et", "ett"],
            Self::Ppt => &["ppt", "pps", "pot", "dps", "dpt"],
            Self::Rtf => &["rtf"],
            Self::Odt => &["odt", "ott", "fodt"],
            Self::Ods => &["ods", "ots", "fods"],
            Self::Odp => &["odp", "otp", "fodp"],
        }
    }

    /// Whether a file name ending (lower case, no dot) fits this format.
    pub(crate) fn fits_extension(self, extension: &str) -> bool {
        self.extensions().contains(&extension)
            // Any ending may be on a text file but those of the other formats.
            || self == Self::Text
                && !Self::ALL
                    .into_iter()
                    .any(|format| format.extensions().contains(&extension))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Bytes of `[Content_Types].xml` that are looked at.
const CONTENT_TYPES_BYTES: u64 = 4 << 20;

/// Tells the format of a file by its content.
///
/// # Errors
/// `empty`, `encrypted`, `damaged` (a broken container), or `unsupported` with
/// the name of what it is.
pub fn detect(bytes: &[u8], file_name: &str) -> Result<Format, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new(RefusalKind::Empty, "the file has no content"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return detect_zip(bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return detect_ole(bytes);
    }
    if is_pdf(bytes) {
        return Ok(Format::Pdf);
    }
    if let Some(format) = signed_format(bytes) {
        return Ok(format);
    }
    if let Some(name) = foreign_format(bytes) {
        return Err(unsupported(name));
    }
    if !encoding::is_text(bytes) {
        return Err(unsupported("not a document format known here"));
    }
    Ok(match extension_of(file_name).as_str() {
        "md" | "markdown" => Format::Markdown,
        "csv" => Format::Csv,
        "tsv" | "tab" => Format::Tsv,
        "html" | "htm" | "xhtml" => Format::Html,
        "txt" => Format::Text,
        _ if is_html(bytes) => Format::Html,
        _ => Format::Text,
    })
}

/// The ending of a file name, lower case, without the dot; empty without one.
pub(crate) fn extension_of(file_name: &str) -> String {
    match file_name.rsplit_once('.') {
        Some((_, extension)) if !extension.contains(['/', '\\']) => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

fn unsupported(name: &str) -> Refusal {
    Refusal::new(RefusalKind::Unsupported, name)
}

/// A PDF header may stand anywhere in the first KiB; text that only mentions it
/// has none of the structure.
fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let Some(at) = find(head, b"%PDF-") else {
        return false;
    };
    at == 0 || find(bytes, b" obj").is_some() || find(bytes, b"startxref").is_some()
}

fn is_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with("<!doctype html") || head.starts_with("<html")
}

/// Formats that begin with a signature of their own.
fn signed_format(bytes: &[u8]) -> Option<Format> {
    const SIGNATURES: [(&[u8], Format); 7] = [
        (b"{\\rtf", Format::Rtf),
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        // BigTIFF.
        (b"II+\0", Format::Tiff),
        (b"MM\0+", Format::Tiff),
    ];
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(Format::Webp);
    }
    SIGNATURES
        .iter()
        .find(|(signature, _)| bytes.starts_with(signature))
        .map(|(_, format)| *format)
}

/// Formats with a signature that are not converted, by their names.
fn foreign_format(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 11] = [
        (b"GIF8", "GIF image"),
        (b"BM", "BMP image"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
        (b"Rar!\x1a\x07", "RAR archive"),
        (b"\x1f\x8b", "gzip archive"),
        (b"MZ", "Windows program"),
        (b"\x7fELF", "program"),
        (b"%!PS", "PostScript"),
        (b"AT&TFORM", "DjVu document"),
        (b"\x00asm", "program"),
        (b"SQLite format 3\0", "SQLite database"),
    ];
    SIGNATURES
        .iter()
        .find(|(signature, _)| bytes.starts_with(signature))
        // Two letters prove nothing about a text that begins with them.
        .filter(|(signature, _)| signature.len() > 2 || bytes[..bytes.len().min(512)].contains(&0))
        .map(|(_, name)| *name)
}

fn detect_zip(bytes: &[u8]) -> Result<Format, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        Refusal::new(
            RefusalKind::Damaged,
            format!("the container cannot be opened: {error}"),
        )
    })?;
    if archive.is_empty() {
        return Err(Refusal::new(
            RefusalKind::Empty,
            "the container holds no files",
        ));
    }
    if let Some(types) = read_entry(&mut archive, "[Content_Types].xml") {
        return match main_part_type(&types) {
            Some(format) => Ok(format),
            None if types.contains("ms-excel.sheet.binary") => {
                Err(unsupported("Excel binary workbook (XLSB)"))
            }
            None if types.contains("visio") => Err(unsupported("Visio drawing")),
            None => Err(unsupported("Office package of an unknown kind")),
        };
    }
    // Packers forget the type, and readers forgive it.
    let is_book = archive.index_for_name("META-INF/container.xml").is_some();
    if let Some(mime) = read_entry(&mut archive, "mimetype") {
        return match mime.trim() {
            "application/epub+zip" => Ok(Format::Epub),
            "application/vnd.oasis.opendocument.text"
            | "application/vnd.oasis.opendocument.text-template" => Ok(Format::Odt),
            "application/vnd.oasis.opendocument.spreadsheet"
            | "application/vnd.oasis.opendocument.spreadsheet-template" => Ok(Format::Ods),
            "application/vnd.oasis.opendocument.presentation"
            | "application/vnd.oasis.opendocument.presentation-template" => Ok(Format::Odp),
            _ if is_book => Ok(Format::Epub),
            _ => Err(unsupported("OpenDocument file of another kind")),
        };
    }
    if is_book {
        return Ok(Format::Epub);
    }
    if archive.index_for_name("OFD.xml").is_some() {
        return Ok(Format::Ofd);
    }
    Err(unsupported("ZIP archive"))
}

fn read_entry(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    let entry = archive.by_name(name).ok()?;
    let mut content = Vec::new();
    entry
        .take(CONTENT_TYPES_BYTES)
        .read_to_end(&mut content)
        .ok()?;
    Some(String::from_utf8_lossy(&content).into_owned())
}

/// The format by the content type of the main part; embedded packages are
/// containers of their own, so one file declares one main part.
fn main_part_type(types: &str) -> Option<Format> {
    const MAIN: [(&str, Format); 8] = [
        ("wordprocessingml.document.main", Format::Docx),
        ("wordprocessingml.template.main", Format::Docx),
        ("ms-word.document.macroEnabled.main", Format::Docx),
        ("ms-word.template.macroEnabledTemplate.main", Format::Docx),
        ("spreadsheetml.sheet.main", Format::Xlsx),
        ("spreadsheetml.template.main", Format::Xlsx),
        ("ms-excel.sheet.macroEnabled.main", Format::Xlsx),
        ("ms-excel.template.macroEnabled.main", Format::Xlsx),
    ];
    if let Some((_, format)) = MAIN.iter().find(|(needle, _)| types.contains(needle)) {
        return Some(*format);
    }
    let presentation = ["presentation", "slideshow", "template"]
        .iter()
        .any(|kind| {
            types.contains(&format!("presentationml.{kind}.main"))
                || types.contains(&format!("ms-powerpoint.{kind}.macroEnabled.main"))
        });
    presentation.then_some(Format::Pptx)
}

/// Tells an OLE2 file by its streams: first those of the first directory
/// sector, which the host application wrote, then any.
fn detect_ole(bytes: &[u8]) -> Result<Format, Refusal> {
    const STREAMS: [(&str, Format); 4] = [
        ("WordDocument", Format::Doc),
        ("PowerPoint Document", Format::Ppt),
        ("Workbook", Format::Xls),
        ("Book", Format::Xls),
    ];
    const FOREIGN: [(&str, &str); 2] = [
        ("HwpSummaryInformation", "Hangul document (HWP)"),
        ("__properties_version1.0", "Outlook message (MSG)"),
    ];
    if find(bytes, &utf16("EncryptedPackage")).is_some() {
        return Err(Refusal::new(
            RefusalKind::Encrypted,
            "the Office file is protected by a password",
        ));
    }
    let sector_size = 1_usize << bytes.get(30).copied().unwrap_or(9).clamp(7, 12);
    let directory_sector = bytes
        .get(48..52)
        .and_then(|field| field.try_into().ok())
        .map_or(0, u32::from_le_bytes) as usize;
    let start = directory_sector
        .saturating_add(1)
        .saturating_mul(sector_size)
        .min(bytes.len());
    let end = start.saturating_add(sector_size).min(bytes.len());
    for area in [&bytes[start..end], bytes] {
        let holds = |stream: &str| find(area, &utf16(stream)).is_some();
        if let Some((_, format)) = STREAMS.iter().find(|(stream, _)| holds(stream)) {
            return Ok(*format);
        }
        if let Some((_, name)) = FOREIGN.iter().find(|(stream, _)| holds(stream)) {
            return Err(unsupported(name));
        }
    }
    Err(unsupported("OLE compound file of an unknown kind"))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Position of `needle` in `haystack`.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(offset) = haystack.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + offset;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Format, detect, extension_of};
    use crate::refusal::RefusalKind;

    #[test]
    fn text_and_markdown_are_told_apart_by_name_only() {
        assert_eq!(
            detect("# 标题".as_bytes(), "a.md").unwrap(),
            Format::Markdown
        );
        assert_eq!(detect("# 标题".as_bytes(), "a.txt").unwrap(), Format::Text);
        assert_eq!(
            detect(b"%PDF-1.4 says the manual", "a.pdf").unwrap(),
            Format::Pdf
        );
        assert_eq!(
            detect(b"a header such as %PDF-1.4 begins it", "a.txt").unwrap(),
            Format::Text
        );
    }

    #[test]
    fn what_is_not_read_is_named() {
        let refusal = detect(b"7z\xbc\xaf\x27\x1c\0\x04", "a.docx").unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Unsupported);
        assert!(refusal.detail.contains("7-Zip"));
        assert_eq!(
            detect(b" \r\n\t", "a.txt").unwrap_err().kind,
            RefusalKind::Empty
        );
        assert_eq!(detect(b"", "a.txt").unwrap_err().kind, RefusalKind::Empty);
        let cut = detect(b"PK\x03\x04rest is gone", "a.docx").unwrap_err();
        assert_eq!(cut.kind, RefusalKind::Damaged);
    }

    #[test]
    fn a_book_without_its_type_is_a_book() {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        writer
            .start_file("META-INF/container.xml", options)
            .unwrap();
        let file = writer.finish().unwrap().into_inner();
        assert_eq!(detect(&file, "a.epub").unwrap(), Format::Epub);
    }

    #[test]
    fn ole_files_are_told_apart() {
        let mut doc = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        doc.resize(512, 0);
        doc.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(detect(&doc, "a.wps").unwrap(), Format::Doc);
        doc.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(
            detect(&doc, "a.docx").unwrap_err().kind,
            RefusalKind::Encrypted
        );
    }

    #[test]
    fn endings_are_read_from_names_only() {
        assert_eq!(extension_of("报告.DOCX"), "docx");
        assert_eq!(extension_of("a.b/c"), "");
        assert_eq!(extension_of("no"), "");
    }

    #[test]
    fn names_round_trip() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.as_str()), Some(format));
            let json = serde_json::to_string(&format).unwrap();
            assert_eq!(json, format!("\"{}\"", format.as_str()));
            assert!(format.fits_extension(format.as_str()));
        }
    }
}
