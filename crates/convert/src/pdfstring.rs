//! Text strings of PDF: titles, replacement texts.

/// Decodes a PDF text string: UTF-16 or UTF-8 by its mark; without one what it
/// can be, UTF-8 before GBK before Latin.
pub(crate) fn text_string(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0,
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        // PDFDocEncoding says Latin, but Chinese producers write UTF-8 or GBK.
        _ if std::str::from_utf8(bytes).is_ok() => String::from_utf8_lossy(bytes),
        _ => match encoding_rs::GBK.decode_without_bom_handling(bytes) {
            (text, false) => text,
            (_, true) => {
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0
            }
        },
    };
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::text_string;

    #[test]
    fn titles_are_decoded() {
        assert_eq!(text_string(b"\xfe\xff\x65\x87\x6e\x0a"), "文渊");
        assert_eq!(text_string("文渊".as_bytes()), "文渊");
        assert_eq!(text_string(b"\xce\xc4\xd4\xa8"), "文渊");
        assert_eq!(text_string(b"Plain"), "Plain");
    }
}
