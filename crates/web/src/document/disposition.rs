//! The name and the type under which an original is saved.
//!
//! The name comes from the uploader and ends up in a header and on a reader's
//! disk, so nothing of it is taken on trust: no path, no control character, no
//! name that a system reserves, and always the ending of what the file is by
//! its content.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wenyuan_domain::DocumentId;

/// The longest name, in bytes of UTF-8, ending included: file systems take 255,
/// and browsers put ` (1)` and `.crdownload` behind it.
const LONGEST_BYTES: usize = 180;

/// `attr-char` of RFC 8187.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Returns the `Content-Disposition` that saves an original under its name:
/// RFC 6266 with the extended notation of RFC 8187, and for what does not know
/// that a plain name that every system takes.
pub(super) fn attachment(id: DocumentId, file_name: &str, format: &str) -> String {
    let name = safe_name(file_name, format).unwrap_or_else(|| plain_name(id, format));
    let fallback = if name.is_ascii() && !name.contains(['"', '\\', '%']) {
        name.clone()
    } else {
        plain_name(id, format)
    };
    format!(
        "attachment; filename=\"{fallback}\"; filename*=UTF-8''{}",
        utf8_percent_encode(&name, ATTRIBUTE)
    )
}

/// Returns the media type of an original. Text is sent as mere bytes: a
/// browser that overlooks the disposition would show it, and what a stranger
/// uploaded is not shown under the site's name.
pub(super) fn media_type(format: &str) -> &'static str {
    match format {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "ppt" => "application/vnd.ms-powerpoint",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odp" => "application/vnd.oasis.opendocument.presentation",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

fn plain_name(id: DocumentId, format: &str) -> String {
    if format.is_empty() {
        format!("document-{id}")
    } else {
        format!("document-{id}.{format}")
    }
}

/// The uploader's name made safe; `None` when nothing of it is left.
fn safe_name(file_name: &str, format: &str) -> Option<String> {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .map(|c| if r#"<>:"|?*"#.contains(c) { '_' } else { c })
        .collect();
    let clean = clean.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let (stem, ending) = split_ending(clean, format);
    let stem = stem.trim_end_matches(|c: char| c.is_whitespace() || c == '.');
    if stem.is_empty() {
        return None;
    }
    let reserved = if is_reserved(stem) { "_" } else { "" };
    let room = LONGEST_BYTES.saturating_sub(ending.len() + reserved.len());
    let cut = (0..=room.min(stem.len()))
        .rev()
        .find(|&at| stem.is_char_boundary(at))?;
    let stem = stem.get(..cut)?.trim_end();
    Some(format!("{reserved}{stem}{ending}"))
}

/// Divides a name into stem and ending; an ending that is not the format's own
/// stays in the stem, and the right one follows it.
fn split_ending<'a>(name: &'a str, format: &str) -> (&'a str, String) {
    if format.is_empty() {
        return (name, String::new());
    }
    if let Some((stem, ending)) = name.rsplit_once('.') {
        let fits: &[&str] = match format {
            "docx" => &["docx", "docm", "dotx", "dotm"],
            "xlsx" => &["xlsx", "xlsm", "xltx", "xltm"],
            "pptx" => &["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"],
            "html" => &["html", "htm", "xhtml"],
            "md" => &["md", "markdown", "mdown"],
            "tsv" => &["tsv", "tab"],
            "txt" => &["txt", "text", "log"],
            "jpg" => &["jpg", "jpeg", "jpe"],
            "tiff" => &["tiff", "tif"],
            "doc" => &["doc", "dot", "wps", "wpt"],
            "xls" => &["xls", "xlt", "et", "ett"],
            "ppt" => &["ppt", "pps", "pot", "dps", "dpt"],
            "odt" => &["odt", "ott", "fodt"],
            "ods" => &["ods", "ots", "fods"],
            "odp" => &["odp", "otp", "fodp"],
            other => &[other],
        };
        if fits.iter().any(|fit| ending.eq_ignore_ascii_case(fit)) {
            return (stem, format!(".{ending}"));
        }
    }
    (name, format!(".{format}"))
}

/// Directional and zero-width characters, with which `gnp.exe` reads as
/// `exe.png`.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The devices of Windows, whatever follows the first point.
fn is_reserved(stem: &str) -> bool {
    let device = stem.split('.').next().unwrap_or_default().trim_end();
    let device = device.to_ascii_uppercase();
    matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (device.len() == 4
            && (device.starts_with("COM") || device.starts_with("LPT"))
            && device.ends_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;

    fn name(file_name: &str, format: &str) -> String {
        let header = attachment(DocumentId(7), file_name, format);
        let (_, encoded) = header.rsplit_once("''").unwrap_or_default();
        percent_decode_str(encoded).decode_utf8_lossy().into_owned()
    }

    #[test]
    fn chinese_names_go_extended_beside_a_plain_one() {
        assert_eq!(
            attachment(DocumentId(1_945_073), "文化厅 总结.docx", "docx"),
            "attachment; filename=\"document-1945073.docx\"; \
             filename*=UTF-8''%E6%96%87%E5%8C%96%E5%8E%85%20%E6%80%BB%E7%BB%93.docx"
        );
    }

    #[test]
    fn ascii_names_stand_as_they_are() {
        assert_eq!(
            attachment(DocumentId(7), "Report (final).PDF", "pdf"),
            "attachment; filename=\"Report (final).PDF\"; \
             filename*=UTF-8''Report%20%28final%29.PDF"
        );
        // Browsers decode `%41` in a plain name, each in its own way.
        assert!(attachment(DocumentId(7), "100%41.pdf", "pdf").contains("\"document-7.pdf\""));
    }

    #[test]
    fn nothing_in_a_name_breaks_out() {
        assert_eq!(name("../../etc/passwd.txt", "txt"), "passwd.txt");
        assert_eq!(name(r"C:\Users\x\报告.docx", "docx"), "报告.docx");
        assert_eq!(name("a\"; x=\r\ny.docx", "docx"), "a_; x=y.docx");
        assert_eq!(name("a\u{202e}txt.exe.docx", "docx"), "atxt.exe.docx");
        assert_eq!(name("..", "pdf"), "document-7.pdf");
        assert_eq!(name("", ""), "document-7");
        assert_eq!(name("con.docx", "docx"), "_con.docx");
        assert_eq!(name("LPT1.a.pdf", "pdf"), "_LPT1.a.pdf");
        for odd in ["a\"b.pdf", "a\\b.pdf", "a\nb.pdf", "\u{0}.pdf", "é'.pdf"] {
            let header = attachment(DocumentId(7), odd, "pdf");
            assert!(
                header.bytes().all(|b| b.is_ascii_graphic() || b == b' '),
                "{header}"
            );
            assert_eq!(header.matches('"').count(), 2, "{header}");
        }
    }

    #[test]
    fn the_ending_is_that_of_the_content() {
        assert_eq!(name("page.html", "txt"), "page.html.txt");
        assert_eq!(name("说明.markdown", "md"), "说明.markdown");
        assert_eq!(name("无后缀", "docx"), "无后缀.docx");
        assert_eq!(name("v1.0", "pdf"), "v1.0.pdf");
        assert_eq!(name("报告.wps", "doc"), "报告.wps");
        assert_eq!(name("报告.html", "doc"), "报告.html.doc");
        for (file_name, format) in [
            ("a.docm", "docx"),
            ("a.dotx", "docx"),
            ("a.XLSM", "xlsx"),
            ("a.ppsx", "pptx"),
            ("a.potm", "pptx"),
            ("a.jpeg", "jpg"),
            ("a.tif", "tiff"),
            ("a.htm", "html"),
            ("a.tab", "tsv"),
            ("a.fodt", "odt"),
        ] {
            assert_eq!(name(file_name, format), file_name);
        }
        // Text, and what browsers might show as text.
        for format in ["txt", "rtf", "html", "csv", "png"] {
            assert_eq!(media_type(format), "application/octet-stream");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let long = name(&format!("{}.docx", "长".repeat(300)), "docx");
        assert!(
            long.len() <= LONGEST_BYTES && long.ends_with("长.docx"),
            "{long}"
        );
    }
}
