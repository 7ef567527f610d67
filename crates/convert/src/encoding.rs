//! Bytes to text: finds the encoding of a text file, or says it is not text.
//!
//! Chinese text files come as UTF-8, GB18030, Big5 and UTF-16, mostly without
//! saying so. UTF-8 and byte order marks are certain; the rest is `chardetng`'s
//! guess with China as the hint.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes looked at to find the encoding.
const SAMPLE_BYTES: usize = 1 << 20;

/// Decodes a text file; `None` when it is not text.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    let encoding = detect_encoding(bytes)?;
    let (text, _, _) = encoding.decode(bytes);
    Some(text.into_owned())
}

/// Tells whether the beginning of `bytes` is text in an encoding known here.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    detect_encoding(sample).is_some()
}

fn detect_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return looks_like_text(encoding, sample).then_some(encoding);
    }
    if sample.contains(&0) {
        let encoding = guess_utf16(sample)?;
        return looks_like_text(encoding, sample).then_some(encoding);
    }
    if is_utf8(sample) {
        return looks_like_text(UTF_8, sample).then_some(UTF_8);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len());
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Deny);
    // GBK is a part of GB18030; decoding with the larger loses nothing. Big5
    // bytes are mostly valid GBK, but land on its private characters.
    let encoding = if guess != encoding_rs::GBK {
        guess
    } else if strangers(BIG5, sample) < strangers(GB18030, sample) {
        BIG5
    } else {
        GB18030
    };
    looks_like_text(encoding, sample).then_some(encoding)
}

/// Characters that a text does not hold: marks of bad bytes, private ones.
fn strangers(encoding: &'static Encoding, sample: &[u8]) -> usize {
    let (text, _, _) = encoding.decode(sample);
    text.chars()
        .filter(|character| matches!(character, '\u{fffd}' | '\u{e000}'..='\u{f8ff}'))
        .count()
}

/// Valid UTF-8, but for a character cut at the end of the sample.
fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// UTF-16 without a mark: the zero bytes of ASCII and line ends stand all on
/// one side.
fn guess_utf16(sample: &[u8]) -> Option<&'static Encoding> {
    let zeros = |offset: usize| {
        sample
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if odd > 0 && even * 20 <= odd {
        return Some(UTF_16LE);
    }
    if even > 0 && odd * 20 <= even {
        return Some(UTF_16BE);
    }
    None
}

/// Refuses what decodes to control characters or replacement marks: more than
/// one in a hundred is no text.
fn looks_like_text(encoding: &'static Encoding, sample: &[u8]) -> bool {
    // A whole number of UTF-16 units; a cut multi-byte character costs one mark.
    let (text, _, _) = encoding.decode(sample);
    let mut characters = 0_usize;
    let mut bad = 0_usize;
    for character in text.chars() {
        characters += 1;
        let is_control =
            character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{c}' | '\u{1a}');
        if is_control || character == char::REPLACEMENT_CHARACTER || character == '\0' {
            bad += 1;
        }
    }
    bad <= 1 + characters / 100 && (bad == 0 || characters >= 20)
}

#[cfg(test)]
mod tests {
    use super::{decode, is_text};

    const TEXT: &str = "文化厅学习实践科学发展观活动总结\n一、乡镇文化站的建设，\
        县级图书馆的服务，以及农村电影放映工程，都有了新的进展。\n";

    #[test]
    fn chinese_encodings_are_told_apart() {
        let (gb, _, _) = encoding_rs::GB18030.encode(TEXT);
        assert_eq!(decode(&gb).unwrap(), TEXT);
        assert_eq!(decode(TEXT.as_bytes()).unwrap(), TEXT);
        let traditional = "文化廳學習實踐科學發展觀活動總結，鄉鎮文化站的建設，\
            縣級圖書館的服務，以及農村電影放映工程，都有了新的進展。";
        let (big5, _, _) = encoding_rs::BIG5.encode(traditional);
        assert_eq!(decode(&big5).unwrap(), traditional);
    }

    #[test]
    fn utf16_with_and_without_a_mark() {
        let units: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut marked = vec![0xff, 0xfe];
        marked.extend_from_slice(&units);
        assert_eq!(decode(&marked).unwrap(), TEXT);
        let ascii: Vec<u8> = "plain words\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(decode(&ascii).unwrap(), "plain words\n");
    }

    #[test]
    fn binary_is_not_text() {
        assert!(!is_text(&[0x7f, b'E', b'L', b'F', 1, 1, 0, 0, 0, 2]));
        let noise: Vec<u8> = (0..4096_u32).map(|i| (i * 7919 % 251) as u8).collect();
        assert!(!is_text(&noise));
    }

    #[test]
    fn a_character_cut_at_the_end_is_still_utf8() {
        let cut = &TEXT.as_bytes()[..TEXT.len() - 2];
        assert!(decode(cut).unwrap().starts_with("文化厅"));
    }
}
