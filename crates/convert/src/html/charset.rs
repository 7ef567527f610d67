//! The encoding of a page: its mark, its own word, else a guess.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::encoding;
use crate::refusal::{Refusal, RefusalKind};

/// Bytes in which a page may say its encoding.
const HEAD_BYTES: usize = 4096;

/// Decodes a page.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode(bytes).0);
    }
    // UTF-8 that is valid is UTF-8, whatever is said: pages saved anew keep
    // the word of old.
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0)
    {
        return Ok(Cow::Borrowed(text));
    }
    if let Some(encoding) = declared(&bytes[..bytes.len().min(HEAD_BYTES)]) {
        let (text, _, _) = encoding.decode(bytes);
        return Ok(text);
    }
    encoding::decode(bytes)
        .map(Cow::Owned)
        .ok_or_else(|| Refusal::new(RefusalKind::Damaged, "the page's encoding cannot be told"))
}

/// What `<meta charset=…>`, `content="…; charset=…"` or `<?xml encoding="…"?>`
/// names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    for word in ["charset", "encoding"] {
        for (at, _) in head.match_indices(word) {
            let rest = head[at + word.len()..].trim_start();
            let Some(rest) = rest.strip_prefix('=') else {
                continue;
            };
            let label: String = rest
                .trim_start()
                .trim_start_matches(['"', '\''])
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
                .collect();
            if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
                // A page that can be read up to here is not UTF-16.
                let is_wide =
                    encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
                return (!is_wide).then_some(encoding);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_page_in_gb2312_is_read_by_its_word() {
        let page = "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\"></head>文渊</html>";
        let (bytes, _, _) = encoding_rs::GBK.encode(page);
        assert_eq!(decode(&bytes).unwrap(), page);
        let page = "<meta charset=Big5><p>文淵閣</p>";
        let (bytes, _, _) = encoding_rs::BIG5.encode(page);
        assert_eq!(decode(&bytes).unwrap(), page);
    }

    #[test]
    fn valid_utf8_is_believed_more_than_the_word() {
        let page = "<meta charset=gb2312>文渊";
        assert_eq!(decode(page.as_bytes()).unwrap(), page);
    }
}
