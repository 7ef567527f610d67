//! Maps from the codes of a font to Unicode that PDFs leave out, made from the
//! predefined CMaps that hayro carries. `amend` names them in the file's fonts,
//! hayro asks for them by these names.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use hayro::hayro_interpret::hayro_cmap::{
    BfString, CMap, CMapName, CharacterCollection, CidFamily, load_embedded,
};

/// Before the name of each map made here; no producer writes it.
pub(crate) const PREFIX: &str = "Wenyuan-";
/// Codes are glyphs in the order of the Macintosh character set, as in the
/// TrueType core fonts.
pub(crate) const GLYPHS: &str = "Wenyuan-Glyphs";
/// Codes are Latin letters, with the ligatures of TeX's encodings below them.
pub(crate) const LATIN: &str = "Wenyuan-Latin";
/// The name of the font encoding in which a CID is its own code.
pub(crate) const IDENTITY: &str = "Identity";

/// Gives a predefined CMap, or one made here.
pub(crate) fn resolve(name: CMapName<'_>) -> Option<&'static [u8]> {
    match name {
        // As a font's map to Unicode: its codes are Unicode.
        CMapName::IdentityH | CMapName::IdentityV => {
            Some(b"1 beginbfrange\n<0000> <ffff> <0000>\nendbfrange\n")
        }
        CMapName::Custom(name) => made(std::str::from_utf8(name).ok()?),
        name => load_embedded(name),
    }
}

/// Names the map for a predefined CMap, or for CIDs of a collection when the
/// encoding is the identity; `None` when nothing is known of it.
pub(crate) fn name_for(encoding: &str, family: Option<&CidFamily>) -> Option<String> {
    if encoding.starts_with("Identity") {
        let ordering = match family? {
            CidFamily::AdobeGB1 => "GB1",
            CidFamily::AdobeCNS1 => "CNS1",
            CidFamily::AdobeJapan1 => "Japan1",
            CidFamily::AdobeKorea1 => "Korea1",
            _ => return None,
        };
        return Some(format!("{PREFIX}{IDENTITY}-{ordering}"));
    }
    let name = CMapName::from_bytes(encoding.as_bytes());
    let is_known = !matches!(name, CMapName::Custom(_)) && load_embedded(name).is_some();
    is_known.then(|| format!("{PREFIX}{encoding}"))
}

/// Makes a map once; there are as many as predefined CMaps, so none is freed.
fn made(name: &str) -> Option<&'static [u8]> {
    type Made = HashMap<String, Option<&'static [u8]>>;
    static MADE: Mutex<Option<Made>> = Mutex::new(None);
    let wanted = name.strip_prefix(PREFIX)?;
    let is_predefined = name == GLYPHS
        || name == LATIN
        || family_of_identity(wanted).is_some()
        || !matches!(CMapName::from_bytes(wanted.as_bytes()), CMapName::Custom(_));
    if !is_predefined {
        return None;
    }
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let made = made.get_or_insert_default();
    if let Some(known) = made.get(name) {
        return *known;
    }
    let bytes: Option<&'static [u8]> = pairs(name, wanted).map(|pairs| {
        let bytes: &'static [u8] = Box::leak(written(&pairs).into_bytes().into_boxed_slice());
        bytes
    });
    made.insert(name.to_owned(), bytes);
    bytes
}

/// A code, its length in bytes, and what it reads as.
type Pair = (u32, usize, String);

fn pairs(name: &str, wanted: &str) -> Option<Vec<Pair>> {
    if name == GLYPHS {
        return Some(macintosh_order());
    }
    if name == LATIN {
        return Some(latin());
    }
    if let Some(family) = family_of_identity(wanted) {
        let unicode = parse(family.ucs2_cmap()?)?;
        return Some(
            (0..=0xffff)
                .filter_map(|cid| Some((cid, 2, character(&unicode, cid)?)))
                .collect(),
        );
    }
    let encoding = parse(CMapName::from_bytes(wanted.as_bytes()))?;
    let is_unicode = wanted.starts_with("Uni");
    let CharacterCollection { family, .. } = encoding.metadata().character_collection.clone()?;
    let unicode = parse(family.ucs2_cmap()?)?;
    Some(
        codes(wanted)
            .filter_map(|(code, bytes)| {
                let cid = encoding.lookup_cid_code(code, bytes as u8)?;
                // The code itself is Unicode; the way over the CID would lose
                // the difference between characters that share a glyph.
                let text = if is_unicode {
                    utf16(code, bytes)
                } else {
                    character(&unicode, cid)
                };
                Some((code, bytes, text?))
            })
            .collect(),
    )
}

/// The codes that a predefined CMap can have, each with its length.
fn codes(encoding: &str) -> impl Iterator<Item = (u32, usize)> {
    let longer: Vec<std::ops::RangeInclusive<u32>> = if encoding.contains("UTF16") {
        // Planes 1 to 3 of Unicode in surrogates.
        (0xd800..=0xd8ff)
            .map(|high: u32| (high << 16 | 0xdc00)..=(high << 16 | 0xdfff))
            .collect()
    } else if encoding.starts_with("CNS-EUC") {
        (0xa1..=0xaf)
            .map(|plane: u32| (0x8e00_a1a1 | plane << 16)..=(0x8e00_fefe | plane << 16))
            .collect()
    } else {
        Vec::new()
    };
    (0..=0xff)
        .map(|code| (code, 1))
        .chain((0..=0xffff).map(|code| (code, 2)))
        .chain(longer.into_iter().flatten().map(|code| (code, 4)))
}

fn family_of_identity(wanted: &str) -> Option<CidFamily> {
    Some(match wanted.strip_prefix(IDENTITY)? {
        "-GB1" => CidFamily::AdobeGB1,
        "-CNS1" => CidFamily::AdobeCNS1,
        "-Japan1" => CidFamily::AdobeJapan1,
        "-Korea1" => CidFamily::AdobeKorea1,
        _ => return None,
    })
}

fn parse(name: CMapName<'_>) -> Option<CMap> {
    CMap::parse(load_embedded(name)?, load_embedded)
}

fn character(unicode: &CMap, cid: u32) -> Option<String> {
    match unicode.lookup_bf_string(cid)? {
        BfString::Char(character) => Some(character.to_string()),
        BfString::String(text) => Some(text),
    }
}

fn utf16(code: u32, bytes: usize) -> Option<String> {
    let units = [(code >> 16) as u16, code as u16];
    String::from_utf16(&units[if bytes == 4 { 0 } else { 1 }..]).ok()
}

/// The first glyphs of the core TrueType fonts: ASCII from glyph 3 on.
fn macintosh_order() -> Vec<Pair> {
    (3_u32..=97)
        .filter_map(|glyph| Some((glyph, 2, char::from_u32(glyph + 29)?.to_string())))
        .collect()
}

/// WinAnsi, and below it the ligatures of TeX's OT1 and T1 encodings.
fn latin() -> Vec<Pair> {
    const LIGATURES: [(u32, &str); 10] = [
        (11, "ff"),
        (12, "fi"),
        (13, "fl"),
        (14, "ffi"),
        (15, "ffl"),
        (27, "ff"),
        (28, "fi"),
        (29, "fl"),
        (30, "ffi"),
        (31, "ffl"),
    ];
    let letters = (32_u8..=255).filter_map(|code| {
        let bytes = [code];
        let (text, _, broken) = encoding_rs::WINDOWS_1252.decode(&bytes);
        let is_letter = !broken && !text.chars().any(char::is_control);
        is_letter.then(|| (u32::from(code), 1, text.into_owned()))
    });
    LIGATURES
        .iter()
        .map(|(code, text)| (*code, 1, (*text).to_owned()))
        .chain(letters)
        .collect()
}

/// Writes a CMap as a PDF would carry it.
fn written(pairs: &[Pair]) -> String {
    let mut out = String::with_capacity(pairs.len() * 20);
    for chunk in pairs.chunks(100) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{} beginbfchar", chunk.len());
        for (code, bytes, text) in chunk {
            let width = bytes * 2;
            let _ = write!(out, "<{code:0width$x}> <");
            for unit in text.encode_utf16() {
                let _ = write!(out, "{unit:04x}");
            }
            out.push_str(">\n");
        }
        out.push_str("endbfchar\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use hayro::hayro_interpret::hayro_cmap::{BfString, CMap, CMapName, CidFamily};

    use super::{GLYPHS, LATIN, name_for, resolve};

    fn read(name: &str, code: u32) -> Option<BfString> {
        let map = CMap::parse(resolve(CMapName::from_bytes(name.as_bytes()))?, resolve)?;
        map.lookup_bf_string(code)
    }

    #[test]
    fn codes_of_predefined_maps_read_as_unicode() {
        let name = |encoding| name_for(encoding, None).unwrap();
        for (encoding, code, text) in [
            ("GBK-EUC-H", 0xcec4, '文'),
            ("GBKp-EUC-H", 0x41, 'A'),
            ("GB-EUC-H", 0xd4a8, '渊'),
            ("UniGB-UCS2-H", 0x6587, '文'),
            ("UniGB-UTF16-V", 0xd840_dccc, '\u{200cc}'),
            ("ETen-B5-H", 0xa4e5, '文'),
            ("90ms-RKSJ-H", 0x95b6, '文'),
            ("KSCms-UHC-H", 0xb0a1, '가'),
        ] {
            let read = read(&name(encoding), code);
            assert_eq!(read, Some(BfString::Char(text)), "{encoding}");
        }
        assert_eq!(name_for("Adobe-Strange-H", None), None);
        assert_eq!(name_for("Identity-H", None), None);
    }

    #[test]
    fn cids_of_a_collection_glyphs_and_letters_read_as_unicode() {
        let name = name_for("Identity-V", Some(&CidFamily::AdobeGB1)).unwrap();
        assert_eq!(read(&name, 34), Some(BfString::Char('A')));
        assert_eq!(read(GLYPHS, 36), Some(BfString::Char('A')));
        assert_eq!(read(LATIN, 0xe9), Some(BfString::Char('é')));
        assert_eq!(read(LATIN, 12), Some(BfString::String("fi".to_owned())));
        assert_eq!(read("Identity-H", 0x6587), Some(BfString::Char('文')));
        assert_eq!(read("Wenyuan-Unheard", 12), None);
    }
}
